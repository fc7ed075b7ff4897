"""Writers of one process at one database file take turns in the order in which they came.

SQLite lets who waits look again after a pause that grows to a tenth of a second (``sqlite3_busy_timeout``):
among many writers whoever has waited longest looks most seldom, and waits for seconds while others pass by.
Of each process one at most so waits for other processes (``storage.sqlite``).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from dossier.errors import StoreBusyError


class WriteTurns:
    """A lock that is handed on in the order of arrival."""

    def __init__(self) -> None:
        """Free."""
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self, *, name: str, wait_seconds: float) -> Iterator[None]:
        """Have it while the block runs.

        Args:
            name: of the database, for the error.
            wait_seconds: how long to wait for those who came before.

        Raises:
            StoreBusyError: they took longer than that.
        """
        if not self._take(wait_seconds):
            raise StoreBusyError(name, cause="writers of this process took longer")
        try:
            yield
        finally:
            self._hand_on()

    def _take(self, wait_seconds: float) -> bool:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=wait_seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        # It was handed over in this very moment.
        return True

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_GUARD: Final = threading.Lock()
_BY_FILE: Final[WeakValueDictionary[Path, WriteTurns]] = WeakValueDictionary()


def turns_at(path: Path) -> WriteTurns:
    """Those of a file, the same for all who open it in this process."""
    place = path.absolute()
    with _GUARD:
        turns = _BY_FILE.get(place)
        if turns is None:
            turns = _BY_FILE[place] = WriteTurns()
        return turns


def _in_child() -> None:
    """In a forked process nobody is left who would hand a turn on."""
    _BY_FILE.clear()
    _GUARD.release()


os.register_at_fork(before=_GUARD.acquire, after_in_parent=_GUARD.release, after_in_child=_in_child)
