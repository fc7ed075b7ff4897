"""Digits that stand in boxes of their own, one by one, are one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dossier.geometry import bounding
from ocr.engine import EngineWord

_FEWEST = 4
# White between two digits, in heights of a digit; beyond, they are cells of a table.
_WIDEST_GAP = 1.6
_NARROWEST_GAP = 0.3
_EVEN = 0.35


def joined_digits(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words of a page with every even row of single digits as one word; boxes and lines are kept."""
    kept: list[EngineWord] = []
    row: list[EngineWord] = []
    for word in words:
        if row and not (_is_digit(word) and _goes_on(row, word)):
            kept.extend(_settled(row))
            row = []
        if _is_digit(word):
            row.append(word)
        else:
            kept.append(word)
    kept.extend(_settled(row))
    return tuple(kept)


def _is_digit(word: EngineWord) -> bool:
    return len(word.text) == 1 and word.text.isdigit()


def _goes_on(row: Sequence[EngineWord], word: EngineWord) -> bool:
    last = row[-1]
    gap = word.box.left - last.box.right
    height = max(1, last.box.height, word.box.height)
    return (last.block, last.line) == (word.block, word.line) and (
        _NARROWEST_GAP * height <= gap <= _WIDEST_GAP * height
    )


def _settled(row: list[EngineWord]) -> list[EngineWord]:
    if len(row) < _FEWEST or not _is_even(row):
        return row
    text = "".join(word.text for word in row)
    confidence = min(word.confidence for word in row)
    box = bounding(word.box for word in row)
    return [replace(row[0], text=text, box=box, confidence=confidence, choices=((text, 0.0),))]


def _is_even(row: Sequence[EngineWord]) -> bool:
    steps = [after.box.centre[0] - before.box.centre[0] for before, after in pairwise(row)]
    mean = sum(steps) / len(steps)
    return all(abs(step - mean) <= _EVEN * mean for step in steps)
