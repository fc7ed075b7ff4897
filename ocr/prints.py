"""Perceptual prints of pages: what a page looks like from far away, to tell the same sheet scanned twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ocr.arrays import PageImage, as_gray, turn_upright
from ocr.ink import divide_background

_ROWS: Final = 48
_COLUMNS: Final = 34
_DPI: Final = 50
_BLUR: Final = 1.2


@dataclass(frozen=True, slots=True)
class PagePrint:
    """How dark each part of the upright page is: rows by columns, one byte each, 0 paper, 255 ink."""

    darkness: bytes


def page_print(pixels: PageImage, *, dpi: int, rotation: int) -> PagePrint:
    """The print of a page.

    Args:
        pixels: the page as stored, grey or RGB.
        dpi: its pixels per inch.
        rotation: degrees clockwise that make it upright.
    """
    gray = as_gray(pixels)
    scale = min(1.0, _DPI / dpi)
    size = (max(_COLUMNS, round(gray.shape[1] * scale)), max(_ROWS, round(gray.shape[0] * scale)))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    even = turn_upright(divide_background(small, dpi=_DPI), rotation)
    grid = cv2.resize(np.asarray(255 - even, dtype=np.uint8), (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    return PagePrint(np.asarray(grid, dtype=np.uint8).tobytes())


def likeness(left: PagePrint, right: PagePrint) -> float:
    """How alike two pages look, 0 to 1: correlation of the prints, slightly blurred; a shift costs little."""
    one, other = _grid(left), _grid(right)
    spread = float(one.std() * other.std())
    if spread == 0.0:
        return 1.0 if float(one.std()) == float(other.std()) else 0.0
    together = float(((one - one.mean()) * (other - other.mean())).mean())
    return max(0.0, min(1.0, together / spread))


def _grid(of: PagePrint) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    grid = np.frombuffer(of.darkness, dtype=np.uint8).reshape(_ROWS, _COLUMNS).astype(np.float64)
    return np.asarray(cv2.GaussianBlur(grid, (0, 0), _BLUR), dtype=np.float64)
