"""Print that came out too weak: broken black-and-white strokes are made solid, faint grey print dark.

All functions are pure; arrays are described in ``ocr.arrays``.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.arrays import GrayImage, shrunk
from ocr.checks.blank import letter_shapes
from ocr.checks.blur import edge_width

_BLACK = 127
# Runs of ink along a row: some 0.45 to 0.85 mm on sound pages with bold and rules, less where strokes break.
_BROKEN_MM = 0.36
_SOFTENING_INCHES = 0.8 / 300

# A page is not faint where so large a share of its inked spots is really dark: a small card on a large sheet
# has little ink, but black.
_DARK, _DARK_SHARE = 125, 0.1
_SPOT, _INKED = 12, 185
_INK_SHARE = 0.005
# Print may keep a sixth of its blackness; what is fainter cannot be told from the other side shining through.
_FAINT = (130, 214)
_WHITE_SHARE = 0.75
_GRAIN_INCHES = 0.7 / 300
# The other side shines through with soft edges only.
_SHARP_MM = 0.36
_LETTERS = 40


def made_solid(page: GrayImage, *, dpi: int) -> GrayImage:
    """A black-and-white page as it is; or, where its strokes are thin and broken, thicker and softer.

    Args:
        page: only 0 and 255.
        dpi: its pixels per inch.
    """
    if not _is_broken(page, dpi=dpi):
        return page
    thicker = cv2.erode(page, np.ones((2, 2), dtype=np.uint8))
    return np.asarray(cv2.GaussianBlur(thicker, (0, 0), max(0.4, _SOFTENING_INCHES * dpi)), dtype=np.uint8)


def _is_broken(page: GrayImage, *, dpi: int) -> bool:
    """Whether ink runs on for too short a way."""
    ink = cv2.threshold(page, _BLACK, 1, cv2.THRESH_BINARY_INV)[1]
    runs = cv2.countNonZero(cv2.subtract(ink[:, 1:], ink[:, :-1]))
    return runs > 0 and cv2.countNonZero(ink) / runs < _BROKEN_MM / 25.4 * dpi


def _is_dark(page: GrayImage) -> bool:
    """Whether the darkest pixels of many inked spots are nearly black."""
    rows, columns = (side // _SPOT * _SPOT for side in page.shape)
    spots = page[:rows, :columns].reshape(rows // _SPOT, _SPOT, columns // _SPOT, _SPOT).min(axis=(1, 3))
    inked = spots[spots < _INKED]
    return inked.size > 0 and float(np.quantile(inked, _DARK_SHARE)) < _DARK


def darkened(even: GrayImage, *, dpi: int) -> GrayImage | None:
    """The page with its print made black, or None where the print is not faint or there is none.

    Args:
        even: the page after its background was divided out.
        dpi: its pixels per inch.
    """
    half = shrunk(even, max(1, even.shape[1] // 2), max(1, even.shape[0] // 2))
    counts = np.bincount(half[::2, ::2].ravel(), minlength=256)
    share = np.cumsum(counts) / max(1, counts.sum())
    black = float(np.searchsorted(share, _INK_SHARE))
    if not _FAINT[0] < black <= _FAINT[1] or _is_dark(half):
        return None
    paper = float(np.searchsorted(share, 0.5))
    soft = cv2.GaussianBlur(even, (0, 0), max(0.4, _GRAIN_INCHES * dpi))
    levels = (np.arange(256) - black) * (255.0 / (_WHITE_SHARE * max(1.0, paper - black)))
    dark = np.asarray(cv2.LUT(soft, np.clip(np.rint(levels), 0, 255).astype(np.uint8)), dtype=np.uint8)
    is_print = letter_shapes(dark, dpi=dpi) >= _LETTERS and edge_width(dark, dpi=dpi) <= _SHARP_MM
    return dark if is_print else None
