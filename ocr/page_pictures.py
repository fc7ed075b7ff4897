"""Pictures of scanned pages for people who look at them in a browser: upright, and no larger than is read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import PageText
from ocr.arrays import PageImage, shrunk, turn_upright
from ocr.limits import ReadLimits
from ocr.sources import open_source

_DPI: Final = 200
"""Enough for every letter of a form; a scan of 300 is kept whole elsewhere."""
_KEPT_QUALITY: Final = 88
_SHOWN_QUALITY: Final = 78


def upright_page(path: Path, page: PageText, *, name: str, limits: ReadLimits) -> bytes:
    """One page as it was read, upright, as a JPEG of some 200 pixels per inch.

    Args:
        path: the file it is in.
        page: as read: its number and its turn.
        name: what errors call the file.
        limits: what to refuse.

    Raises:
        InputError: the page cannot be decoded.
    """
    with open_source(path, name=name, limits=limits) as source:
        raw = source.page(page.page, enough_dpi=_DPI)
    upright = turn_upright(raw.pixels, page.rotation)
    if upright.ndim == 3:
        upright = np.asarray(cv2.cvtColor(upright, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    return _jpeg(upright, _KEPT_QUALITY)


def narrower(picture: bytes, *, width: int) -> bytes:
    """The same picture, at most ``width`` pixels wide."""
    image = _pixels(picture)
    height, before = image.shape[:2]
    if before <= width:
        return picture
    return _jpeg(shrunk(image, width, max(1, round(height * width / before))), _SHOWN_QUALITY)


def small_picture(pixels: PageImage, *, turn: int, width: int) -> bytes:
    """A page as it was just decoded, upright as its file asks for, at most ``width`` pixels wide, as a JPEG.

    Args:
        pixels: grey or RGB.
        turn: degrees clockwise.
        width: of the result, in pixels.
    """
    upright = turn_upright(pixels, turn)
    height, before = upright.shape[:2]
    if before > width:
        upright = shrunk(upright, width, max(1, round(height * width / before)))
    if upright.ndim == 3:
        upright = np.asarray(cv2.cvtColor(upright, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    return _jpeg(upright, _SHOWN_QUALITY)


def part_of(picture: bytes, box: Box, *, of: tuple[int, int], width: int) -> bytes:
    """What lies in a box of a page, ``width`` pixels wide.

    Args:
        picture: of the whole page, at any size.
        box: in pixels of the page as it was read, inside it and not empty.
        of: width and height of the page as it was read.
        width: of the result, in pixels.
    """
    image = _pixels(picture)
    across, down = image.shape[1] / of[0], image.shape[0] / of[1]
    left, top = int(box.left * across), int(box.top * down)
    right, bottom = max(left + 1, round(box.right * across)), max(top + 1, round(box.bottom * down))
    cut = np.ascontiguousarray(image[top:bottom, left:right])
    height = max(1, round(width * box.height / box.width))
    return _jpeg(np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_CUBIC)), _SHOWN_QUALITY)


def _pixels(picture: bytes) -> PageImage:
    decoded = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(decoded, dtype=np.uint8)


def _jpeg(image: PageImage, quality: int) -> bytes:

    _, made = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return made.tobytes()
