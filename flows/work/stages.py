"""The two stages of a file, read and file, run by Prefect or without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from dossier.errors import MotlanError
from dossier.ids import ItemId

Stage = Callable[[str, ItemId], MotlanError | None]
"""Does one stage of a file for the run of a name; gives back what went wrong with the file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read.

    Attributes:
        wait: until it came to an end, whichever.
        is_done: whether it did.
        result: waits, and gives back what went wrong with the file, or raises what stops the run.
    """

    wait: Callable[[], object]
    is_done: Callable[[], bool]
    result: Callable[[], MotlanError | None]


class Submitted(Protocol):
    """What Prefect gives for a task that was submitted, as far as its own process knows it."""

    def wait(self) -> object:
        """Until it ended."""

    def result(self) -> MotlanError | None:
        """What it gave back."""

    def add_done_callback(self, fn: Callable[[object], None], /) -> None:
        """Call it at the end; at once where it has come."""


def reading_of(submitted: Submitted) -> Reading:
    """A reading that Prefect runs.

    Whether it is done is known here. The ``state`` of Prefect's future is asked of its server, which may miss
    the end: one that was away meanwhile says "Running" for ever.
    """
    ended = threading.Event()
    submitted.add_done_callback(lambda _: ended.set())
    return Reading(submitted.wait, ended.is_set, submitted.result)


class Stages(Protocol):
    """Who runs the stages."""

    def read(self, name: str, item: ItemId) -> Reading:
        """Begin to read a file, beside others."""

    def file(self, name: str, item: ItemId) -> MotlanError | None:
        """File it, here and now."""


class PlainStages:
    """Threads and nothing else. Use it in a ``with`` block: at its end what has not begun is dropped."""

    def __init__(self, *, read: Stage, file: Stage, workers: int) -> None:
        """Get ready.

        Args:
            read: the first stage.
            file: the second.
            workers: files read at the same time.
        """
        self._read = read
        self._file = file
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="read")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def read(self, name: str, item: ItemId) -> Reading:
        """See ``Stages``."""
        future = self._pool.submit(self._read, name, item)
        return Reading(lambda: wait((future,)), future.done, future.result)

    def file(self, name: str, item: ItemId) -> MotlanError | None:
        """See ``Stages``."""
        return self._file(name, item)
