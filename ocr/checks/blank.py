"""Blank pages: backs with nothing but bleed-through, dust and punch holes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from dossier.text import Word
from ocr.arrays import GrayImage, shrunk
from ocr.shapes import HEIGHT, WIDTH, ink_within, rectangles

# The darkest that is no ink.
_INK = 109
_MARGIN = 0.04
# Height of a letter, in inches: 1 mm to 12 mm. Dust is smaller; holes, shadows and folds are larger.
_LETTER_INCHES = (0.04, 0.5)
_FEW_LETTERS = 6
_SOLID = 0.75
_MIN_BELIEF = 0.6
_MIN_WORD = 2


def letter_shapes(text: GrayImage, *, dpi: int) -> int:
    """How many blots on the cleaned page, away from its edge, are as large as letters and not solid."""
    height, width = text.shape
    edge_y, edge_x = round(height * _MARGIN), round(width * _MARGIN)
    inner = text[edge_y : height - edge_y, edge_x : width - edge_x]
    if inner.size == 0:
        return 0
    shrink = max(1.0, dpi / 150)
    small = shrunk(inner, max(1, round(inner.shape[1] / shrink)), max(1, round(inner.shape[0] / shrink)))
    _, ink = cv2.threshold(small, _INK, 1, cv2.THRESH_BINARY_INV)
    mask = np.asarray(ink, dtype=np.uint8)
    boxes = rectangles(mask)
    low, high = (inches * dpi / shrink for inches in _LETTER_INCHES)
    tall = (boxes[:, HEIGHT] >= low) & (boxes[:, HEIGHT] <= high) & (boxes[:, WIDTH] <= 2 * high)
    letters = boxes[tall]
    solid = ink_within(mask, letters) > _SOLID * (letters[:, WIDTH] * letters[:, HEIGHT])
    return int(np.count_nonzero(~solid))


def has_no_print(text: GrayImage, *, dpi: int) -> bool:
    """True when recognising the page would be a waste: fewer letter shapes than a short word."""
    return letter_shapes(text, dpi=dpi) < _FEW_LETTERS


def nothing_read(words: Sequence[Word], *, no_print: bool) -> bool:
    """Whether nothing on the page was read as a word one could believe; why, ``ocr.checks.unread`` says.

    Args:
        words: what was recognised; none where recognition was not tried.
        no_print: what ``has_no_print`` said.
    """
    if any(is_believed(word) for word in words):
        return False
    return no_print or len(words) <= _FEW_LETTERS


def is_believed(word: Word) -> bool:
    """Whether a word is long and sure enough to prove that there is text."""
    letters = sum(1 for mark in word.text if mark.isalnum())
    return word.confidence >= _MIN_BELIEF and letters >= _MIN_WORD
