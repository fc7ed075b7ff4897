"""The ink of a page at a resolution that is enough to see what is drawn on it: rules, frames, cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.shapes import Mask

COARSE_DPI = 100
_INK = 190
# A rule of the finest kind covers this share of a pixel at that resolution.
_COVERED = 0.2
_WHITE = 255


@dataclass(frozen=True, slots=True)
class CoarseInk:
    """A mask of 0 and 1 at ``COARSE_DPI``, and its pixels for each pixel of the image, along a side."""

    ink: Mask
    scale: float

    def box_on_image(self, rectangle: Sequence[int]) -> Box:
        """A rectangle of the mask (left, top, width, height) as a box of the image."""
        left, top, width, height = rectangle
        ends = (left, top, left + width, top + height)
        return Box(*(round(end / self.scale) for end in ends))


def coarse_ink(image: GrayImage, *, dpi: int) -> CoarseInk:
    """The ink of an image with so many pixels per inch."""
    scale = COARSE_DPI / dpi
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    _, inked = cv2.threshold(image, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    small = cv2.resize(inked, size, interpolation=cv2.INTER_AREA)
    return CoarseInk(np.greater(small, _COVERED * _WHITE).astype(np.uint8), scale)
