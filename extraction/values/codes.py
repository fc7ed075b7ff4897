"""Codes, numbers and signs (số, ký hiệu) as Decree 30/2020/NĐ-CP writes them: ``241/QĐ-UBND``."""

from __future__ import annotations

import re

from extraction.values.digits import as_digits
from extraction.values.reading import Reading

CORRECTED = "ocr.sign_corrected"
"""Reason code: a letter of the sign was corrected from the table of abbreviations."""

_SIGN = re.compile(
    r"(?P<number>[0-9OolI]{1,6}[a-zA-Z]?)\s*(?P<year>[/]\s*\d{4})?\s*/\s*"
    r"(?P<sign>[A-ZĐƯ][A-Za-zĐđƯư0-9&.]*(?:\s?[-–]\s?[A-ZĐƯ0-9][A-Za-zĐđƯư0-9&.]*)*)"
)
_NUMBER = re.compile(
    r"(?<![\w])(?:[A-ZĐ]{1,4}[-.]?)?\d{1,10}(?!\d)[A-Za-z]?(?:\s*[/\-.]\s*[0-9A-ZĐ]{1,8}){0,3}"
)
_WORDY = re.compile(r"[0-9A-ZĐƯa-zđư][0-9A-ZĐƯa-zđư./\-]*")
_SPLIT_DIGITS = re.compile(r"\d+(?: \d+)*(?:\s?-\s?\d{3}(?!\d))?(?=[\s.,;]|$)")
_DIGITS = (10, 12, 13)
# Only abbreviations that no other one of the annex could be meant by; ĐA and DA, HĐ and HD both exist.
_ONLY = {
    "QD": "QĐ",
    "OĐ": "QĐ",
    "OD": "QĐ",
    "QÐ": "QĐ",
    "NÐ": "NĐ",
    "UBNĐ": "UBND",
    "UBNO": "UBND",
    "U8ND": "UBND",
}


def read_sign(text: str) -> Reading | None:
    """A number with its sign, else a number with parts (``125/2019``); spaces inside are taken out."""
    match = _SIGN.search(text)
    if match is not None:
        return _sign(match)
    match = _NUMBER.search(text)
    if match is None:
        return None
    value = re.sub(r"\s", "", match.group())
    return Reading(value=value, start=match.start(), end=match.end(), quality=0.95 if "/" in value else 0.6)


def read_code(text: str) -> Reading | None:
    """A code of letters and digits with at least one digit; capitals and digits of one code may be apart."""
    match = _SPLIT_DIGITS.match(text.strip())
    if match is not None and len(re.sub(r"\D", "", match.group())) in _DIGITS:
        return _joined(text, match)
    match = re.search(r"(?<!\w)[A-ZĐ]{1,3}\s?\d{4,12}(?!\w)", text)
    if match is None:
        match = next(
            (found for found in _WORDY.finditer(text) if any(mark.isdigit() for mark in found.group())), None
        )
    if match is None:
        return None
    value = re.sub(r"\s", "", match.group()).rstrip(".,;-/")
    return Reading(value=value, start=match.start(), end=match.start() + len(match.group()), quality=0.97)


def _joined(text: str, match: re.Match[str]) -> Reading:
    """A number of ten, twelve or thirteen digits that was read in pieces."""
    start = text.index(match.group())
    value = re.sub(r"\s", "", match.group())
    quality = 0.97 if value == match.group() else 0.9
    return Reading(value=value, start=start, end=start + len(match.group()), quality=quality)


def read_shaped(text: str, pattern: re.Pattern[str]) -> Reading | None:
    """What fits the shape that the table gives for a code; spaces inside are taken out."""
    match = pattern.search(text)
    if match is None:
        return None
    value = re.sub(r"\s", "", match.group())
    return Reading(value=value, start=match.start(), end=match.end(), quality=0.97)


def _sign(match: re.Match[str]) -> Reading:
    number, turned = as_digits(match["number"][:-1])
    number += match["number"][-1] if match["number"][-1] not in "OolI" else as_digits(match["number"][-1])[0]
    year = re.sub(r"\s", "", match["year"] or "")
    parts = re.split(r"\s?[-–]\s?", match["sign"].rstrip("."))
    mended = [_ONLY.get(part, part) for part in parts]
    changed = mended != parts
    reasons = (CORRECTED,) if changed else ()
    quality = (0.85 if changed else 0.99) * 0.8**turned
    value = f"{number}{year}/{'-'.join(mended)}"
    return Reading(value=value, start=match.start(), end=match.end(), quality=quality, reasons=reasons)
