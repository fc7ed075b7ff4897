"""What verification found: frozen records for programs, sentences for people.

Conclusions follow ETSI EN 319 102-1: ``passed`` (TOTAL-PASSED), ``failed`` (TOTAL-FAILED), ``indeterminate``.
Sub-indications are those of the standard, and three of ours: ``MODIFIED_AFTER_SIGNING``,
``SIGNATURE_MISSING``, ``UNEXPECTED_SIGNER``. The JSON form is fixed by the project's vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

from signing.conclusions import FAULTS, FORMAT, MISSING, MODIFIED, UNEXPECTED, saying
from signing.details import FileDetails, SignatureDetails
from signing.levels import Level
from signing.notes import Note

__all__ = [
    "FAULTS_VI",
    "FORMAT",
    "LABELS_VI",
    "MISSING",
    "MODIFIED",
    "UNEXPECTED",
    "Conclusion",
    "ExpectedSignature",
    "Modifications",
    "Report",
    "ReportJson",
    "SignatureJson",
    "SignatureReport",
    "report_of",
    "sentence",
]

Conclusion = Literal["passed", "failed", "indeterminate", "unsigned"]
Modifications = Literal["none", "allowed", "suspicious"]

EXIT_CODES: dict[Conclusion, int] = {"passed": 0, "failed": 1, "indeterminate": 2, "unsigned": 3}
_WORST_FIRST: tuple[Conclusion, ...] = ("failed", "indeterminate", "passed")

LABELS_VI: dict[Conclusion, str] = {
    "passed": "HỢP LỆ",
    "failed": "KHÔNG HỢP LỆ",
    "indeterminate": "CHƯA ĐỦ CƠ SỞ",
    "unsigned": "KHÔNG CÓ CHỮ KÝ",
}

FAULTS_VI = {code: vietnamese for code, (vietnamese, _) in FAULTS.items()}


class SignatureJson(TypedDict):
    """One signature as ``motlan verify --json`` prints it."""

    field: str
    signer: str
    organisation: str
    conclusion: Conclusion
    sub_indication: str | None
    level: str
    signing_time: str | None
    proven_time: str | None
    covers_whole_document: bool
    modifications: Modifications
    root: str | None
    reasons: list[str]


class ReportJson(TypedDict):
    """The report as ``motlan verify --json`` prints it."""

    file: str
    conclusion: Conclusion
    signatures: list[SignatureJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSignature:
    """A signature that the register says must be in a file.

    Attributes:
        field: name of the form field.
        signer: common name of the signer; ``None`` if anybody trusted may have signed.
        fingerprint: SHA-256 of the signer's certificate, hexadecimal; ``None`` if not known.
    """

    field: str
    signer: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """The verdict on one signature.

    Attributes:
        field: name of the form field; empty if the signature could not be read.
        signer: common name in the certificate, as the file has it.
        organisation: organisation in the certificate.
        conclusion: verdict on this signature alone.
        sub_indication: why not passed; ``None`` if passed.
        level: the level reached; the level aimed at if not passed.
        signing_time: when the signer claims to have signed; aware.
        proven_time: the earliest moment at which a trusted timestamp saw the signature; aware.
        covers_whole_document: whether every byte of the file but the signature itself is signed by it.
        modifications: what was added to the file after it.
        root: name of the trusted root; ``None`` if there is none.
        root_kind: whose root it is (``signing.trust.RootKind``); ``None`` if there is none.
        fingerprint: SHA-256 of the signer's certificate, hexadecimal; empty if unknown.
        reasons: Vietnamese sentences; for a passed signature notes, if any.
        details: what a full report says beside this; ``None`` if the signature could not be read.
        notes: what could not be checked, and what else is worth knowing; with codes for programs.
    """

    field: str = ""
    signer: str = ""
    organisation: str = ""
    conclusion: Conclusion
    sub_indication: str | None = None
    level: Level = Level.B_B
    signing_time: datetime | None = None
    proven_time: datetime | None = None
    covers_whole_document: bool = False
    modifications: Modifications = "none"
    root: str | None = None
    root_kind: str | None = None
    fingerprint: str = ""
    reasons: tuple[str, ...] = ()
    details: SignatureDetails | None = None
    notes: tuple[Note, ...] = ()

    def as_json(self) -> SignatureJson:
        """The fixed JSON form; times in UTC, ISO 8601."""
        return SignatureJson(
            field=self.field,
            signer=self.signer,
            organisation=self.organisation,
            conclusion=self.conclusion,
            sub_indication=self.sub_indication,
            level=self.level.label,
            signing_time=_iso(self.signing_time),
            proven_time=_iso(self.proven_time),
            covers_whole_document=self.covers_whole_document,
            modifications=self.modifications,
            root=self.root,
            reasons=list(self.reasons),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on a file: that of its worst signature.

    Attributes:
        file: the name as it was given.
        conclusion: see above; ``unsigned`` if it bears no signature.
        signatures: in the order in which they were made.
        policy: id of the signature policy under which it was judged.
        policy_version: version of that policy.
        trust_version: of the trust store, SHA-256 in hexadecimal.
        judged_at: the moment for which it was judged; aware.
        details: of the file, for the full reports.
    """

    file: str
    conclusion: Conclusion
    signatures: tuple[SignatureReport, ...] = ()
    policy: str = ""
    policy_version: str = ""
    trust_version: str = ""
    judged_at: datetime | None = None
    details: FileDetails = field(default_factory=FileDetails)

    @property
    def exit_code(self) -> int:
        """What ``motlan verify`` exits with."""
        return EXIT_CODES[self.conclusion]

    @property
    def label(self) -> str:
        """The verdict in Vietnamese capitals."""
        return LABELS_VI[self.conclusion]

    def as_json(self) -> ReportJson:
        """The fixed JSON form."""
        return ReportJson(
            file=self.file,
            conclusion=self.conclusion,
            signatures=[signature.as_json() for signature in self.signatures],
        )


def report_of(file: str, signatures: Sequence[SignatureReport]) -> Report:
    """A report whose conclusion is that of the worst signature."""
    found = {signature.conclusion for signature in signatures}
    worst: Conclusion = next((one for one in _WORST_FIRST if one in found), "unsigned")
    return Report(file=file, conclusion=worst, signatures=tuple(signatures))


def sentence(sub_indication: str) -> str:
    """Why, in Vietnamese."""
    return saying(sub_indication).why_vi


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
