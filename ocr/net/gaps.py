"""Where one word ends and the next begins: the widest white near the place where the network said so.

The network says "white space" a step or two early, while the last letter is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage, stretches
from ocr.net.ctc import STEP, ReadWord

_INK = 160
# Columns of the crop before and after the place named.
_BEFORE, _AFTER = 1 * STEP, 5 * STEP
# So far apart, something may stand between two words that is none: print of the other side.
_FAR = 8 * STEP


def at_white(words: Sequence[ReadWord], ink: GrayImage) -> list[ReadWord]:
    """The words of a line with their common ends moved to the white between them.

    Args:
        words: left to right, ends in columns of ``ink``.
        ink: the crop that was read.
    """
    if not words:
        return []
    free = np.asarray((ink >= _INK).all(axis=0), dtype=np.bool_)
    ends = [_ends(free, before, after) for before, after in pairwise(words)]
    lefts = [words[0].left, *(left for _, left in ends)]
    rights = [*(right for right, _ in ends), _white(free, words[-1].right)]
    return [
        replace(word, left=left, right=max(left + 1.0, right))
        for word, left, right in zip(words, lefts, rights, strict=True)
    ]


def _ends(free: npt.NDArray[np.bool_], before: ReadWord, after: ReadWord) -> tuple[float, float]:
    """Where one word ends and the next begins; what stands between words far apart belongs to neither."""
    if after.left - before.right > _FAR:
        return _white(free, before.right), after.left
    middle = _white(free, (before.right + after.left) / 2)
    return middle, middle


def _white(free: npt.NDArray[np.bool_], named: float) -> float:
    """Middle of the widest run of white columns around the place; the place itself where there is none."""
    start = max(0, round(named) - _BEFORE)
    near = free[start : round(named) + _AFTER]
    runs = [(end - first, start + (first + end) / 2) for first, end in stretches(near)]
    return max(runs)[1] if runs else named
