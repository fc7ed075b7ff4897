"""Prolong locks and set or lift legal holds, in every place that can, as far as something is owed.

Filing never waits for this: a paper is put down in the transaction that files it, and looked at here. What is
done is entered after the place answered; killed in between it is asked for once more, which changes nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dossier.errors import MotlanError, ObjectDamagedError, ObjectMissingError, StoreLockRefusedError
from dossier.locking import LockPlan
from dossier.ports import Clock
from storage.copy_queue import which_wait
from storage.lock_needs import PAPERS, Judge, PaperSteps, look_at_papers
from storage.lock_rows import LockBacklog, LockRow
from storage.places import Place
from storage.upkeep import Upkeep

AT_ONCE: Final = 8
"""Objects of one place that are asked for together: a run is bound by the way to the server."""

_SAVED_TOGETHER: Final = 50
_SHORTEST_PAUSE: Final = 1.0
_MISSING: Final = (ObjectMissingError, ObjectDamagedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockLimits:
    """From when on a backlog is an alarm: more papers and objects than ``count``, or one above ``age``."""

    count: int = 5000
    age: timedelta = timedelta(days=1)

    def are_passed(self, backlog: LockBacklog, *, at: datetime) -> bool:
        """Whether somebody has to be told."""
        too_old = backlog.oldest is not None and at - backlog.oldest > self.age
        return too_old or backlog.papers + backlog.objects > self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLocks:
    """What a run did in one place.

    Attributes:
        place: its name.
        can_lock: whether it keeps locks at all; nothing is asked of one that does not.
        prolonged: locks set or made longer.
        held: legal holds set.
        lifted: legal holds lifted.
        failed: objects that are tried again: missing, damaged, or refused.
        stopped_by: code of the trouble that ended the run in this place, empty when none did.
    """

    place: str
    can_lock: bool
    prolonged: int = 0
    held: int = 0
    lifted: int = 0
    failed: int = 0
    stopped_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReport:
    """What a run did.

    Attributes:
        papers: papers whose objects were looked at.
        places: what was done in each place.
        backlog: what waits afterwards.
    """

    papers: int = 0
    places: tuple[PlaceLocks, ...] = ()
    backlog: LockBacklog

    @property
    def stopped_by(self) -> str:
        """The first trouble that ended the run in a place, empty when none did."""
        return next((one.stopped_by for one in self.places if one.stopped_by), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    row: LockRow
    until: datetime | None = None
    was_prolonged: bool = False
    error: MotlanError | None = None


class Locker:
    """Works off what is owed. One at a time: the caller holds the lock of locks."""

    def __init__(  # noqa: PLR0913  each is something an installation or a test chooses
        self,
        places: Sequence[Place],
        upkeep: Upkeep,
        *,
        judge: Judge,
        keys: PaperSteps,
        clock: Clock,
        plan: LockPlan | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a run.

        Args:
            places: of the store; those that cannot lock are only named in the report.
            upkeep: the rows of the store.
            judge: the term of a paper.
            keys: names of the steps whose results belong to a paper.
            clock: for the ends of locks.
            plan: how far ahead locks are set.
            pause: waits that many seconds.
        """
        self._places = [place for place in places if place.blobs.can_lock]
        self._report = {
            place.name: PlaceLocks(place=place.name, can_lock=place.blobs.can_lock) for place in places
        }
        self._names = [place.name for place in self._places]
        self._upkeep = upkeep
        self._rows = upkeep.locks
        self._judge = judge
        self._keys = keys
        self._clock = clock
        self._plans = dict.fromkeys(self._names, plan or LockPlan())
        self._pause = pause
        self._papers = 0
        self._guard = threading.Lock()

    def run(self, *, wait: bool = False) -> LockReport:
        """Look at papers that wait, then ask for what is owed.

        Args:
            wait: go on until nothing waits, pausing while a place is away.
        """
        while True:
            self._look_at_papers()
            for place in self._places:
                self._work_off(place)
            backlog = self._rows.backlog(self._names)
            if not (wait and backlog.papers + backlog.objects):
                places = tuple(self._report.values())
                return LockReport(papers=self._papers, places=places, backlog=backlog)
            if backlog.next_try is not None:
                seconds = (backlog.next_try - self._clock()).total_seconds()
                self._pause(max(_SHORTEST_PAUSE, seconds))
            for name in self._names:
                self._report[name] = replace(self._report[name], stopped_by="")

    def _look_at_papers(self) -> None:
        while True:
            with self._rows.writing() as writing:
                done = look_at_papers(
                    writing, self._names, judge=self._judge, keys=self._keys, at=self._clock()
                )
            self._papers += done
            if done < PAPERS:
                return

    def _work_off(self, place: Place) -> None:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="locks") as workers:
            while due := self._rows.due(place.name, at=self._clock(), limit=_SAVED_TOGETHER):
                waiting = self._waiting_for_their_copy(place, due)
                rows = [row for row in due if row.sha256 not in waiting]
                outcomes = list(workers.map(lambda row: self._ask(place, row), rows))
                if self._save(place, outcomes):
                    return

    def _waiting_for_their_copy(self, place: Place, due: Sequence[LockRow]) -> frozenset[str]:
        with self._rows.writing() as writing:
            waiting = which_wait(writing.connection, place.name, [row.sha256 for row in due])
            if waiting:
                self._rows.put_off(writing.connection, place.name, waiting, at=self._clock())
        return waiting

    def _ask(self, place: Place, row: LockRow) -> _Outcome:
        """Ask the place for what the object is owed there."""
        plan, was_prolonged, until = self._plans[place.name], False, row.until
        try:
            while (owed := plan.owed(row.need, standing=until, now=self._clock())) and not was_prolonged:
                try:
                    until, was_prolonged = place.blobs.keep(row.sha256, owed), True
                except StoreLockRefusedError:
                    plan = self._shorter(place.name, plan)
            if row.holds is not row.need.hold:
                place.blobs.hold(row.sha256, on=row.need.hold)
        except MotlanError as error:
            return _Outcome(row=row, error=error)
        return _Outcome(row=row, until=until, was_prolonged=was_prolonged)

    def _shorter(self, place: str, refused: LockPlan) -> LockPlan:
        """As far ahead as the place may go: what is cut short is prolonged as time passes.

        Raises:
            StoreLockRefusedError: it would hardly lock anything.
        """
        with self._guard:
            # Others were refused at the same time: one step for all of them.
            if self._plans[place] is refused:
                shorter = refused.shorter()
                if shorter is None:
                    raise StoreLockRefusedError(place)
                self._plans[place] = shorter
            return self._plans[place]

    def _save(self, place: Place, outcomes: Sequence[_Outcome]) -> str:
        """Enter what came of it; gives the code of a trouble that every other object would meet as well."""
        stopped_by = ""
        with self._rows.writing() as writing:
            for outcome in outcomes:
                row, error, at = outcome.row, outcome.error, self._clock()
                if error is not None:
                    self._rows.postpone(writing.connection, place.name, row, code=error.code, at=at)
                    if not isinstance(error, _MISSING):
                        stopped_by = error.code
                    continue
                look = self._plans[place.name].next_look(row.need, standing=outcome.until, now=at)
                self._rows.settle(writing.connection, place.name, row, until=outcome.until, next_look=look)
        good = [outcome for outcome in outcomes if outcome.error is None]
        before = self._report[place.name]
        self._report[place.name] = replace(
            before,
            prolonged=before.prolonged + sum(one.was_prolonged for one in good),
            held=before.held + sum(one.row.need.hold and one.row.holds is not True for one in good),
            lifted=before.lifted + sum(not one.row.need.hold and one.row.holds is True for one in good),
            failed=before.failed + len(outcomes) - len(good),
            stopped_by=stopped_by,
        )
        return stopped_by
