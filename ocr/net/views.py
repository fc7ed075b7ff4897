"""A doubtful line is looked at in several ways: a little higher, lower, softer. Their mean is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.net.crops import BASELINE, Crop
from ocr.net.session import FloatArray
from ocr.net.spots import LineSpot

# Height of the print in each further view, as a share of the first; along the line nothing moves.
_HEIGHTS = (0.9, 1.12)
_SOFT = 0.6
_LEAST = 1e-5
# The height of one of two lines found as one, and how far apart they may be, as shares of its height.
_HALF = 0.5
_PITCHES = (0.55, 0.75, 0.95)


def further_views(crop: Crop) -> list[Crop]:
    """The same line again, each step of it at the same place."""
    height = crop.ink.shape[0]
    base = BASELINE
    views = []
    for factor in _HEIGHTS:
        matrix = np.array([[1.0, 0.0, 0.0], [0.0, factor, base - factor * base]])
        size = (crop.ink.shape[1], height)
        ink = cv2.warpAffine(crop.ink, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255.0)
        views.append(replace(crop, ink=np.asarray(ink, dtype=np.uint8)))
    soft = cv2.GaussianBlur(crop.ink, (0, 0), _SOFT)
    return [*views, replace(crop, ink=np.asarray(soft, dtype=np.uint8))]


def mean_of(views: Sequence[FloatArray]) -> FloatArray:
    """Geometric mean of chances (steps by classes), which falls where views disagree."""
    logs = np.mean([np.log(np.maximum(view, _LEAST)) for view in views], axis=0)
    chances = np.exp(logs)
    mean: FloatArray = (chances / chances.sum(axis=-1, keepdims=True)).astype(np.float32)
    return mean


def halves(spot: LineSpot) -> tuple[LineSpot, tuple[LineSpot, ...]]:
    """Two lines so close that they were found as one: the lower, and where the upper may be."""
    lower = replace(spot, x_height=spot.x_height * _HALF)
    uppers = tuple(replace(lower, base=spot.base - spot.x_height * pitch) for pitch in _PITCHES)
    return lower, uppers
