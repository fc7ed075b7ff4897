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
# Shorter than that, in x-heights, another spot may be a part of the digits themselves.
_LINE_LONG = 6.0


def with_digits(spots: Sequence[LineSpot], image: GrayImage) -> list[LineSpot]:
    """The lines, each grown to the right over signs that stand evenly apart; never over another line.

    Args:
        spots: lines in pixels of ``image``.
        image: the page the lines were found in.
    """
    grown = [_grown(spot, spots, image) for spot in spots]
    return [
        spot
        for spot, before in zip(grown, spots, strict=True)
        if not any(_swallows(other, old, before) for other, old in zip(grown, spots, strict=True))
    ]


def _swallows(grown: LineSpot, before: LineSpot, other: LineSpot) -> bool:
    """What the finder saw of the digits by themselves, now that they belong to a line."""
    inside = before.right <= other.left and other.right <= grown.right + _OFF_BASE * grown.x_height
    return inside and _is_scrap(other, grown) and _is_level(other, grown)


def _is_scrap(other: LineSpot, spot: LineSpot) -> bool:
    return other.right - other.left < _LINE_LONG * spot.x_height


def _grown(spot: LineSpot, spots: Sequence[LineSpot], image: GrayImage) -> LineSpot:
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
        end = _next_sign(image, spot, right, limit)
        if end is None:
            break
        right, boxed = end, boxed + 1
    return replace(spot, right=right, boxed=boxed)


def _is_level(other: LineSpot, spot: LineSpot) -> bool:
    return abs(other.base - spot.base_at(other.left)) <= max(other.x_height, spot.x_height)


def _next_sign(image: GrayImage, spot: LineSpot, right: float, limit: float) -> float | None:
    """Right end of the next sign of a digit's size on the baseline; None where there is none in reach."""
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
            return float(x0 + left + width)
    return None
