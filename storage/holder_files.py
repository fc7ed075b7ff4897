"""A file for each process that holds work, locked as long as it lives: the kernel tells at once who is gone.

It counts among the processes that share a data folder. Of a holder without a file here nothing is known: it
is on another machine, and its lease tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.filesystem import store_errors
from storage.lock import is_locked, writer_lock


@contextmanager
def alive(folder: Path, holder: str) -> Iterator[None]:
    """Be seen to live while the block runs.

    Raises:
        StoreReadOnlyError, StoreFullError: the file cannot be made.
    """
    with store_errors(folder.name):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / holder
    with writer_lock(path):
        yield
        # While it is locked, so that nobody takes a holder that leaves in order for one that died.
        path.unlink(missing_ok=True)


def gone(folder: Path, holders: Iterable[str]) -> frozenset[str]:
    """Those of the holders who lived on this machine and do not any more."""
    return frozenset(one for one in holders if (folder / one).exists() and not is_locked(folder / one))


def forget(folder: Path, holders: Iterable[str]) -> None:
    """Remove the files of holders who are gone and whose work was taken over."""
    for one in holders:
        with suppress(OSError):
            (folder / one).unlink(missing_ok=True)
