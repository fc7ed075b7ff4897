"""The part of a page that is looked at again more closely, and what of it was seen whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ocr.arrays import GrayImage
from ocr.net.spots import LineSpot

# Left, top, right, bottom of a part of the page.
Frame = tuple[int, int, int, int]


def around(spots: Sequence[LineSpot], small: Sequence[LineSpot], image: GrayImage, *, rim: float) -> Frame:
    """Left, top, right, bottom of the part with the small print; lines that reach into it lie in it whole."""
    left, right = min(spot.left for spot in small), max(spot.right for spot in small)
    top, bottom = min(spot.base for spot in small), max(spot.base for spot in small)
    for spot in spots:
        if top <= spot.base <= bottom and spot.left <= right and spot.right >= left:
            left, right = min(left, spot.left), max(right, spot.right)
    return (
        max(0, math.floor(left - rim)),
        max(0, math.floor(top - rim)),
        min(image.shape[1], math.ceil(right + rim)),
        min(image.shape[0], math.ceil(bottom + rim)),
    )


def is_cut_off(spot: LineSpot, frame: Frame, factor: float) -> bool:
    """Whether a line goes on beyond the left or right end of the part that was looked at."""
    return min(spot.left - frame[0], frame[2] - spot.right) * factor <= 1


def is_inside(spot: LineSpot, frame: Frame) -> bool:
    """Whether a line lies within that part from end to end."""
    left, top, right, bottom = frame
    return left <= spot.left and spot.right <= right and top <= spot.base <= bottom


def is_same(one: LineSpot, two: LineSpot) -> bool:
    """Both lie over the same print."""
    shared = min(one.right, two.right) - max(one.left, two.left)
    level = abs(one.base - two.base) <= max(one.x_height, two.x_height) / 2
    return level and 2 * shared >= min(one.right - one.left, two.right - two.left)
