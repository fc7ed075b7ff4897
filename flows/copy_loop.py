"""A thread that makes second copies while the program does something else, and is stopped cleanly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from dossier.errors import MotlanError, StoreBusyError
from flows.operating.sign_of_life import give_sign
from flows.pass_loop import PassLoop
from flows.upkeep import late_copies, make_copies, tell_of_late_copies
from wiring.logs import kind_of
from wiring.services import Services

_PAUSE_S = 30.0
_LEAVE_S = 5.0
"""An object on its way to a slow site is not waited for: its row stays in the queue."""

_ALARM_EVERY = timedelta(days=1)


class CopyLoop(PassLoop):
    """Works the queue off again and again, in a thread. Use it in a ``with`` block."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation, with a second place.
            pause_s: between two passes, in seconds.
        """
        super().__init__(
            "copies", log=services.log, stopped="copies.stopped", pause_s=pause_s, leave_s=_LEAVE_S
        )
        self._services = services
        self._alarmed: datetime | None = None

    def _interrupt(self) -> None:
        """A pass looks for itself before each object whether it may go on."""

    def _pass(self) -> None:
        give_sign(self._services.settings.data)
        self._alarm(self._make())

    def _make(self) -> str:
        """A pass; the thread outlives whatever ends it, since the next may find the trouble gone.

        Returns:
            The code of what ended it early, empty when nothing did.
        """
        try:
            return make_copies(self._services, go_on=self._goes_on).stopped_by
        except StoreBusyError:
            # Another process makes them.
            return ""
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            self._services.log.warning("copies.stopped", code=code, cause=kind_of(error))
            return code

    def _goes_on(self) -> bool:
        """Asked before each object."""
        give_sign(self._services.settings.data)
        return not self._stopping

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
