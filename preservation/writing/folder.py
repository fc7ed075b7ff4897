"""A package as a plain folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from preservation.writing.writer import counted


class FolderWriter:
    """``PackageWriter`` into an empty folder; every file and folder is on the disk when it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[Path] = {folder}

    def add(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        """See ``PackageWriter``."""
        place = self._folder / path
        self._make(place.parent)
        with place.open("xb") as stream:
            for piece in counted(path, size, pieces):
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())

    def close(self) -> None:
        """See ``PackageWriter``."""
        for folder in sorted(self._made, reverse=True):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            self._make(folder.parent)
            folder.mkdir()
            self._made.add(folder)
