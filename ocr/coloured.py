"""Print in coloured ink, which the text image leaves out: numbers of cards, stamped titles, secrecy marks.

Seals and signatures are coloured too; what the line finder does not take for a line stays out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage, PageImage, shrunk
from ocr.engine import EngineWord
from ocr.ink import brightest_and_saturation, divide_background, ground
from ocr.wordlines import by_line, confidence_of

# The mask of coloured ink is made at about this resolution; JPEG keeps colours no finer. On coloured paper
# thin strokes hardly stand out by colour: what stands close to strokes that do is taken with them.
_DPI = 100
_NEAR = (5, 7)
_COLOURED = 22
_GROUND_MM = 10.0
# Less coloured ink than a short word of print (square millimetres) is not worth a look.
_LEAST_MM2 = 12.0
_WHITE = 255
_BAND = 64
_SURE = 0.8
_LETTERS = 4
_DIGITS = 3
_SHARED = 0.25


def coloured_ink(image: PageImage, *, dpi: int, half: PageImage | None = None) -> GrayImage | None:
    """Grey values in which only coloured ink is dark; None where there is none, or the page has no colours.

    Args:
        image: height by width by three.
        dpi: its pixels per inch.
        half: the same at half its size, where it is there already.
    """
    if image.ndim == 2:
        return None
    height, width = image.shape[:2]
    scale = min(1.0, _DPI / dpi)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = shrunk(image if half is None else half, *size)
    _, strong = brightest_and_saturation(small)
    reach = max(3, round(_GROUND_MM * _DPI / 25.4)) | 1
    ink = np.asarray(cv2.subtract(strong, ground(strong, reach)), dtype=np.uint8) > _COLOURED
    if np.count_nonzero(ink) < _LEAST_MM2 * (_DPI / 25.4) ** 2:
        return None
    near = cv2.dilate(ink.astype(np.uint8), np.ones(_NEAR, dtype=np.uint8))
    gray = divide_background(_darkest(image), dpi=dpi)
    white = cv2.resize((1 - near) * _WHITE, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.max(gray, white, dst=gray), dtype=np.uint8)


def _darkest(image: PageImage) -> GrayImage:
    """The smallest of the three colours, a band at a time: no full-size array beside the result."""
    darkest = np.empty(image.shape[:2], dtype=np.uint8)
    for top in range(0, image.shape[0], _BAND):
        red, green, blue = cv2.split(image[top : top + _BAND])
        cv2.min(cv2.min(red, green), blue, dst=darkest[top : top + _BAND])
    return darkest


def added_lines(words: Sequence[EngineWord], coloured: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words of a page, and coloured lines that are clear and stand where nothing was read."""
    taken = [word.box for word in words]
    first = max((word.line for word in words), default=-1) + 1
    block = max((word.block for word in words), default=0)
    lines = by_line(coloured).values()
    found = [line for line in lines if _is_clear(line) and not _is_taken(line, taken)]
    added = [
        replace(word, block=block, line=first + index) for index, line in enumerate(found) for word in line
    ]
    return (*words, *added)


def _is_clear(line: Sequence[EngineWord]) -> bool:
    letters = sum(mark.isalpha() for word in line for mark in word.text)
    digits = sum(mark.isdigit() for word in line for mark in word.text)
    return confidence_of(line) >= _SURE and (letters >= _LETTERS or digits >= _DIGITS)


def _is_taken(line: Sequence[EngineWord], taken: Sequence[Box]) -> bool:
    area = sum(word.box.area for word in line)
    shared = sum(word.box.intersection_area(box) for word in line for box in taken)
    return shared > _SHARED * area
