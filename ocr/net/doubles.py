"""A word that two lines hold: the crop of one line reached into a word that another has whole."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.engine import EngineWord

_SHARED = 0.85


def without_doubles(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words without those that another line has whole in the same place."""
    return tuple(word for word in words if not any(_is_part(word, other) for other in words))


def _is_part(word: EngineWord, other: EngineWord) -> bool:
    """Whether the letters of a word stand in a longer word of another line, and on the same ink."""
    if word.line == other.line or len(word.text) >= len(other.text) or word.text not in other.text:
        return False
    return word.box.intersection_area(other.box) >= _SHARED * word.box.area
