"""The blob store in memory: for tests and for reading a file without keeping it."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreLockError
from dossier.ids import Sha256
from dossier.ports import BlobRef, Clock
from storage.sources import read_source

_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MemoryBlobs:
    """``dossier.ports.LockingBlobs`` that is gone with the process."""

    def __init__(self, *, clock: Clock = _utc_now) -> None:
        """Nothing is kept yet.

        Args:
            clock: says which locks have run out.
        """
        self._clock = clock
        self._objects: dict[Sha256, bytes] = {}
        self._locks: dict[Sha256, datetime] = {}
        self._held: set[Sha256] = set()

    def put(self, source: Path) -> BlobRef:
        """See ``BlobStore``; errors of the source as ``FolderBlobs.put``."""
        content = b"".join(bytes(piece) for piece in read_source(source))
        sha256 = Sha256(hashlib.sha256(content).hexdigest())
        self._objects.setdefault(sha256, content)
        return self.check(sha256)

    def contains(self, sha256: Sha256) -> bool:
        """See ``BlobStore``."""
        return sha256 in self._objects

    def open(self, sha256: Sha256) -> BinaryIO:
        """See ``BlobStore``."""
        return io.BytesIO(self._content(sha256))

    @contextmanager
    def path(self, sha256: Sha256) -> Iterator[Path]:
        """See ``BlobStore``; the file lives as long as the block."""
        content = self._content(sha256)
        with tempfile.NamedTemporaryFile(prefix="motlan-") as file:
            file.write(content)
            file.flush()
            yield Path(file.name)

    def check(self, sha256: Sha256) -> BlobRef:
        """See ``BlobStore``."""
        return BlobRef(sha256, len(self._content(sha256)))

    def locked_until(self, sha256: Sha256) -> datetime | None:
        """See ``DisposableBlobs``."""
        end = _END_OF_TIME if sha256 in self._held else self._locks.get(sha256)
        return end if end is not None and end > self._clock() else None

    @property
    def can_lock(self) -> bool:
        """See ``LockingBlobs``."""
        return True

    def keep(self, sha256: Sha256, until: datetime) -> datetime | None:
        """See ``LockingBlobs``."""
        self._content(sha256)
        wanted = until.astimezone(UTC).replace(microsecond=0)
        self._locks[sha256] = max(wanted, self._locks.get(sha256, wanted))
        return self._locks[sha256]

    def hold(self, sha256: Sha256, *, on: bool) -> bool:
        """See ``LockingBlobs``."""
        self._content(sha256)
        (self._held.add if on else self._held.discard)(sha256)
        return True

    def destroy(self, sha256: Sha256) -> None:
        """See ``DisposableBlobs``."""
        until = self.locked_until(sha256)
        if until is not None:
            raise StoreLockError(sha256, cause=f"locked until {until:%Y-%m-%d}")
        self._objects.pop(sha256, None)

    def __iter__(self) -> Iterator[Sha256]:
        return iter(tuple(self._objects))

    def _content(self, sha256: Sha256) -> bytes:
        try:
            content = self._objects[sha256]
        except KeyError as error:
            raise ObjectMissingError(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ObjectDamagedError(sha256)
        return content
