"""Out-of-focus pages: print whose edges run over many pixels."""

from __future__ import annotations

import cv2
import numpy as np

from dossier.text import Finding
from ocr.arrays import GrayImage

# Millimetres from dark to light; sharp scans of 150 to 300 dpi measure 0.1 to 0.2.
_BLURRED_MILLIMETRES = 0.42
# About the width of a letter: an edge and its foot lie within it.
_REACH_INCHES = 0.075
_CONTRAST = 70
_MIN_EDGES = 500
_STEP_PIXELS = 1600


def edge_width(text: GrayImage, *, dpi: int) -> float:
    """Millimetres the edges of print take from dark to light; 0 where there is too little print.

    The contrast across an edge over its steepest slope: a sharp edge rises at once.
    """
    height, width = text.shape
    top, left = max(0, (height - _STEP_PIXELS) // 2), max(0, (width - _STEP_PIXELS) // 2)
    part = text[top : top + _STEP_PIXELS, left : left + _STEP_PIXELS]
    if part.shape[1] < 2:
        return 0.0
    slope = cv2.absdiff(part[:, 1:], part[:, :-1])
    kernel = np.ones((1, max(5, round(dpi * _REACH_INCHES)) | 1), dtype=np.uint8)
    contrast = cv2.morphologyEx(part[:, :-1], cv2.MORPH_GRADIENT, kernel)
    steepest = cv2.dilate(slope, kernel)
    edges = np.greater(contrast, _CONTRAST) & np.equal(slope, steepest) & np.greater(slope, 0)
    if int(np.count_nonzero(edges)) < _MIN_EDGES:
        return 0.0
    pixels = float(np.median(np.divide(contrast[edges], slope[edges])))
    return pixels * 25.4 / dpi


def check_blur(text: GrayImage, *, page: int, dpi: int, bilevel: bool) -> tuple[Finding, ...]:
    """``page.blurred`` with the width of the edges in millimetres. Black and white has no soft edge."""
    if bilevel:
        return ()
    width = edge_width(text, dpi=dpi)
    return (Finding("page.blurred", page, width),) if width > _BLURRED_MILLIMETRES else ()
