"""Sheets that were folded: a thin shadow right across, from margin to margin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dossier.text import Finding
from ocr.arrays import GrayImage, PageImage, as_gray, shrunk

_DPI = 75
_STRIPS = 20
# Left out on both sides: the scanner's lid and its shadow; ruled lines and frames stay further in.
_RIM = 0.025
# Where frames of certificates run.
_ENDS = 0.1
# Print covers less of a strip than this share; a crease darkens all of it.
_PAPER_PERCENTILE = 75
_AROUND_MM = 5.0
_LEAST_DEPTH = 4.0
_SHARE_OF_STRIPS = 0.9
_STEEPEST_DEGREES = 3.0


def fold_depth(pixels: PageImage, *, dpi: int) -> float:
    """By how many grey levels the deepest crease is darker than the paper beside it; 0 without one.

    Args:
        pixels: the page, grey or RGB, any way up.
        dpi: its pixels per inch.
    """
    scale = min(1.0, _DPI / dpi)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    gray = as_gray(shrunk(pixels, *size))
    return max(_depth_across(gray), _depth_across(np.ascontiguousarray(gray.T)))


def check_fold(pixels: PageImage, *, page: int, dpi: int, bilevel: bool) -> tuple[Finding, ...]:
    """``page.fold`` with the depth of the crease in grey levels. Black and white shows no shadow."""
    depth = 0.0 if bilevel else fold_depth(pixels, dpi=dpi)
    return (Finding("page.fold", page, depth),) if depth > 0 else ()


def _depth_across(gray: GrayImage) -> float:
    height, width = gray.shape
    rim, ends = round(_RIM * width), round(_ENDS * height)
    step = (width - 2 * rim) // _STRIPS
    if step < 4 or height < 8 * _AROUND_MM:
        return 0.0
    inner = gray[:, rim : rim + step * _STRIPS].reshape(height, _STRIPS, step)
    rank = step * _PAPER_PERCENTILE // 100
    level = np.partition(inner, rank, axis=2)[:, :, rank].astype(np.float32)
    depth = _below_surroundings(level)
    # The crease wanders by a pixel or two.
    depth[1:-1] = np.maximum(depth[1:-1], np.maximum(depth[:-2], depth[2:]))
    dark = depth >= _LEAST_DEPTH
    starts = np.flatnonzero(dark[:, 0])
    strips = np.arange(_STRIPS)
    found = 0.0
    steepest = round(np.tan(np.deg2rad(_STEEPEST_DEGREES)) * width)
    for rise in range(-steepest, steepest + 1, 2) if starts.size and dark[:, -1].any() else ():
        shifts = np.rint(np.linspace(-rise / 2, rise / 2, _STRIPS)).astype(np.int64)
        # Rows of the page with this slant taken out, of those that begin dark.
        rows = (starts + shifts[0]) % height
        rows = rows[(rows >= ends) & (rows < height - ends)]
        found = max(found, _deepest(depth[(rows[:, None] - shifts) % height, strips]))
    return found


def _below_surroundings(level: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How much darker every row of every strip is than the rows on both sides of it."""
    reach = round(_AROUND_MM * _DPI / 25.4 / 2)
    padded = np.pad(level, ((reach, reach), (0, 0)), mode="edge")
    above, below = padded[: len(level)], padded[2 * reach :]
    return np.asarray(np.minimum(above, below) - level, dtype=np.float32)


def _deepest(depth: npt.NDArray[np.float32]) -> float:
    """The median depth of the row that is dark in nearly all strips, the outer ones too; 0 without one."""
    dark = depth >= _LEAST_DEPTH
    through = dark.mean(axis=1) >= _SHARE_OF_STRIPS
    through &= dark[:, 0] & dark[:, -1]
    return float(np.median(depth[through], axis=1).max()) if bool(through.any()) else 0.0
