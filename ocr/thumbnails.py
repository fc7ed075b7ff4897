"""Small pictures of scanned pages, by which people tell them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from ocr.arrays import shrunk, turn_upright
from ocr.limits import ReadLimits
from ocr.sources import open_source

_LONGEST_INCHES: Final = 11.7
"""Of A4; larger papers are shown with fewer pixels for each inch."""
_QUALITY: Final = 70


def thumbnail(  # noqa: PLR0913 - a picture of a page of a file has these parts
    path: Path, page: int, rotation: int, *, name: str, limits: ReadLimits, edge: int
) -> bytes:
    """A page of a file, upright, as a JPEG.

    Args:
        path: the file.
        page: 1-based.
        rotation: degrees clockwise that make the stored page upright.
        name: what errors call the file.
        limits: what to refuse.
        edge: pixels of its longer edge, at most.

    Raises:
        InputError: the page cannot be decoded.
    """
    with open_source(path, name=name, limits=limits) as source:
        pixels = source.page(page, enough_dpi=round(edge / _LONGEST_INCHES)).pixels
    height, width = pixels.shape[:2]
    scale = min(1.0, edge / max(height, width))
    small = shrunk(pixels, max(1, round(width * scale)), max(1, round(height * scale)))
    upright = turn_upright(small, rotation)
    if upright.ndim == 3:
        upright = np.asarray(cv2.cvtColor(upright, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    _, made = cv2.imencode(".jpg", upright, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return made.tobytes()
