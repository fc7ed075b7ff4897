"""Sheets with a folded or torn corner, on a scanner with a dark lid."""

from __future__ import annotations

import cv2
import numpy as np

from dossier.text import Finding
from ocr.arrays import GrayImage, PageImage, as_gray, shrunk

_DPI = 25
# Darker than this share of the paper is no paper.
_DARK = 0.62
_PAPER_PERCENTILE = 75
# Print is closed over by the paper around it.
_PRINT_MM = 5.0
_LEGS_MM = (9.0, 90.0)
# A triangle fills half of its rectangle; its legs are not too different.
_HALF = (0.36, 0.66)
_LONGEST_BY_SHORTEST = 3.0


def missing_corner(pixels: PageImage, *, dpi: int) -> float:
    """Millimetres of the shorter leg of the largest corner that is not there; 0 where all four are.

    Args:
        pixels: the page as stored, grey or RGB.
        dpi: its pixels per inch.
    """
    scale = _DPI / dpi
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    gray = as_gray(shrunk(pixels, *size))
    millimetre = _DPI / 25.4
    reach = max(3, round(_PRINT_MM * millimetre)) | 1
    closed = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((reach, reach), dtype=np.uint8))
    dark = np.less(closed, _DARK * float(np.percentile(closed, _PAPER_PERCENTILE))).astype(np.uint8)
    corners = (dark, dark[:, ::-1], dark[::-1], dark[::-1, ::-1])
    return max(_leg_at_start(np.ascontiguousarray(corner)) for corner in corners) / millimetre


def check_corner(pixels: PageImage, *, page: int, dpi: int) -> tuple[Finding, ...]:
    """``page.corner`` with the millimetres that are missing."""
    missing = missing_corner(pixels, dpi=dpi)
    return (Finding("page.corner", page, missing),) if missing > 0 else ()


def _leg_at_start(dark: GrayImage) -> float:
    """Pixels of the shorter leg of a dark triangle in the top left corner, or 0."""
    if not dark[0, 0]:
        return 0.0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    _, _, width, height, area = (int(value) for value in stats[int(labels[0, 0])])
    low, high = (leg * _DPI / 25.4 for leg in _LEGS_MM)
    shorter, longer = min(width, height), max(width, height)
    sized = low <= shorter and longer <= min(high, _LONGEST_BY_SHORTEST * shorter)
    triangle = _HALF[0] <= area / (width * height) <= _HALF[1]
    return float(shorter) if sized and triangle else 0.0
