"""What every validator says about a file, counted beside our own verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.interop import programs
from bench.interop.java import JavaValidators, Judgement
from bench.interop.makings import SignedFile
from bench.interop.tokens import cut_out
from signing.report import Report
from signing.trust import TrustStore
from signing.verify import verify_file

LTA = "PAdES-BASELINE-LTA"

OURS = "motlan verify: HỢP LỆ"
PDFSIG = "pdfsig: từng chữ ký hợp lệ"
OPENSSL = "openssl: cms -cades, ts"
QPDF = "qpdf --check"
BEFORE = "veraPDF PDF/A-2b trước khi ký"
AFTER = "veraPDF PDF/A-2b sau khi ký"
DSS_LTA = f"EU DSS: TOTAL_PASSED, {LTA}"
DSS_LATER = "EU DSS bốn năm sau, chứng thư người ký đã hết hạn"
DSS_T = "EU DSS: TOTAL_PASSED, B-T, có CRL"
# Signers' certificates last three years, those of timestamp services five.
_LATER = timedelta(days=4 * 365)


@dataclass(slots=True)
class Tally:
    """One row of the table: how many were checked, and who disagrees."""

    checked: int = 0
    disagreements: list[str] = field(default_factory=list)

    @property
    def agreed(self) -> int:
        """How many agree."""
        return self.checked - len(self.disagreements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """Who judges, and by what.

    Attributes:
        trust: our trust store.
        roots: the roots in it, one PEM file each, for the others.
        crls: revocation lists at hand, for files that carry none.
        at: aware; the moment of verification.
        java: veraPDF and EU DSS; ``None`` where they cannot run.
        absent: programs that are not installed.
    """

    trust: TrustStore
    roots: tuple[Path, ...]
    crls: tuple[Path, ...]
    at: datetime
    java: JavaValidators | None
    absent: frozenset[str] = frozenset()

    def examine(self, signed: SignedFile, rows: dict[str, Tally]) -> None:
        """Let everybody judge one file; the rows are added to.

        A file that we do not call passed counts as a disagreement and is not shown to the others: what is
        compared is what we vouch for.
        """
        report = verify_file(signed.file, trust=self.trust, at=self.at)
        label = f"{signed.name} ({signed.kind}, {signed.scheme})"
        _count(rows, OURS, label, _ours(report))
        if report.conclusion != "passed":
            return
        expected = len(report.signatures)
        if "pdfsig" not in self.absent:
            said = programs.pdfsig(signed.file)
            _count(rows, PDFSIG, label, _with_count(said.complaints, said.count, expected))
        if "openssl" not in self.absent:
            _count(rows, OPENSSL, label, self._openssl(signed.file, expected))
        if "qpdf" not in self.absent:
            _count(rows, QPDF, label, programs.qpdf(signed.file).complaints)
        if self.java is not None:
            self._in_java(self.java, signed, rows, label=label, expected=expected)

    def _openssl(self, file: Path, expected: int) -> tuple[str, ...]:
        said = programs.openssl(file, roots=self.roots)
        if said.complaints:
            return said.complaints
        signatures = [token for token in cut_out(file.read_bytes()) if token.kind == "signature"]
        return _with_count((), len(signatures), expected)

    def _in_java(
        self, java: JavaValidators, signed: SignedFile, rows: dict[str, Tally], *, label: str, expected: int
    ) -> None:
        # What came signed is kept as it came, PDF/A or not.
        if signed.plain is not None:
            _count(rows, BEFORE, label, java.conformance(signed.plain).complaints)
            _count(rows, AFTER, label, java.conformance(signed.file).complaints)
        # A file that carries its evidence has to convince by itself; the lists are for those below level LT.
        if not signed.archived:
            judgement = java.judgement(signed.file, roots=self.roots, at=self.at, crls=self.crls)
            _count(rows, DSS_T, label, _dss(judgement, level="", expected=expected))
            return
        for row, at in ((DSS_LTA, self.at), (DSS_LATER, self.at + _LATER)):
            judgement = java.judgement(signed.file, roots=self.roots, at=at)
            _count(rows, row, label, _dss(judgement, level=LTA, expected=expected))


def _count(rows: dict[str, Tally], row: str, label: str, complaints: Sequence[str]) -> None:
    tally = rows.setdefault(row, Tally())
    tally.checked += 1
    if complaints:
        tally.disagreements.append(f"{label}: {'; '.join(complaints)}")


def _ours(report: Report) -> tuple[str, ...]:
    if report.conclusion == "passed":
        return ()
    return (report.conclusion, *(str(one.sub_indication) for one in report.signatures))


def _with_count(complaints: Sequence[str], count: int, expected: int) -> tuple[str, ...]:
    """Whoever judges fewer signatures than we do has not agreed to the others."""
    if count == expected:
        return tuple(complaints)
    return (*complaints, f"{count} signatures seen, {expected} expected")


def _dss(judgement: Judgement, *, level: str, expected: int) -> tuple[str, ...]:
    if judgement.error:
        return (judgement.error,)
    found = judgement.signatures
    complaints = [
        f"{one.conclusion} {one.why} {' | '.join(one.messages)}"
        for one in (*found, *judgement.timestamps)
        if one.conclusion not in {"TOTAL_PASSED", "PASSED"}
    ]
    complaints += [f"level {one.level}" for one in found if level and one.level != level]
    return _with_count(complaints, len(found), expected)
