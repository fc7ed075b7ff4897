"""TAR files in constant memory (POSIX.1-2001, pax): the standard library would keep every entry."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

from preservation.writing.writer import counted

_BLOCK: Final = 512
_RECORD: Final = 20 * _BLOCK


class TarWriter:
    """``PackageWriter`` into one TAR. The same entries and moment give the same bytes."""

    def __init__(self, target: BinaryIO, *, prefix: str, at: datetime) -> None:
        """Begin at the start of an empty target; ``prefix`` is the one folder that holds everything."""
        self._target = target
        self._prefix = prefix
        self._at = int(at.timestamp())
        self._written = 0

    def add(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        """See ``PackageWriter``."""
        entry = tarfile.TarInfo(f"{self._prefix}/{path}")
        entry.size = size
        entry.mtime = self._at
        entry.mode = 0o644
        self._put(entry.tobuf(tarfile.PAX_FORMAT))
        for piece in counted(path, size, pieces):
            self._put(piece)
        self._pad(_BLOCK)

    def close(self) -> None:
        """See ``PackageWriter``."""
        self._put(bytes(2 * _BLOCK))
        self._pad(_RECORD)

    def _put(self, piece: bytes) -> None:
        self._target.write(piece)
        self._written += len(piece)

    def _pad(self, to: int) -> None:
        self._put(bytes(-self._written % to))
