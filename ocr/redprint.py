"""Titles and numbers printed in red, told from red seals by shape.

Birth, marriage and land certificates carry their title in red: it has to stay when the seals go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage, shrunk

Area = tuple[slice, slice]
_Rectangle = tuple[int, int, int, int]

_DPI = 75
_COLOURED = 45
_GROUND = 41
_LIGHT = 110
_WORD_SPACE_MM = 4.0
_RING_GAP_MM = 2.5
# Seals and the state emblem: 20 to 42 mm (Circular 07/2010/TT-BCA), whole or cut by what lies over them.
_SEAL_MM = (13.0, 60.0)
# A seal that print or the edge of the sheet cuts is still no line.
_ROUND = 1.8
_SHORTEST_MM = 10.0
_HEIGHT_MM = (0.8, 11.0)
_LONG = 3.0
# Certificates have an ornamental frame of the same red near the edge of the sheet.
_FRAME_MM = 19.0


def red_print(red: GrayImage, saturation: GrayImage, *, dpi: float) -> list[Area]:
    """Where lines are printed in red: long low shapes that are no part of a seal.

    Args:
        red: the red channel.
        saturation: largest minus smallest colour.
        dpi: pixels per inch.

    Returns:
        Slices (rows, columns) of the image.
    """
    shrink = max(1.0, dpi / _DPI)
    size = (max(1, round(red.shape[1] / shrink)), max(1, round(red.shape[0] / shrink)))
    strong, bright = shrunk(saturation, *size), shrunk(red, *size)
    # Cards are printed on coloured paper: only what is stronger than the ground around it is ink.
    strong = np.asarray(cv2.subtract(strong, cv2.medianBlur(strong, _GROUND)), dtype=np.uint8)
    ink = np.asarray(np.greater(strong, _COLOURED) & np.greater(bright, _LIGHT), dtype=np.uint8)
    millimetre = dpi / shrink / 25.4
    seals = _seals(ink, millimetre)
    bridge = np.ones((1, max(3, round(_WORD_SPACE_MM * millimetre))), dtype=np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[Area] = []
    for index in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= _SHORTEST_MM * millimetre):
        left, top, width, height = (int(value) for value in stats[index][:4])
        middle = top + height / 2
        in_frame = min(middle, size[1] - middle) < _FRAME_MM * millimetre < size[1] / 8
        if index == 0 or in_frame or _in_any(left + width / 2, top + height / 2, seals):
            continue
        shape = np.equal(labels[top : top + height, left : left + width], index)
        if _is_line(shape, millimetre):
            # The marks above and below the letters belong to them.
            rim = max(2, height // 3)
            rows = (max(0, top - rim), top + height + rim)
            columns = (max(0, left - rim), left + width + rim)
            found.append((_scaled(rows, shrink), _scaled(columns, shrink)))
    return found


def _scaled(ends: tuple[int, int], scale: float) -> slice:
    return slice(int(ends[0] * scale), math.ceil(ends[1] * scale))


def _seals(ink: npt.NDArray[np.uint8], millimetre: float) -> list[_Rectangle]:
    reach = max(3, round(_RING_GAP_MM * millimetre))
    rings = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), dtype=np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(rings, connectivity=8)
    low, high = (size * millimetre for size in _SEAL_MM)
    boxes = [(int(row[0]), int(row[1]), int(row[2]), int(row[3])) for row in stats[1:]]
    return [
        box
        for box in boxes
        if min(box[2], box[3]) >= low and max(box[2], box[3]) <= min(high, _ROUND * min(box[2], box[3]))
    ]


def _in_any(x: float, y: float, rectangles: Sequence[_Rectangle]) -> bool:
    return any(
        left <= x <= left + width and top <= y <= top + height for left, top, width, height in rectangles
    )


def _is_line(shape: npt.NDArray[np.bool_], millimetre: float) -> bool:
    points = cv2.findNonZero(shape.astype(np.uint8))
    low, long = sorted(cv2.minAreaRect(points)[1])
    return _HEIGHT_MM[0] <= low / millimetre <= _HEIGHT_MM[1] and long >= _LONG * low
