"""A word that two lines hold: the crop of one line reached into a word that another has whole."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.geometry import bounding
from ocr.engine import EngineWord
from ocr.wordlines import by_line, line_of

_SHARED = 0.85


def without_doubles(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words without those that another line has whole in the same place."""
    lines = by_line(words)
    areas = {line: bounding(word.box for word in own) for line, own in lines.items()}
    # Nearly all lines meet none but the next; all words with all others would be tens of thousands of pairs.
    beside = {
        line: [
            word
            for other, own in lines.items()
            if other != line and area.intersection_area(areas[other])
            for word in own
        ]
        for line, area in areas.items()
    }
    return tuple(word for word in words if not any(_is_part(word, other) for other in beside[line_of(word)]))


def _is_part(word: EngineWord, other: EngineWord) -> bool:
    """Whether the letters of a word stand in a longer word, and on the same ink."""
    if len(word.text) >= len(other.text) or word.text not in other.text:
        return False
    return word.box.intersection_area(other.box) >= _SHARED * word.box.area
