"""The blob store on a folder: ``ab/cd/<sha256>``, write-once.

A file becomes visible only when it is complete: it is written beside its place, hashed on the way, synced,
made read-only and read back from the disk; then it gets its name, and the folder is synced. A power cut
before that leaves a nameless draft, which the next writer removes; after it, the whole object.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreReadOnlyError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage.filesystem import FileLayer, SystemFiles, store_errors
from storage.sources import CHUNK_BYTES, read_source

_HASH = re.compile(r"^[0-9a-f]{64}$")
_DRAFTS = "incoming"
_REMEMBERED = 4096

_Signature = tuple[int, int, int, int]


class FolderBlobs:
    """``dossier.ports.BlobStore`` on a folder of one file system. Safe for threads and processes."""

    def __init__(self, folder: Path, *, files: FileLayer | None = None, read_only: bool = False) -> None:
        """Use a folder; ``prepare`` makes it.

        Args:
            folder: on one file system.
            files: the file system.
            read_only: refuse to put anything; for those who do not hold the writer lock.
        """
        self._folder = folder
        self._read_only = read_only
        self._files: FileLayer = files or SystemFiles()
        self._drafts = folder / _DRAFTS
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()
        self._synced_folders: set[Path] = set()
        self._verified: OrderedDict[Sha256, _Signature] = OrderedDict()

    def prepare(self) -> None:
        """Make the folders and remove drafts a killed writer left. Only for the holder of the writer lock.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        with store_errors(self._folder.name):
            for folder in (self._folder, self._drafts):
                self._files.make_folder(folder)
                self._files.sync_folder(folder.parent)
            for draft in self._drafts.iterdir():
                self._files.remove(draft)

    def put(self, source: Path) -> BlobRef:
        """See ``BlobStore``.

        Raises:
            StoreFullError, StoreReadOnlyError, ObjectDamagedError: as in the port.
            InputChangedError, InputNotFoundError, InputPermissionError, InputNotAFileError: the source
                cannot be read as one regular file that holds still.
        """
        if self._read_only:
            raise StoreReadOnlyError(self._folder.name, cause="opened for reading")
        draft, ref = self._write_draft(source)
        try:
            self._confirm(draft, ref)
            self._publish(draft, ref)
        finally:
            self._drop(draft)
        self._remember(ref.sha256)
        return ref

    def contains(self, sha256: Sha256) -> bool:
        """See ``BlobStore``."""
        return _HASH.match(sha256) is not None and self._place(sha256).is_file()

    def open(self, sha256: Sha256) -> BinaryIO:
        """See ``BlobStore``. The bytes are compared with the hash before the first of them is given out.

        Raises:
            ObjectMissingError, ObjectDamagedError.
        """
        stream = self._stream(sha256)
        try:
            signature = _signature(stream.fileno())
            with self._guard:
                known = self._verified.get(sha256) == signature
            if not known:
                _verify(stream, sha256)
                stream.seek(0)
                self._remember(sha256)
        except BaseException:
            stream.close()
            raise
        return stream

    @contextmanager
    def path(self, sha256: Sha256) -> Iterator[Path]:
        """See ``BlobStore``.

        Raises:
            ObjectMissingError, ObjectDamagedError.
        """
        self.open(sha256).close()
        yield self._place(sha256)

    def check(self, sha256: Sha256) -> BlobRef:
        """See ``BlobStore``."""
        with self._stream(sha256) as stream:
            return _verify(stream, sha256)

    def locked_until(self, sha256: Sha256) -> datetime | None:
        """See ``DisposableBlobs``: a folder locks nothing."""
        del sha256
        return None

    @property
    def can_lock(self) -> bool:
        """See ``LockingBlobs``: whoever may write the folder may remove what is in it."""
        return False

    def keep(self, sha256: Sha256, until: datetime) -> datetime | None:
        """See ``LockingBlobs``."""
        del until
        self._need(sha256)
        return None

    def hold(self, sha256: Sha256, *, on: bool) -> bool:
        """See ``LockingBlobs``."""
        del on
        self._need(sha256)
        return False

    def destroy(self, sha256: Sha256) -> None:
        """See ``DisposableBlobs``."""
        if self._read_only:
            raise StoreReadOnlyError(self._folder.name, cause="opened for reading")
        place = self._place(sha256)
        with store_errors(sha256):
            if place.exists():
                self._files.remove(place)
                self._files.sync_folder(place.parent)
        with self._guard:
            self._verified.pop(sha256, None)

    def __iter__(self) -> Iterator[Sha256]:
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _HASH.match(path.name):
                yield Sha256(path.name)

    def _need(self, sha256: Sha256) -> None:
        if not self.contains(sha256):
            raise ObjectMissingError(sha256[:64])

    def _place(self, sha256: Sha256) -> Path:
        if not _HASH.match(sha256):
            raise ObjectMissingError(sha256[:64])
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _stream(self, sha256: Sha256) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissingError(sha256) from error

    def _write_draft(self, source: Path) -> tuple[Path, BlobRef]:
        """Copy the source beside its place, synced and read-only; nothing is left when that fails."""
        draft, descriptor = self._new_draft()
        digest = hashlib.sha256()
        size = 0
        try:
            try:
                for piece in read_source(source):
                    digest.update(piece)
                    size += len(piece)
                    with store_errors("objects"):
                        self._files.write(descriptor, piece)
                with store_errors("objects"):
                    self._files.protect(descriptor)
                    self._files.sync(descriptor)
            finally:
                self._files.close(descriptor)
        except BaseException:
            self._drop(draft)
            raise
        return draft, BlobRef(Sha256(digest.hexdigest()), size)

    def _new_draft(self) -> tuple[Path, int]:
        with store_errors("objects"):
            while True:
                draft = self._drafts / f"{os.getpid()}-{next(self._numbers)}"
                try:
                    return draft, self._files.create(draft)
                except FileExistsError:
                    # Left by a killed process that had our number; the next writer that opens removes it.
                    continue

    def _confirm(self, draft: Path, ref: BlobRef) -> None:
        with store_errors(ref.sha256), draft.open("rb") as stream:
            if _verify(stream, ref.sha256) != ref:
                raise ObjectDamagedError(ref.sha256)

    def _publish(self, draft: Path, ref: BlobRef) -> None:
        place = self._place(ref.sha256)
        with store_errors(ref.sha256):
            self._make_lasting_folder(place.parent.parent)
            self._make_lasting_folder(place.parent)
            try:
                self._files.publish(draft, place)
            except FileExistsError:
                # Somebody kept the same bytes before; that counts only if they are still those bytes.
                with place.open("rb") as stream:
                    _verify(stream, ref.sha256)
            # Also for an object that was there: its writer may have died before this very call.
            self._files.sync_folder(place.parent)

    def _make_lasting_folder(self, folder: Path) -> None:
        if folder in self._synced_folders:
            return
        self._files.make_folder(folder)
        self._files.sync_folder(folder.parent)
        self._synced_folders.add(folder)

    def _drop(self, draft: Path) -> None:
        with store_errors("objects"):
            if draft.exists():
                self._files.remove(draft)

    def _remember(self, sha256: Sha256) -> None:
        """An unchanged file is not hashed again for every page that is read from it."""
        with self._stream(sha256) as stream:
            signature = _signature(stream.fileno())
        with self._guard:
            self._verified[sha256] = signature
            while len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)


def _signature(descriptor: int) -> _Signature:
    found = os.fstat(descriptor)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _verify(stream: BinaryIO, sha256: Sha256) -> BlobRef:
    digest = hashlib.sha256()
    size = 0
    while piece := stream.read(CHUNK_BYTES):
        digest.update(piece)
        size += len(piece)
    if digest.hexdigest() != sha256:
        raise ObjectDamagedError(sha256)
    return BlobRef(sha256, size)
