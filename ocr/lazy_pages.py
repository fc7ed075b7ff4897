"""Pages that come one at a time: of a long file they are read from the disk when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

_Page = TypeVar("_Page")


class LazyPages(Sequence[_Page]):
    """Pages that are made each time they are asked for. Safe for threads as far as ``make`` is."""

    def __init__(self, count: int, make: Callable[[int], _Page]) -> None:
        """Make nothing yet.

        Args:
            count: of pages.
            make: the page at a place, counted from 0.
        """
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> _Page: ...

    @overload
    def __getitem__(self, at: slice) -> LazyPages[_Page]: ...

    def __getitem__(self, at: int | slice) -> _Page | LazyPages[_Page]:
        if isinstance(at, slice):
            places = range(self._count)[at]
            return LazyPages(len(places), lambda place: self._make(places[place]))
        return self._make(range(self._count)[at])

    def __iter__(self) -> Iterator[_Page]:
        return map(self._make, range(self._count))
