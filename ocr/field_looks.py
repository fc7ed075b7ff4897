"""What the writing in a field looks like: two fields that say the same in the same hand or print look alike.

A few hundred bits of where the ink lies, and how long the writing is for its height. Nothing can be read from
it. A short distance is a hint for people who compare pictures, never a verdict: it decides which strips stand
side by side (``flows.checking.alike_strips``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from ocr.arrays import GrayImage

_ROWS: Final = 12
_COLUMNS: Final = 96
BITS: Final = _ROWS * _COLUMNS
"""Bits of a look; they say where the ink lies, row by row."""
ALIKE: Final = 0.13
"""Share of bits up to which two looks are alike; measured by ``python -m bench.field_looks``."""
_LONGER: Final = 1.1
"""Writing that is so many times longer for its height is another one."""
_LEAST_INK: Final = 24
"""Pixels; less is a speck."""
_LEAST_CONTRAST: Final = 40
_SOFT: Final = 0.9


@dataclass(frozen=True, slots=True)
class FieldLook:
    """The look of one field.

    Attributes:
        bits: a number below 2 ** ``BITS``: ink or none, row by row.
        length: width over height of the writing.
    """

    bits: int
    length: float

    def distance(self, other: Self) -> float:
        """Share of bits that differ, 0 to 1; 1 for writing of another length."""
        longer = max(self.length, other.length) / min(self.length, other.length)
        return 1.0 if longer > _LONGER else (self.bits ^ other.bits).bit_count() / BITS

    def is_like(self, other: Self) -> bool:
        """Whether both may be the same writing."""
        return self.distance(other) <= ALIKE


def field_look(field: GrayImage) -> FieldLook | None:
    """The look of the writing in a field; nothing where there is none.

    Args:
        field: what lies in its box, 0 black, 255 white.
    """
    if min(field.shape) < 2 or int(field.max()) - int(field.min()) < _LEAST_CONTRAST:
        return None
    _, ink = cv2.threshold(field, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if np.count_nonzero(ink) < _LEAST_INK:
        return None
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    cells = cv2.resize(tight, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    soft = np.asarray(cv2.GaussianBlur(cells, (0, 0), _SOFT), dtype=np.float32)
    bits = int.from_bytes(np.packbits(soft > soft.mean()).tobytes(), "big")
    return FieldLook(bits, tight.shape[1] / tight.shape[0])
