"""Who is served next, as a list in memory: the laws are tried on it, and databases are held to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dossier.work import FairRules, Lane, lanes_in_order, next_turn, streak_after


@dataclass
class _File:
    name: str
    office: str
    lane: Lane
    turn: int
    held: bool = False


class Queue:
    """One pool."""

    def __init__(self, rules: FairRules) -> None:
        self._rules = rules
        self._files: list[_File] = []
        self._served: Counter[Lane] = Counter()
        self._streak = 0

    def hand_in(self, files: Sequence[tuple[str, str, Lane]]) -> None:
        """Files with their offices and lanes, in order."""
        for name, office, lane in files:
            turns = [one.turn for one in self._files if (one.office, one.lane) == (office, lane)]
            turn = next_turn(self._served[lane], max(turns, default=None))
            self._files.append(_File(name, office, lane, turn))

    def take(self) -> str | None:
        """The file whose turn it is."""
        for lane in lanes_in_order(self._streak, self._rules.share):
            file = self._next(lane)
            if file is not None:
                waits = self._next(Lane.BACKLOG) is not None
                self._streak = streak_after(self._streak, lane, backlog_waits=waits)
                self._served[lane] = max(self._served[lane], file.turn)
                file.held = True
                return file.name
        return None

    def done(self, name: str) -> None:
        """Nothing is owed on it any more."""
        self._files = [one for one in self._files if one.name != name]

    def office_of(self, name: str) -> str:
        """Whose file it is."""
        return next(one.office for one in self._files if one.name == name)

    def lane_of(self, name: str) -> Lane:
        """Where it waited."""
        return next(one.lane for one in self._files if one.name == name)

    def in_work(self) -> Counter[str]:
        """Files in work, by office."""
        return Counter(one.office for one in self._files if one.held)

    def waits(self, lane: Lane) -> bool:
        """Whether a file of a lane may be taken."""
        return self._next(lane) is not None

    def _next(self, lane: Lane) -> _File | None:
        in_work, cap = self.in_work(), self._rules.cap
        free = [
            one
            for one in self._files
            if not one.held and one.lane is lane and not (cap and in_work[one.office] >= cap)
        ]
        return min(free, key=lambda one: one.turn, default=None)
