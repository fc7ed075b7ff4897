"""Names for the two shapes of image that travel through this package."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

# Height by width, 8-bit unsigned, 0 black, 255 white.
GrayImage = npt.NDArray[np.uint8]

# Either a GrayImage, or height by width by three (red, green, blue), 8-bit unsigned.
PageImage = npt.NDArray[np.uint8]

# Three by three, 64-bit: maps (x, y, 1) of one image to a multiple of (x, y, 1) of another.
Homography = npt.NDArray[np.float64]

# Half of that is what the finest estimate looks at.
_HALVED_FROM_DPI = 200


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


def turning(width: int, height: int, degrees: int) -> Homography:
    """Maps points of an image of that size to points of the image as ``turn_upright`` turns it."""
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        90: ((0, -1, height), (1, 0, 0)),
        180: ((-1, 0, width), (0, -1, height)),
        270: ((0, 1, 0), (-1, 0, width)),
    }
    return np.array([*rows[degrees], (0, 0, 1)], dtype=np.float64)


def as_gray(image: PageImage) -> GrayImage:
    """Grey values by the usual weights of the three colours; a grey image is given back as it is."""
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def shrunk(image: PageImage, width: int, height: int) -> PageImage:
    """The image at another size, averaged where it shrinks; for estimates, where half a pixel is nothing.

    Halving is some twenty times cheaper than any other averaging; an odd last row or column is left out.
    """
    while image.shape[1] >= 2 * width and image.shape[0] >= 2 * height:
        halves = (image.shape[1] // 2, image.shape[0] // 2)
        even = image[: 2 * halves[1], : 2 * halves[0]]
        image = np.asarray(cv2.resize(even, halves, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if image.shape[:2] == (height, width):
        return image
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def for_estimates(image: PageImage, *, dpi: int) -> tuple[PageImage, int]:
    """A page at half its size and its pixels per inch there, where these are enough for any estimate.

    What looks at a page from afar would each halve it first; a page of few pixels comes back as it is.
    """
    if dpi < _HALVED_FROM_DPI:
        return image, dpi
    return shrunk(image, max(1, image.shape[1] // 2), max(1, image.shape[0] // 2)), round(dpi / 2)


def reduced(image: PageImage, factor: int) -> PageImage:
    """The image at a whole fraction of its size, every pixel the mean of ``factor`` by ``factor``."""
    if factor == 1:
        return image
    height, width = (max(1, side // factor) for side in image.shape[:2])
    even = image[: max(1, height * factor), : max(1, width * factor)]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def stretches(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a row of truths is true: first place and the place after the last, stretch by stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
