"""Client CPU milliseconds of signing one file, level by level: ``python -m bench.signing_cost [FILES]``.

One page of about 300 KB, demonstration keys (ECDSA P-256), one batch. The timestamp authority lives in this
process; what it spends on its answers is no work of the client and is taken off. Beside it, in the same
process and in turns with ours, the signing library as it comes: a new signer, timestamp client and validation
context for each file, its default settings, the mark drawn by us. On a machine that other programs share
single numbers say little; the least and the median of many runs and the ratio of the two columns do.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import tsp
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from dossier.errors import MotlanError
from signing.appearance import organisation_text
from signing.cms_signer import asn1_certificate
from signing.demo import DemoPki, ensure_demo_pki
from signing.levels import Level
from signing.local_tsa import LocalTimeStamper
from signing.signer import DocumentSigner, SigningSetup
from signing.stamp import MarkStyle
from signing.timestamps import LocalTimestampAuthority
from tests.signing.pdfs import make_pdfa

NOW = datetime(2026, 11, 21, 3, 57, 37, tzinfo=UTC)
NAME = "giấy.pdf"
_FILES = 50
# Of noise, as wide and high in pixels, a JPEG has about 300 KB.
_PADDING = 1000


@dataclass(slots=True)
class Meter:
    """CPU seconds of this process, without those of the authority."""

    authority: float = 0.0

    def of(self, work: Callable[[], object]) -> float:
        """Milliseconds of one call."""
        before, taken = time.process_time(), self.authority
        work()
        return (time.process_time() - before - (self.authority - taken)) * 1000


class MeteredStamper(LocalTimeStamper):
    """The local authority, its own work counted apart."""

    def __init__(self, authority: LocalTimestampAuthority, meter: Meter) -> None:
        super().__init__(authority.key, clock=authority.clock)
        self._meter = meter

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer; the request is read and the answer signed on the authority's account."""
        asked = tsp.TimeStampReq.load(req.dump())
        started = time.thread_time()
        answer = await super().async_request_tsa_response(asked)
        self._meter.authority += time.thread_time() - started
        return answer


@dataclass(frozen=True, slots=True)
class MeteredAuthority:
    """A :class:`signing.timestamps.TimestampSource` that counts what it spends."""

    inner: LocalTimestampAuthority
    meter: Meter

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """As the authority's."""
        return self.inner.chain

    @property
    def demo(self) -> bool:
        """As the authority's."""
        return self.inner.demo

    @property
    def token_bytes(self) -> int:
        """See ``TimestampSource``."""
        return self.inner.token_bytes if hasattr(self, "inner") else 0

    def client(self) -> TimeStamper:
        """A new client."""
        return MeteredStamper(self.inner, self.meter)


@dataclass(slots=True)
class Series:
    """Milliseconds of many runs."""

    values: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{min(self.values):6.1f} {statistics.median(self.values):6.1f}"


class LibraryDefaults:
    """The library as its introduction shows it, everything new for each file."""

    def __init__(self, pki: DemoPki, authority: MeteredAuthority, level: Level) -> None:
        self._pki, self._authority, self._level = pki, authority, level

    def sign(self, source: Path, out: Path) -> None:
        """One signature of the organisation."""
        asyncio.run(self._sign(source, out))

    async def _sign(self, source: Path, out: Path) -> None:
        level = self._level
        meta = PdfSignatureMetadata(
            field_name="ChuKyCoQuan",
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            validation_context=self._context(),
            embed_validation_info=level >= Level.B_LT,
            use_pades_lta=level == Level.B_LTA,
        )
        style = MarkStyle(border_width=0, paragraphs=organisation_text("Cơ quan MẪU (DEMO)", at=NOW))
        signer = PdfSigner(
            meta,
            self._signer(),
            timestamper=self._authority.client() if level >= Level.B_T else None,
            stamp_style=style,
            new_field_spec=SigFieldSpec("ChuKyCoQuan", box=(250, 790, 578, 836)),
        )
        with source.open("rb") as stream, out.open("w+b") as target:
            await signer.async_sign_pdf(IncrementalPdfFileWriter(stream), output=target)

    def _signer(self) -> SimpleSigner:
        folder = self._pki.folder
        store = SimpleCertificateStore()
        store.register_multiple(map(asn1_certificate, self._pki.organisation().chain))
        key = SimpleSigner.load(
            str(folder / "organisation.key"), str(folder / "organisation.pem"), other_certs=list(store)
        )
        if not isinstance(key, SimpleSigner):
            raise MotlanError("organisation.key")
        return key

    def _context(self) -> ValidationContext:
        chain = [asn1_certificate(one) for one in self._pki.organisation().chain]
        chain += [asn1_certificate(one) for one in self._authority.chain]
        lists = [asn1_crl.CertificateList.load(one.der) for one in self._pki.crls(now=NOW)]
        return ValidationContext(
            trust_roots=[one for one in chain if one.self_issued],
            other_certs=[one for one in chain if not one.self_issued],
            crls=lists,
            moment=NOW,
            allow_fetching=False,
            revocation_mode="require",
        )


def main() -> None:
    """Print a line for each level, and one for officer and organisation together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=_FILES)
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory(prefix="motlan-cost-") as name:
        folder = Path(name)
        pki = ensure_demo_pki(folder / "pki", now=NOW - timedelta(hours=1))
        plain = make_pdfa(folder / "plain.pdf", padding=_PADDING)
        print(f"{plain.stat().st_size / 1024:.0f} KB, {count} files each; ms of CPU, least and median")
        print(f"{'':8}{'motlan':>14}{'library':>14}   ratio of medians")
        for level in Level:
            ours, theirs = _compare(pki, plain, folder, level=level, count=count)
            ratio = statistics.median(theirs.values) / statistics.median(ours.values)
            print(f"{level.label:8} {ours} {theirs} {ratio:9.1f}")
        both = _officer_and_seal(pki, plain, folder, count=count)
        print(f"officer B-T and organisation B-LTA {both}")


def _setup(pki: DemoPki, meter: Meter, *, level: Level) -> SigningSetup:
    return SigningSetup(
        officer=pki.officer(),
        organisation=pki.organisation(),
        timestamps=MeteredAuthority(LocalTimestampAuthority(pki.timestamp_authority(), _clock), meter),
        revocation=pki,
        clock=_clock,
        seal_level=level,
    )


def _compare(pki: DemoPki, plain: Path, folder: Path, *, level: Level, count: int) -> tuple[Series, Series]:
    meter, ours, theirs = Meter(), Series(), Series()
    setup = _setup(pki, meter, level=level)
    authority = MeteredAuthority(LocalTimestampAuthority(pki.timestamp_authority(), _clock), meter)
    library = LibraryDefaults(pki, authority, level)
    out = folder / "out.pdf"
    with DocumentSigner(replace(setup, seal_level=level)) as signer:
        for number in range(count + 1):
            seal = meter.of(lambda: signer.seal_as_organisation(plain, out, at=NOW, item=NAME))
            default = meter.of(lambda: library.sign(plain, out))
            if number:
                ours.values.append(seal)
                theirs.values.append(default)
    return ours, theirs


def _officer_and_seal(pki: DemoPki, plain: Path, folder: Path, *, count: int) -> Series:
    meter, both = Meter(), Series()
    signed, sealed = folder / "signed.pdf", folder / "sealed.pdf"

    def work() -> None:
        signer.sign_as_officer(plain, signed, at=NOW, item=NAME)
        signer.seal_as_organisation(signed, sealed, at=NOW, item=NAME)

    with DocumentSigner(_setup(pki, meter, level=Level.B_LTA)) as signer:
        work()
        both.values.extend(meter.of(work) for _ in range(count))
    return both


def _clock() -> datetime:
    return NOW


if __name__ == "__main__":
    main()
