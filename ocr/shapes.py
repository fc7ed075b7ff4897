"""The joined shapes of a mask, by their rectangles: cheaper than labelling every pixel of a page.

All functions are pure. A mask is height by width, 8-bit unsigned, 0 nothing, anything else ink.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
# A row for each shape: left, top, width, height in pixels.
Rectangles = npt.NDArray[np.int32]

LEFT, TOP, WIDTH, HEIGHT = range(4)
_PARENT = 3
_NOBODY = -1
# Corners touch, the picture stays, ones are written.
_FILL = 8 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)


def rectangles(mask: Mask) -> Rectangles:
    """The rectangle of every shape whose pixels touch, corners included; shapes within rings too."""
    return np.array([cv2.boundingRect(outline) for outline in outlines(mask)], dtype=np.int32).reshape(-1, 4)


def ink_within(mask: Mask, boxes: Rectangles) -> npt.NDArray[np.int64]:
    """How many pixels of a mask of 0 and 1 lie in each rectangle."""
    sums = cv2.integral(mask)
    left, top = boxes[:, LEFT], boxes[:, TOP]
    right, bottom = left + boxes[:, WIDTH], top + boxes[:, HEIGHT]
    counts = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return np.asarray(counts, dtype=np.int64)


def parts(
    mask: Mask, *, longest: float = 0.0, shortest: float = 0.0
) -> Iterator[tuple[tuple[slice, slice], npt.NDArray[np.bool_]]]:
    """Each shape: the rows and columns it lies in, and its own pixels in there. All ink has one value.

    Args:
        mask: the picture.
        longest: left out are shapes whose longer side has fewer pixels than that.
        shortest: the same of the shorter side.
    """
    for outline in outlines(mask):
        left, top, width, height = cv2.boundingRect(outline)
        if max(width, height) < longest or min(width, height) < shortest:
            continue
        area = (slice(top, top + height), slice(left, left + width))
        x, y = (int(place) for place in outline[0, 0])
        own = np.zeros((height + 2, width + 2), dtype=np.uint8)
        # Filling from one point visits the shape alone; labelling would visit all pixels around it.
        cv2.floodFill(np.ascontiguousarray(mask[area]), own, (x - left, y - top), 0, 0, 0, _FILL)
        yield area, own[1:-1, 1:-1].view(np.bool_)


def outlines(mask: Mask) -> list[npt.NDArray[np.int32]]:
    """The outer outline of every shape, in OpenCV's form."""
    found, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not found:
        return []
    outer = np.flatnonzero(np.asarray(tree)[0, :, _PARENT] == _NOBODY)
    return [np.asarray(found[index], dtype=np.int32) for index in outer.tolist()]
