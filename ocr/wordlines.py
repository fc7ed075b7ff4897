"""Words of an engine by the line it put them in, and how sure it is of several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ocr.engine import EngineWord

LineKey = tuple[int, int]


def line_of(word: EngineWord) -> LineKey:
    """What the words of one line have in common: block and line."""
    return word.block, word.line


def by_line(words: Iterable[EngineWord]) -> dict[LineKey, list[EngineWord]]:
    """The words of each line in the order they came, lines by their first word."""
    lines: dict[LineKey, list[EngineWord]] = {}
    for word in words:
        lines.setdefault(line_of(word), []).append(word)
    return lines


def without(words: Iterable[EngineWord], gone: Iterable[EngineWord]) -> tuple[EngineWord, ...]:
    """The words that are none of those; of two alike in all, only the very one goes."""
    names = {id(word) for word in gone}
    return tuple(word for word in words if id(word) not in names)


def confidence_of(words: Sequence[EngineWord]) -> float:
    """Mean confidence over the letters (0 to 1); 0 where there are none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(1, letters)
