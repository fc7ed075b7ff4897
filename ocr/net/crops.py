"""Lines cut from a page to the one size the recogniser was trained on (``training/lines.py`` must agree)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage, stretches
from ocr.net.spots import LineSpot

HEIGHT = 48
BASELINE = 35.0
X_HEIGHT = 15.0
# Along the line print is narrowed: marks need height, letters less width.
SQUEEZE = 0.7
# White before and after, in pixels of the crop; the ends of the finder are a little uncertain.
MARGIN = 9
_WIDEST = 4000
_LEVEL = 0.08
# Digits in boxes stand further apart than the recogniser ever saw: white between them keeps so many columns.
_WIDEST_WHITE = 6
_BOXED = 4
_INK = 200

Columns = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crop:
    """A line for the recogniser.

    Attributes:
        ink: ``HEIGHT`` by width, 0 black to 255 white.
        spot: where it was cut.
        across: pixels of the page for each pixel of the crop, along the line.
        left: x on the page of the crop's first column.
        kept: which columns of the whole line the crop is made of, rising; None where it is all of them.
    """

    ink: GrayImage
    spot: LineSpot
    across: float
    left: float
    kept: Columns | None = None

    def x_on_page(self, x: float) -> float:
        """An x of the crop as x of the page."""
        if self.kept is not None:
            x = float(np.interp(x, np.arange(self.kept.size) + 0.5, self.kept + 0.5))
        return self.left + x * self.across


def cut(image: GrayImage, spot: LineSpot) -> Crop:
    """The line of that spot, level, its baseline and x-height in place; white beyond the page."""
    down = spot.x_height / X_HEIGHT
    across = down / SQUEEZE
    width = min(_WIDEST, max(16, round((spot.right - spot.left) / across) + 2 * MARGIN))
    left = spot.left - MARGIN * across
    rise = abs(spot.slope) * (spot.right - spot.left)
    if rise <= _LEVEL * spot.x_height or down <= 1.0:
        ink = _sheared(image, spot, left=left, across=across, down=down, width=width)
    else:
        ink = _reduced(image, spot, left=left, across=across, down=down, width=width)
    if spot.boxed < _BOXED:
        return Crop(ink, spot, across, left)
    kept = _without_wide_white(ink)
    return Crop(np.ascontiguousarray(ink[:, kept]), spot, across, left, kept)


def _without_wide_white(ink: GrayImage) -> Columns:
    """The columns that stay where every run of white is at most so wide; its middle goes."""
    white = np.asarray((ink >= _INK).all(axis=0), dtype=np.bool_)
    stays = np.ones(ink.shape[1], dtype=np.bool_)
    for first, end in stretches(white):
        if end - first > _WIDEST_WHITE and first > 0 and end < ink.shape[1]:
            stays[first + _WIDEST_WHITE // 2 : end - _WIDEST_WHITE // 2] = False
    return np.flatnonzero(stays)


def _sheared(  # noqa: PLR0913  the mapping has that many parts
    image: GrayImage, spot: LineSpot, *, left: float, across: float, down: float, width: int
) -> GrayImage:
    """A level stretch is averaged in one step; an enlarged one is mapped point by point."""
    if down <= 1.0:
        return _mapped(image, spot, left=left, across=across, down=down, width=width)
    middle = (spot.left + spot.right) / 2
    top = spot.base_at(middle) - BASELINE * down
    strip = _window(image, left=left, top=top, width=width * across, height=HEIGHT * down)
    return np.asarray(cv2.resize(strip, (width, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _reduced(  # noqa: PLR0913  the mapping has that many parts
    image: GrayImage, spot: LineSpot, *, left: float, across: float, down: float, width: int
) -> GrayImage:
    """A slanting line is turned level at the page's own size, then averaged down."""
    rise = spot.slope * width * across
    top = spot.base_at(left) - BASELINE * down
    low = min(top, top + rise)
    strip = _window(image, left=left, top=low, width=width * across, height=HEIGHT * down + abs(rise))
    shear = np.array([[1.0, 0.0, 0.0], [-spot.slope, 1.0, low - top]])
    size = (strip.shape[1], max(1, round(HEIGHT * down)))
    level = cv2.warpAffine(strip, shear, size, flags=cv2.INTER_LINEAR, borderValue=255.0)
    return np.asarray(cv2.resize(level, (width, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _mapped(  # noqa: PLR0913  the mapping has that many parts
    image: GrayImage, spot: LineSpot, *, left: float, across: float, down: float, width: int
) -> GrayImage:
    forward = np.array(
        [
            [across, 0.0, left],
            [spot.slope * across, down, spot.base_at(left) - BASELINE * down],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(image, forward, (width, HEIGHT), flags=flags, borderValue=255.0)
    return np.asarray(crop, dtype=np.uint8)


def _window(image: GrayImage, *, left: float, top: float, width: float, height: float) -> GrayImage:
    """That rectangle of the page in whole pixels, white beyond the page."""
    x, y = round(left), round(top)
    wide, high = max(1, round(width)), max(1, round(height))
    window = np.full((high, wide), 255, dtype=np.uint8)
    x0, x1 = max(0, x), min(image.shape[1], x + wide)
    y0, y1 = max(0, y), min(image.shape[0], y + high)
    if x1 > x0 and y1 > y0:
        window[y0 - y : y1 - y, x0 - x : x1 - x] = image[y0:y1, x0:x1]
    return window
