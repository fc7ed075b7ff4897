"""The blob store in memory: for tests and for reading a file without keeping it."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from dossier.errors import ObjectDamagedError, ObjectMissingError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage.sources import read_source


class MemoryBlobs:
    """``dossier.ports.BlobStore`` that is gone with the process."""

    def __init__(self) -> None:
        self._objects: dict[Sha256, bytes] = {}

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
        """See ``DisposableBlobs``: nothing is locked in memory."""
        del sha256
        return None

    def destroy(self, sha256: Sha256) -> None:
        """See ``DisposableBlobs``."""
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
