"""Print of the other side that shows through as black as this side's: it reads better in a mirror.

Only what reads badly is held before it, and only where there is much of that: a black-and-white scan of thin
paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dossier.geometry import Box, bounding
from ocr.arrays import GrayImage
from ocr.engine import Engine, EngineWord
from ocr.mosaic import Cut, build_mosaic
from ocr.wordlines import by_line

_DOUBTFUL = 0.9
_FEWEST, _MOST_RUNS = 8, 40
_FEWEST_GHOSTS = 4
_BELIEVED = 0.5
# How much better a stretch must read in the mirror than as it stands.
_BETTER = 1.15
_LETTERS = 2


def without_mirrored(
    words: Sequence[EngineWord], image: GrayImage, *, dpi: int, engine: Engine, seconds: float
) -> tuple[EngineWord, ...]:
    """The words of a page without stretches that a mirror shows to be print of the other side.

    Args:
        words: with boxes in ``image``.
        image: what was read.
        dpi: its pixels per inch.
        engine: reads all stretches in one call.
        seconds: wall seconds for it.
    """
    runs = [run for line in by_line(words).values() for run in _doubtful_runs(line)][:_MOST_RUNS]
    if sum(map(len, runs)) < _FEWEST:
        return tuple(words)
    mirror = np.ascontiguousarray(image[:, ::-1])
    mosaic = build_mosaic(mirror, [_cut(run, image.shape[1]) for run in runs])
    read = mosaic.on_page(engine.recognise(mosaic.image, dpi=dpi, mode="block", seconds=seconds))
    ghosts = [run for run, seen in zip(runs, read, strict=True) if _worth(seen) > _BETTER * _worth(run)]
    if len(ghosts) < _FEWEST_GHOSTS:
        # One or two may be chance; what shows through does so all over.
        return tuple(words)
    gone = {id(word) for run in ghosts for word in run}
    return tuple(word for word in words if id(word) not in gone)


def _doubtful_runs(line: Sequence[EngineWord]) -> list[list[EngineWord]]:
    """Words beside each other that the engine doubts, left to right."""
    runs: list[list[EngineWord]] = []
    open_run = False
    for word in sorted(line, key=lambda entry: entry.box.left):
        doubted = word.confidence < _DOUBTFUL
        if doubted and open_run:
            runs[-1].append(word)
        elif doubted:
            runs.append([word])
        open_run = doubted
    return [run for run in runs if sum(len(word.text) for word in run) >= _LETTERS]


def _cut(run: Sequence[EngineWord], width: int) -> Cut:
    """The box of a run as it lies in the mirror."""
    box = bounding(word.box for word in run)
    return Cut(box=Box(width - box.right, box.top, width - box.left, box.bottom), rim=4, scale=1.0)


def _worth(words: Sequence[EngineWord]) -> float:
    """Letters, each by how far it is believed."""
    return sum(len(word.text) * max(0.0, word.confidence - _BELIEVED) for word in words)
