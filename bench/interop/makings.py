"""Signed files of many kinds, made as the program makes them: what the other validators get to see."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from bench.interop.keys import OtherProgram, key_pairs
from signing.demo import DemoPki, ensure_demo_pki
from signing.levels import Level
from signing.pades import Batch, augment, make_batch
from signing.preflight import TIMESTAMP_FIELD
from signing.signer import DocumentSigner, SigningSetup
from signing.timestamps import LocalTimestampAuthority
from signing.trust import RootKind, TrustStore, TrustTerms
from tests.signing.pdfs import A4, make_pdfa

A3 = (841.89, 1190.55)
SIZES = (A4, A4, A3, (A4[1], A4[0]))
PAGES = (1, 2, 3, 5, 8, 13, 21, 40)

OFFICER = "cán bộ"
BOTH = "cán bộ + cơ quan"
ORGANISATION = "cơ quan"
RENEWED = "gia hạn"
BORN = "ký từ nguồn + dấu thời gian"
KINDS = (BOTH, RENEWED, ORGANISATION, BORN, OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """A signed file and what is known of its making.

    Attributes:
        name: for tables; no personal data.
        kind: one of :data:`KINDS`, or where it comes from.
        scheme: how the keys sign.
        plain: the same paper before any signature; ``None`` if there is none.
        file: the signed file.
        archived: whether it was made for level B-LTA.
    """

    name: str
    kind: str
    scheme: str
    plain: Path | None
    file: Path
    archived: bool


class Workshop:
    """Makes signed files in a folder with a PKI of its own. Use it in a ``with`` block."""

    def __init__(self, folder: Path, *, now: datetime) -> None:
        """Make the keys.

        Args:
            folder: empty; takes PKI, trust store and files.
            now: aware; the moment of every signature, a few minutes before that of verification.
        """
        self.now = now
        self._folder = folder
        self._stack = ExitStack()
        self.pki: DemoPki = ensure_demo_pki(folder / "pki", now=now - timedelta(hours=1))
        self.trust = TrustStore(folder / "trust")
        self.trust.add(self.pki.root_certificate.read_bytes(), terms=TrustTerms(kind=RootKind.DEMO))
        for crl in self.pki.crls(now=now):
            self.trust.add_crl(crl.der)
        self._timestamps = LocalTimestampAuthority(self.pki.timestamp_authority(), self._clock)
        self._pairs = key_pairs(self.pki, now=now)
        self._other = OtherProgram(self.pki, timestamps=self._timestamps, now=now)

    def __enter__(self) -> Self:
        self._signers = [
            self._stack.enter_context(
                DocumentSigner(
                    SigningSetup(
                        officer=pair.officer,
                        organisation=pair.organisation,
                        timestamps=self._timestamps,
                        revocation=self.pki,
                        clock=self._clock,
                    )
                )
            )
            for pair in self._pairs
        ]
        self._batch: Batch = asyncio.run(
            make_batch({}, source=self._timestamps, crls=self.pki.crls(now=self.now), now=self.now)
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def root(self) -> Path:
        """The one certificate to trust, PEM."""
        return self.pki.root_certificate

    @property
    def crls(self) -> tuple[Path, ...]:
        """The revocation lists of both authorities, DER."""
        return self.pki.folder / "root.crl", self.pki.folder / "issuing.crl"

    def make(self, count: int) -> Iterator[SignedFile]:
        """So many files; kinds, keys, pages and sizes in turn, so that all meet all.

        Args:
            count: how many.
        """
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            round_ = number // len(KINDS)
            pages = PAGES[(3 * round_ + number) % len(PAGES)]
            size = SIZES[number % len(SIZES)]
            yield self._one(number, kind, pair=round_ % len(self._pairs), pages=pages, size=size)

    def _one(self, number: int, kind: str, *, pair: int, pages: int, size: tuple[float, float]) -> SignedFile:
        plain = make_pdfa(self._folder / f"{number:03}-plain.pdf", pages=pages, size=size)
        file = self._folder / f"{number:03}-signed.pdf"
        ways: dict[str, Callable[[Path, Path, DocumentSigner], None]] = {
            OFFICER: self._by_officer,
            BOTH: self._by_both,
            ORGANISATION: self._by_organisation,
            RENEWED: self._renewed,
        }
        if kind == BORN:
            self._born(plain, file)
        else:
            ways[kind](plain, file, self._signers[pair])
        return SignedFile(
            name=f"{number:03}, {pages} trang",
            kind=kind,
            scheme=self._other.scheme if kind == BORN else self._pairs[pair].name,
            plain=plain,
            file=file,
            archived=kind != OFFICER,
        )

    def _by_officer(self, plain: Path, out: Path, signer: DocumentSigner) -> None:
        signer.sign_as_officer(plain, out, at=self.now, item=plain.name)

    def _by_organisation(self, plain: Path, out: Path, signer: DocumentSigner) -> None:
        signer.seal_as_organisation(plain, out, at=self.now, item=plain.name)

    def _by_both(self, plain: Path, out: Path, signer: DocumentSigner) -> None:
        between = out.with_suffix(".officer.pdf")
        signer.sign_as_officer(plain, between, at=self.now, item=plain.name)
        signer.seal_as_organisation(between, out, at=self.now, item=plain.name)

    def _renewed(self, plain: Path, out: Path, signer: DocumentSigner) -> None:
        """A second archive timestamp over the first, with the evidence for the first."""
        self._by_both(plain, out, signer)
        stamper = PdfTimeStamper(self._timestamps.client(), field_name=f"{TIMESTAMP_FIELD}2")
        with out.open("r+b") as target:
            writer = IncrementalPdfFileWriter(target)
            DocumentSecurityStore.supply_dss_in_writer(
                writer, None, certs=self._batch.certificates, crls=self._batch.lists, embed_roots=True
            )
            asyncio.run(stamper.async_timestamp_pdf(writer, "sha512", in_place=True))

    def _born(self, plain: Path, out: Path) -> None:
        """A file that came signed: nothing of it is touched, evidence and a timestamp are added."""
        signed = out.with_suffix(".born.pdf")
        self._other.sign(plain, signed)
        shutil.copyfile(signed, out)
        with out.open("r+b") as target:
            asyncio.run(augment(target, batch=self._batch, level=Level.B_LTA, extra=self._other.certificates))

    def _clock(self) -> datetime:
        return self.now
