"""The second witness for a turn: what the engine reads in a cut-out, held each way that is still open."""

from __future__ import annotations

import numpy as np

from ocr.arrays import GrayImage, turn_upright
from ocr.cleaning import straighten
from ocr.deskew import find_skew, ink_mask
from ocr.engine import Engine, EngineWord
from ocr.orientation import Upright

_CUT_INCHES = 3.6
_MIN_WORDS_SCORE = 8.0
# How much better the best way must read than the page as it lies.
_CLEARLY_BETTER = 1.5
_BELIEVED = 0.5
# Some thirty words read without doubt: digits and capitals alone may read half as well upside down.
_PLAIN_TEXT = 130.0
_SHORTEST_WORD = 2


def settle_turn(text: GrayImage, guess: Upright, *, dpi: int, engine: Engine, seconds: float) -> int:
    """Degrees clockwise to turn, or 0 when the evidence is not clear.

    Args:
        text: cleaned page as it lies.
        guess: what the shapes of the lines said.
        dpi: pixels per inch of ``text``.
        engine: reads the cut-outs.
        seconds: wall seconds for each cut-out.
    """
    cut = densest_square(text, dpi=dpi)
    # The likeliest first; where none of them reads as print, the shapes of the lines were mistaken.
    scores: dict[int, float] = {}
    for turn in dict.fromkeys((*guess.candidates, 0, 90, 180, 270)):
        scores[turn] = _score(turn_upright(cut, turn), dpi=dpi, engine=engine, seconds=seconds)
        if scores[turn] >= _PLAIN_TEXT:
            # Print that lies wrong never reads like this: the other ways need no look.
            return turn
    best = max(scores, key=lambda turn: scores[turn])
    rivals = [score for turn, score in scores.items() if turn != best]
    clear = scores[best] >= _MIN_WORDS_SCORE and scores[best] > _CLEARLY_BETTER * max(rivals, default=0.0)
    return best if clear else 0


def densest_square(text: GrayImage, *, dpi: int) -> GrayImage:
    """The square of some 9 cm with the most edges of print in it."""
    side = min(round(_CUT_INCHES * dpi), *text.shape)
    mask = ink_mask(text, dpi=dpi)
    edges = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int64)
    flips = np.zeros(mask.shape, dtype=np.int64)
    flips[1:, :] += mask[1:, :] != mask[:-1, :]
    flips[:, 1:] += mask[:, 1:] != mask[:, :-1]
    edges[1:, 1:] = flips.cumsum(axis=0).cumsum(axis=1)
    scale = mask.shape[0] / text.shape[0]
    span = max(1, min(int(side * scale), *mask.shape))
    sums = edges[span:, span:] - edges[:-span, span:] - edges[span:, :-span] + edges[:-span, :-span]
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    top = min(round(float(row) / scale), text.shape[0] - side)
    left = min(round(float(column) / scale), text.shape[1] - side)
    return text[top : top + side, left : left + side]


def _score(cut: GrayImage, *, dpi: int, engine: Engine, seconds: float) -> float:
    skew, _ = find_skew(ink_mask(cut, dpi=dpi))
    clean = straighten(cut, dpi=dpi, skew=skew)
    words = engine.recognise(clean.image, dpi=clean.dpi, mode="block", seconds=seconds)
    return sum(_weight(word) for word in words)


def _weight(word: EngineWord) -> float:
    """Letters of a word that the engine believes in; short words prove nothing."""
    letters = sum(1 for mark in word.text if mark.isalpha())
    if word.confidence < _BELIEVED or letters < _SHORTEST_WORD:
        return 0.0
    return letters * (word.confidence - _BELIEVED) * 2
