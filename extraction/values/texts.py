"""Places and free text: as printed, line breaks joined by one space."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from extraction.values.provinces import is_province
from extraction.values.reading import Reading

_EDGE_START = re.compile(r"^[\s.,;:…_\-–|*~'\"`^/\\=]+")
_EDGE_END = re.compile(r"[\s,;:…_\-–|*~\"`^/\\=]+$|[\s]*\.+$")
_SPACE_BEFORE = re.compile(r"\s+([,;.:!?)])")
# A dot of the leader read as a full stop in the middle of an address: "huyện. Cư", "Thành. phố".
_STRAY_STOP = re.compile(
    r"(?<=\b[Hh]uyện)\.(?= )|(?<=\b[Tt]ỉnh)\.(?= )|(?<=\b[Xx]ã)\.(?= )|(?<=\bphường)\.(?= )"
    r"|(?<=\b[Tt]hành phố)\.(?= )|(?<=\b[Tt]hành)\.(?= phố)"
)
_POINT = re.compile(r"(?:^|\s)[-–](?=\s)")
_LIST = 2
_STROKE = re.compile(r"(?<=\d)[Il|](?=\d)")
MENDED = "ocr.stroke_mended"
"""Reason code: a letter between digits was taken for a stroke, or the accent of ``tỉnh`` was put right."""
_PROVINCE_UNIT = re.compile(
    r"(?P<word>\b(?:t[íìĩị]nh))(?P<space>\s+)(?P<name>\w+(?:[ -]+\w+){0,4})", re.IGNORECASE
)
_NOTHING = re.compile(r"^\W*$")


def read_text(text: str) -> Reading | None:
    """The text without the marks around it; nothing when no letter or digit is left."""
    end = len(text)
    while (cut := _EDGE_END.search(text[:end])) is not None and cut.end() == end and cut.start() < end:
        end = cut.start()
    lead = _EDGE_START.match(text[:end])
    start = lead.end() if lead else 0
    if text[start:end].endswith(")") and "(" not in text[start:end]:
        end -= 1
    if _NOTHING.match(text[start:end]):
        return None
    value = tidy(text[start:end])
    # The last full stop belongs to a text of several sentences; behind a single phrase it is the form's.
    if text[end : end + 1] == "." and ". " in value:
        value, end = f"{value}.", end + 1
    return Reading(value=value, start=start, end=end, quality=_quality(value))


def read_list(text: str) -> Reading | None:
    """Points of a list as printed, dashes and closing mark kept (``- Sở Nội vụ; - Sở Tài chính.``)."""
    found = read_text(text)
    if found is None or len(_POINT.findall(text)) < _LIST:
        return found
    start = text.index("-")
    close = text[found.end : found.end + 1] if text[found.end : found.end + 1] in {";", "."} else ""
    value = f"- {found.value.removesuffix(close)}{close}"
    return replace(found, value=value, start=min(start, found.start))


def read_place(text: str) -> Reading | None:
    """A place: text with what the reader gets wrong put right, and the value doubted for it.

    The stroke of a house number is read as a letter (``127I5`` is ``127/5``), ``tỉnh`` with another accent.
    """
    found = read_text(text)
    if found is None:
        return None
    value = mended_units(_STROKE.sub("/", found.value))
    if value == found.value:
        return found
    return replace(found, value=value, quality=found.quality * 0.9, reasons=(MENDED,))


def mended_units(value: str) -> str:
    """The value with ``tỉnh`` where its accent was misread before the name of a province."""

    def mend(match: re.Match[str]) -> str:
        known = _opens_as_province(match["name"])
        return _unit_like(match["word"]) + match["space"] + match["name"] if known else match[0]

    return _PROVINCE_UNIT.sub(mend, value)


def _opens_as_province(text: str) -> bool:
    words = text.split()
    return any(is_province(" ".join(words[:count])) for count in range(1, len(words) + 1))


def _unit_like(word: str) -> str:
    """``tỉnh`` in the same kind of letters."""
    if word.isupper():
        return "TỈNH"
    return "Tỉnh" if word[0].isupper() else "tỉnh"


def tidy(text: str) -> str:
    """NFC, one space between words, none before a comma, no stray stop inside an address."""
    joined = _SPACE_BEFORE.sub(r"\1", " ".join(unicodedata.normalize("NFC", text).split()))
    return _STRAY_STOP.sub("", joined)


def _quality(value: str) -> float:
    odd = sum(not (mark.isalnum() or mark in " ,.;:/()-–'\"&%²") for mark in value)
    return max(0.3, 0.97 - 0.12 * odd)
