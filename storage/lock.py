"""One writer for each data folder. The kernel releases the lock when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dossier.errors import StoreBusyError
from storage.filesystem import PRIVATE_FILE, store_errors

_PAUSE_SECONDS = 0.1


@contextmanager
def writer_lock(
    path: Path,
    *,
    wait_seconds: float = 0.0,
    shared: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock file while the block runs.

    Args:
        path: the lock file; made when missing, never removed (a removed one could be locked twice).
        wait_seconds: how long to wait for another writer.
        shared: beside others who share it, and not beside one who holds it alone.
        pause: waits that many seconds.

    Raises:
        StoreBusyError: somebody else held it all the time.
        StoreReadOnlyError, StoreFullError: the file cannot be made.
    """
    with store_errors(path.parent.name):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        tries_left = int(wait_seconds / _PAUSE_SECONDS)
        while not _taken(descriptor, shared=shared):
            if tries_left <= 0:
                raise StoreBusyError(str(path.parent))
            tries_left -= 1
            pause(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock file, alone or shared; a file that is not there is held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        return not _taken(descriptor, shared=False)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, *, shared: bool) -> bool:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
