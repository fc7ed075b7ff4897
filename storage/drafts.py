"""Files in the work folder that live as long as a block, or as its process: what a killed one left is swept.

Each is locked while it is used, and the kernel releases the lock when its holder dies, however it dies. So
whoever sweeps takes nothing from another process that still reads.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from storage.filesystem import store_errors

_PREFIX: Final = "draft-"


@contextmanager
def draft_in(folder: Path) -> Iterator[IO[bytes]]:
    """An empty private file, open for reading and writing, that is gone when the block is left.

    Raises:
        StoreFullError, StoreReadOnlyError, StoreError: it cannot be made.
    """
    with _locked(folder) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _locked(folder: Path) -> IO[bytes]:
    with store_errors(folder.name):
        while True:
            file: IO[bytes] = tempfile.NamedTemporaryFile(dir=folder, prefix=_PREFIX, delete=False)  # noqa: SIM115
            fcntl.flock(file, fcntl.LOCK_EX)
            if Path(file.name).exists():
                return file
            # Swept in the moment before it was locked.
            file.close()


def sweep_drafts(folder: Path) -> None:
    """Remove the drafts whose process is gone."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            else:
                path.unlink()
            finally:
                os.close(descriptor)
