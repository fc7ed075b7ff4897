"""Ruled lines, the sides of digit boxes and dotted leaders leave the text image: they are no print.

Forms are full of them, and an engine reads a hairline as ``l`` or ``|``, takes a row of boxes for a picture and
gives up on a word that a dotted line runs into. Everything here goes by shape alone: long and thin, or many
small dots in a row. A letter, its marks above and below, a dash and an ellipsis are neither.

All functions are pure; arrays are described in ``ocr.arrays``.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage

Mask = npt.NDArray[np.uint8]
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
_WHITE = 255


def without_rules(text: GrayImage, *, dpi: int) -> GrayImage:
    """A copy of a deskewed text image without ruled lines, box sides and dotted leaders."""
    ink = _ink(text)
    millimetre = dpi / 25.4
    rules = cv2.max(
        _rim(_rules(ink, length=_ACROSS_MM, axis=1, millimetre=millimetre), 0, millimetre),
        _rim(_rules(ink, length=_UPRIGHT_MM, axis=0, millimetre=millimetre), 1, millimetre),
    )
    ink = cv2.subtract(ink, rules)
    leaders = _leaders(np.asarray(ink, dtype=np.uint8), millimetre=millimetre)
    # Adding with saturation turns what is marked white and leaves the rest.
    return np.asarray(cv2.add(text, cv2.max(np.asarray(rules, dtype=np.uint8), leaders)), dtype=np.uint8)


def _ink(text: GrayImage) -> Mask:
    _, ink = cv2.threshold(text, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    return np.asarray(ink, dtype=np.uint8)


def _rules(ink: Mask, *, length: float, axis: _Axis, millimetre: float) -> Mask:
    """Straight runs along an axis, at least that long, no thicker than a rule, standing free; lengths in mm."""
    across: _Axis = 1 if axis == 0 else 0
    # One pixel wider, so that a hairline that climbs a pixel on its way stays one run.
    bridged = cv2.dilate(ink, np.ones((3, 1) if axis == 1 else (1, 3), dtype=np.uint8))
    runs = cv2.min(opened(np.asarray(bridged, dtype=np.uint8), max(2, round(length * millimetre)), axis=axis), ink)
    thick = opened(np.asarray(runs, dtype=np.uint8), max(2, round(_THICKEST_MM * millimetre) + 1), axis=across)
    thin = np.asarray(cv2.subtract(runs, thick), dtype=np.uint8)
    return _standing_free(thin, ink, axis=axis, millimetre=millimetre)


def _standing_free(runs: Mask, ink: Mask, *, axis: _Axis, millimetre: float) -> Mask:
    """The runs that have white beside them nearly all along: serifs of joined letters have not."""
    kept = np.zeros_like(runs)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    beside = max(2, round(_BESIDE_MM * millimetre))
    for index, (left, top, width, height, _area) in enumerate(stats[1:].tolist(), start=1):
        if (width if axis == 1 else height) < _SHORTEST_MM * millimetre:
            continue
        own = labels[top : top + height, left : left + width] == index
        if axis == 1:
            near = ink[max(0, top - beside) : top + height + beside, left : left + width]
        else:
            near = ink[top : top + height, max(0, left - beside) : left + width + beside]
        if axis == 0 and height > _LONGEST_UPRIGHT_MM * millimetre:
            continue
        dark = np.count_nonzero(near) - np.count_nonzero(own)
        if dark <= _TOUCHED * near.size:
            kept[top : top + height, left : left + width][own] = _WHITE
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
    found = np.zeros_like(ink)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    largest = _DOT_MM * millimetre
    small = (stats[:, cv2.CC_STAT_HEIGHT] <= largest) & (stats[:, cv2.CC_STAT_WIDTH] <= 2.5 * largest)
    small[0] = False
    if np.count_nonzero(small) < _LEADER_DOTS:
        return found
    lookup = np.zeros(count, dtype=np.uint8)
    lookup[small] = _WHITE
    dots = lookup[labels]
    gap = max(2, round(_DOT_GAP_MM * millimetre))
    chains = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, gap + 1), dtype=np.uint8))
    _, _, rows, _ = cv2.connectedComponentsWithStats(np.asarray(chains, dtype=np.uint8), connectivity=8)
    centres = _dots_of(stats[small])
    for left, top, width, height, _area in rows[1:]:
        if width < _LEADER_MM * millimetre or height > 2 * largest:
            continue
        inside = (centres[:, 0] >= left) & (centres[:, 0] < left + width)
        inside &= (centres[:, 1] >= top) & (centres[:, 1] < top + height)
        if np.count_nonzero(inside) >= _LEADER_DOTS:
            part = (slice(top, top + height), slice(left, left + width))
            found[part] = cv2.max(found[part], np.asarray(dots[part], dtype=np.uint8))
    return np.asarray(cv2.dilate(found, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)


def _dots_of(stats: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Middle points (x, y) of components."""
    return np.asarray(stats[:, 0:2] + stats[:, 2:4] / 2, dtype=np.float64)
