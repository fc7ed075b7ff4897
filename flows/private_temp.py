"""Temporary files of a run hold citizens' pages: they live in the data folder and go with the run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dossier.errors import StoreReadOnlyError


@contextmanager
def private_temp(folder: Path) -> Iterator[None]:
    """Have this process make its temporary files in the folder while the block runs.

    What a killed run left there is removed first. Only for the one writer of the data folder.

    Raises:
        StoreReadOnlyError: the folder cannot be made.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise StoreReadOnlyError(folder.parent.name, cause=type(error).__name__) from error
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
