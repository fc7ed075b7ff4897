"""Dossiers received as the national portal counts them: what indicator 1.4 is measured against.

The portal tells a number for an office and a period; each is kept with who told it, and of the same office
and period the newest counts. Figures are computed from these counts and the dossiers here, never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from dossier.events import Event

MOST_DAYS: Final = 366
"""Days of the longest period."""
MOST_RECEIVED: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalCount:
    """One count.

    Attributes:
        office: agency part of dossier codes; without those below it.
        first, last: days of reception in Vietnam, both included.
        received: dossiers.
    """

    office: str
    first: date
    last: date
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCount:
    """A count as it was kept: when (aware) and by whom it was told."""

    count: PortalCount
    at: datetime
    by: str


class PortalCounts(Protocol):
    """The counts of one store; they only grow."""

    def add(self, counts: Sequence[PortalCount], *, at: datetime, by: str, events: Sequence[Event]) -> int:
        """Keep counts in one transaction; gives how many were new.

        Telling again what the newest of an office and period says changes nothing, and only a change is
        journalled.
        """

    def within(self, first: date, last: date) -> Sequence[ToldCount]:
        """The newest count of every office and period that lies within two days."""


def received_by_office(counts: Iterable[PortalCount]) -> Mapping[str, int]:
    """What the portal counts for each office, from counts of periods that may lie in each other.

    Periods that share a day are not added up: of all ways to choose periods that do not, the one that gives
    most counts. Since each number is true of its period, it is never more than the portal has.
    """
    by_office: defaultdict[str, list[PortalCount]] = defaultdict(list)
    for one in counts:
        by_office[one.office].append(one)
    return {office: _most(found) for office, found in sorted(by_office.items())}


def _most(counts: Sequence[PortalCount]) -> int:
    """The largest sum of periods that share no day."""
    ordered = sorted(counts, key=lambda one: one.last)
    best = [0]
    for place, one in enumerate(ordered):
        before = sum(other.last < one.first for other in ordered[:place])
        best.append(max(best[-1], best[before] + one.received))
    return best[-1]
