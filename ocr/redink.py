"""How much red ink a page bears: what a seal leaves in colour, and a photocopy does not."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.arrays import PageImage, shrunk

_DPI = 75
# Red is that much brighter than green and blue; warm paper and orange lamps stay below.
_RED = 40
# Of a page that is grey throughout, the three colours hardly differ: nothing can be said of its inks.
_GREY = 6
_COLOURED_SHARE = 0.0005
_MM_PER_INCH = 25.4


def red_ink_mm2(pixels: PageImage, *, dpi: int) -> float | None:
    """Square millimetres of red ink; nothing where the page has no colours.

    Args:
        pixels: the page as stored, grey or RGB, any way up.
        dpi: its pixels per inch.
    """
    if pixels.ndim == 2:
        return None
    scale = min(1.0, _DPI / dpi)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    red, green, blue = cv2.split(shrunk(pixels, *size))
    lightest = cv2.max(green, blue)
    spread = cv2.subtract(cv2.max(red, lightest), cv2.min(red, cv2.min(green, blue)))
    if np.count_nonzero(np.greater(spread, _GREY)) < _COLOURED_SHARE * red.size:
        return None
    count = np.count_nonzero(np.greater(cv2.subtract(red, lightest), _RED))
    return round(float(count) * (_MM_PER_INCH / (dpi * scale)) ** 2, 1)
