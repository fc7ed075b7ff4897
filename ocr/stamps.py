"""Stamps with words: urgency, form of copy, papers that came in. They stand on a text and are no part of it.

Their words are a table, ``data/stamps.toml``; short ones that papers also print count only in coloured ink or
in a frame of their own.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.coarse import COARSE_DPI, CoarseInk
from ocr.engine import EngineWord
from ocr.gaps import split_at_gaps
from ocr.scoring import edit_distance
from ocr.wordlines import LineKey, by_line, line_of, without

TABLE = Path(__file__).parent / "data" / "stamps.toml"

_MM = COARSE_DPI / 25.4
_LONG_MM, _SHORT_MM = (9.0, 75.0), (5.0, 35.0)
_FULL, _EMPTY = 0.85, 0.6
_HOLE_OF = 3
# That share of the letters of a long stamp may be misread: it is pressed in uneven ink, often over print.
_MISREAD, _LONG = 0.17, 7
_INSIDE = 0.8


@dataclass(frozen=True, slots=True)
class StampWords:
    """The words of stamps, in capitals; ``short`` ones need ink or a frame that tells them from print."""

    words: tuple[str, ...]
    short: frozenset[str]


@functools.cache
def load_stamp_words() -> StampWords:
    """The committed table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return StampWords(tuple(table["words"]), frozenset(table["short"]))


def frames(page: CoarseInk) -> tuple[Box, ...]:
    """Frames that stand alone, a little askew or not, in pixels of the image; cells of tables are none."""
    closed = cv2.dilate(page.ink, np.ones((3, 3), dtype=np.uint8))
    outlines, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes: dict[int, list[int]] = {}
    for index in range(len(outlines)):
        around = int(np.asarray(tree)[0, index, _HOLE_OF])
        if around >= 0:
            holes.setdefault(around, []).append(index)
    return tuple(
        page.box_on_image(cv2.boundingRect(outlines[outer]))
        for outer, inner in holes.items()
        if _is_frame(outlines[outer], [outlines[index] for index in inner])
    )


def _is_frame(outer: cv2.typing.MatLike, holes: Sequence[cv2.typing.MatLike]) -> bool:
    """A rectangle around one space; letters in it may touch its sides."""
    _, sides, _ = cv2.minAreaRect(outer)
    area = sides[0] * sides[1]
    short, long = sorted(side / _MM for side in sides)
    fits = _SHORT_MM[0] <= short <= _SHORT_MM[1] and _LONG_MM[0] <= long <= _LONG_MM[1]
    if not fits or cv2.contourArea(outer) < _FULL * area:
        return False
    return max(cv2.contourArea(cv2.convexHull(hole)) for hole in holes) >= _EMPTY * area


def parted_stamps(
    words: Sequence[EngineWord], *, framed: Sequence[Box], coloured: frozenset[LineKey]
) -> tuple[tuple[EngineWord, ...], tuple[EngineWord, ...]]:
    """The words of the text, and those of stamps.

    Args:
        words: of a page.
        framed: boxes of frames that stand alone.
        coloured: the lines in coloured ink.
    """
    stamps: list[EngineWord] = []
    for key, line in by_line(words).items():
        for part in split_at_gaps(line):
            if _is_stamp(part, framed=framed, coloured=key in coloured):
                stamps += part
    return without(words, stamps), tuple(stamps)


def _is_stamp(part: Sequence[EngineWord], *, framed: Sequence[Box], coloured: bool) -> bool:
    text = " ".join(word.text for word in part)
    if not text.isupper():
        return False
    table = load_stamp_words()
    if text in table.short:
        return coloured or any(_is_inside(part[0].box, frame) for frame in framed)
    return text in table.words or any(
        edit_distance(text, stamp) <= _MISREAD * len(stamp) for stamp in table.words if len(stamp) >= _LONG
    )


def _is_inside(box: Box, frame: Box) -> bool:
    return box.intersection_area(frame) >= _INSIDE * box.area


def lines_of(words: Sequence[EngineWord]) -> frozenset[LineKey]:
    """The lines that some words stand in."""
    return frozenset(map(line_of, words))
