"""Print of the other side that shows through as black as this side's: it reads better in a mirror.

Only what reads badly is held before it, and only where there is much of that: a black-and-white scan of thin
paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dossier.geometry import Box, bounding
from ocr.arrays import GrayImage
from ocr.engine import EngineWord
from ocr.language.syllables import is_syllable
from ocr.mosaic import Cut, build_mosaic
from ocr.wordlines import by_line, confidence_of, without

_DOUBTFUL = 0.9
_FEWEST, _MOST_RUNS = 8, 40
_FEWEST_GHOSTS = 4
_BELIEVED = 0.5
# How much better a stretch must read in the mirror than as it stands.
_BETTER = 1.15
_LETTERS = 2
_CHANCE, _LIKELY, _CLEAR = 2, 0.6, 0.85


def without_mirrored(
    words: Sequence[EngineWord],
    image: GrayImage,
    read: Callable[[GrayImage], Sequence[EngineWord]],
    *,
    shows_through: bool = False,
) -> tuple[EngineWord, ...]:
    """The words of a page without stretches that a mirror shows to be print of the other side.

    Args:
        words: with boxes in ``image``.
        image: what was read.
        read: the engine, on lines one below the other; called once, or not at all.
        shows_through: it is known already that the other side does.
    """
    runs = [run for line in by_line(words).values() for run in _doubtful_runs(line)][:_MOST_RUNS]
    if not runs or (sum(map(len, runs)) < _FEWEST and not shows_through):
        return tuple(words)
    mirror = np.ascontiguousarray(image[:, ::-1])
    mosaic = build_mosaic(mirror, [_cut(run, image.shape[1]) for run in runs])
    pieces = mosaic.on_page(read(mosaic.image))
    ghosts = [run for run, seen in zip(runs, pieces, strict=True) if _is_ghost(run, seen)]
    if len(ghosts) < _FEWEST_GHOSTS and not shows_through:
        # One or two may be chance; what shows through does so all over.
        return tuple(words)
    return without(words, (word for run in ghosts for word in run))


def _is_ghost(run: Sequence[EngineWord], seen: Sequence[EngineWord]) -> bool:
    """Whether a stretch reads better in the mirror; one or two words, which chance may turn, much better."""
    if len(run) <= _CHANCE:
        printed = any(word.confidence >= _LIKELY and _is_word(word) for word in run)
        clear = confidence_of(seen) >= _CLEAR and all(map(_is_word, seen))
        if printed or not clear:
            return False
    return _worth(seen) > _BETTER * _worth(run)


def _is_word(word: EngineWord) -> bool:
    core = "".join(mark for mark in word.text if mark.isalnum())
    return len(core) >= _LETTERS and is_syllable(core)


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
