"""Segments of lines, and the rows they make: what reading order is decided on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from dossier.geometry import Box, bounding
from dossier.text import Word

Row = list["Segment"]

_SAME_ROW = 0.45
# The line of place and date of an office paper, in plain text.
DATED = re.compile(r"\bngay\b.*\b(thang|nam)\b")


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line and one column, and the box around them."""

    box: Box
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, one space between."""
        return " ".join(word.text for word in self.words)


def segment_of(words: Sequence[Word]) -> Segment:
    """Words that stand beside each other as one segment."""
    return Segment(bounding(word.box for word in words), tuple(words))


def rows_of(segments: Sequence[Segment]) -> list[Row]:
    """Segments that stand beside each other, row after row from top to bottom, left to right in each."""
    rows: list[Row] = []
    for segment in sorted(segments, key=lambda entry: entry.box.centre[1]):
        near = rows[-1] if rows else []
        if near and _belongs(segment, near):
            near.append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda entry: entry.box.left) for row in rows]


def _belongs(segment: Segment, row: Row) -> bool:
    """On the row, and beside what is there already rather than above or below it."""
    level = any(segment.box.vertical_overlap(other.box) >= _SAME_ROW for other in row)
    free = all(segment.box.left >= other.box.right or segment.box.right <= other.box.left for other in row)
    return level and free


def plain(row: Row) -> str:
    """Its text in small letters without marks: they are what is misread most."""
    text = " ".join(segment.text for segment in row)
    return "".join(
        mark for mark in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(mark)
    )
