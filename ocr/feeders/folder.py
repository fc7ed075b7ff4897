"""A folder of pictures as a tray: for trying out, for tests, and for scanners that only fill folders.

The tray is emptied in natural order; what was given is remembered by number alone, nothing is moved or
removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dossier.feeding import FedPage
from dossier.scan_errors import FeederEmptyError, ScannerNotFoundError

PREFIX = "folder:"
_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pnm", ".pgm", ".ppm", ".pbm"))
_NUMBER = re.compile(r"(\d+)")


class FolderFeeder:
    """Implements ``dossier.feeding.Feeder``: each picture in the folder is one page."""

    def __init__(self, folder: Path, *, dpi: int = 300) -> None:
        """Take a folder; ``dpi`` is that of pictures that do not say."""
        self._folder = folder
        self._dpi = dpi

    def feed(self, *, first: int, into: Path) -> Iterator[FedPage]:
        """See ``Feeder``; page ``first`` is the picture of that number."""
        del into
        try:
            found = sorted(
                (path for path in self._folder.iterdir() if path.suffix.lower() in _SUFFIXES), key=_natural
            )
        except OSError as error:
            raise ScannerNotFoundError(PREFIX, cause=type(error).__name__) from error
        waiting = [path for path in found if path.is_file() and not path.name.startswith(".")][first - 1 :]
        if not waiting:
            raise FeederEmptyError(PREFIX)
        for path in waiting:
            yield FedPage(path=path, dpi=self._dpi, passing=False)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Page 10 after page 9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _NUMBER.split(path.name.lower())]
