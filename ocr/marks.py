"""Whether there is ink above the capitals of a word: a tone or a hat that is read there must have pixels."""

from __future__ import annotations

import unicodedata

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage

_INK = 170
# Grave, acute, circumflex, tilde, breve, hook: all stand above the letter.
_ABOVE = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309"}
_TALL = 0.6
# A mark begins this share of a capital's height above it and ends this far up.
_GAP = 0.1
_REACH = 0.6


def claims_mark_above(text: str) -> bool:
    """True for a word in capitals with a letter that carries a mark on top."""
    return text.isupper() and any(mark in _ABOVE for mark in unicodedata.normalize("NFD", text))


def has_ink_above(image: GrayImage, box: Box) -> bool:
    """True when something stands above the capitals of the word in that box; also when nobody can tell."""
    reach = round(_REACH * box.height)
    top = max(0, box.top - reach)
    part = np.ascontiguousarray(image[top : box.bottom, box.left : box.right])
    if part.size == 0:
        return True
    _, ink = cv2.threshold(part, _INK, 1, cv2.THRESH_BINARY_INV)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    if heights.size == 0:
        return True
    letters = stats[1:][heights >= _TALL * heights.max()]
    capital_top = float(np.median(letters[:, cv2.CC_STAT_TOP]))
    height = float(np.median(letters[:, cv2.CC_STAT_HEIGHT]))
    end = round(capital_top - _GAP * height)
    start = max(0, round(capital_top - _REACH * height))
    # A line above may reach in at the very top: what touches the upper edge is not of this word.
    return start >= end or bool(np.any(_own(np.asarray(ink, dtype=np.uint8), start)[start:end]))


def _own(ink: GrayImage, start: int) -> GrayImage:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    foreign = stats[:, cv2.CC_STAT_TOP] < max(1, start)
    foreign[0] = True
    return np.asarray(np.where(foreign[labels], 0, 1), dtype=np.uint8)
