"""The few calls that change files, behind one seam, so that tests can stop them at any point.

Every method is one step a power cut can fall behind: what is not synced may be gone afterwards.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from dossier.errors import StoreError, StoreFullError, StoreReadOnlyError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
KEPT_FILE = 0o444

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_DISK = _FULL | {errno.EROFS, errno.EIO}
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class FileLayer(Protocol):
    """What the store asks of a file system. Errors are those of the operating system (``OSError``)."""

    def create(self, path: Path) -> int:
        """Make a new private file for writing and give its descriptor; an existing one is an error."""

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        """Write all of the data."""

    def protect(self, descriptor: int) -> None:
        """Take the write permission away for everybody."""

    def sync(self, descriptor: int) -> None:
        """Return when the bytes of the file are on the disk."""

    def close(self, descriptor: int) -> None:
        """Give the descriptor back."""

    def sync_file(self, path: Path) -> None:
        """As ``sync``, for a file somebody else wrote."""

    def publish(self, source: Path, target: Path) -> None:
        """Give the file its lasting name without ever replacing one that is there (``FileExistsError``)."""

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever bears the name."""

    def remove(self, path: Path) -> None:
        """Take the name away."""

    def make_folder(self, path: Path) -> None:
        """Make one private folder; an existing one is fine."""

    def sync_folder(self, path: Path) -> None:
        """Return when the names in the folder are on the disk."""


class SystemFiles:
    """The file system of the machine."""

    def create(self, path: Path) -> int:
        """See ``FileLayer``."""
        return os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE
        )

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        """See ``FileLayer``."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def protect(self, descriptor: int) -> None:
        """See ``FileLayer``."""
        os.fchmod(descriptor, KEPT_FILE)

    def sync(self, descriptor: int) -> None:
        """See ``FileLayer``."""
        os.fsync(descriptor)
        # A read-back that is served from memory would prove nothing about the disk.
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def close(self, descriptor: int) -> None:
        """See ``FileLayer``."""
        os.close(descriptor)

    def sync_file(self, path: Path) -> None:
        """See ``FileLayer``."""
        _sync_path(path)

    def publish(self, source: Path, target: Path) -> None:
        """See ``FileLayer``. Without hard links (exFAT, some network shares) a checked rename has to do."""
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
            source.rename(target)
        else:
            source.unlink()

    def replace(self, source: Path, target: Path) -> None:
        """See ``FileLayer``."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """See ``FileLayer``."""
        path.unlink()

    def make_folder(self, path: Path) -> None:
        """See ``FileLayer``."""
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)

    def sync_folder(self, path: Path) -> None:
        """See ``FileLayer``."""
        _sync_path(path)


def _sync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def store_errors(item: str) -> Iterator[None]:
    """Turn what the operating system says about the data folder into errors of ours.

    Args:
        item: what was being kept; an opaque id or the name of a part of the store.
    """
    try:
        yield
    except OSError as error:
        raise _store_error(error, item) from error


def disk_error(error: OSError, item: str) -> StoreError | None:
    """The error of ours when the disk itself is the trouble (full, read-only, failing), else nothing.

    For code that works on the data folder with other libraries: their other errors concern one file only.
    """
    return _store_error(error, item) if error.errno in _DISK else None


def _store_error(error: OSError, item: str) -> StoreError:
    cause = f"{type(error).__name__}: {error.strerror}"
    if error.errno in _FULL:
        return StoreFullError(item, cause=cause)
    if error.errno in _REFUSED:
        return StoreReadOnlyError(item, cause=cause)
    return StoreError(item, cause=cause)


def write_private_file(files: FileLayer, path: Path, content: bytes) -> None:
    """Put a small file in place whole and durable; one that is there is replaced.

    Raises:
        StoreFullError, StoreReadOnlyError, StoreError.
    """
    draft = path.with_name(f"{path.name}.part")
    with store_errors(path.name):
        if draft.exists():
            files.remove(draft)
        descriptor = files.create(draft)
        try:
            files.write(descriptor, content)
            files.sync(descriptor)
        finally:
            files.close(descriptor)
        files.replace(draft, path)
        files.sync_folder(path.parent)
