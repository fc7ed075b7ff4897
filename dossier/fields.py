"""A field of a paper: normalised value, printed form, and the evidence for both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from dossier.geometry import Box


class Evidence(StrEnum):
    """Where a value was taken from."""

    PRINT = "print"
    QR = "qr"
    MRZ = "mrz"
    EMBEDDED = "embedded"
    PERSON = "person"


class FieldJson(TypedDict):
    """A field as ``motlan extract --json`` prints it."""

    value: str
    printed: str
    confidence: float
    page: int
    box: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    Attributes:
        name: as in the vocabulary (``full_name``).
        value: normalised (dates ISO 8601, names in title case, identity numbers digits only).
        printed: what stands on the paper, untouched but for NFC.
        confidence: calibrated, 0 to 1.
        page: 1-based page of the file.
        box: on that page.
        evidence: print, QR, MRZ, embedded text, or a person.
        suggestion: what a check thinks was meant; shown to a person, never taken by itself.
        reasons: stable codes for what raised or lowered the confidence (``id.sex_conflict`` …).
    """

    name: str
    value: str
    printed: str
    confidence: float
    page: int
    box: Box
    evidence: Evidence = Evidence.PRINT
    reasons: tuple[str, ...] = ()
    suggestion: str = ""

    def as_json(self) -> FieldJson:
        """The field as commands print it."""
        return {
            "value": self.value,
            "printed": self.printed,
            "confidence": round(self.confidence, 4),
            "page": self.page,
            "box": self.box.as_list(),
        }
