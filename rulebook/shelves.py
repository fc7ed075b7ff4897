"""Dossiers on shelves that nobody digitised yet, and how many days machines need for them.

Reckoned from what this installation measured of its own pages, not from a promise: what reading and
filing a page cost in CPU seconds. Reading grows with the machines; filing does not, since of all
machines of one store one files at a time (decision 0013). Where that is what holds it up, more machines
do not help, more stores do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from dossier.errors import ArgumentError

MACHINES: Final = (1, 4, 16)
"""For so many machines a report tells the days."""
_HOUR: Final = 3600
_LONGEST_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What lies there, and what it would be read with.

    Attributes:
        name: as people call it.
        office: whose, with those below it; empty for the whole installation.
        dossiers: how many.
        pages: of one dossier, mean, over 0.
        cores: of one machine, at least 1.
        hours: that machines work a day, over 0 to 24.
        example: of the project's own table, where the office told nothing of its own.
    """

    name: str
    office: str
    dossiers: int
    pages: Fraction
    cores: int
    hours: Fraction
    example: bool = False

    def __post_init__(self) -> None:
        if self.dossiers < 0 or self.pages <= 0 or self.cores < 1 or not 0 < self.hours <= _LONGEST_DAY:
            raise ArgumentError(
                "backlog", expected="số hồ sơ từ 0, số trang trên 0, số nhân từ 1, giờ đến 24"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCost:
    """What a page cost so far.

    Attributes:
        pages: that it was measured on, at least 1.
        read: CPU seconds of reading a page.
        file: CPU seconds of signing, understanding, sealing and filing, a page.
    """

    pages: int
    read: Fraction
    file: Fraction

    def pages_a_second(self, cores: int) -> tuple[Fraction, bool]:
        """Pages a second on so many cores of one store, and whether its one writer is what holds them up."""
        by_cores = cores / (self.read + self.file)
        by_writer = 1 / self.file if self.file else by_cores
        return min(by_cores, by_writer), by_writer < by_cores


@dataclass(frozen=True, slots=True)
class Days:
    """Days that so many machines need, and whether the one writer of the store is what holds them up."""

    machines: int
    days: Fraction
    one_writer: bool


def page_cost(*, pages: float, read: float, file: float) -> PageCost | None:
    """The cost of a page from sums of all pages so far; nothing where nothing was measured yet.

    Args:
        pages: that were read.
        read: CPU seconds that took.
        file: CPU seconds of filing what came of them.
    """
    if pages < 1 or read <= 0:
        return None
    return PageCost(
        pages=int(pages),
        read=Fraction(read) / Fraction(pages),
        file=Fraction(max(0.0, file)) / Fraction(pages),
    )


def days_of(shelves: Shelves, cost: PageCost, *, machines: Sequence[int] = MACHINES) -> Sequence[Days]:
    """How long it takes, with every core at work all the hours that are told.

    Args:
        shelves: what lies there.
        cost: of a page, as measured.
        machines: how many; each at least 1.
    """
    found = []
    for number in machines:
        rate, one_writer = cost.pages_a_second(number * shelves.cores)
        pages = shelves.dossiers * shelves.pages
        found.append(Days(number, pages / (rate * shelves.hours * _HOUR), one_writer))
    return found
