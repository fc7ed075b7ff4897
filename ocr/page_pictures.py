"""Pictures of scanned pages for people who look at them in a browser: upright, and no larger than is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import PageText
from ocr.arrays import GrayImage, PageImage, shrunk, turn_upright
from ocr.limits import ReadLimits
from ocr.sources import open_source

_DPI: Final = 150
"""Enough for the letters of a form; whoever wants to see more looks at a part with every pixel. A JPEG of 300
or 600 is decoded at a half or a quarter of its size, which takes a fraction of time and memory."""
_KEPT_QUALITY: Final = 88
_SHOWN_QUALITY: Final = 78
_BAND: Final = 256
"""Rows of one band. What stands around a field lies in one or two of a dozen; the others stay packed."""
_FRAME: Final = (28, 28, 155)
"""Blue, green, red: the red of the pages."""
_FRAMES: Final = 320
"""Widths of the line of a frame that a picture is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPage:
    """A page to be looked at, upright, at 150 to 225 pixels per inch.

    Attributes:
        width, height: in pixels.
        bands: JPEGs of so many rows each, from top to bottom.
        shown: the whole page as a JPEG, as wide as was asked for.
    """

    width: int
    height: int
    bands: tuple[bytes, ...]
    shown: bytes

    @property
    def size(self) -> int:
        """Bytes of all pictures."""
        return sum(map(len, self.bands)) + len(self.shown)


def screen_page(path: Path, page: PageText, *, name: str, limits: ReadLimits, shown: int) -> ScreenPage:
    """One page as it was read, upright.

    Args:
        path: the file it is in.
        page: as read: its number and its turn.
        name: what errors call the file.
        limits: what to refuse.
        shown: pixels that the picture of the whole page is wide at most.

    Raises:
        InputError: the page cannot be decoded.
    """
    with open_source(path, name=name, limits=limits) as source:
        raw = source.page(page.page, enough_dpi=_DPI, text=False)
    upright = _in_order_of_cv2(turn_upright(raw.pixels, page.rotation))
    height, width = upright.shape[:2]
    return ScreenPage(
        width=width,
        height=height,
        bands=tuple(_jpeg(upright[top : top + _BAND], _KEPT_QUALITY) for top in range(0, height, _BAND)),
        shown=_jpeg(_at_most(upright, shown), _SHOWN_QUALITY),
    )


def narrower(picture: bytes, *, width: int) -> bytes:
    """The same picture, at most ``width`` pixels wide."""
    image = _pixels(picture)
    return picture if image.shape[1] <= width else _jpeg(_at_most(image, width), _SHOWN_QUALITY)


def small_picture(pixels: PageImage, *, turn: int, width: int) -> bytes:
    """A page as it was just decoded, upright as its file asks for, at most ``width`` pixels wide, as a JPEG.

    Args:
        pixels: grey or RGB.
        turn: degrees clockwise.
        width: of the result, in pixels.
    """
    return _jpeg(_in_order_of_cv2(_at_most(turn_upright(pixels, turn), width)), _SHOWN_QUALITY)


def part_of(page: ScreenPage, box: Box, *, of: tuple[int, int], width: int) -> bytes:
    """What lies in a box of a page, as a JPEG ``width`` pixels wide.

    Args:
        page: as it is looked at.
        box: in pixels of the page as it was read, inside it and not empty.
        of: width and height of the page as it was read.
        width: of the result, in pixels.
    """
    cut = _cut(page, box, of=of)
    height = max(1, round(width * box.height / box.width))
    return _jpeg(np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_CUBIC)), _SHOWN_QUALITY)


def writing_of(page: ScreenPage, box: Box, *, of: tuple[int, int]) -> GrayImage:
    """What lies in a box of a page, in grey. Arguments as ``part_of``."""
    cut = _cut(page, box, of=of)
    return cut if cut.ndim == 2 else np.asarray(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _cut(page: ScreenPage, box: Box, *, of: tuple[int, int]) -> PageImage:
    left, top, right, bottom = _scaled(box, of=of, to=(page.width, page.height))
    first = top // _BAND
    rows = np.concatenate([_pixels(band) for band in page.bands[first : (bottom - 1) // _BAND + 1]])
    return np.ascontiguousarray(rows[top - first * _BAND : bottom - first * _BAND, left:right])


def part_as_stored(  # noqa: PLR0913 - a part of a page in a file has these parts
    path: Path, page: PageText, box: Box, *, name: str, limits: ReadLimits, most: int
) -> bytes:
    """What lies in a box of a page with every pixel that its file holds, upright, as a JPEG.

    The whole page is decoded for it: up to 500 MB for one of A3 at 600 pixels per inch in colour, while it
    lasts. Whoever calls sees to it that few are decoded at once.

    Args:
        path: the file it is in.
        page: as read: its number, size and turn.
        box: in pixels of the page as it was read, inside it and not empty.
        name: what errors call the file.
        limits: what to refuse.
        most: pixels that the picture is wide at most.

    Raises:
        InputError: the page cannot be decoded.
    """
    with open_source(path, name=name, limits=limits) as source:
        pixels = source.page(page.page, text=False).pixels
    height, width = pixels.shape[:2]
    lies = page.rotation % 180 != 0
    left, top, right, bottom = _scaled(
        box, of=(page.width, page.height), to=(height, width) if lies else (width, height)
    )
    # Cut first and turn then: turning all of it would take its memory twice.
    if page.rotation == 90:
        left, top, right, bottom = top, height - right, bottom, height - left
    elif page.rotation == 180:
        left, top, right, bottom = width - right, height - bottom, width - left, height - top
    elif page.rotation == 270:
        left, top, right, bottom = width - bottom, left, width - top, right
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    del pixels
    return _jpeg(_at_most(_in_order_of_cv2(turn_upright(cut, page.rotation)), most), _KEPT_QUALITY)


def _scaled(box: Box, *, of: tuple[int, int], to: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box in a picture of another size, one pixel large at least."""
    across, down = to[0] / of[0], to[1] / of[1]
    left, top = min(int(box.left * across), to[0] - 1), min(int(box.top * down), to[1] - 1)
    right = min(to[0], max(left + 1, round(box.right * across)))
    return left, top, right, min(to[1], max(top + 1, round(box.bottom * down)))


def _in_order_of_cv2(image: PageImage) -> PageImage:
    if image.ndim == 3:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    return image


def _at_most(image: PageImage, width: int) -> PageImage:
    height, before = image.shape[:2]
    return image if before <= width else shrunk(image, width, max(1, round(height * width / before)))


def framed(picture: bytes, box: Box, *, of: tuple[int, int]) -> bytes:
    """The same picture with a frame around a box.

    Args:
        picture: at any size.
        box: in pixels of what the picture shows, inside it.
        of: width and height of that.
    """
    image = _pixels(picture)
    across, down = image.shape[1] / of[0], image.shape[0] / of[1]
    thick = max(2, round(image.shape[1] / _FRAMES))
    first = (int(box.left * across) - thick, int(box.top * down) - thick)
    last = (round(box.right * across) + thick, round(box.bottom * down) + thick)
    if image.ndim == 2:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return _jpeg(np.asarray(cv2.rectangle(image, first, last, _FRAME, thick), dtype=np.uint8), _SHOWN_QUALITY)


def _pixels(picture: bytes) -> PageImage:
    decoded = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(decoded, dtype=np.uint8)


def _jpeg(image: PageImage, quality: int) -> bytes:
    _, made = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return made.tobytes()
