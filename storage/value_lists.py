"""Lists of values for one statement, in few lengths, so that a server keeps its plans for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

Value = TypeVar("Value", bound=str)

MOST_VALUES: Final = 512
"""In one list; what is more is asked in several statements."""


def padded(values: Iterable[Value]) -> list[list[Value]]:
    """The different values in lists, each filled up with its last value to a power of two.

    A statement with ``IN (…)`` has another text for each length, and a server plans every text anew.
    """
    left = sorted(set(values))
    lists = [left[start : start + MOST_VALUES] for start in range(0, len(left), MOST_VALUES)]
    return [each + each[-1:] * ((1 << (len(each) - 1).bit_length()) - len(each)) for each in lists]
