"""Agencies and capacities as the heading and the signature block print them."""

from __future__ import annotations

import re
from dataclasses import replace

from extraction.values.reading import Reading
from extraction.values.texts import mended_units, read_text

ROLE_MENDED = "ocr.role_mended"
"""Reason code: the full stop of ``TM.``, ``KT.``, ``TL.``, ``TUQ.`` or ``Q.`` was not read."""

STRAY_MARK = "ocr.stray_mark"
"""Reason code: a speck beside a letter was read as a mark and left out."""

_SPECK = re.compile(
    r"(?<=\bXÃ)[’'‘`.](?=[A-ZĐÀ-Ỹ])|(?<=\bPHƯỜNG)[’'‘`.](?=[A-ZĐÀ-Ỹ])|(?<=\bTỈNH)[’'‘`.](?=[A-ZĐÀ-Ỹ])"
)
_EDGE_MARKS = re.compile(r"(?:(?<=\s)|^)[-–—'’‘`^~*|._“”\"«»¡!]+(?=\w)|(?<=\w)[’'‘`^~*|_“”\"«»]+(?=\s|$)")
_BARE_PREFIX = re.compile(r"(?:^|(?<=\s))(TM|KT|TL|TUQ)[,:]?(?=\s+[A-ZĐÀ-Ỹ])")


def read_agency(text: str) -> Reading | None:
    """An agency's name; specks that were read as marks beside its letters are left out."""
    found = read_text(text)
    return None if found is None else _without_specks(found)


def read_role(text: str) -> Reading | None:
    """A signer's capacity (Decree 30/2020/NĐ-CP, Annex I); the full stop of a prefix is always printed."""
    found = read_agency(text)
    if found is None:
        return None
    value = _BARE_PREFIX.sub(r"\1.", found.value)
    if value == found.value:
        return found
    return replace(found, value=value, quality=found.quality * 0.95, reasons=(*found.reasons, ROLE_MENDED))


def _without_specks(found: Reading) -> Reading:
    value = mended_units(_EDGE_MARKS.sub("", _SPECK.sub(" ", found.value)))
    if value == found.value:
        return found
    return replace(found, value=value, quality=found.quality * 0.95, reasons=(*found.reasons, STRAY_MARK))
