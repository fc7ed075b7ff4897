"""Read a file that somebody handed in: never through a link, never a device, never while it changes."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dossier.errors import (
    InputChangedError,
    InputNotAFileError,
    InputNotFoundError,
    InputPermissionError,
    InputUnreadableError,
    MotlanError,
)

CHUNK_BYTES: Final = 1 << 20
_TURNING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def display_name(path: str | Path) -> str:
    """The name as shown to people: NFC; bytes that are no UTF-8 and control marks as ``U+FFFD``."""
    readable = os.fsencode(path).decode("utf-8", "replace")
    if readable.isascii() and readable.isprintable():
        return readable
    shown = "".join("\ufffd" if _misleads(mark) else mark for mark in readable)
    return unicodedata.normalize("NFC", shown)


def _misleads(mark: str) -> bool:
    """Control characters, and the marks that turn the direction of writing round to hide an ending."""
    return unicodedata.category(mark) == "Cc" or unicodedata.bidirectional(mark) in _TURNING


def input_error(error: OSError, name: str) -> MotlanError:
    """Which of our errors an operating system error on a handed-in file is."""
    cause = f"{type(error).__name__}: {error.strerror}"
    if isinstance(error, FileNotFoundError):
        return InputNotFoundError(name, cause=cause)
    if isinstance(error, PermissionError):
        return InputPermissionError(name, cause=cause)
    if isinstance(error, IsADirectoryError) or error.errno in {errno.ELOOP, errno.ENXIO}:
        return InputNotAFileError(name, cause=cause)
    return InputUnreadableError(name, cause=cause)


@contextmanager
def open_source(path: Path) -> Iterator[int]:
    """A descriptor for reading a regular file.

    Raises:
        InputNotFoundError, InputPermissionError, InputNotAFileError, InputUnreadableError.
    """
    name = display_name(path.name)
    try:
        # Without O_NONBLOCK a named pipe would hold the whole batch up.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise input_error(error, name) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputNotAFileError(name)
        yield descriptor
    finally:
        os.close(descriptor)


def read_source(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, a piece at a time; each piece is valid until the next is asked for.

    Raises:
        InputChangedError: its size or time changed while it was read.
        InputNotFoundError, InputPermissionError, InputNotAFileError, InputUnreadableError.
    """
    name = display_name(path.name)
    with open_source(path) as descriptor:
        before = os.fstat(descriptor)
        # No more room than the file needs: a small file is one piece.
        room = memoryview(bytearray(max(1, min(CHUNK_BYTES, before.st_size + 1))))
        seen = 0
        while True:
            try:
                count = os.readv(descriptor, [room])
            except OSError as error:
                raise input_error(error, name) from error
            if not count:
                break
            seen += count
            if seen > before.st_size:
                # Somebody writes as fast as we read: there may be no end to wait for.
                raise InputChangedError(name)
            yield room[:count]
        after = os.fstat(descriptor)
        if (after.st_size, after.st_mtime_ns, seen) != (before.st_size, before.st_mtime_ns, before.st_size):
            raise InputChangedError(name)
