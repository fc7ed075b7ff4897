"""The head of the journal, kept a second time outside the database.

A chain cannot show that its end was cut off; this file can. It is written after the transaction, so after a
crash it may be behind the database, never ahead of it.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from dossier.errors import StoreError
from storage.filesystem import PRIVATE_FILE, FileLayer, store_errors, write_private_file

GENESIS: Final = "0" * 64
"""What the first entry names as the hash before it."""

_SLOT: Final = 91
_SLOTS: Final = 2


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a journal: its number (0 when there is none) and its hash (hex SHA-256)."""

    number: int
    hash: str


class HeadKeeper(Protocol):
    """Where the head is kept a second time."""

    def read(self) -> Head | None:
        """The newest head kept; nothing when the place is gone or unreadable."""

    def advance(self, head: Head) -> None:
        """Keep a newer head; an older one changes nothing."""


class MemoryHead:
    """The head of a journal in memory."""

    def __init__(self) -> None:
        self._head = Head(0, GENESIS)

    def read(self) -> Head | None:
        """See ``HeadKeeper``."""
        return self._head

    def advance(self, head: Head) -> None:
        """See ``HeadKeeper``."""
        if head.number > self._head.number:
            self._head = head


class HeadFile:
    """Two slots in a small file, written in turn: a torn write hurts one, the other is the head before."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self, files: FileLayer) -> None:
        """Make the file of an empty journal.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        write_private_file(files, self._path, _encode(Head(0, GENESIS)) * _SLOTS)

    def read(self) -> Head | None:
        """See ``HeadKeeper``."""
        try:
            with store_errors(self._path.name):
                content = self._path.read_bytes()
        except StoreError:
            return None
        newest = _newest(content)
        return newest[0] if newest else None

    def advance(self, head: Head) -> None:
        """See ``HeadKeeper``. Processes take turns by a lock on the file itself.

        Raises:
            StoreError: the file is gone or cannot be written.
        """
        with store_errors(self._path.name):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                newest = _newest(os.pread(descriptor, _SLOT * _SLOTS, 0))
                if newest is None or head.number > newest[0].number:
                    slot = 0 if newest is None else 1 - newest[1]
                    os.pwrite(descriptor, _encode(head), slot * _SLOT)
                    os.fdatasync(descriptor)
            finally:
                os.close(descriptor)


def _encode(head: Head) -> bytes:
    body = f"{head.number:016d} {head.hash}"
    return f"{body} {zlib.crc32(body.encode()):08x}\n".encode()


def _decode(slot: bytes) -> Head | None:
    parts = slot.decode("ascii", "replace").split()
    if len(parts) != 3 or not parts[0].isdigit():
        return None
    head = Head(int(parts[0]), parts[1])
    return head if _encode(head) == slot else None


def _newest(content: bytes) -> tuple[Head, int] | None:
    found = [
        (head, slot)
        for slot in range(_SLOTS)
        if (head := _decode(content[slot * _SLOT : (slot + 1) * _SLOT])) is not None
    ]
    return max(found, key=lambda entry: entry[0].number, default=None)
