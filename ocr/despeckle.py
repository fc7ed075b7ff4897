"""Dust and toner specks leave the text image; marks, dots and broken print stay.

A speck is small and alone. Accents, dots and points stand right beside a letter; the crumbs of broken print
stand beside each other. So pieces that nearly touch count as one, and only a small piece with no letter near
it goes. All functions are pure.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.arrays import GrayImage
from ocr.shapes import HEIGHT, LEFT, TOP, WIDTH, Mask, Rectangles, rectangles

_INK = 195
_WHITE = 255
# Crumbs of one letter, and a letter and its accents, are no further apart.
_CRUMBS_MM = 0.35
# The low letters of 7-point print are 1.1 mm high; a hyphen or a bullet is 0.8 mm wide.
_LETTER_MM = 1.0
# The smallest dot, that of 8-point print, measures 0.25 mm: what is smaller goes unless a letter is so near.
_SMALLER_THAN_DOT_MM = 0.22
_NEAR_MM = 1.5
# What is as large as a dot or a bullet goes only when it stands quite alone.
_ALONE_MM = 8.0
# The map of what is near is kept in cells of so many pixels.
_CELL = 4


def despeckled(text: GrayImage, *, dpi: int) -> GrayImage:
    """A copy of a text image without specks.

    Args:
        text: dark print on even white; height by width, 0 black.
        dpi: its pixels per inch.
    """
    millimetre = dpi / 25.4
    _, inked = cv2.threshold(text, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    reach = 2 * max(1, round(_CRUMBS_MM * millimetre / 2)) + 1
    joined = cv2.dilate(inked, np.ones((reach, reach), dtype=np.uint8))
    pieces = rectangles(np.asarray(joined, dtype=np.uint8))
    size = np.maximum(pieces[:, WIDTH], pieces[:, HEIGHT]) - (reach - 1)
    small = size < _LETTER_MM * millimetre
    letters = pieces[~small]
    tiny = small & (size <= _SMALLER_THAN_DOT_MM * millimetre + 1)
    cleaned = text.copy()
    for specks, distance in ((pieces[tiny], _NEAR_MM), (pieces[small & ~tiny], _ALONE_MM)):
        for left, top, width, height in _away_from(
            specks, letters, text.shape, distance * millimetre
        ).tolist():
            cleaned[top : top + height, left : left + width] = _WHITE
    return cleaned


def _away_from(
    specks: Rectangles, letters: Rectangles, shape: tuple[int, ...], distance: float
) -> Rectangles:
    """The specks with no letter within that many pixels."""
    if len(specks) == 0:
        return specks
    near = _surroundings(letters, shape, distance)
    rows = (specks[:, TOP] + specks[:, HEIGHT] // 2) // _CELL
    columns = (specks[:, LEFT] + specks[:, WIDTH] // 2) // _CELL
    return np.asarray(specks[near[rows, columns] == 0], dtype=np.int32)


def _surroundings(letters: Rectangles, shape: tuple[int, ...], distance: float) -> Mask:
    """Where the rectangles, made larger by the distance on all sides, lie; in cells."""
    near = np.zeros((shape[0] // _CELL + 1, shape[1] // _CELL + 1), dtype=np.uint8)
    reach = round(distance)
    for left, top, width, height in letters.tolist():
        rows = slice(max(0, top - reach) // _CELL, (top + height + reach) // _CELL + 1)
        near[rows, max(0, left - reach) // _CELL : (left + width + reach) // _CELL + 1] = 1
    return near
