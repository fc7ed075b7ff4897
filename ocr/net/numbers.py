"""The size of a line of digits, which shows none of the small letters that the finder measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ocr.arrays import GrayImage, stretches
from ocr.net.spots import LineSpot

_INK = 160
_FEWEST = 6
# A row of digits has ink in so many of its columns; where it is looked for, above and below the baseline.
_INKED = 0.04
_ABOVE, _BELOW = 3.4, 0.7
# Digits in x-heights of the faces that papers are set in (Times 1.51, Arial 1.38).
_DIGITS = 1.45
_LEAST_CHANGE = 0.08


def is_number(text: str) -> bool:
    """Whether a line is a number: most of its signs are digits."""
    digits = sum(mark.isdigit() for mark in text)
    return digits >= _FEWEST and 2 * digits > len(text)


def measured(spot: LineSpot, image: GrayImage) -> LineSpot | None:
    """The line with baseline and x-height by the ink of its digits; None where that changes little."""
    middle = spot.base_at((spot.left + spot.right) / 2)
    top = max(0, round(middle - _ABOVE * spot.x_height))
    foot = min(image.shape[0], round(middle + _BELOW * spot.x_height))
    part = image[top:foot, max(0, round(spot.left)) : round(spot.right)]
    if part.size == 0:
        return None
    rows = stretches(np.less(part, _INK).mean(axis=1) >= _INKED)
    row = max(rows, key=lambda ends: ends[1] - ends[0], default=None)
    if row is None:
        return None
    height, base = (row[1] - row[0]) / _DIGITS, top + row[1] - (middle - spot.base)
    changed = max(abs(height / spot.x_height - 1), abs(base - spot.base) / spot.x_height)
    return replace(spot, base=base, x_height=height) if changed >= _LEAST_CHANGE else None
