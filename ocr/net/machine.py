"""The other line of a machine-readable zone: the finder passes over a line of hardly more than ``<<<<``.

Passports have two lines of 44 signs, cards three of 30, below each other with the same ends (ICAO Doc 9303,
parts 4 and 5). Where one was read, the rows above and below it are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr.arrays import GrayImage, stretches
from ocr.mrzlines import is_machine_line
from ocr.net.spots import LineSpot

_INK = 160
# From baseline to baseline, in widths of a sign: 2.5 by the standard, copies are less exact.
_NEAREST, _FURTHEST = 1.6, 3.2
# A row of print has ink in so many of its columns, and is so high in x-heights.
_INKED = 0.02
_HIGH = (0.7, 2.2)
_SURE = 0.9
# Signs of a line: cards, visas and old cards, passports; and how many rows a zone has beside one.
_LENGTHS, _ROWS = (30, 36, 44), 2


def missed_machine_lines(read: Sequence[tuple[str, LineSpot]], image: GrayImage) -> list[LineSpot]:
    """Lines above and below those of a machine-readable zone where there is print and nothing was found.

    Args:
        read: all lines of the page, text without white space, and where they are.
        image: what they were read in.
    """
    spots = [spot for _, spot in read]
    found: list[LineSpot] = []
    for text, spot in read:
        if not is_machine_line(text):
            continue
        pitch = (spot.right - spot.left) / len(text)
        for first, last in ((-_FURTHEST, -_NEAREST), (_NEAREST, _FURTHEST)):
            top, bottom = spot.base + first * pitch, spot.base + last * pitch
            if any(_lies_in(other, spot, top, bottom) for other in (*spots, *found)):
                continue
            base = _foot_of_print(image, spot, top, bottom)
            if base is not None:
                found.append(replace(spot, base=base, sure=_SURE, boxed=1))
    return found


def uneven_machine_lines(read: Sequence[tuple[str, LineSpot]]) -> dict[int, LineSpot]:
    """Lines of a zone that were found too short, by their index, each with the ends that its neighbour has.

    Args:
        read: all lines of the page, text without white space, and where they are.
    """
    machine = [(index, text, spot) for index, (text, spot) in enumerate(read) if is_machine_line(text)]
    whole = [spot for _, text, spot in machine if len(text) in _LENGTHS]
    found: dict[int, LineSpot] = {}
    for index, text, spot in machine:
        beside = next((other for other in whole if _is_of_one_zone(spot, other)), None)
        if len(text) not in _LENGTHS and beside is not None:
            found[index] = replace(spot, left=beside.left, right=beside.right, base=spot.base_at(beside.left))
    return found


def _is_of_one_zone(spot: LineSpot, other: LineSpot) -> bool:
    pitch = (other.right - other.left) / min(_LENGTHS)
    return abs(spot.base - other.base) <= _ROWS * _FURTHEST * pitch


def _lies_in(other: LineSpot, spot: LineSpot, top: float, bottom: float) -> bool:
    shared = min(other.right, spot.right) - max(other.left, spot.left)
    return top <= other.base <= bottom and shared > (spot.right - spot.left) / 2


def _foot_of_print(image: GrayImage, spot: LineSpot, top: float, bottom: float) -> float | None:
    """Where the lowest row of print between two heights ends; None where there is none of its size."""
    first = max(0, round(top - _HIGH[1] * spot.x_height))
    last = min(image.shape[0], round(bottom))
    part = image[first:last, max(0, round(spot.left)) : round(spot.right)]
    if part.size == 0:
        return None
    inked = np.less(part, _INK).mean(axis=1) >= _INKED
    low, high = (share * spot.x_height for share in _HIGH)
    for start, end in reversed(stretches(inked)):
        if low <= end - start <= high and top <= first + end <= bottom:
            return float(first + end)
    return None
