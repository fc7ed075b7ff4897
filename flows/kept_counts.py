"""Sums of months that were counted once, kept in memory until a row of the month changes.

A report of a year adds up a few thousand sums instead of reading half a million rows. Which months changed
since is told by the records (``dossier_count_marks``), so processes need not know of each other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from dossier.handling import OfficeLevel
from flows.handling import RulesPromises
from rulebook.counted_report import SpanCount, span_count
from rulebook.place_count import PlaceCount
from wiring.services import Services

_MOST_PEOPLE: Final = 2_000_000
"""Opaque references of applicants that are kept; some 130 bytes each."""

Key = tuple[str, OfficeLevel, date, date, tuple[str, ...] | None]
"""Office, level, first and last day, procedures."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Sums, and the version of the month that they were made of; nothing where no dossier was."""

    version: int
    count: SpanCount | None

    @property
    def people(self) -> int:
        return 1 + (len(self.count.place.people) if self.count else 0)


class KeptCounts:
    """The sums of one process. Safe for threads."""

    def __init__(self, *, most_people: int = _MOST_PEOPLE) -> None:
        """Keep nothing yet; ``most_people`` bounds the memory."""
        self._most = most_people
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._people = 0
        self._rules: object = None

    def places(  # noqa: PLR0913 - a period, a moment, and what counts
        self,
        services: Services,
        first: date,
        last: date,
        *,
        now: datetime,
        covers: Callable[[str, OfficeLevel], bool],
        procedures: Sequence[str] | None = None,
    ) -> Iterator[PlaceCount]:
        """The sums of a period, month by month and place by place, as of a moment.

        Args:
            services: of this installation.
            first: first day of reception in Vietnam.
            last: last day, included.
            now: the moment open dossiers are looked at, aware.
            covers: which places are wanted.
            procedures: short codes; nothing for all.
        """
        only = None if procedures is None else tuple(procedures)
        spans = dict(_by_month(first, last))
        keys = {
            (office, level, *spans[month], only): version
            for (office, level, month), version in services.store.records.counts.marks(first, last).items()
            if covers(office, level)
        }
        known = self._known(services, keys)
        missing = [key for key in keys if key not in known]
        for count in known.values():
            if count is not None:
                yield count.at(now)
        counted = services.store.records.counts.spans((key[:4] for key in missing), procedures=only)
        promise = RulesPromises(services)
        for key, told in zip(missing, counted, strict=True):
            made = span_count(told[1], told[2], promise) if told is not None else None
            self._keep(key, _Kept(keys[key], made))
            if made is not None:
                yield made.at(now)

    def _known(self, services: Services, keys: dict[Key, int]) -> dict[Key, SpanCount | None]:
        with self._lock:
            if self._rules is not services.procedures:
                # Promised days follow from the rules.
                self._kept.clear()
                self._people, self._rules = 0, services.procedures
            found = {}
            for key, version in keys.items():
                kept = self._kept.get(key)
                if kept is not None and kept.version == version:
                    self._kept.move_to_end(key)
                    found[key] = kept.count
            return found

    def _keep(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._people += kept.people - (before.people if before else 0)
            self._kept[key] = kept
            while self._people > self._most and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._people -= gone.people


def _by_month(first: date, last: date) -> Iterator[tuple[str, tuple[date, date]]]:
    for begin, end in months_of(first, last):
        yield f"{begin:%Y-%m}", (begin, end)


def months_of(first: date, last: date) -> Sequence[tuple[date, date]]:
    """The months of a period, each with its first and last day within the period."""
    found, begin = [], first
    while begin <= last:
        following = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((begin, min(last, following - timedelta(days=1))))
        begin = following
    return found
