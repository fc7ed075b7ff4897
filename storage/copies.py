"""A blob store over two places: kept in the first, copied to the second, read from whichever is good.

What is put stands in the first place, read back, before anybody goes on; the second copy follows by the queue
in the database. Reading never hides that the first place failed: somebody is told each time.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from dossier.errors import MotlanError, ObjectDamagedError, ObjectMissingError, StoreError
from dossier.ids import Sha256
from dossier.ports import BlobRef, Clock
from storage.copy_queue import Backlog, CopyQueue
from storage.fixity_rows import Check
from storage.places import Place
from storage.upkeep import Upkeep

_T = TypeVar("_T")
_CATCH_UP_EVERY: Final = timedelta(days=1)
_SHORTEST_PAUSE: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FellOver:
    """An object was read from the second place: which, where the first copy is, and why (an error code)."""

    sha256: Sha256
    place: str
    code: str


class CopiedBlobs:
    """``dossier.ports.BlobStore`` over two places. Safe for threads and processes as far as they are."""

    def __init__(
        self,
        first: Place,
        second: Place,
        *,
        queue: CopyQueue,
        clock: Clock,
        told: Callable[[FellOver], None],
    ) -> None:
        """Join two places.

        Args:
            first: takes what is put.
            second: gets copies; nothing is put there at once.
            queue: of the copies.
            clock: for the queue.
            told: hears of every object that the first place could not give.
        """
        self._first = first
        self._second = second
        self._queue = queue
        self._clock = clock
        self._told = told

    def put(self, source: Path) -> BlobRef:
        """See ``BlobStore``; errors are those of the first place."""
        ref = self._first.blobs.put(source)
        self._queue.add(self._second.name, [ref.sha256], at=self._clock())
        return ref

    def contains(self, sha256: Sha256) -> bool:
        """See ``BlobStore``: whether any of the two has it."""
        try:
            if self._first.blobs.contains(sha256):
                return True
        except StoreError:
            return self._second.blobs.contains(sha256)
        return self._second.blobs.contains(sha256)

    def open(self, sha256: Sha256) -> BinaryIO:
        """See ``BlobStore``; the error is that of the first place when neither can give it."""
        return self._either(sha256, lambda place: place.blobs.open(sha256))

    @contextmanager
    def path(self, sha256: Sha256) -> Iterator[Path]:
        """See ``BlobStore``; as ``open``."""
        with ExitStack() as stack:
            yield self._either(sha256, lambda place: stack.enter_context(place.blobs.path(sha256)))

    def check(self, sha256: Sha256) -> BlobRef:
        """See ``BlobStore``: whether the object can be had; fixity checks look at each place."""
        return self._either(sha256, lambda place: place.blobs.check(sha256))

    def __iter__(self) -> Iterator[Sha256]:
        places = (self._first, self._second)
        walks = [(listed.sha256 for listed in place.tending.walk()) for place in places]
        for sha256, _ in groupby(heapq.merge(*walks)):
            yield sha256

    def _either(self, sha256: Sha256, read: Callable[[Place], _T]) -> _T:
        try:
            return read(self._first)
        except (StoreError, OSError) as error:
            try:
                found = read(self._second)
            except (StoreError, OSError):
                raise error from None
            code = error.code if isinstance(error, StoreError) else StoreError.code
            self._told(FellOver(sha256=sha256, place=self._first.name, code=code))
            return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLimits:
    """From when on a backlog is an alarm: more objects than ``count``, or one older than ``age``."""

    count: int = 1000
    age: timedelta = timedelta(days=1)

    def are_passed(self, backlog: Backlog, *, at: datetime) -> bool:
        """Whether somebody has to be told."""
        too_old = backlog.oldest is not None and at - backlog.oldest > self.age
        return too_old or backlog.waiting + backlog.blocked > self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What a run of copying did.

    Attributes:
        copied: objects that now stand in the second place, read back.
        blocked: objects whose first copy was found missing or damaged.
        queued: objects that records name and nobody had queued.
        stopped_by: code of the trouble that ended the run, empty when none did.
        backlog: what waits afterwards.
    """

    copied: int = 0
    blocked: int = 0
    queued: int = 0
    stopped_by: str = ""
    backlog: Backlog


class Copier:
    """Works the queue of one pair of places off. One at a time: the caller holds the lock of copies."""

    def __init__(
        self,
        first: Place,
        second: Place,
        *,
        upkeep: Upkeep,
        clock: Clock,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._first = first
        self._second = second
        self._queue = upkeep.copies
        self._fixity = upkeep.fixity
        self._clock = clock
        self._pause = pause

    def run(self, *, wait: bool = False, go_on: Callable[[], bool] = lambda: True) -> CopyReport:
        """Copy what is due.

        Args:
            wait: go on until nothing waits, pausing while the second place is away.
            go_on: asked before each object; false ends the run.
        """
        report = CopyReport(queued=self._catch_up(), backlog=Backlog())
        while True:
            report = self._copy_due(report, go_on)
            backlog = self._queue.backlog(self._second.name)
            if not (wait and backlog.waiting and go_on()):
                return replace(report, backlog=backlog)
            if backlog.next_try is not None:
                seconds = (backlog.next_try - self._clock()).total_seconds()
                self._pause(max(_SHORTEST_PAUSE, seconds))
            report = replace(report, stopped_by="")

    def _catch_up(self) -> int:
        now, last = self._clock(), self._queue.caught_up(self._second.name)
        if last is not None and now - last < _CATCH_UP_EVERY:
            return 0
        return self._queue.catch_up(self._second.name, at=now)

    def _copy_due(self, report: CopyReport, go_on: Callable[[], bool]) -> CopyReport:
        while due := self._queue.due(self._second.name, at=self._clock()):
            for sha256 in due:
                if not go_on():
                    return report
                try:
                    copied = self._copy(sha256)
                except MotlanError as error:
                    self._queue.postpone(self._second.name, sha256, code=error.code, at=self._clock())
                    # The next one would meet the same trouble: a server that is away is not hammered.
                    return replace(report, stopped_by=error.code)
                if copied:
                    report = replace(report, copied=report.copied + 1)
                else:
                    report = replace(report, blocked=report.blocked + 1)
        return report

    def _copy(self, sha256: Sha256) -> bool:
        """True when it is there; false when there is nothing good to copy, or something bad in its place."""
        with ExitStack() as stack:
            try:
                source = stack.enter_context(self._first.blobs.path(sha256))
            except (ObjectMissingError, ObjectDamagedError) as error:
                return self._block(self._first, sha256, error)
            try:
                if self._second.blobs.put(source).sha256 != sha256:
                    return self._block(self._first, sha256, ObjectDamagedError(sha256))
            except ObjectDamagedError as error:
                return self._block(self._second, sha256, error)
        self._queue.done(self._second.name, sha256, at=self._clock())
        return True

    def _block(self, place: Place, sha256: Sha256, error: StoreError) -> bool:
        self._queue.block(self._second.name, sha256, code=error.code)
        outcome = Check(
            sha256=sha256,
            at=self._clock(),
            outcome="missing" if isinstance(error, ObjectMissingError) else "damaged",
        )
        self._fixity.save(place.name, [outcome])
        return False
