"""A thread that completes papers while the program does something else, and is stopped cleanly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from dossier.errors import MotlanError
from flows.stamp_alarm import alarming_backlog, sound
from flows.stamping import Completer, Passed
from wiring.logs import kind_of
from wiring.services import Services

_PAUSE_S = 2.0
_ALARM_EVERY = timedelta(days=1)


class StampLoop:
    """Passes over the queue, one after the other, in a thread. Use it in a ``with`` block."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation.
            pause_s: between two passes, in seconds.
        """
        self._services = services
        self._pause_s = pause_s
        self._completer = Completer(services)
        self._thread = threading.Thread(target=self._go, name="stamps", daemon=True)
        self._turn = threading.Condition()
        self._begun = 0
        self._ended = 0
        self._total = Passed()
        self._stopping = False
        self._wanted = False
        self._alarmed: datetime | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; a stamp that is being waited for is left for later."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        self._completer.stop()
        self._thread.join()

    def finish(self, *, within_s: float) -> Passed:
        """Wait for a pass that begins from now on: all that is due, or as much as the time allows.

        Args:
            within_s: the longest wait, in seconds.

        Returns:
            What all passes did so far.
        """
        with self._turn:
            # One that runs already may have looked before the newest paper was put down.
            wanted = self._begun + 1
            self._wanted = True
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._ended >= wanted or self._stopping, timeout=within_s)
            return self._total

    def wait(self, seconds: float) -> None:
        """Wait until a pass has ended, or so long."""
        with self._turn:
            ended = self._ended
            self._turn.wait_for(lambda: self._ended > ended or self._stopping, timeout=seconds)

    def _go(self) -> None:
        while True:
            with self._turn:
                if self._stopping:
                    return
                self._wanted = False
                self._begun += 1
                number = self._begun
            passed = self._pass()
            self._alarm()
            with self._turn:
                self._ended, self._total = number, _sum(self._total, passed)
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._stopping or self._wanted, timeout=self._pause_s)

    def _pass(self) -> Passed:
        """A pass; the thread outlives whatever ends it, since the next may find the trouble gone."""
        try:
            return self._completer.run()
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            self._services.log.warning("stamps.stopped", code=code, cause=kind_of(error))
            return Passed()

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
        return _sum(total, loop.finish(within_s=_PAUSE_S))


def _sum(first: Passed, second: Passed) -> Passed:
    return Passed(
        completed=first.completed + second.completed,
        failed=first.failed + second.failed,
        busy=second.busy,
    )
