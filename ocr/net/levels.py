"""A short word level with a longer line has its baseline and its size: a ``1`` tells neither by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.net.spots import LineSpot

# In x-heights of the longer line: how short a word may be, and how far off the baseline it was found.
_SHORT, _LONG = 2.6, 2.0
_OFF_BASE = 0.4
# Its own height, found too small where it has one stroke only.
_SMALLER, _LARGER = 0.35, 1.15
# How clearly it has to show by itself, and how clearly it shows beside that line.
_LEAST_SURE, _SURE = 0.74, 0.88


def levelled(spots: Sequence[LineSpot]) -> list[LineSpot]:
    """The lines, short ones with baseline and x-height of the nearest longer line they stand level with."""
    return [_beside(spot, spots) for spot in spots]


def _beside(spot: LineSpot, spots: Sequence[LineSpot]) -> LineSpot:
    if not _LEAST_SURE <= spot.sure < _SURE:
        return spot
    lines = [line for line in spots if line is not spot and _are_level(spot, line)]
    if not lines:
        return spot
    line = min(lines, key=lambda other: max(other.left - spot.right, spot.left - other.right))
    return replace(spot, base=line.base_at(spot.left), slope=line.slope, x_height=line.x_height, sure=_SURE)


def _are_level(spot: LineSpot, line: LineSpot) -> bool:
    high = line.x_height
    return (
        spot.right - spot.left <= _SHORT * high
        and line.right - line.left >= _LONG * high
        and line.sure > spot.sure
        and abs(spot.base - line.base_at(spot.left)) <= _OFF_BASE * high
        and _SMALLER * high <= spot.x_height <= _LARGER * high
    )
