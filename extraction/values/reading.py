"""What reading a value yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value found in a text.

    Attributes:
        value: in the normal form of the vocabulary.
        start, end: where it is printed in the text, end exclusive.
        quality: 0 to 1, how well the text fits the kind of value.
        reasons: stable codes for what was corrected or looks odd (``ocr.digit_corrected`` …).
    """

    value: str
    start: int
    end: int
    quality: float = 1.0
    reasons: tuple[str, ...] = ()
