"""Digits that stand in boxes of their own, one by one, are one number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dossier.geometry import bounding
from ocr.engine import EngineWord

_FEWEST = 4
# White between two digits, in heights of a digit; beyond, they are cells of a table.
_WIDEST_GAP = 1.6
_EVEN = 0.35
_PART = re.compile(r"[\d/|]*\d[\d/|]*")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
# Digits of a date, of an old and of a new identity number, of a tax code.
_LENGTHS = {8, 9, 10, 12, 13}
_FEWEST_SINGLE = 3
_LESS_SURE = 0.9


def joined_digits(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words of a page with every even row of single digits as one word; boxes and lines are kept."""
    kept: list[EngineWord] = []
    row: list[EngineWord] = []
    for word in words:
        if row and not (_is_part(word) and _goes_on(row, word)):
            kept.extend(_settled(row))
            row = []
        if _is_part(word):
            row.append(word)
        else:
            kept.append(word)
    kept.extend(_settled(row))
    return tuple(kept)


def _is_part(word: EngineWord) -> bool:
    """Digits alone, or with the sides of their boxes read as strokes between them."""
    return _PART.fullmatch(word.text) is not None and _DATE.fullmatch(word.text) is None


def _single(word: EngineWord) -> bool:
    return len(word.text) == 1 and word.text.isdigit()


def _goes_on(row: Sequence[EngineWord], word: EngineWord) -> bool:
    last = row[-1]
    gap = word.box.left - last.box.right
    height = max(1, last.box.height, word.box.height)
    return (last.block, last.line) == (word.block, word.line) and gap <= _WIDEST_GAP * height


def _settled(row: list[EngineWord]) -> list[EngineWord]:
    singles = sum(map(_single, row))
    text = "".join(mark for word in row for mark in word.text if mark.isdigit())
    even = singles == len(row) >= _FEWEST and _is_even(row)
    # Where sides of boxes came between, only a number as long as forms have boxes for is believed.
    boxed = _FEWEST_SINGLE <= singles < len(row) and len(text) in _LENGTHS
    if not (even or boxed):
        return row
    confidence = min(word.confidence for word in row) * (1.0 if even else _LESS_SURE)
    box = bounding(word.box for word in row)
    return [replace(row[0], text=text, box=box, confidence=confidence, choices=((text, 0.0),))]


def _is_even(row: Sequence[EngineWord]) -> bool:
    steps = [after.box.centre[0] - before.box.centre[0] for before, after in pairwise(row)]
    mean = sum(steps) / len(steps)
    return all(abs(step - mean) <= _EVEN * mean for step in steps)
