"""Lines of like width are read together: which, and as what array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ocr.net.crops import Crop
from ocr.net.session import FloatArray

# Pixels of crops that are read in one go: more costs memory, fewer costs time.
_BATCH_PIXELS = 8_000
_WIDTH_STEP = 32


def batches(crops: Sequence[Crop]) -> Iterator[list[int]]:
    """Indexes of crops of like width."""
    order = sorted(range(len(crops)), key=lambda index: crops[index].ink.shape[1])
    batch: list[int] = []
    for index in order:
        width = crops[index].ink.shape[1]
        if batch and width * (len(batch) + 1) > _BATCH_PIXELS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def stacked(crops: Sequence[Crop]) -> FloatArray:
    """Crops as the network takes them: n by 1 by height by width, 1 ink and 0 paper, white at the right."""
    width = -(-max(crop.ink.shape[1] for crop in crops) // _WIDTH_STEP) * _WIDTH_STEP
    ink = np.zeros((len(crops), 1, crops[0].ink.shape[0], width), dtype=np.float32)
    for row, crop in zip(ink, crops, strict=True):
        row[0, :, : crop.ink.shape[1]] = 1.0 - crop.ink.astype(np.float32) / 255.0
    return ink
