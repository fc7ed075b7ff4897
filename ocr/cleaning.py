"""From the pixels of a page to the image the engine gets, and the way back for its boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from dossier.geometry import Box
from dossier.text import Line
from ocr.arrays import GrayImage, Homography, PageImage, turning
from ocr.ink import divide_background, stretch, text_channel
from ocr.strokes import darkened, made_solid

# Tesseract's Vietnamese model reads best with about this many pixels to the inch.
ENGINE_DPI = 250
_SCALE_BAND = (0.9, 1.1)
_LARGEST_SCALE = 2.5
# Down to here one warp keeps thin strokes; below, the page is averaged first.
_FINEST_WARP = 0.75
_SMALLEST_SKEW = 0.15
# So far around its own place, in pixels of the result, a pixel shows in what is enlarged.
_WARP_RIM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """The image for the engine.

    Attributes:
        image: grey, upright, deskewed, scaled.
        dpi: its pixels per inch.
        forward: maps points of the upright page image to points of ``image``.
        skew: degrees that were taken out, counter-clockwise positive; of a photo, those at the middle.
    """

    image: GrayImage
    dpi: int
    forward: Homography
    skew: float

    def box_on_page(self, box: Box, *, width: int, height: int) -> Box:
        """A box of ``image`` as a box of the upright page image of that size."""
        return self._on_page([box], width=width, height=height)[0]

    def _on_page(self, boxes: Sequence[Box], *, width: int, height: int) -> list[Box]:
        if not boxes:
            return []
        corners = [(x, y) for box in boxes for x in (box.left, box.right) for y in (box.top, box.bottom)]
        points = _moved(corners, _back(self.forward)).reshape(-1, 4, 2)
        size = np.array((width, height))
        first = np.clip(np.floor(points.min(axis=1) + 0.5), 0, size).astype(np.int64)
        last = np.clip(np.floor(points.max(axis=1) + 0.5), first, size).astype(np.int64)
        return [Box(*ends) for ends in np.hstack((first, last)).tolist()]

    def of_larger(self, across: float, down: float) -> CleanPage:
        """The same image, made of a page image so many times wider and higher."""
        return replace(self, forward=self.forward @ np.diag((1 / across, 1 / down, 1.0)))

    def of_photo(
        self, flattened: Homography, *, flat: tuple[int, ...], width: int, height: int, rotation: int
    ) -> CleanPage:
        """The same image, made of a photo that was drawn flat before it was turned.

        Args:
            flattened: maps points of the photo to points of the flat sheet.
            flat: height and width of the flat sheet.
            width: pixels of the photo as stored.
            height: the same downwards.
            rotation: degrees clockwise that the sheet was turned by, and the photo is shown turned by.
        """
        turned = turning(flat[1], flat[0], rotation) @ flattened
        forward = self.forward @ turned @ _back(turning(width, height, rotation))
        rows, columns = self.image.shape
        level = [(columns / 4, rows / 2), (columns * 3 / 4, rows / 2)]
        start, end = _moved(level, _back(forward))
        skew = math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))
        return replace(self, forward=forward, skew=skew)

    def line_on_page(self, line: Line, *, width: int, height: int) -> Line:
        """A line with boxes of ``image`` as a line with boxes of the upright page image."""
        boxes = self._on_page([word.box for word in line.words], width=width, height=height)
        words = tuple(replace(word, box=box) for word, box in zip(line.words, boxes, strict=True))
        return Line(words, line.block)


def text_image(pixels: PageImage, *, dpi: int, bilevel: bool, half: PageImage | None = None) -> GrayImage:
    """Dark print on even white, still as stored: not turned, not deskewed, not scaled.

    Args:
        pixels: the page as stored.
        dpi: its pixels per inch.
        bilevel: stored in black and white.
        half: the page at half its size, where it is there already.
    """
    if bilevel:
        return made_solid(pixels, dpi=dpi)
    even = divide_background(text_channel(pixels, dpi=dpi, half=half), dpi=dpi)
    faint = darkened(even, dpi=dpi)
    return stretch(even) if faint is None else faint


def straighten(text: GrayImage, *, dpi: int, skew: float) -> CleanPage:
    """Take the slant out and bring the page to the resolution the engine likes, in one step."""
    scale = min(ENGINE_DPI / dpi, _LARGEST_SCALE)
    if _SCALE_BAND[0] <= scale <= _SCALE_BAND[1]:
        scale = 1.0
    angle = skew if abs(skew) >= _SMALLEST_SKEW else 0.0
    height, width = text.shape
    forward, size = _transform(width, height, angle=angle, scale=scale)
    if angle == 0.0 and scale == 1.0:
        image = text
    elif angle == 0.0 and scale >= _FINEST_WARP:
        # A level page only changes its size, which takes a fraction of a warp.
        forward = _resizing(text.shape, size)
        way = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(text, size, interpolation=way), dtype=np.uint8)
    elif scale < _FINEST_WARP:
        # Averaging first keeps thin strokes that a plain warp would drop.
        shrunk = np.asarray(cv2.resize(text, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        turned, _ = _transform(shrunk.shape[1], shrunk.shape[0], angle=angle, scale=1.0)
        image = _warp(shrunk, turned, size, way=cv2.INTER_CUBIC)
    else:
        image = _warp(text, forward, size, way=cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR)
    return CleanPage(image=image, dpi=round(dpi * scale), forward=forward, skew=angle)


def _transform(width: int, height: int, *, angle: float, scale: float) -> tuple[Homography, tuple[int, int]]:
    """Turn around the middle by ``-angle`` with scale; the result is as large as the scaled page."""
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # A positive skew rises to the right (counter-clockwise); OpenCV turns counter-clockwise for positive.
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, scale)
    matrix[0, 2] += size[0] / 2 - width / 2
    matrix[1, 2] += size[1] / 2 - height / 2
    return np.vstack((matrix, (0.0, 0.0, 1.0))), size


def _resizing(shape: tuple[int, ...], size: tuple[int, int]) -> Homography:
    """How points move when an image gets another size: its outer edges stay its edges."""
    across, down = size[0] / shape[1], size[1] / shape[0]
    return np.array([[across, 0.0, (across - 1) / 2], [0.0, down, (down - 1) / 2], [0.0, 0.0, 1.0]])


def _back(matrix: Homography) -> Homography:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _moved(points: Sequence[tuple[float, float]], matrix: Homography) -> npt.NDArray[np.float64]:
    """Points (x, y), one a row, through the matrix."""
    flat = np.column_stack((points, np.ones(len(points)))) @ matrix.T
    return np.asarray(flat[:, :2] / flat[:, 2:], dtype=np.float64)


def _warp(image: GrayImage, matrix: Homography, size: tuple[int, int], *, way: int) -> GrayImage:
    """The image through the matrix, at that size, white beyond; only where there is ink it takes time."""
    warped = np.full((size[1], size[0]), 255, dtype=np.uint8)
    left, top, width, height = cv2.boundingRect(cv2.bitwise_not(image))
    corners = [(x, y) for x in (left, left + width) for y in (top, top + height)]
    moved = _moved(corners, matrix)
    x0, y0 = np.clip(np.floor(moved.min(axis=0)) - _WARP_RIM, 0, size).astype(int).tolist()
    x1, y1 = np.clip(np.ceil(moved.max(axis=0)) + _WARP_RIM, 0, size).astype(int).tolist()
    if width and x1 > x0 and y1 > y0:
        there = matrix[:2] - np.array([[0.0, 0.0, x0], [0.0, 0.0, y0]])
        cv2.warpAffine(
            image,
            there,
            (x1 - x0, y1 - y0),
            dst=warped[y0:y1, x0:x1],
            flags=way,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=255.0,
        )
    return warped
