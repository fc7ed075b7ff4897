"""Identity numbers: twelve digits, the old nine, however spaced or boxed."""

from __future__ import annotations

import re

from extraction.values.digits import CORRECTED, DIGIT, as_digits
from extraction.values.reading import Reading

_RUN = re.compile(rf"(?<![0-9A-Za-z])(?:{DIGIT}[\s.\[\]_]{{0,2}}){{8,30}}{DIGIT}(?![0-9A-Za-z])")
_LENGTHS = (12, 9)
_MAX_TURNED = 2
_LEAST_SINGLE = 9
BOXES = "ocr.box_strokes"
"""Reason code: strokes of the boxes around the digits were read as digits and left out."""


def read_identity(text: str) -> Reading | None:
    """The first run of twelve digits, else of nine; letters that look like digits count as such."""
    readings = [reading for match in _RUN.finditer(text) if (reading := _reading(match)) is not None]
    boxed = _boxed(text)
    if boxed is not None:
        readings.append(boxed)
    for length in _LENGTHS:
        for reading in readings:
            if len(reading.value) == length:
                return reading
    return None


def _boxed(text: str) -> Reading | None:
    """Digits in boxes, one each; where a stroke was read as a one, the digit is the last of its piece."""
    start = next((index for index, mark in enumerate(text) if mark.isdigit()), len(text))
    end = max((index + 1 for index, mark in enumerate(text) if mark in "0123456789|"), default=0)
    pieces = [as_digits(piece)[0] for piece in re.split(r"[|\s\[\]]+", text[start:end]) if piece]
    single = sum(len(piece) == 1 for piece in pieces)
    if len(pieces) != _LENGTHS[0] or single < _LEAST_SINGLE or not all(piece.isdigit() for piece in pieces):
        return None
    value = "".join(piece[-1] for piece in pieces)
    return Reading(value=value, start=start, end=end, quality=0.7, reasons=(BOXES,))


def _reading(match: re.Match[str]) -> Reading | None:
    printed = match.group()
    for boxed in (False, True):
        bare = re.sub(r"[\s.\[\]_|]" if boxed else r"[\s.\[\]_]", "", printed)
        digits, turned = as_digits(bare)
        if len(digits) in _LENGTHS and digits.isdigit() and turned <= _MAX_TURNED:
            quality = (1.0 if len(digits) == _LENGTHS[0] else 0.9) * 0.75**turned
            return Reading(
                value=digits,
                start=match.start(),
                end=match.end(),
                quality=quality,
                reasons=(CORRECTED,) if turned else (),
            )
    return None
