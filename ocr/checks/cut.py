"""Pages whose print runs over the edge of the image: the sheet lay askew or too far out."""

from __future__ import annotations

import cv2
import numpy as np

from dossier.text import Finding
from ocr.arrays import GrayImage, shrunk
from ocr.shapes import HEIGHT, LEFT, TOP, WIDTH, Rectangles, ink_within, rectangles

_DPI = 150
_INK = 110
_EDGE_MM = 0.35
_LETTER_MM = (1.2, 6.0)
_SOLID = 0.8
# The next letter of a word is no further inwards, and stands as high.
_NEXT_MM = 2.5
_LEVEL_MM = 1.5
# So many cut words on one side are no dirt and no line of a frame.
_CUT_WORDS = 3


def cut_words(text: GrayImage, *, dpi: int) -> int:
    """How many lines of print run over the side of the page that cuts most of them.

    Args:
        text: cleaned page, any way up; height by width, 0 black.
        dpi: its pixels per inch.
    """
    scale = min(1.0, _DPI / dpi)
    small = shrunk(text, max(1, round(text.shape[1] * scale)), max(1, round(text.shape[0] * scale)))
    _, ink = cv2.threshold(small, _INK, 1, cv2.THRESH_BINARY_INV)
    mask = np.asarray(ink, dtype=np.uint8)
    millimetre = dpi * scale / 25.4
    letters = _letters(mask, millimetre=millimetre)
    height, width = mask.shape
    turned = letters[:, [TOP, LEFT, HEIGHT, WIDTH]]
    sides = (
        _cut_at_start(letters, millimetre),
        _cut_at_start(_mirrored(letters, width), millimetre),
        _cut_at_start(turned, millimetre),
        _cut_at_start(_mirrored(turned, height), millimetre),
    )
    return max(sides)


def check_cut(text: GrayImage, *, page: int, dpi: int) -> tuple[Finding, ...]:
    """``page.cut`` with the number of lines that run over an edge."""
    cut = cut_words(text, dpi=dpi)
    return (Finding("page.cut", page, float(cut)),) if cut >= _CUT_WORDS else ()


def _letters(mask: GrayImage, *, millimetre: float) -> Rectangles:
    """Shapes as large as letters that are neither blots nor lines."""
    shapes = rectangles(mask)
    low, high = (size * millimetre for size in _LETTER_MM)
    longer = np.maximum(shapes[:, WIDTH], shapes[:, HEIGHT])
    sized = shapes[(longer >= low) & (longer <= high)]
    filled = ink_within(mask, sized)
    boxes = sized[:, WIDTH] * sized[:, HEIGHT]
    shorter = np.minimum(sized[:, WIDTH], sized[:, HEIGHT])
    return np.asarray(sized[(filled <= _SOLID * boxes) & (shorter >= 0.25 * low)], dtype=np.int32)


def _mirrored(letters: Rectangles, width: int) -> Rectangles:
    mirrored = letters.copy()
    mirrored[:, LEFT] = width - letters[:, LEFT] - letters[:, WIDTH]
    return mirrored


def _cut_at_start(letters: Rectangles, millimetre: float) -> int:
    """Letters at column 0 that another one follows on the same line."""
    edge = letters[letters[:, LEFT] <= _EDGE_MM * millimetre]
    inner = letters[letters[:, LEFT] > _EDGE_MM * millimetre]
    middles = inner[:, TOP] + inner[:, HEIGHT] / 2
    count = 0
    for left, top, width, height in edge.tolist():
        near = (inner[:, LEFT] >= left) & (inner[:, LEFT] <= left + width + _NEXT_MM * millimetre)
        count += bool(np.any(near & (np.abs(middles - top - height / 2) <= _LEVEL_MM * millimetre)))
    return count
