"""Pages whose print came out pale: too much light, or ink that has faded."""

from __future__ import annotations

import numpy as np

from ocr.arrays import GrayImage, PageImage, as_gray
from ocr.checks.blank import letter_shapes
from ocr.checks.blur import edge_width

# Cleaned print is darker than this; anything else is paper.
_PRINT = 110
_LEAST_PIXELS = 400
# The darkest part of a stroke, not its soft edge.
_PERCENTILE = 20
_PAPER_PERCENTILE = 75
_STRONGER = 6
_MOST_DEPTH = 255 // _STRONGER


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


def faint_letters(pixels: PageImage, *, dpi: int, blurred_mm: float) -> int:
    """How many letters show once pale marks are made six times as strong; 0 for what is no sharp print.

    Print of the other side, which shines through an empty back, is pale too, but soft.

    Args:
        pixels: a page on which no print was found, grey or RGB.
        dpi: its pixels per inch.
        blurred_mm: edges wider than this are not sharp.
    """
    gray = as_gray(pixels)
    paper = int(np.percentile(gray, _PAPER_PERCENTILE))
    depth = np.clip(paper - gray.astype(np.int16), 0, _MOST_DEPTH)
    strong = (255 - depth * _STRONGER).astype(np.uint8)
    width = edge_width(strong, dpi=dpi)
    return letter_shapes(strong, dpi=dpi) if 0.0 < width <= blurred_mm else 0
