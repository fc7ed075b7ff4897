"""Unusual reading: one caller that looks at very many persons, or is refused again and again.

Counted in memory by each process as requests come; ``web.auth.journal_watch`` counts what all processes
answered. An alarm calls a person, it stops nobody by itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from flows.admission import PATTERN_SPANS

PERSONS_SECONDS: Final = PATTERN_SPANS["persons"].total_seconds()
REFUSALS_SECONDS: Final = PATTERN_SPANS["refusals"].total_seconds()
MOST_CALLERS: Final = 10_000


@dataclass(slots=True)
class _Seen:
    persons: dict[str, float] = field(default_factory=dict)
    refusals: deque[float] = field(default_factory=deque)
    told: dict[str, float] = field(default_factory=dict)


class Watch:
    """Counts what callers do. Safe for threads."""

    def __init__(self, *, persons: int, refusals: int, clock: Callable[[], float]) -> None:
        """Find callers that go beyond these.

        Args:
            persons: different persons in an hour.
            refusals: refusals in ten minutes.
            clock: seconds that only grow.
        """
        self._persons = persons
        self._refusals = refusals
        self._clock = clock
        self._turn = threading.Lock()
        self._callers: OrderedDict[str, _Seen] = OrderedDict()

    def looked(self, caller: str, persons: Iterable[str]) -> bool:
        """Note whose data a caller saw (opaque references); whether that calls for an alarm now."""
        with self._turn:
            now, seen = self._clock(), self._seen(caller)
            for person in persons:
                seen.persons.pop(person, None)
                seen.persons[person] = now
            while seen.persons:
                oldest = next(iter(seen.persons))
                if seen.persons[oldest] > now - PERSONS_SECONDS and len(seen.persons) <= self._persons + 1:
                    break
                del seen.persons[oldest]
            return len(seen.persons) > self._persons and _tells(seen, "persons", now, PERSONS_SECONDS)

    def refused(self, caller: str) -> bool:
        """Note a refusal; whether that calls for an alarm now."""
        with self._turn:
            now, seen = self._clock(), self._seen(caller)
            seen.refusals.append(now)
            while seen.refusals[0] <= now - REFUSALS_SECONDS or len(seen.refusals) > self._refusals + 1:
                seen.refusals.popleft()
            return len(seen.refusals) > self._refusals and _tells(seen, "refusals", now, REFUSALS_SECONDS)

    def _seen(self, caller: str) -> _Seen:
        seen = self._callers.pop(caller, None) or _Seen()
        self._callers[caller] = seen
        while len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)
        return seen


def _tells(seen: _Seen, what: str, now: float, every: float) -> bool:
    """An alarm is told once in each span of time."""
    if now - seen.told.get(what, now - every) < every:
        return False
    seen.told[what] = now
    return True
