"""A file gets only so much work: processor time and memory, whatever it was made to cost.

The work runs in a thread of its own; the caller watches it and stops it when the budget is spent. Work that
cannot be stopped at once, because it sits in a single call of a C library, is left behind: the caller has its
answer.
"""

from __future__ import annotations

import ctypes
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

MEGABYTE = 1024 * 1024
_WATCHED_EVERY = 0.05
_TRIES_TO_STOP = 40
_PAGE = resource.getpagesize()
_STATM = Path("/proc/self/statm")

Result = TypeVar("Result")


class OverBudgetError(Exception):
    """The work was stopped, or left behind, because it cost too much."""


class _Stopped(BaseException):
    """Thrown into the thread; no handler for ordinary errors catches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a piece of work may cost.

    Attributes:
        cpu_seconds: processor time of its thread; waiting for other programs does not count.
        memory_bytes: by how much the program may grow meanwhile; files that are mapped do not count.
    """

    cpu_seconds: float
    memory_bytes: int


def budget_for(size: int) -> Budget:
    """What verification of a file of that many bytes may cost: many times what any honest one needs.

    Measured: a file of 300 pages and 152 MB with two signatures takes 2 seconds and 230 MB.
    """
    return Budget(
        cpu_seconds=10 + 0.1 * size / MEGABYTE,
        memory_bytes=512 * MEGABYTE + 2 * size,
    )


def run_within(budget: Budget, work: Callable[[], Result]) -> Result:
    """Run to the end and hand the result or the error to the caller.

    Raises:
        OverBudgetError: the budget was spent first, or the machine's memory.
    """
    job = _Job(work)
    thread = threading.Thread(target=job.run, name="motlan-verify", daemon=True)
    before = _memory()
    thread.start()
    tries = 0
    while _runs_after(thread, _WATCHED_EVERY):
        if tries or job.cpu_seconds() > budget.cpu_seconds or _memory() - before > budget.memory_bytes:
            tries += 1
            _stop(thread)
        if tries > _TRIES_TO_STOP:
            raise OverBudgetError
    return job.outcome()


@dataclass(slots=True)
class _Job(Generic[Result]):
    work: Callable[[], Result]
    results: list[Result] = field(default_factory=list)
    error: BaseException | None = None
    clock: int | None = None

    def run(self) -> None:
        try:
            self.clock = time.pthread_getcpuclockid(threading.get_ident())
            self.results.append(self.work())
        except BaseException as error:  # noqa: BLE001  handed to the caller, who raises it
            self.error = error

    def cpu_seconds(self) -> float:
        try:
            return 0.0 if self.clock is None else time.clock_gettime(self.clock)
        except OSError:
            # The thread has just ended.
            return 0.0

    def outcome(self) -> Result:
        error = self.error
        if error is None and self.results:
            return self.results[0]
        if error is None or isinstance(error, _Stopped | MemoryError):
            raise OverBudgetError from error
        raise error


def _runs_after(thread: threading.Thread, seconds: float) -> bool:
    thread.join(seconds)
    return thread.is_alive()


def _stop(thread: threading.Thread) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_Stopped))


def _memory() -> int:
    """Bytes that this program holds in memory, without what it maps or shares."""
    try:
        _, resident, shared, *_ = _STATM.read_text("ascii").split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * _PAGE
