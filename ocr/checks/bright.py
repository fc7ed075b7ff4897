"""Pages whose print came out pale: too much light, or ink that has faded."""

from __future__ import annotations

import numpy as np

from ocr.arrays import GrayImage, PageImage, as_gray

# Cleaned print is darker than this; anything else is paper.
_PRINT = 110
_LEAST_PIXELS = 400
# The darkest part of a stroke, not its soft edge.
_PERCENTILE = 20


def print_level(pixels: PageImage, text: GrayImage) -> float:
    """How dark print is on the page as stored, 0 (black) to 255; 0 where there is too little print to tell.

    Args:
        pixels: the page, grey or RGB.
        text: the same page cleaned, of the same size.
    """
    ink = np.less(text, _PRINT)
    if int(np.count_nonzero(ink)) < _LEAST_PIXELS:
        return 0.0
    return float(np.percentile(as_gray(pixels)[ink], _PERCENTILE))
