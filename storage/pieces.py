"""Anything that can be gone through, in pieces: what one transaction takes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_pieces(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The values in order, so many at once; the last piece may be smaller and none is empty."""
    rest = iter(values)
    while piece := tuple(islice(rest, size)):
        yield piece
