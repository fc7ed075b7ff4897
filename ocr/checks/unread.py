"""Pages of which not one word can be believed: empty ones, pictures, and marks that nobody could read.

Only an empty page may be left out. To call a page in foreign script empty would lose it.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from dossier.text import Finding
from ocr.arrays import PageImage, as_gray, shrunk

# Print is thin and paper is light: within every 3 mm of a page of print some paper shows.
_DPI = 50
_BLOCK_MM = 3.0
_PAPER_PERCENTILE = 90
_LIGHT, _DARK = 0.8, 0.25
_PICTURE = 0.06
# Lids of scanners, desks and shadows are smooth; fur, leaves and faces are not.
_LIVELY = 28
# Fewer are dirt, holes, the weave of cloth; two or three lines of print have more.
_MARKS = 100


def half_tones(pixels: PageImage, *, dpi: int) -> float:
    """The share (0 to 1) of the page that is lively and nowhere as light as its paper, nor black.

    Args:
        pixels: the page as stored, grey or RGB.
        dpi: its pixels per inch.
    """
    scale = min(1.0, _DPI / dpi)
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    block = max(1, round(_BLOCK_MM / 25.4 * dpi * scale))
    tones, kernel = as_gray(shrunk(pixels, width, height)), np.ones((block, block), dtype=np.uint8)
    lightest = cv2.dilate(tones, kernel)[::block, ::block]
    darkest = cv2.erode(tones, kernel)[::block, ::block]
    paper = float(np.percentile(lightest, _PAPER_PERCENTILE))
    between = (lightest < _LIGHT * paper) & (lightest > _DARK * paper)
    return float(np.mean(between & (cv2.subtract(lightest, darkest) >= _LIVELY)))


def check_unread(
    marks: int, *, page: int, toned: float, shows_through: Callable[[], bool]
) -> tuple[Finding, ...]:
    """Why no word was read: ``page.picture``, ``page.no_text`` with the number of marks, or ``page.blank``.

    Args:
        marks: as many as ``ocr.checks.blank.letter_shapes`` counts on the cleaned page.
        page: 1-based number.
        toned: what ``half_tones`` said.
        shows_through: whether the marks are print of the other side; asked only where it decides.
    """
    if toned >= _PICTURE:
        return (Finding("page.picture", page, toned),)
    if marks >= _MARKS and not shows_through():
        return (Finding("page.no_text", page, float(marks)),)
    return (Finding("page.blank", page, 1.0),)
