"""Names for the two shapes of image that travel through this package."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

# Height by width, 8-bit unsigned, 0 black, 255 white.
GrayImage = npt.NDArray[np.uint8]

# Either a GrayImage, or height by width by three (red, green, blue), 8-bit unsigned.
PageImage = npt.NDArray[np.uint8]

# Two by three, 64-bit: maps (x, y, 1) of one image to (x, y) of another.
Affine = npt.NDArray[np.float64]


def turn_upright(image: PageImage, degrees: int) -> PageImage:
    """The image turned clockwise by 0, 90, 180 or 270 degrees, as one contiguous array.

    Raises:
        ValueError: ``degrees`` is none of these.
    """
    if degrees not in (0, 90, 180, 270):
        msg = f"a page turns by 0, 90, 180 or 270 degrees, not {degrees}"
        raise ValueError(msg)
    turned = np.rot90(image, k=-(degrees // 90))
    return np.ascontiguousarray(turned)


def as_gray(image: PageImage) -> GrayImage:
    """Grey values by the usual weights of the three colours; a grey image is given back as it is."""
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
