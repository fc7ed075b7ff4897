"""The apostrophe of Highland names: ``H'Bia``, ``Cư M'gar``. The recogniser passes over it; its ink shows it.

Only a word that could not begin so without it is looked at, and only ink where it stands puts it there.
"""

from __future__ import annotations

import re

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage

_INK = 170
# First letters that take an apostrophe, before a consonant that cannot follow them in a syllable.
_BARE = re.compile(
    r"(?:[HMR](?=[B-DF-HJ-NP-TV-XZĐ])|K(?=[B-DFGJ-NP-TV-XZĐ])|N(?=[B-DFJ-NP-TV-XZĐ]))", re.IGNORECASE
)
# Its size and place, as shares of the height of the first letter.
_LOW, _TALL = 0.12, 0.6
_WIDEST = 0.3
_LOWEST = 0.62
_ABOVE = 0.2
_LETTER = 0.75


def with_apostrophe(text: str, image: GrayImage, box: Box) -> str:
    """The word with an apostrophe after its first letter where one is printed; else the word as it is.

    Args:
        text: as it was read.
        image: the page the word was read in.
        box: of the word in ``image``.
    """
    if len(text) < 3 or not text[0].isupper() or not _BARE.match(text):
        return text
    return f"{text[0]}'{text[1:]}" if _is_printed(image, box) else text


def _is_printed(image: GrayImage, box: Box) -> bool:
    """A small mark at the top, between the first letter and the second."""
    part = np.less(image[box.top : box.bottom, box.left : box.right], _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    shapes = sorted(stats[1:].tolist())
    tallest = max((shape[3] for shape in shapes), default=0)
    letters = [shape for shape in shapes if shape[3] >= _LETTER * tallest]
    if len(letters) < 2:
        return False
    first, second = letters[0], letters[1]
    height, top = first[3], first[1]
    for left, above, width, tall, _ in shapes:
        between = first[0] + first[2] / 2 < left + width / 2 < second[0] + second[2] / 2
        small = _LOW * height <= tall <= _TALL * height and width <= _WIDEST * height
        high = top - _ABOVE * height <= above and above + tall <= top + _LOWEST * height
        beside = left >= first[0] + first[2] - 0.1 * height
        if between and small and high and beside:
            return True
    return False
