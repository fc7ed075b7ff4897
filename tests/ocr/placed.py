"""Lines of print in given places, and the order they are read in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.geometry import Box
from dossier.text import Word
from ocr.layout import lines_of_words
from ocr.segments import Row, Segment, segment_of

HEIGHT = 30


def placed(text: str, left: int, top: int, *, letter: int = 12) -> list[Word]:
    """The words of a line that begins in a place, each letter as wide as every other."""
    words: list[Word] = []
    x = left
    for part in text.split():
        words.append(Word(part, Box(x, top, x + letter * len(part), top + HEIGHT), 0.95))
        x += letter * (len(part) + 1)
    return words


def segment(text: str, left: int, top: int) -> Segment:
    """The same as one segment."""
    return segment_of(placed(text, left, top))


def texts(*lines: list[Word]) -> list[str]:
    """What is read, line after line, where words stand so on a page."""
    return [line.text for line in lines_of_words([word for line in lines for word in line])]


def row_texts(rows: Sequence[Row]) -> list[str]:
    """The text of each row, its segments apart by a bar."""
    return [" | ".join(" ".join(word.text for word in part.words) for part in row) for row in rows]
