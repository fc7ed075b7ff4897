"""Where the white between two words of a line is as wide as between columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from dossier.geometry import Box

# A gap this many line heights wide parts two columns; words of one line stand a third of a height apart.
_COLUMN_GAP = 1.8
# So is a gap that is wide and quite unlike the others of its line.
_WIDE_GAP = 1.0
_UNUSUAL = 3.0


class Placed(Protocol):
    """Something in a place of the page."""

    @property
    def box(self) -> Box:
        """Around its ink."""
        ...


_Placed = TypeVar("_Placed", bound=Placed)


def split_at_gaps(words: Sequence[_Placed]) -> list[list[_Placed]]:
    """One line parted where the white is as wide as between columns; left to right."""
    ordered = sorted(words, key=lambda word: word.box.left)
    heights = sorted(word.box.height for word in ordered)
    height = max(1, heights[len(heights) // 2])
    gaps = sorted(word.box.left - previous.box.right for previous, word in pairwise(ordered))
    usual = max(1, gaps[len(gaps) // 2]) if gaps else 1
    parts: list[list[_Placed]] = [[ordered[0]]]
    for previous, word in pairwise(ordered):
        gap = word.box.left - previous.box.right
        if gap > _COLUMN_GAP * height or (gap > _WIDE_GAP * height and gap > _UNUSUAL * usual):
            parts.append([])
        parts[-1].append(word)
    return parts
