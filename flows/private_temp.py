"""Temporary files of a run hold citizens' pages: they live in the data folder and go with the run."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dossier.errors import StoreReadOnlyError


@dataclass(slots=True)
class _Shared:
    """Where this process makes temporary files, and how many runs of it do."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    folder: Path | None = None
    before: str | None = None


_SHARED: Final = _Shared()


@contextmanager
def private_temp(folder: Path) -> Iterator[None]:
    """Have this process make its temporary files in the folder while the block runs.

    Runs of one process share the folder of the one that came first, until the last one has ended.

    Args:
        folder: of this run alone; what a killed one of that name left there is removed first.

    Raises:
        StoreReadOnlyError: the folder cannot be made.
    """
    with _SHARED.turn:
        if not _SHARED.users:
            _begin(folder)
        _SHARED.users += 1
    try:
        yield
    finally:
        with _SHARED.turn:
            _SHARED.users -= 1
            if not _SHARED.users:
                _end()


def _begin(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise StoreReadOnlyError(folder.parent.name, cause=type(error).__name__) from error
    _SHARED.before, tempfile.tempdir = tempfile.tempdir, str(folder)
    _SHARED.folder = folder


def _end() -> None:
    tempfile.tempdir = _SHARED.before
    if _SHARED.folder is not None:
        shutil.rmtree(_SHARED.folder, ignore_errors=True)
