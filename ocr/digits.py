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
# A digit's width, and from one to the next in boxes at least, in heights; print sets them 0.75 apart.
_DIGIT_WIDTH = 0.65
_SPACED = 1.0
_PART = re.compile(r"[\d/|'’]*\d[\d/|'’]*")
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
    text = "".join(mark for word in row for mark in word.text if mark.isdigit())
    plain = all(word.text.isdigit() for word in row)
    singles = sum(map(_single, row))
    even = plain and len(text) >= _FEWEST and _is_even(_centres(row))
    # Where sides of boxes came between, only a number as long as forms have boxes for is believed.
    boxed = len(text) in _LENGTHS and (
        _FEWEST_SINGLE <= singles < len(row) or (not plain and _is_even(_centres(row)))
    )
    if not (even or boxed):
        return row
    confidence = min(word.confidence for word in row) * (1.0 if even else _LESS_SURE)
    box = bounding(word.box for word in row)
    # Joining is no reading of the language.
    return [replace(row[0], text=text, box=box, confidence=confidence, choices=((text, 0.0),), read="")]


def _centres(row: Sequence[EngineWord]) -> tuple[list[float], int]:
    """Where the digits of a row stand, several of which may have been read as one word; and their height."""
    height = max(1, *(word.box.height for word in row))
    centres: list[float] = []
    for word in row:
        count = sum(map(str.isdigit, word.text))
        half = min(word.box.width, _DIGIT_WIDTH * word.box.height) / 2
        step = (word.box.width - 2 * half) / max(1, count - 1)
        centres += [word.box.left + half + index * step for index in range(count)]
    return centres, height


def _is_even(digits: tuple[list[float], int]) -> bool:
    """Whether each digit stands as far from the one before, and further than print sets them."""
    centres, height = digits
    steps = [after - before for before, after in pairwise(centres)]
    mean = sum(steps) / len(steps)
    return mean >= _SPACED * height and all(abs(step - mean) <= _EVEN * mean for step in steps)
