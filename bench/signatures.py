"""``python -m bench.signatures [MEASUREMENT …]``: what signatures cost, in milliseconds of processor time.

``verifying``: the full verdict on a paper of 300 KB, by level, warm, one thread; minimum and median of many
runs, and how many times a fixed piece of arithmetic that is (``sum(range(1_000_000))``, timed in turns with
it), because machines differ and are busy.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf

from signing.demo import DemoPki, ensure_demo_pki
from signing.levels import Level
from signing.signer import DocumentSigner, SigningSetup
from signing.timestamps import LocalTimestampAuthority
from signing.trust import RootKind, TrustStore, TrustTerms
from signing.verify import verify_file

SCAN = Path(__file__).parent.parent / "samples/dossiers/1-dang-ky-khai-sinh/xac-nhan-cu-tru-ct07.jpg"
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ROUNDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds of processor time.

    Attributes:
        minimum: the fastest run.
        median: of all runs.
        units: the fastest run, in runs of the fixed piece of arithmetic.
    """

    minimum: float
    median: float
    units: float

    def __str__(self) -> str:
        """One line for people."""
        return f"min {self.minimum:6.1f} ms   median {self.median:6.1f} ms   {self.units:5.2f} units"


def timed(work: Callable[[], object], *, rounds: int = ROUNDS) -> Timing:
    """Time some work, in turns with the fixed piece of arithmetic; two runs first do not count."""
    work()
    work()
    pairs = [(_milliseconds(work), _milliseconds(_unit)) for _ in range(rounds)]
    own = [one for one, _ in pairs]
    return Timing(
        minimum=min(own),
        median=statistics.median(own),
        units=min(own) / min(unit for _, unit in pairs),
    )


def verifying(folder: Path) -> Iterator[tuple[str, Timing]]:
    """Full verdicts on papers of every level, and on one with two signatures."""
    pki = ensure_demo_pki(folder / "pki", now=NOW - timedelta(hours=1))
    store = TrustStore(folder / "trust")
    store.add(pki.root_certificate.read_bytes(), terms=TrustTerms(kind=RootKind.DEMO))
    for crl in pki.crls(now=NOW):
        store.add_crl(crl.der)
    for name, path in _papers(folder, pki):
        report = verify_file(path, trust=store, at=NOW)
        if report.conclusion != "passed" and name != Level.B_B.label:
            sys.exit(f"{name}: {report.as_json()}")
        size = path.stat().st_size // 1000
        yield f"{name}, {size} KB", timed(lambda path=path: verify_file(path, trust=store, at=NOW))  # type: ignore[misc]


def _papers(folder: Path, pki: DemoPki) -> Iterator[tuple[str, Path]]:
    plain = _paper(folder / "plain.pdf")
    setup = SigningSetup(
        officer=pki.officer(),
        organisation=pki.organisation(),
        timestamps=LocalTimestampAuthority(pki.timestamp_authority(), lambda: NOW),
        revocation=pki,
        clock=lambda: NOW,
    )
    for level in Level:
        with DocumentSigner(replace(setup, seal_level=level)) as signer:
            path = folder / f"{level.label}.pdf"
            signer.seal_as_organisation(plain, path, at=NOW, item=path.name)
            yield level.label, path
    with DocumentSigner(setup) as signer:
        first, both = folder / "first.pdf", folder / "both.pdf"
        signer.sign_as_officer(plain, first, at=NOW, item="first")
        signer.seal_as_organisation(first, both, at=NOW, item="both")
    yield "two signatures, B-LTA", both


def _paper(path: Path) -> Path:
    """One scanned page that claims to be PDF/A; nothing here looks whether it is."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        image = pdf.make_stream(SCAN.read_bytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"q 500 0 0 600 40 40 cm /Im0 Do Q")
        with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
            meta["pdfaid:part"], meta["pdfaid:conformance"] = "2", "B"
        pdf.save(path)
    return path


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _unit() -> int:
    return sum(range(1_000_000))


MEASUREMENTS: dict[str, Callable[[Path], Iterator[tuple[str, Timing]]]] = {"verifying": verifying}


def main(names: list[str]) -> int:
    """Run the measurements named, or all of them."""
    for name in names or sorted(MEASUREMENTS):
        sys.stdout.write(f"{name}\n")
        with tempfile.TemporaryDirectory(prefix="motlan-signatures-") as folder:
            for what, timing in MEASUREMENTS[name](Path(folder)):
                sys.stdout.write(f"  {what:32} {timing}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
