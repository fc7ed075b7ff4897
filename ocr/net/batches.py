"""Lines of like width are read together: which, and as what array."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ocr.net.crops import Crop
from ocr.net.session import FloatArray

# Columns of crops that are read in one go. Up to here what the network holds meanwhile stays in the cache of
# one core: twice as many take a tenth longer each, and twice the memory.
_BATCH_COLUMNS = 3_000
_WIDTH_STEP = 32
# What a run costs besides, and what a line takes that is read alone, measured in columns: a line by itself
# leaves the processor half idle.
_RUN_COLUMNS = 80
_ALONE = 1.6


def batches(crops: Sequence[Crop]) -> list[list[int]]:
    """Indexes of crops of like width, so that as little white as possible is read with them.

    The cheapest way to cut the crops, ordered by width, into runs.
    """
    order = sorted(range(len(crops)), key=lambda index: crops[index].ink.shape[1])
    widths = [_padded(crops[index].ink.shape[1]) for index in order]
    costs, starts = [0.0], [0]
    for end, width in enumerate(widths, start=1):
        most = max(1, _BATCH_COLUMNS // width)
        cost, start = min(
            (costs[first] + _cost(width, end - first), first) for first in range(max(0, end - most), end)
        )
        costs.append(cost)
        starts.append(start)
    cuts = [len(order)]
    while cuts[-1]:
        cuts.append(starts[cuts[-1]])
    cuts.reverse()
    return [order[first:end] for first, end in pairwise(cuts)]


def _cost(width: int, count: int) -> float:
    """Of a run of so many lines padded to that width, in columns."""
    return _RUN_COLUMNS + width * (count if count > 1 else _ALONE)


def stacked(crops: Sequence[Crop]) -> FloatArray:
    """Crops as the network takes them: n by 1 by height by width, 1 ink and 0 paper, white at the right."""
    width = _padded(max(crop.ink.shape[1] for crop in crops))
    ink = np.zeros((len(crops), 1, crops[0].ink.shape[0], width), dtype=np.float32)
    for row, crop in zip(ink, crops, strict=True):
        row[0, :, : crop.ink.shape[1]] = 1.0 - crop.ink.astype(np.float32) / 255.0
    return ink


def _padded(width: int) -> int:
    return -(-width // _WIDTH_STEP) * _WIDTH_STEP
