"""Values that a pen wrote in blue ink beside printed labels. Black pens cannot be told from print by colour.

The networks were taught print: what they read in handwriting may be wrong however sure they are of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import Finding, Line, Word
from ocr.arrays import GrayImage, PageImage, shrunk
from ocr.ink import ground
from ocr.shapes import HEIGHT, LEFT, TOP, WIDTH, Rectangles, ink_within, rectangles

# JPEG keeps colours no finer.
_DPI = 100
_MILLIMETRE = _DPI / 25.4
_GROUND_MM = 10.0
# Blue ink on paper: by so much blue lies above red and above green, more than the paper around it does.
_ABOVE_RED, _ABOVE_GREEN = 22, 8
# Strokes of one value are joined over gaps between words, not over the space between two lines.
_JOIN_MM = (6.0, 1.0)
_LEAST_MM, _TALLEST_MM = 3.0, 14.0
# A pen goes up and down and leaves so much ink for its width; the blue fringes of black print are specks.
_PEN_MM = 0.4
# Of the box of a word, this share is blue where the word is.
_BLUE_WORD = 0.05
_REACH = 0.5
# A signature, initials and a note stand beside a row or two.
_ROWS = 4
_MOST_SURE = 0.5


def pen_ink(pixels: PageImage, *, dpi: int) -> GrayImage | None:
    """Where blue ink is, as 1 and 0 at some 100 dpi; None where there is none or the page has no colours.

    Args:
        pixels: the page as stored, grey or RGB.
        dpi: its pixels per inch.
    """
    if pixels.ndim == 2:
        return None
    scale = min(1.0, _DPI / dpi)
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    red, green, blue = cv2.split(shrunk(pixels, width, height))
    reach = max(3, round(_GROUND_MM * _MILLIMETRE)) | 1
    above = (cv2.subtract(blue, red), cv2.subtract(blue, green))
    over_red, over_green = (
        cv2.subtract(part, ground(np.asarray(part, dtype=np.uint8), reach)) for part in above
    )
    ink = np.asarray((over_red >= _ABOVE_RED) & (over_green >= _ABOVE_GREEN), dtype=np.uint8)
    return ink if ink.any() else None


def penned_rows(ink: GrayImage, lines: Sequence[Line], *, width: int, height: int) -> int:
    """How many lines of print have blue strokes of their own behind their first printed word.

    Args:
        ink: of ``pen_ink``, upright.
        lines: of the page, boxes in its pixels.
        width: of the page in pixels.
        height: the same downwards.
    """
    across, down = ink.shape[1] / width, ink.shape[0] / height
    heads = [head for line in lines if (head := _head(line, ink, across=across, down=down)) is not None]
    kernel = np.ones([max(1, round(side * _MILLIMETRE)) for side in reversed(_JOIN_MM)], dtype=np.uint8)
    joined = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel), dtype=np.uint8)
    strokes = rectangles(joined)
    inked = ink_within(ink, strokes).tolist()
    found = {
        _row_of(stroke, heads)
        for stroke, pixels in zip(strokes, inked, strict=True)
        if _is_value(stroke, pixels)
    }
    return len(found - {-1})


def check_handwriting(
    ink: GrayImage | None, lines: Sequence[Line], *, page: int, width: int, height: int
) -> tuple[Finding, ...]:
    """``page.handwriting`` with the number of rows; arguments as of ``penned_rows``."""
    rows = 0 if ink is None else penned_rows(ink, lines, width=width, height=height)
    return (Finding("page.handwriting", page, float(rows)),) if rows >= _ROWS else ()


def doubted(lines: Sequence[Line], ink: GrayImage, *, width: int, height: int) -> tuple[Line, ...]:
    """The lines, words in blue ink never surer than one half; arguments as of ``penned_rows``."""
    across, down = ink.shape[1] / width, ink.shape[0] / height
    return tuple(
        replace(line, words=tuple(_unsure(word, ink, across=across, down=down) for word in line.words))
        for line in lines
    )


def _unsure(word: Word, ink: GrayImage, *, across: float, down: float) -> Word:
    blue = _is_blue(word.box, ink, across=across, down=down)
    return replace(word, confidence=min(word.confidence, _MOST_SURE)) if blue else word


def _head(line: Line, ink: GrayImage, *, across: float, down: float) -> tuple[float, float, float] | None:
    """Right edge, top and bottom of the first printed word of a line, in pixels of ``ink``."""
    for word in line.words:
        printed = sum(mark.isalpha() for mark in word.text) > 1
        if printed and not _is_blue(word.box, ink, across=across, down=down):
            return word.box.right * across, word.box.top * down, word.box.bottom * down
    return None


def _is_blue(box: Box, ink: GrayImage, *, across: float, down: float) -> bool:
    part = ink[
        int(box.top * down) : max(int(box.top * down) + 1, round(box.bottom * down)),
        int(box.left * across) : max(int(box.left * across) + 1, round(box.right * across)),
    ]
    return part.size > 0 and float(part.mean()) >= _BLUE_WORD


def _is_value(stroke: Rectangles, pixels: int) -> bool:
    wide, tall = int(stroke[WIDTH]), int(stroke[HEIGHT])
    sized = wide >= _LEAST_MM * _MILLIMETRE and tall <= _TALLEST_MM * _MILLIMETRE
    return sized and pixels >= _PEN_MM * _MILLIMETRE * wide


def _row_of(stroke: Rectangles, heads: Sequence[tuple[float, float, float]]) -> int:
    """Index of the line a stroke stands on, right of its first word; -1 for none."""
    middle = float(stroke[TOP]) + float(stroke[HEIGHT]) / 2
    left = float(stroke[LEFT])
    best, apart = -1, 0.0
    for index, (right, top, bottom) in enumerate(heads):
        away = abs(middle - (top + bottom) / 2)
        if left > right and away <= (0.5 + _REACH) * (bottom - top) and (best < 0 or away < apart):
            best, apart = index, away
    return best
