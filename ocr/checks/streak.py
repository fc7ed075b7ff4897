"""Lines that a dirty glass draws: straight down the whole page, the same column in every row.

In a feeder the paper runs over a still strip of glass, so one speck marks every row. Ruled lines and frames
end within the page; folds wander, and are wider.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ocr.arrays import PageImage, shrunk

_DPI = 150
_STRIPS = 24
# The sheet's own edge and the shadow of the lid.
_RIM_MM = 3.0
_BESIDE_MM = 1.2
_WIDEST_MM = 1.3
# A strip of print still shows its paper in so many of its rows.
_PAPER_PERCENTILE = 60
_SHARE = 0.92


def streaks(pixels: PageImage, *, dpi: int, depth: float) -> tuple[tuple[int, int], ...]:
    """First and last column, in pixels of the page, of each line that runs down all of it.

    Args:
        pixels: the page as it came out of the feeder, grey or RGB.
        dpi: its pixels per inch.
        depth: grey levels, of any colour, that a line differs by from the paper on both sides.
    """
    scale = min(1.0, _DPI / dpi)
    small = shrunk(pixels, max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    channels = small[:, :, None] if small.ndim == 2 else small
    millimetre = dpi * scale / 25.4
    found = np.zeros(channels.shape[1], dtype=bool)
    for channel in range(channels.shape[2]):
        found |= _lines(np.ascontiguousarray(channels[:, :, channel]), millimetre, depth=depth)
    return tuple(
        (round(start / scale), round(end / scale))
        for start, end in _runs(found, widest=_WIDEST_MM * millimetre)
    )


def _lines(channel: npt.NDArray[np.uint8], millimetre: float, *, depth: float) -> npt.NDArray[np.bool_]:
    """Columns that differ from those beside them in nearly every strip, the outermost ones included."""
    height, width = channel.shape
    step = height // _STRIPS
    reach = max(2, round(_BESIDE_MM * millimetre))
    rim = max(reach, round(_RIM_MM * millimetre))
    if step < 8 or width < 4 * rim:
        return np.zeros(width, dtype=bool)
    strips = channel[: step * _STRIPS].reshape(_STRIPS, step, width)
    rank = step * _PAPER_PERCENTILE // 100
    level = np.partition(strips, rank, axis=1)[:, rank].astype(np.int16)
    left, right = np.roll(level, reach, axis=1), np.roll(level, -reach, axis=1)
    darker = np.minimum(left, right) - level >= depth
    lighter = level - np.maximum(left, right) >= depth
    found = np.zeros(width, dtype=bool)
    for differs in (darker, lighter):
        # The glass stands still, and half a pixel is lost in the shrinking.
        differs[:, 1:-1] |= differs[:, :-2] | differs[:, 2:]
        found |= (differs.mean(axis=0) >= _SHARE) & differs[0] & differs[-1]
    found[:rim] = found[width - rim :] = False
    return found


def _runs(found: npt.NDArray[np.bool_], *, widest: float) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], found.astype(np.int8), [0])))).tolist()
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a <= widest + 2]
