"""Lines drawn at known places, for the tests of this folder."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ocr.arrays import GrayImage
from ocr.net.spots import LineSpot
from tests.ocr.pages import font

# Letters that end flat on the baseline and at the x-height.
FLAT = "xzvxzxvzxxzv"


def drawn_line(
    text: str = FLAT, *, size: int, left: int = 60, base: int = 150, height: int = 260, slope: float = 0.0
) -> tuple[GrayImage, LineSpot]:
    """A page with one line of print, and where it is; with a slope, its columns are moved down by it."""
    letters = font(size)
    x0, top, x1, _ = (round(side) for side in letters.getbbox("x", anchor="ls"))
    width = left + round(letters.getlength(text)) + 60
    sheet = Image.new("L", (width, height), 255)
    ImageDraw.Draw(sheet).text((left, base), text, font=letters, fill=0, anchor="ls")
    page = np.asarray(sheet, dtype=np.uint8).copy()
    inked = np.flatnonzero((page < 128).any(axis=0))
    for column in range(width):
        page[:, column] = np.roll(page[:, column], round(slope * (column - inked[0])))
    assert x1 > x0
    return page, LineSpot(
        left=float(inked[0]),
        right=float(inked[-1] + 1),
        base=float(base),
        slope=slope,
        x_height=float(-top),
        sure=1.0,
    )


def spot(left: float, right: float, *, base: float = 100.0, x_height: float = 10.0) -> LineSpot:
    """A level line."""
    return LineSpot(left=left, right=right, base=base, slope=0.0, x_height=x_height, sure=0.9)
