"""Files that every validator must refuse, so that one that passes everything is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.interop import programs
from bench.interop.compare import Court
from bench.interop.tokens import cut_out
from signing.verify import verify_file

SAMPLES = Path(__file__).parents[2] / "samples"
STRANGER = SAMPLES / "trust" / "co-quan-mau.pem"
"""A root that has nothing to do with our files."""
NO_PDFA = SAMPLES / "dossiers" / "4-ho-kinh-doanh" / "quyet-dinh-ho-tro-lai-suat.pdf"
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One file before one validator.

    Attributes:
        tool: the validator.
        what: what was done to the file.
        refused: whether the validator noticed.
    """

    tool: str
    what: str
    refused: bool


def picture_altered(data: bytes) -> bytes:
    """One bit of the scan is another."""
    at = data.index(JPEG) + 400
    return data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :]


def archive_timestamp_voided(data: bytes) -> bytes:
    """One letter under the document timestamp, outside all signatures, is another."""
    at = data.rindex(b"/DocTimeStamp") + 4
    return data[:at] + b"X" + data[at + 1 :]


def something_behind_the_end(data: bytes) -> bytes:
    """A comment behind the last end-of-file marker."""
    return data + b"\n% more"


def table_lost(data: bytes) -> bytes:
    """The file no longer says where its cross-reference table is."""
    return data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"


def canaries(sealed: Path, *, court: Court, stranger: Path, no_pdfa: Path, folder: Path) -> Iterator[Canary]:
    """Every validator of the court with the files it must refuse.

    Args:
        sealed: a file that all of them pass; nothing of it is changed.
        court: the validators.
        stranger: a root that has nothing to do with the file, PEM.
        no_pdfa: a file that is no PDF/A.
        folder: takes the altered files.
    """
    files = {change: _altered(sealed, change, folder) for change in _CHANGES}
    for change, file in files.items():
        verdict = verify_file(file, trust=court.trust, at=court.at).conclusion
        yield _canary("motlan verify", change, refused=verdict != "passed")
    yield from _of_programs(files, court)
    yield from _of_tokens(sealed, court, stranger=stranger)
    yield from _of_java(files, sealed, court, stranger=stranger, no_pdfa=no_pdfa)


_Change = Callable[[bytes], bytes]
_CHANGES: tuple[_Change, ...] = (
    picture_altered,
    archive_timestamp_voided,
    something_behind_the_end,
    table_lost,
)


def _of_programs(files: dict[_Change, Path], court: Court) -> Iterator[Canary]:
    if "pdfsig" not in court.absent:
        altered = programs.pdfsig(files[picture_altered])
        yield _canary("pdfsig", picture_altered, refused=not altered.agrees)
    if "qpdf" not in court.absent:
        yield _canary("qpdf", table_lost, refused=not programs.qpdf(files[table_lost]).agrees)
    if "openssl" not in court.absent:
        for change in (picture_altered, archive_timestamp_voided):
            refused = not programs.openssl(files[change], roots=court.roots).agrees
            yield _canary("openssl", change, refused=refused)


def _of_tokens(sealed: Path, court: Court, *, stranger: Path) -> Iterator[Canary]:
    """Each kind of token over other data, and under another root."""
    if "openssl" in court.absent:
        return
    for token in {one.kind: one for one in cut_out(sealed.read_bytes())}.values():
        other = replace(token, data=token.data[:-1] + bytes((token.data[-1] ^ 1,)))
        refused = bool(programs.openssl_token(other, roots=court.roots))
        yield Canary(tool="openssl", what=f"{token.kind} over other data", refused=refused)
        refused = bool(programs.openssl_token(token, roots=[stranger]))
        yield Canary(tool="openssl", what=f"{token.kind} under a stranger's root", refused=refused)


def _of_java(
    files: dict[_Change, Path], sealed: Path, court: Court, *, stranger: Path, no_pdfa: Path
) -> Iterator[Canary]:
    java = court.java
    if java is None:
        return
    behind = java.conformance(files[something_behind_the_end])
    yield _canary("veraPDF", something_behind_the_end, refused=not behind.compliant)
    yield Canary(tool="veraPDF", what="no PDF/A", refused=not java.conformance(no_pdfa).compliant)
    for change in (picture_altered, archive_timestamp_voided, table_lost):
        judged = java.judgement(files[change], roots=court.roots, at=court.at)
        complete = judged.passed and all(one.level.endswith("-LTA") for one in judged.signatures)
        yield _canary("EU DSS", change, refused=not complete)
    judged = java.judgement(sealed, roots=[stranger], at=court.at)
    yield Canary(tool="EU DSS", what="a stranger's root", refused=not judged.passed)


def _canary(tool: str, change: _Change, *, refused: bool) -> Canary:
    return Canary(tool=tool, what=change.__name__.replace("_", " "), refused=refused)


def _altered(sealed: Path, change: _Change, folder: Path) -> Path:
    path = folder / f"canary-{change.__name__}.pdf"
    path.write_bytes(change(sealed.read_bytes()))
    return path
