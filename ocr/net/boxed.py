"""Digits in boxes of their own go on where a line seems to end: ``Số định danh: 0 4 5 …``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.arrays import GrayImage
from ocr.net.spots import LineSpot

_INK = 190
_MOST = 20
# White between two digits, and the size of one, in x-heights.
_REACH = 3.0
_HEIGHT = (0.9, 1.9)
_WIDEST = 1.5
_OFF_BASE = 0.4
# Signs that a line must have grown by to be a row of boxes; parts of one row are alike in height.
_ROW, _LIKE = 2, 0.6
# White between signs of a row at least, in x-heights.
_APART = 0.6
# Shorter than that, in x-heights, another spot may be a part of the digits themselves.
_LINE_LONG = 6.0


def with_digits(spots: Sequence[LineSpot], image: GrayImage) -> list[LineSpot]:
    """The lines, each grown to the right over signs that stand evenly apart; never over another line.

    Args:
        spots: lines in pixels of ``image``.
        image: the page the lines were found in.
    """
    grown = [_grown(spot, spots, image) for spot in spots]
    met = [second for _, seconds in grown for second in seconds]
    return [
        spot
        for (spot, _), before in zip(grown, spots, strict=True)
        if before not in met
        and not any(_swallows(other, old, before) for (other, _), old in zip(grown, spots, strict=True))
    ]


def _swallows(grown: LineSpot, before: LineSpot, other: LineSpot) -> bool:
    """What the finder saw of the digits by themselves, now that they belong to a line."""
    inside = before.right <= other.left and other.right <= grown.right + _OFF_BASE * grown.x_height
    return inside and _is_scrap(other, grown) and _is_level(other, grown)


def _is_scrap(other: LineSpot, spot: LineSpot) -> bool:
    return other.right - other.left < _LINE_LONG * spot.x_height


def _grown(
    spot: LineSpot, spots: Sequence[LineSpot], image: GrayImage
) -> tuple[LineSpot, tuple[LineSpot, ...]]:
    """The line grown over single signs, and the parts of the same row that were found as other lines."""
    grown = _over_signs(spot, spots, image)
    met: list[LineSpot] = []
    while True:
        second = next((other for other in spots if other not in (spot, *met) and _meets(grown, other)), None)
        if second is None or not (grown.boxed - spot.boxed >= _ROW or _are_apart(image, grown)):
            break
        met.append(second)
        grown = _over_signs(replace(grown, right=second.right), spots, image)
    return grown, tuple(met)


def _over_signs(spot: LineSpot, spots: Sequence[LineSpot], image: GrayImage) -> LineSpot:
    limit = min(
        (
            other.left
            for other in spots
            if other.left >= spot.right and _is_level(other, spot) and not _is_scrap(other, spot)
        ),
        default=float(image.shape[1]),
    )
    right, boxed = spot.right, spot.boxed
    for _ in range(_MOST):
        sign = _next_sign(image, spot, right, limit)
        if sign is None:
            break
        right, boxed = sign[1], boxed + 1
    return replace(spot, right=right, boxed=boxed)


def _are_apart(image: GrayImage, spot: LineSpot) -> bool:
    """Whether the next two signs stand as far apart as boxes do, and no letters of a word."""
    first = _next_sign(image, spot, spot.right, float(image.shape[1]))
    second = first and _next_sign(image, spot, first[1], float(image.shape[1]))
    return first is not None and second is not None and second[0] - first[1] >= _APART * spot.x_height


def _meets(row: LineSpot, spot: LineSpot) -> bool:
    """Whether a line begins where the next box of a row would be."""
    high = row.x_height
    close = -_OFF_BASE * high <= spot.left - row.right <= _REACH * high
    level = abs(spot.base - row.base_at(spot.left)) <= _OFF_BASE * high
    return close and level and _LIKE <= spot.x_height / high <= 1 / _LIKE


def _is_level(other: LineSpot, spot: LineSpot) -> bool:
    return abs(other.base - spot.base_at(other.left)) <= max(other.x_height, spot.x_height)


def _next_sign(image: GrayImage, spot: LineSpot, right: float, limit: float) -> tuple[float, float] | None:
    """Ends of the next sign of a digit's size on the baseline; None where there is none in reach."""
    high = spot.x_height
    base = spot.base_at(right)
    x0, x1 = round(right), round(min(right + (_REACH + _WIDEST) * high, limit, image.shape[1]))
    y0, y1 = max(0, round(base - 2.2 * high)), min(image.shape[0], round(base + 0.8 * high))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return None
    ink = np.less(image[y0:y1, x0:x1], _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for left, top, width, height, _ in sorted(stats[1:].tolist()):
        if left > _REACH * high:
            return None
        low, tall = (share * high for share in _HEIGHT)
        is_sign = low <= height <= tall and width <= _WIDEST * high and left + width < x1 - x0
        if is_sign and abs(y0 + top + height - base) <= _OFF_BASE * high:
            return float(x0 + left), float(x0 + left + width)
    return None
