"""Dates in digits: ``ngày 05 tháng 3 năm 2021``, ``05/03/2021``, a year alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from extraction.folding import fold
from extraction.values.digits import CORRECTED, DIGIT, as_digits
from extraction.values.reading import Reading

_LONG = re.compile(
    rf"(?:ng.{{1,2}}y\s*[:.]?\s*)?(?<![0-9])(?P<d>{DIGIT}\s?{DIGIT}?)\s*[.,]?\s*th.{{1,2}}ng\s*[:.]?\s*(?P<m>{DIGIT}\s?{DIGIT}?)"
    rf"\s*[.,]?\s*n.m\s*[:.]?\s*(?P<y>{DIGIT}{{4}})",
    re.IGNORECASE,
)
_SHORT = re.compile(
    rf"(?<![0-9/])(?P<d>{DIGIT}{{1,2}})\s?[/.\-]\s?(?P<m>{DIGIT}{{1,2}})\s?[/.\-]\s?(?P<y>{DIGIT}{{4}})(?![0-9])"
)
# One stroke lost, or read as a letter: "1209/2024", "19/08I2046", "1710112045".
_BROKEN = re.compile(
    r"(?<![0-9/])(?P<d>\d{2})(?P<a>[/.\-Il|!1]?)(?P<m>\d{2})(?P<b>[/.\-Il|!1]?)(?P<y>(?:19|20)\d{2})(?![0-9])"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
BROKEN = "ocr.date_mended"
"""Reason code: a stroke between the parts of the date was missing."""

_FIRST_YEAR, _LAST_YEAR = 1850, 2150


def all_dates(text: str) -> Iterator[Reading]:
    """Every full date of the text, in the order printed."""
    plain = _shield(text)
    spans = sorted(
        [*_LONG.finditer(plain), *_SHORT.finditer(plain)], key=lambda match: (match.start(), -match.end())
    )
    end = 0
    for match in spans:
        if match.start() >= end and (reading := _reading(match)) is not None:
            end = match.end()
            yield reading


def read_date(text: str, *, year_alone: bool = True) -> Reading | None:
    """The first full date, else a year where the paper prints only a year."""
    found = next(all_dates(text), None) or _broken(text)
    if found is not None or not year_alone:
        return found
    match = _YEAR.search(text)
    if match is None:
        return None
    return Reading(value=match.group(), start=match.start(), end=match.end(), quality=0.9)


def read_year(text: str) -> Reading | None:
    """A year of four digits; of a full date its year."""
    full = next(all_dates(text), None)
    if full is not None:
        return Reading(
            value=full.value[:4], start=full.start, end=full.end, quality=full.quality, reasons=full.reasons
        )
    match = re.search(rf"(?<![\w]){DIGIT}{{4}}(?![\w])", text)
    if match is None:
        return None
    year, turned = as_digits(match.group())
    if turned > 1 or not year.isdigit() or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    return Reading(
        value=year,
        start=match.start(),
        end=match.end(),
        quality=0.6 if turned else 1.0,
        reasons=(CORRECTED,) if turned else (),
    )


def _broken(text: str) -> Reading | None:
    """A date of eight digits with a stroke lost or read as a letter."""
    match = _BROKEN.search(text)
    if match is None or not (match["a"] or match["b"]):
        return None
    found = _reading(match)
    return None if found is None else replace(found, quality=0.7, reasons=(BROKEN,))


def _shield(text: str) -> str:
    """Accents off outside numbers, so that ``ngày`` matches however it was read; case is kept for O and l."""
    folded = fold(text)
    return "".join(
        mark.upper() if mark.isalpha() and original.isupper() else mark
        for mark, original in zip(folded, text, strict=True)
    )


def _reading(match: re.Match[str]) -> Reading | None:
    parts, turned = [], 0
    for name in ("d", "m", "y"):
        digits, count = as_digits(match[name].replace(" ", ""))
        parts.append(digits)
        turned += count
    if turned > 2 or not all(part.isdigit() for part in parts):
        return None
    day, month, year = map(int, parts)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        value = date(year, month, day).isoformat()
    except ValueError:
        return None
    return Reading(
        value=value,
        start=match.start(),
        end=match.end(),
        quality=0.6 if turned else 1.0,
        reasons=(CORRECTED,) if turned else (),
    )
