"""A thread that makes second copies while the program does something else, and is stopped cleanly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from dossier.errors import MotlanError, StoreBusyError
from flows.upkeep import late_copies, make_copies, tell_of_late_copies
from wiring.logs import kind_of
from wiring.services import Services

_PAUSE_S = 30.0
_LEAVE_S = 5.0
"""An object on its way to a slow site is not waited for: its row stays in the queue."""

_ALARM_EVERY = timedelta(days=1)


class CopyLoop:
    """Works the queue off again and again, in a thread. Use it in a ``with`` block."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation, with a second place.
            pause_s: between two passes, in seconds.
        """
        self._services = services
        self._pause_s = pause_s
        self._thread = threading.Thread(target=self._go, name="copies", daemon=True)
        self._turn = threading.Condition()
        self._begun = 0
        self._ended = 0
        self._stopping = False
        self._wanted = False
        self._alarmed: datetime | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop after the object that is being copied."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        self._thread.join(_LEAVE_S)

    def finish(self, *, within_s: float) -> None:
        """Wait for a pass that begins from now on: all that is due, or as much as the time allows.

        Args:
            within_s: the longest wait, in seconds.
        """
        with self._turn:
            # One that runs already may have looked before the newest object was put down.
            wanted = self._begun + 1
            self._wanted = True
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._ended >= wanted or self._stopping, timeout=within_s)

    def _go(self) -> None:
        while True:
            with self._turn:
                if self._stopping:
                    return
                self._wanted = False
                self._begun += 1
                number = self._begun
            self._alarm(self._pass())
            with self._turn:
                self._ended = number
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._stopping or self._wanted, timeout=self._pause_s)

    def _pass(self) -> str:
        """A pass; the thread outlives whatever ends it, since the next may find the trouble gone.

        Returns:
            The code of what ended it early, empty when nothing did.
        """
        try:
            return make_copies(self._services, go_on=lambda: not self._stopping).stopped_by
        except StoreBusyError:
            # Another process makes them.
            return ""
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            self._services.log.warning("copies.stopped", code=code, cause=kind_of(error))
            return code

    def _alarm(self, code: str) -> None:
        """Once when the backlog grows too large or too old, and again each day that it stays so."""
        now = self._services.clock()
        try:
            backlog = late_copies(self._services)
            if backlog is None:
                self._alarmed = None
            elif self._alarmed is None or now - self._alarmed >= _ALARM_EVERY:
                tell_of_late_copies(self._services, backlog, code=code)
                self._alarmed = now
        except MotlanError as error:
            self._services.log.warning("copies.no_alarm", code=error.code, cause=kind_of(error))


@contextmanager
def copying_along(services: Services, *, finish_s: float = 0.0) -> Iterator[None]:
    """Make second copies while the block runs, and for a bounded time at its end.

    Args:
        services: of this installation; without a second place nothing is done.
        finish_s: the longest wait at the end, in seconds.
    """
    if not services.has_second_place:
        yield
        return
    with CopyLoop(services) as loop:
        yield
        if finish_s:
            loop.finish(within_s=finish_s)
