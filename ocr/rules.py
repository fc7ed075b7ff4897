"""Ruled lines, the sides of digit boxes and dotted leaders leave the text image: they are no print.

Forms are full of them, and an engine reads a hairline as ``l`` or ``|``, takes digit boxes for a picture and
gives up on a word that a dotted line runs into. Everything here goes by shape alone: long and thin, or many
small dots in a row. A letter, its marks above and below, a dash and an ellipsis are neither.

All functions are pure; arrays are described in ``ocr.arrays``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage
from ocr.shapes import HEIGHT, LEFT, TOP, WIDTH, Mask, Rectangles, parts, rectangles

Axis = Literal[0, 1]

# Hairlines come out grey after the page was scaled.
_INK = 195
# A dash of 14-point print is 5 mm long, its tallest letter 3.5 mm high; a digit box is 5 to 7 mm high.
_ACROSS_MM = 8.0
_UPRIGHT_MM = 5.0
# The engine needs the longer uprights of a table to keep its rows together.
_LONGEST_UPRIGHT_MM = 9.0
_THICKEST_MM = 0.6
_RIM_MM = 0.12
# A run in pieces, where letters cross it: how short a piece may be; how much ink may stand right beside it.
_SHORTEST_MM = 1.0
_BESIDE_MM = 0.4
_TOUCHED = 0.3
# Dots of a leader: no larger than this, no further apart, and a row of them as long as this.
_DOT_MM = 0.65
_DOT_GAP_MM = 1.3
_LEADER_MM = 6.0
_LEADER_DOTS = 6
# Dots of one leader stand this level.
_LEVEL_MM = 0.35
_WHITE = 255
_BLOCK = 8
# Where more than that share of all columns or rows may have one, picking them out takes longer.
_MOST_LANES = 0.2
_ALL_INKED = np.uint64(0x0101010101010101)


def without_rules(text: GrayImage, *, dpi: int) -> GrayImage:
    """A copy of a deskewed text image without ruled lines, box sides and dotted leaders; tables stay."""
    _, inked = cv2.threshold(text, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    ink = np.asarray(inked, dtype=np.uint8)
    millimetre = dpi / 25.4
    sides, tall = _uprights(ink, millimetre=millimetre)
    across = _rules(ink, length=_ACROSS_MM, axis=1, millimetre=millimetre)
    across = _not_touching(across, tall)
    del tall
    rules = _rim(across, 0, millimetre)
    cv2.max(rules, _rim(sides, 1, millimetre), dst=rules)
    leaders = _leaders(np.asarray(cv2.subtract(ink, rules, dst=ink), dtype=np.uint8), millimetre=millimetre)
    # Adding with saturation turns what is marked white and leaves the rest.
    return np.asarray(cv2.add(text, cv2.max(rules, leaders, dst=rules), dst=rules), dtype=np.uint8)


def _uprights(ink: Mask, *, millimetre: float) -> tuple[Mask, Mask]:
    """The sides of digit boxes, and the taller uprights of tables and frames."""
    uprights = _rules(ink, length=_UPRIGHT_MM, axis=0, millimetre=millimetre)
    tall = np.zeros_like(uprights)
    for area, own in parts(uprights):
        if own.shape[0] > _LONGEST_UPRIGHT_MM * millimetre:
            tall[area][own] = _WHITE
    return np.asarray(cv2.subtract(uprights, tall, dst=uprights), dtype=np.uint8), tall


def _not_touching(runs: Mask, others: Mask) -> Mask:
    """The runs that meet none of the others."""
    if cv2.countNonZero(others) == 0:
        return runs
    kept = runs.copy()
    for area, own in parts(runs):
        if np.any(others[area][own]):
            kept[area][own] = 0
    return kept


def _rules(ink: Mask, *, length: float, axis: Axis, millimetre: float) -> Mask:
    """Straight runs along an axis, at least that long, not thick, standing free; lengths in mm."""
    across: Axis = 1 if axis == 0 else 0
    # One pixel wider, so that a hairline that climbs a pixel on its way stays one run. Two full-size arrays
    # are enough: each step writes over what the one before needed.
    bridged = np.asarray(cv2.dilate(ink, brush(3, axis=across)), dtype=np.uint8)
    long = opened(bridged, round(length * millimetre), axis=axis)
    reached = cv2.dilate(long, brush(3, axis=across), dst=bridged)
    runs = np.asarray(cv2.min(reached, ink, dst=bridged), dtype=np.uint8)
    if cv2.countNonZero(runs) == 0:
        return runs
    del long
    thick = opened(runs, round(_THICKEST_MM * millimetre) + 2, axis=across)
    thin = np.asarray(cv2.subtract(runs, thick, dst=thick), dtype=np.uint8)
    del bridged, reached, runs
    return _standing_free(thin, ink, axis=axis, millimetre=millimetre)


def _standing_free(runs: Mask, ink: Mask, *, axis: Axis, millimetre: float) -> Mask:
    """The runs that have white beside them nearly all along: serifs of joined letters have not."""
    kept = np.zeros_like(runs)
    beside = max(2, round(_BESIDE_MM * millimetre))
    for area, own in parts(runs):
        rows, columns = area
        if own.shape[axis] < _SHORTEST_MM * millimetre:
            continue
        if axis == 1:
            near = ink[max(0, rows.start - beside) : rows.stop + beside, columns]
        else:
            near = ink[rows, max(0, columns.start - beside) : columns.stop + beside]
        if np.count_nonzero(near) - np.count_nonzero(own) <= _TOUCHED * near.size:
            kept[area][own] = _WHITE
    return kept


def opened(ink: Mask, length: int, *, axis: Axis) -> Mask:
    """Ink that belongs to a run of at least ``length`` pixels along an axis (0 down, 1 across)."""
    blocks = (length - _BLOCK + 1) // _BLOCK
    if blocks < 1:
        return _opened(ink, length, axis=axis)
    kept = np.zeros_like(ink)
    lanes = _lanes(ink, blocks, axis=axis)
    if lanes.size > _MOST_LANES * ink.shape[1 - axis]:
        return _opened(ink, length, axis=axis)
    if lanes.size:
        place = (slice(None), lanes) if axis == 0 else (lanes, slice(None))
        kept[place] = _opened(np.ascontiguousarray(ink[place]), length, axis=axis)
    return kept


def _opened(ink: Mask, length: int, *, axis: Axis) -> Mask:
    # Nothing runs on beyond the sheet.
    kept = cv2.morphologyEx(
        ink, cv2.MORPH_OPEN, brush(length, axis=axis), borderType=cv2.BORDER_CONSTANT, borderValue=(0.0,)
    )
    return np.asarray(kept, dtype=np.uint8)


def _lanes(ink: Mask, blocks: int, *, axis: Axis) -> npt.NDArray[np.intp]:
    """The columns (axis 0) or rows (axis 1) that may have a long run; most of a page has none.

    A run holds all blocks of eight pixels that begin in it, but for the last.
    """
    if min(ink.shape) < _BLOCK:
        return np.arange(ink.shape[1 - axis])
    full = _blocks_down(ink) if axis == 0 else _blocks_across(ink)
    long = cv2.erode(full, brush(blocks, axis=axis), borderType=cv2.BORDER_CONSTANT, borderValue=(0.0,))
    return np.flatnonzero(np.asarray(long).any(axis=axis))


def _blocks_down(ink: Mask) -> Mask:
    """Which eight pixels of a column are all inked."""
    rows = ink.shape[0] // _BLOCK
    blocks = ink[: rows * _BLOCK].reshape(rows, _BLOCK, ink.shape[1])
    least = np.asarray(np.minimum.reduce(blocks, axis=1), dtype=np.uint8)
    return np.greater(least, 0).view(np.uint8)


def _blocks_across(ink: Mask) -> Mask:
    """Which eight pixels of a row are all inked: eight bytes are compared as one number."""
    columns = -(-ink.shape[1] // _BLOCK)
    inked = np.zeros((ink.shape[0], columns * _BLOCK), dtype=np.bool_)
    np.greater(ink, 0, out=inked[:, : ink.shape[1]])
    return np.equal(inked.view(np.uint64), _ALL_INKED).view(np.uint8)


def brush(length: int, *, axis: Axis) -> Mask:
    """So many pixels along an axis (0 down, 1 across), one wide."""
    return np.ones((length, 1) if axis == 0 else (1, length), dtype=np.uint8)


def _rim(runs: Mask, across: Axis, millimetre: float) -> Mask:
    """The runs with the grey edge they fade out in."""
    reach = 2 * max(1, round(_RIM_MM * millimetre)) + 1
    return np.asarray(cv2.dilate(runs, brush(reach, axis=across)), dtype=np.uint8)


def _leaders(ink: Mask, *, millimetre: float) -> Mask:
    """Rows of small dots: many, close, level."""
    largest = _DOT_MM * millimetre
    shapes = rectangles(ink)
    dots = shapes[(shapes[:, HEIGHT] <= largest) & (shapes[:, WIDTH] <= 2.5 * largest)]
    found = np.zeros_like(ink)
    for row in _rows_of_dots(dots, millimetre=millimetre):
        for left, top, width, height in row.tolist():
            found[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = _WHITE
    return found


def _rows_of_dots(dots: Rectangles, *, millimetre: float) -> Iterator[Rectangles]:
    """Dots of one leader each, left to right."""
    foot = dots[:, TOP] + dots[:, HEIGHT]
    level = max(1.0, _LEVEL_MM * millimetre)
    for shift in (0.0, 0.5):
        # Twice, half a step apart: a leader across the border of two bands lies inside one of these.
        band = np.floor(foot / (2 * level) + shift).astype(np.int64)
        order = np.lexsort((dots[:, LEFT], band))
        ordered, bands = dots[order], band[order]
        ends = ordered[:, LEFT] + ordered[:, WIDTH]
        gaps = ordered[1:, LEFT] - ends[:-1]
        cuts = np.flatnonzero((np.diff(bands) != 0) | (gaps > _DOT_GAP_MM * millimetre)) + 1
        edges = np.concatenate(([0], cuts, [len(ordered)]))
        for index in np.flatnonzero(np.diff(edges) >= _LEADER_DOTS).tolist():
            row = ordered[edges[index] : edges[index + 1]]
            if _length(row) >= _LEADER_MM * millimetre:
                yield row


def _length(row: Rectangles) -> int:
    return int(row[-1, LEFT] + row[-1, WIDTH] - row[0, LEFT])
