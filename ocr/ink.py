"""The text image of a page: dark print kept, coloured ink, shadow and paper taken away.

All functions are pure; arrays are described in ``ocr.arrays``.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.arrays import GrayImage, PageImage, shrunk
from ocr.redprint import red_print

# Saturation (largest minus smallest colour) that JPEG chroma noise around black print stays below.
_NEUTRAL_SATURATION = 40
_FADE = 1.5
# When more than this share of all ink is coloured, the paper is printed in colour: nothing is taken away.
_MOSTLY_COLOURED = 0.7
_INK = 150
_SHRINK = 8
_BAND = 64
_DARKEST_PAPER = 50
# Shade takes away less than half of the light; the paper is brighter than most of the page.
_DEEPEST_SHADE = 0.55
_PAPER_PERCENTILE = 75
_WHITE = 225.0
_BLACKEST_STRETCH = 90.0


def text_channel(image: PageImage, *, dpi: int, half: PageImage | None = None) -> GrayImage:
    """Grey values in which red seals and blue signatures fade and black print stays black.

    The brightest of the three colours is high for any pure colour and low for black. What is left of a dark
    blue or dark red stroke is lifted by its saturation. Black print under a seal keeps its darkness.

    Args:
        image: the page as stored.
        dpi: its pixels per inch.
        half: the same at half its size, where it is there already.
    """
    if image.ndim == 2:
        return image
    height, width = image.shape[:2]
    if half is None:
        half = shrunk(image, max(1, width // 2), max(1, height // 2))
    brightest, saturation = brightest_and_saturation(half)
    if _is_mostly_coloured(brightest, saturation, gray=half[..., 1]):
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    red_lines = red_print(np.ascontiguousarray(half[..., 0]), saturation, dpi=dpi / 2)
    lifted = np.empty((height, width), dtype=np.uint8)
    neutral = np.full((_BAND, width), _NEUTRAL_SATURATION, dtype=np.uint8)
    # A band at a time stays in the processor's cache and needs no full-size arrays beside the result.
    for top in range(0, height, _BAND):
        brightest, saturation = brightest_and_saturation(image[top : top + _BAND])
        fade = cv2.subtract(saturation, neutral[: saturation.shape[0]])
        cv2.addWeighted(brightest, 1.0, fade, _FADE, 0.0, lifted[top : top + _BAND])
    for rows, columns in red_lines:
        area = (slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop))
        lifted[area] = image[area][..., 1]
    return lifted


def _is_mostly_coloured(brightest: GrayImage, saturation: GrayImage, *, gray: GrayImage) -> bool:
    step = (slice(None, None, 2), slice(None, None, 2))
    ink = gray[step] < _INK
    total = int(np.count_nonzero(ink))
    if total == 0:
        return False
    coloured = ink & (saturation[step] > 2 * _NEUTRAL_SATURATION) & (brightest[step] > 90)
    return int(np.count_nonzero(coloured)) > _MOSTLY_COLOURED * total


def brightest_and_saturation(image: PageImage) -> tuple[GrayImage, GrayImage]:
    """The largest of the three colours, and by how much the smallest is below it.

    Plane by plane: three values at a time, as they lie in the image, take ten times as long.
    """
    red, green, blue = cv2.split(image)
    brightest = cv2.max(cv2.max(red, green), blue)
    saturation = cv2.subtract(brightest, cv2.min(cv2.min(red, green), blue))
    return np.asarray(brightest, dtype=np.uint8), np.asarray(saturation, dtype=np.uint8)


def divide_background(gray: GrayImage, *, dpi: int, darkest_paper: int = _DARKEST_PAPER) -> GrayImage:
    """Paper becomes even white: every pixel divided by the paper around it.

    The paper is estimated on an eighth of the size as the brightest value within some 6 mm, so that a line of
    bold print is bridged and the shadow of a book fold is followed.

    Args:
        gray: the page.
        dpi: its pixels per inch.
        darkest_paper: 0 to 255; what is darker over a wide area is a printed block, not paper in the shade.
    """
    height, width = gray.shape
    small = shrunk(gray, max(1, width // _SHRINK), max(1, height // _SHRINK))
    reach = max(3, round(dpi / 25.4 * 6 / _SHRINK)) | 1
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window)
    paper = cv2.blur(paper, (reach, reach))
    paper = cv2.max(paper, np.full_like(paper, darkest_paper))
    full = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, full, dst=full, scale=255.0), dtype=np.uint8)


def ground(plane: GrayImage, reach: int) -> GrayImage:
    """What most of the surroundings of every pixel have, within so many pixels across.

    Found on a quarter of the pixels, since it changes slowly: a fourth of the time.
    """
    height, width = plane.shape
    small = shrunk(plane, max(1, width // 2), max(1, height // 2))
    median = cv2.medianBlur(small, (reach // 2) | 1)
    return np.asarray(cv2.resize(median, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def any_ink(image: PageImage, *, dpi: int) -> GrayImage:
    """Grey values in which ink of every colour is dark, seals and signatures too, on even white.

    The darkest of the three colours is low for black and for every strong colour, orange and yellow too. A
    filled block is ink as far as it is much darker than the paper of the page; shade and yellowing are not.
    """
    darkest = image if image.ndim == 2 else _darkest(image)
    paper = float(np.percentile(darkest[::_SHRINK, ::_SHRINK], _PAPER_PERCENTILE))
    least = max(_DARKEST_PAPER, min(255, round(_DEEPEST_SHADE * paper)))
    return divide_background(darkest, dpi=dpi, darkest_paper=least)


def _darkest(image: PageImage) -> GrayImage:
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)


def stretch(gray: GrayImage) -> GrayImage:
    """Faint print to black, near-white to white. An empty page keeps its greys: noise is not blown up."""
    counts = np.bincount(gray[::4, ::4].ravel(), minlength=256)
    share = np.cumsum(counts) / max(1, counts.sum())
    black = min(float(np.searchsorted(share, 0.005)), _BLACKEST_STRETCH)
    levels = (np.arange(256) - black) * (255.0 / (_WHITE - black))
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(gray, table), dtype=np.uint8)
