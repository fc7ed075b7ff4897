"""Print of the other side that shows through: read as words, thin and in crumbs beside the true print.

A scan in two levels makes black of it, so that no cleaning by shade can tell it from print; its strokes are
half as wide, and broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.engine import EngineWord

_INK = 128
# Print that is sure gives the width of the strokes of a page.
_SURE, _FEWEST = 0.9, 12
# What shows through has strokes narrower than that, in those of the page, and so many pieces for each letter.
_THIN, _CRUMBS = 0.72, 3.5
_FINE, _FINE_CRUMBS = 0.5, 2.2
_LONG = 6


def without_bleed(words: Sequence[EngineWord], image: GrayImage) -> tuple[EngineWord, ...]:
    """The words of a page without those of the other side; boxes lie in ``image``."""
    sure = [width for word in words if word.confidence >= _SURE and (width := _stroke(word, image)) > 0]
    if len(sure) < _FEWEST:
        return tuple(words)
    usual = float(np.median(sure))
    return tuple(
        word for word in words if not all(_shows_through(half, image, usual=usual) for half in _halves(word))
    )


def _halves(word: EngineWord) -> tuple[EngineWord, ...]:
    """A long word in two: print may run into what shows through, and both be read as one."""
    if len(word.text) < _LONG:
        return (word,)
    box, middle = word.box, (word.box.left + word.box.right) // 2
    cut = len(word.text) // 2
    return (
        replace(word, text=word.text[:cut], box=Box(box.left, box.top, middle, box.bottom)),
        replace(word, text=word.text[cut:], box=Box(middle, box.top, box.right, box.bottom)),
    )


def _shows_through(word: EngineWord, image: GrayImage, *, usual: float) -> bool:
    width = _stroke(word, image) / usual
    if width >= _THIN:
        return False
    crumbs = _pieces(word, image) / len(word.text)
    return crumbs >= _CRUMBS or (width < _FINE and crumbs >= _FINE_CRUMBS)


def _ink(word: EngineWord, image: GrayImage) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    box = word.box
    return np.less(image[box.top : box.bottom, box.left : box.right], _INK)


def _stroke(word: EngineWord, image: GrayImage) -> float:
    """Mean width of the strokes in pixels: twice the ink for each pixel of edge; 0 where there is none."""
    ink = _ink(word, image)
    edge = np.count_nonzero(ink[:, 1:] != ink[:, :-1]) + np.count_nonzero(ink[1:] != ink[:-1])
    return 2 * np.count_nonzero(ink) / edge if edge else 0.0


def _pieces(word: EngineWord, image: GrayImage) -> int:
    count, _ = cv2.connectedComponents(_ink(word, image).astype(np.uint8), connectivity=8)
    return count - 1
