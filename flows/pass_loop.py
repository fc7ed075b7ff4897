"""A thread that passes over a queue again and again while the program does something else."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from dossier.errors import MotlanError
from wiring.logs import Log, kind_of


class PassLoop(ABC):
    """One pass after the other, in a thread that is stopped cleanly. Use it in a ``with`` block.

    The thread outlives whatever ends a pass early: it goes to the log, and the next pass may find it gone.
    """

    def __init__(
        self, name: str, *, log: Log, stopped: str, pause_s: float, leave_s: float | None = None
    ) -> None:
        """Prepare the thread.

        Args:
            name: of the thread.
            log: hears of passes that ended early.
            stopped: what the log calls that, as ``stamps.stopped``.
            pause_s: between two passes, in seconds.
            leave_s: how long the pass that runs is waited for at the end; as long as it takes when ``None``.
        """
        self._log = log
        self._event = stopped
        self._pause_s = pause_s
        self._leave_s = leave_s
        self._thread = threading.Thread(target=self._go, name=name, daemon=True)
        self._turn = threading.Condition()
        self._begun = 0
        self._ended = 0
        self._stopping = False
        self._wanted = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; what is not done is left for later."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        self._interrupt()
        self._thread.join(self._leave_s)

    def finish(self, *, within_s: float) -> None:
        """Wait for a pass that begins from now on: all that is due, or as much as the time allows.

        Args:
            within_s: the longest wait, in seconds.
        """
        with self._turn:
            # One that runs already may have looked before the newest row was put down.
            wanted = self._begun + 1
            self._wanted = True
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._ended >= wanted or self._stopping, timeout=within_s)

    def wake(self) -> None:
        """Let the next pass begin now, or as soon as the one that runs has ended."""
        with self._turn:
            self._wanted = True
            self._turn.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait until a pass has ended, or so long."""
        with self._turn:
            ended = self._ended
            self._turn.wait_for(lambda: self._ended > ended or self._stopping, timeout=seconds)

    @abstractmethod
    def _pass(self) -> None:
        """One pass, and its alarm."""

    @abstractmethod
    def _interrupt(self) -> None:
        """Cut short what the pass that runs is waiting for."""

    def _go(self) -> None:
        while True:
            with self._turn:
                if self._stopping:
                    return
                self._wanted = False
                self._begun += 1
                number = self._begun
            self._guarded()
            with self._turn:
                self._ended = number
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._stopping or self._wanted, timeout=self._pause_s)

    def _guarded(self) -> None:
        try:
            self._pass()
        except Exception as error:  # noqa: BLE001 - a thread's last fence
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            self._log.warning(self._event, code=code, cause=kind_of(error))
