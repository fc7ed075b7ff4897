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

Mask = npt.NDArray[np.uint8]
# A row for each component, columns as OpenCV numbers them.
Stats = npt.NDArray[np.int32]
_Axis = Literal[0, 1]

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
_BLOCK = 4
_WHITE = 255


def without_rules(text: GrayImage, *, dpi: int) -> GrayImage:
    """A copy of a deskewed text image without ruled lines, box sides and dotted leaders; tables stay."""
    _, inked = cv2.threshold(text, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    ink = np.asarray(inked, dtype=np.uint8)
    millimetre = dpi / 25.4
    sides, tall = _uprights(ink, millimetre=millimetre)
    across = _rules(ink, length=_ACROSS_MM, axis=1, millimetre=millimetre)
    across = _not_touching(across, tall)
    rules = cv2.max(_rim(across, 0, millimetre), _rim(sides, 1, millimetre))
    leaders = _leaders(np.asarray(cv2.subtract(ink, rules), dtype=np.uint8), millimetre=millimetre)
    # Adding with saturation turns what is marked white and leaves the rest.
    return np.asarray(cv2.add(text, cv2.max(rules, leaders)), dtype=np.uint8)


def _uprights(ink: Mask, *, millimetre: float) -> tuple[Mask, Mask]:
    """The sides of digit boxes, and the taller uprights of tables and frames."""
    uprights = _rules(ink, length=_UPRIGHT_MM, axis=0, millimetre=millimetre)
    tall = np.zeros_like(uprights)
    for part, own, stats in _parts(uprights):
        if stats[cv2.CC_STAT_HEIGHT] > _LONGEST_UPRIGHT_MM * millimetre:
            tall[part][own] = _WHITE
    return np.asarray(cv2.subtract(uprights, tall), dtype=np.uint8), tall


def _not_touching(runs: Mask, others: Mask) -> Mask:
    """The runs that meet none of the others."""
    if cv2.countNonZero(others) == 0:
        return runs
    kept = runs.copy()
    for part, own, _ in _parts(runs):
        if np.any(others[part][own]):
            kept[part][own] = 0
    return kept


def _parts(mask: Mask) -> Iterator[tuple[tuple[slice, slice], npt.NDArray[np.bool_], list[int]]]:
    """Each joined shape: its rectangle, its pixels in there, its numbers."""
    if cv2.countNonZero(mask) == 0:
        return
    left, top, width, height = cv2.boundingRect(mask)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(mask[top : top + height, left : left + width]), connectivity=8
    )
    for index, row in enumerate(stats[1:].tolist(), start=1):
        x, y, wide, high = row[:4]
        inner = (slice(y, y + high), slice(x, x + wide))
        whole = (slice(top + y, top + y + high), slice(left + x, left + x + wide))
        yield whole, labels[inner] == index, row


def _rules(ink: Mask, *, length: float, axis: _Axis, millimetre: float) -> Mask:
    """Straight runs along an axis, at least that long, not thick, standing free; lengths in mm."""
    across: _Axis = 1 if axis == 0 else 0
    # One pixel wider, so that a hairline that climbs a pixel on its way stays one run.
    bridged = cv2.dilate(ink, np.ones((3, 1) if axis == 1 else (1, 3), dtype=np.uint8))
    runs = cv2.min(_long(np.asarray(bridged, dtype=np.uint8), round(length * millimetre), axis=axis), ink)
    if cv2.countNonZero(runs) == 0:
        return np.zeros_like(ink)
    thick = opened(np.asarray(runs, dtype=np.uint8), round(_THICKEST_MM * millimetre) + 2, axis=across)
    return _standing_free(
        np.asarray(cv2.subtract(runs, thick), dtype=np.uint8), ink, axis=axis, millimetre=millimetre
    )


def _long(ink: Mask, length: int, *, axis: _Axis) -> Mask:
    """Where runs of at least about ``length`` pixels lie, with up to a block of white at their ends.

    Looks at blocks of pixels along the axis, so that the page is gone through once.
    """
    spare = ink.shape[axis] % _BLOCK
    inner = ink[: ink.shape[0] - spare] if axis == 0 else ink[:, : ink.shape[1] - spare]
    height, width = inner.shape
    if axis == 0:
        blocks = inner.reshape(height // _BLOCK, _BLOCK, width).min(axis=1)
    else:
        eroded = cv2.erode(inner, np.ones((1, _BLOCK), dtype=np.uint8), anchor=(0, 0))
        blocks = np.ascontiguousarray(np.asarray(eroded, dtype=np.uint8)[:, ::_BLOCK])
    found = opened(blocks, max(1, (length - _BLOCK + 1) // _BLOCK), axis=axis)
    reached = cv2.dilate(found, np.ones((3, 1) if axis == 0 else (1, 3), dtype=np.uint8))
    wide = np.repeat(np.asarray(reached, dtype=np.uint8), _BLOCK, axis=axis)
    return np.pad(wide, ((0, spare), (0, 0)) if axis == 0 else ((0, 0), (0, spare)))


def _standing_free(runs: Mask, ink: Mask, *, axis: _Axis, millimetre: float) -> Mask:
    """The runs that have white beside them nearly all along: serifs of joined letters have not."""
    kept = np.zeros_like(runs)
    beside = max(2, round(_BESIDE_MM * millimetre))
    for part, own, _ in _parts(runs):
        rows, columns = part
        if own.shape[axis] < _SHORTEST_MM * millimetre:
            continue
        if axis == 1:
            near = ink[max(0, rows.start - beside) : rows.stop + beside, columns]
        else:
            near = ink[rows, max(0, columns.start - beside) : columns.stop + beside]
        if np.count_nonzero(near) - np.count_nonzero(own) <= _TOUCHED * near.size:
            kept[part][own] = _WHITE
    return kept


def opened(ink: Mask, length: int, *, axis: _Axis) -> Mask:
    """Ink that belongs to a run of at least ``length`` pixels along an axis (0 down, 1 across)."""
    # Doubling steps: a long run costs the logarithm of its length, not its length.
    kept = _gathered(ink, length, axis=axis, shrink=True)
    return _gathered(kept, length, axis=axis, shrink=False)


def _gathered(ink: Mask, length: int, *, axis: _Axis, shrink: bool) -> Mask:
    """Minimum over the ``length`` pixels that start here, or maximum over those that end here."""
    pick = cv2.min if shrink else cv2.max
    done = ink.copy()
    reach = 1
    while reach < length:
        step = min(reach, length - reach)
        before, after = _shifted(done, step, axis=axis)
        joined = np.asarray(pick(before, after), dtype=np.uint8)
        done = _padded(joined, done, step, axis=axis, shrink=shrink)
        reach += step
    return done


def _shifted(image: Mask, step: int, *, axis: _Axis) -> tuple[Mask, Mask]:
    if axis == 1:
        return image[:, :-step], image[:, step:]
    return image[:-step], image[step:]


def _padded(joined: Mask, image: Mask, step: int, *, axis: _Axis, shrink: bool) -> Mask:
    """Back to full size: a run cannot reach beyond the sheet, and what is spread keeps its start."""
    if shrink:
        lost = np.zeros_like(image[:, :step] if axis == 1 else image[:step])
        return np.concatenate((joined, lost), axis=axis)
    kept = image[:, :step] if axis == 1 else image[:step]
    return np.concatenate((kept, joined), axis=axis)


def _rim(runs: Mask, across: _Axis, millimetre: float) -> Mask:
    """The runs with the grey edge they fade out in."""
    reach = 2 * max(1, round(_RIM_MM * millimetre)) + 1
    kernel = np.ones((reach, 1) if across == 0 else (1, reach), dtype=np.uint8)
    return np.asarray(cv2.dilate(runs, kernel), dtype=np.uint8)


def _leaders(ink: Mask, *, millimetre: float) -> Mask:
    """Rows of small dots: many, close, level."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    largest = _DOT_MM * millimetre
    shapes = np.asarray(stats[1:], dtype=np.int32)
    dots = shapes[
        (shapes[:, cv2.CC_STAT_HEIGHT] <= largest) & (shapes[:, cv2.CC_STAT_WIDTH] <= 2.5 * largest)
    ]
    found = np.zeros_like(ink)
    for row in _rows_of_dots(dots, millimetre=millimetre):
        for left, top, width, height in row[:, :4].tolist():
            found[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = _WHITE
    return found


def _rows_of_dots(dots: Stats, *, millimetre: float) -> Iterator[Stats]:
    """Dots of one leader each, left to right."""
    foot = dots[:, cv2.CC_STAT_TOP] + dots[:, cv2.CC_STAT_HEIGHT]
    level = max(1.0, _LEVEL_MM * millimetre)
    for shift in (0.0, 0.5):
        # Twice, half a step apart: a leader across the border of two bands lies inside one of these.
        band = np.floor(foot / (2 * level) + shift).astype(np.int64)
        order = np.lexsort((dots[:, cv2.CC_STAT_LEFT], band))
        ordered, bands = dots[order], band[order]
        ends = ordered[:, cv2.CC_STAT_LEFT] + ordered[:, cv2.CC_STAT_WIDTH]
        gaps = ordered[1:, cv2.CC_STAT_LEFT] - ends[:-1]
        cuts = np.flatnonzero((np.diff(bands) != 0) | (gaps > _DOT_GAP_MM * millimetre)) + 1
        for row in np.split(ordered, cuts):
            if len(row) >= _LEADER_DOTS and _length(row) >= _LEADER_MM * millimetre:
                yield row


def _length(row: Stats) -> int:
    return int(row[-1, cv2.CC_STAT_LEFT] + row[-1, cv2.CC_STAT_WIDTH] - row[0, cv2.CC_STAT_LEFT])
