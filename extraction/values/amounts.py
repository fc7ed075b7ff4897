"""Sums of money and areas: Vietnamese printing has dots between thousands and a comma before decimals."""

from __future__ import annotations

import re

from extraction.values.reading import Reading

_AMOUNT = re.compile(r"\d[\d.,\s]*\d|\d")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[.\s]\d{3})+$")
_THOUSANDS_COMMA = re.compile(r"^\d{1,3}(?:,\d{3})+$")


def read_money(text: str) -> Reading | None:
    """A whole sum: ``100.000.000 đồng`` is 100000000."""
    match = _AMOUNT.search(text)
    if match is None:
        return None
    digits = re.sub(r"[.,\s]", "", match.group())
    grouped = _THOUSANDS.match(match.group()) or _THOUSANDS_COMMA.match(match.group())
    return Reading(value=digits, start=match.start(), end=match.end(), quality=0.98 if grouped else 0.7)


def read_area(text: str) -> Reading | None:
    """A decimal number: ``1.250,5 m²`` is 1250.5."""
    match = _AMOUNT.search(text)
    if match is None:
        return None
    value, quality = _decimal(match.group().strip())
    if value is None:
        return None
    return Reading(value=value, start=match.start(), end=match.end(), quality=quality)


def read_number(text: str) -> Reading | None:
    """A small whole number: ``01`` is 1."""
    match = re.search(r"\d{1,4}", text)
    if match is None:
        return None
    return Reading(value=str(int(match.group())), start=match.start(), end=match.end(), quality=0.95)


def _decimal(printed: str) -> tuple[str | None, float]:
    compact = printed.replace(" ", "")
    if _THOUSANDS.match(compact):
        # A dot before exactly three digits: thousands as the law prints them, but it might be a decimal.
        return compact.replace(".", ""), 0.75
    whole, comma, decimals = compact.partition(",")
    if comma:
        whole = whole.replace(".", "")
        return (f"{whole}.{decimals}", 0.98) if whole.isdigit() and decimals.isdigit() else (None, 0.0)
    if compact.count(".") > 1:
        return None, 0.0
    return compact, 0.97
