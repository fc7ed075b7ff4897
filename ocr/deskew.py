"""How far the lines of a page slant, from the profile of its ink.

All functions are pure. An ink mask is height by width, boolean, True where there is ink; about 100 dpi.
Angles are degrees, counter-clockwise positive: lines that rise to the right have a positive angle.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage, shrunk

InkMask = npt.NDArray[np.bool_]

MASK_DPI = 100
MAX_SKEW = 15.0
_INK = 150
_MAX_POINTS = 40_000
# The first look needs fewer points, and coarser bins that a slant of half a step does not smear out.
_COARSE_POINTS = 10_000
_COARSE_BIN = 2.0
_COARSE = 0.5
_FINE = 0.1
_MIN_POINTS = 50


def ink_mask(text: GrayImage, *, dpi: int) -> InkMask:
    """Where the ink of a cleaned text image is, at ``MASK_DPI``."""
    scale = MASK_DPI / dpi
    small = shrunk(text, max(1, round(text.shape[1] * scale)), max(1, round(text.shape[0] * scale)))
    mask: InkMask = np.less(small, _INK)
    return mask


def without_rules(mask: InkMask) -> InkMask:
    """The mask without ruled lines and solid blocks: straight runs of 1 cm and more."""
    ink = mask.astype(np.uint8)
    reach = MASK_DPI * 10 // 25
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), dtype=np.uint8))
    along = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((reach, 1), dtype=np.uint8))
    kept: InkMask = np.logical_and(mask, np.equal(cv2.max(across, along), 0))
    return kept


def find_skew(mask: InkMask, *, limit: float = MAX_SKEW) -> tuple[float, float]:
    """Angle of the lines and how strongly they show.

    Returns:
        The angle in steps of 0.1 degrees, and the sharpness of the profile at that angle: some 0 for noise;
        larger for lines of text. Sharpness of two directions of one page may be compared.
    """
    rows, columns = _points(mask)
    if rows.size < _MIN_POINTS:
        return 0.0, 0.0
    steps = round(limit / _COARSE)
    coarse = [index * _COARSE for index in range(-steps, steps + 1)]
    few = slice(None, None, max(1, rows.size // _COARSE_POINTS))
    scale = np.float32(1 / _COARSE_BIN)
    best, _ = _sharpest(rows[few] * scale, columns[few] * scale, coarse, shape=mask.shape)
    steps = round(_COARSE / _FINE)
    fine = [round(best + index * _FINE, 1) for index in range(-steps, steps + 1)]
    return _sharpest(rows, columns, fine, shape=mask.shape)


def _sharpest(
    rows: npt.NDArray[np.float32],
    columns: npt.NDArray[np.float32],
    angles: list[float],
    *,
    shape: tuple[int, ...],
) -> tuple[float, float]:
    """The angle with the sharpest profile, and that sharpness; of equals the one nearest to zero."""
    scores = {angle: _sharpness(rows, columns, angle, shape=shape) for angle in angles}
    best = max(scores, key=lambda angle: (scores[angle], -abs(angle)))
    return best + 0.0, scores[best]


def _points(mask: InkMask) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    rows, columns = np.nonzero(mask)
    step = max(1, rows.size // _MAX_POINTS)
    # A prime-like stride would still hit columns evenly: row-major order mixes them well enough.
    return rows[::step].astype(np.float32), columns[::step].astype(np.float32)


def _sharpness(
    rows: npt.NDArray[np.float32],
    columns: npt.NDArray[np.float32],
    angle: float,
    *,
    shape: tuple[int, ...],
) -> float:
    """Sum of squared steps of the profile across lines at that angle, per squared point.

    Bins overlap by half, so that the score does not hang on where the lines fall between two bins.
    """
    radians = np.deg2rad(angle)
    across = rows * np.float32(np.cos(radians)) + columns * np.float32(np.sin(radians))
    halves = (2 * (across + np.float32(shape[1]))).astype(np.int32)
    counts = np.bincount(halves, minlength=2 * shape[0] + 4 * shape[1]).astype(np.float64)
    profile = counts[1:] + counts[:-1]
    steps = profile[2:] - profile[:-2]
    return float(np.square(steps).sum()) / math.pow(rows.size, 1.5)
