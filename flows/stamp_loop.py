"""A thread that completes papers while the program does something else, and is stopped cleanly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

from dossier.errors import MotlanError
from flows.operating.sign_of_life import give_sign
from flows.pass_loop import PassLoop
from flows.stamp_alarm import alarming_backlog, sound
from flows.stamping import Completer, Passed
from wiring.logs import kind_of
from wiring.services import Services

_PAUSE_S = 2.0
_ALARM_EVERY = timedelta(days=1)


class StampLoop(PassLoop):
    """Passes over the queue, one after the other, in a thread. Use it in a ``with`` block."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation.
            pause_s: between two passes, in seconds.
        """
        super().__init__("stamps", log=services.log, stopped="stamps.stopped", pause_s=pause_s)
        self._services = services
        self._completer = Completer(services)
        self._total = Passed()
        self._alarmed: datetime | None = None

    @property
    def total(self) -> Passed:
        """What all passes did so far."""
        return self._total

    def _interrupt(self) -> None:
        self._completer.stop()

    def _pass(self) -> None:
        give_sign(self._services.settings.data)
        try:
            self._total = _sum(self._total, self._completer.run())
        finally:
            # Most of all where a pass failed.
            self._alarm()

    def _alarm(self) -> None:
        """Once when the backlog grows too large or too old, and again each day that it stays so."""
        now = self._services.clock()
        try:
            if alarming_backlog(self._services) is None:
                self._alarmed = None
            elif (self._alarmed is None or now - self._alarmed >= _ALARM_EVERY) and sound(self._services):
                self._alarmed = now
        except MotlanError as error:
            self._services.log.warning("stamps.no_alarm", code=error.code, cause=kind_of(error))


@contextmanager
def completing(services: Services, *, finish_s: float = 0.0) -> Iterator[None]:
    """Complete papers while the block runs, and for a bounded time at its end.

    Args:
        services: of this installation.
        finish_s: the longest wait at the end, in seconds.
    """
    if not services.stamps_later and not services.store.records.stamps.backlog().count:
        yield
        return
    with StampLoop(services) as loop:
        yield
        if finish_s:
            loop.finish(within_s=finish_s)


def complete_now(services: Services) -> Passed:
    """One pass over the whole queue, also over what failed a moment ago; an interruption ends it soon.

    Raises:
        StoreError: the store itself cannot go on; nothing is lost.
    """
    completer = Completer(services)
    with ThreadPoolExecutor(1, thread_name_prefix="stamps") as pool:
        running = pool.submit(completer.run, patient=False)
        try:
            return running.result()
        except BaseException:
            completer.stop()
            raise


def complete_all(services: Services, *, tell: Callable[[int], None]) -> Passed:
    """Pass after pass until nothing waits any more, however long that takes.

    Args:
        services: of this installation.
        tell: hears how many still wait, whenever that has changed.

    Raises:
        StoreError: the store itself cannot go on; nothing is lost.
    """
    total, told = complete_now(services), -1
    with StampLoop(services) as loop:
        while left := services.store.records.stamps.backlog().count:
            if left != told:
                told = left
                tell(left)
            loop.wait(_PAUSE_S)
        loop.finish(within_s=_PAUSE_S)
        return _sum(total, loop.total)


def _sum(first: Passed, second: Passed) -> Passed:
    return Passed(
        completed=first.completed + second.completed,
        failed=first.failed + second.failed,
        busy=second.busy,
    )
