"""Places and free text: as printed, line breaks joined by one space."""

from __future__ import annotations

import re
import unicodedata

from extraction.values.reading import Reading

_EDGE_START = re.compile(r"^[\s.,;:…_\-–|*~'\"`^/\\=]+")
_EDGE_END = re.compile(r"[\s,;:…_\-–|*~\"`^/\\=]+$|[\s]*\.+$")
_SPACE_BEFORE = re.compile(r"\s+([,;.:!?)])")
_NOTHING = re.compile(r"^\W*$")


def read_text(text: str) -> Reading | None:
    """The text without the marks around it; nothing when no letter or digit is left."""
    end = len(text)
    while (cut := _EDGE_END.search(text[:end])) is not None and cut.end() == end and cut.start() < end:
        end = cut.start()
    lead = _EDGE_START.match(text[:end])
    start = lead.end() if lead else 0
    if _NOTHING.match(text[start:end]):
        return None
    value = tidy(text[start:end])
    return Reading(value=value, start=start, end=end, quality=_quality(value))


def tidy(text: str) -> str:
    """NFC, one space between words, none before a comma."""
    return _SPACE_BEFORE.sub(r"\1", " ".join(unicodedata.normalize("NFC", text).split()))


def _quality(value: str) -> float:
    odd = sum(not (mark.isalnum() or mark in " ,.;:/()-–'\"&%²") for mark in value)
    return max(0.3, 0.97 - 0.12 * odd)
