"""Group commit: what several threads want written at the same moment is written in one transaction.

A commit waits for the disk, and one chain has one end: writers stand in line for it in any case. So whoever
comes first writes for all that wait (a combining lock, as in Hendler, Incze, Shavit, Tzafrir, SPAA 2010), and
nobody returns before what they brought is on the disk. There is no thread of its own that could die or be
forgotten, and who is alone writes at once.
"""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from dossier.errors import StoreError

Entry = TypeVar("Entry")

MOST_TOGETHER: Final = 512
"""Entries of one transaction, unless a single caller brings more: readers of the chain wait no longer."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Entry]):
    entries: Sequence[Entry]
    done: bool = False
    error: BaseException | None = None


class GroupCommit(Generic[Entry]):
    """Writes entries in the order in which they came. Safe for threads."""

    def __init__(self, write: Callable[[Sequence[Entry]], None], *, most: int = MOST_TOGETHER) -> None:
        """Write through a function.

        Args:
            write: writes entries in one transaction; all of them are on the disk when it returns, none when
                it raises.
            most: entries written together.
        """
        self._write = write
        self._most = most
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._queue: deque[_Waiting[Entry]] = deque()

    def put(self, entries: Sequence[Entry]) -> None:
        """Write entries beside each other, and return when they are on the disk.

        Raises:
            Exception: what the transaction with these entries raised; nothing of them is written then.
        """
        if not entries:
            return
        mine = _Waiting(entries)
        with self._guard:
            self._queue.append(mine)
        with self._turn:
            # Whoever had the turn before may have written them already.
            while not mine.done:
                self._write_group()
        if mine.error is not None:
            # One error reaches several threads, and each adds its own trace to it.
            raise copy.copy(mine.error) from mine.error

    def _write_group(self) -> None:
        group = self._next()
        error: BaseException = StoreError(cause="interrupted")
        written = False
        try:
            self._write([entry for waiting in group for entry in waiting.entries])
            written = True
        except Exception as raised:  # noqa: BLE001  each thread of the group raises it
            error = raised
        finally:
            for waiting in group:
                waiting.error = None if written else error
                waiting.done = True

    def _next(self) -> Sequence[_Waiting[Entry]]:
        group: list[_Waiting[Entry]] = []
        count = 0
        with self._guard:
            while self._queue and (not group or count + len(self._queue[0].entries) <= self._most):
                group.append(self._queue.popleft())
                count += len(group[-1].entries)
        return group
