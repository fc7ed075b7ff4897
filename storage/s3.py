"""The blob store in a bucket with Object Lock: ``objects/ab/cd/<sha256>``, every version locked.

A server may lie about a lock, lose an answer, or be given a second version of a key by somebody else. So an
object counts as stored once its version was read back, byte for byte, with its lock; and reading never takes
the newest version for the right one, only that whose bytes have the hash.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Final

from minio import Minio
from minio.datatypes import Object

from dossier.errors import (
    ObjectDamagedError,
    ObjectMissingError,
    StoreBucketError,
    StoreError,
    StoreLockError,
    StoreUnavailableError,
)
from dossier.ids import Sha256
from dossier.ports import BlobRef, Clock
from storage.filesystem import store_errors
from storage.s3_client import S3Place, connect, s3_errors
from storage.s3_locks import Lock, Mode, lock_of, need_lock
from storage.s3_upload import PART_BYTES, Uploader
from storage.sources import CHUNK_BYTES, read_source

_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_PREFIX: Final = "objects/"
_SHA256: Final = "sha256"
DRAFTS: Final = "s3-"
"""How names in the work folder begin of what is on its way to or from a bucket."""

_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.5
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How objects are locked.

    Attributes:
        mode: of the lock.
        until: when the lock of an object stored at that moment ends; the law's term may prolong it later.
    """

    mode: Mode
    until: Callable[[datetime], datetime]


class S3Blobs:
    """``dossier.ports.BlobStore`` in one bucket. Safe for threads, processes and machines."""

    def __init__(  # noqa: PLR0913  each is something an installation or a test chooses
        self,
        place: S3Place,
        *,
        keeping: Keeping,
        work: Path,
        clock: Clock,
        pause: Callable[[float], None] = time.sleep,
        part_bytes: int = PART_BYTES,
        client: Minio | None = None,
        prefix: str = _PREFIX,
    ) -> None:
        """Use a bucket; ``prepare`` looks whether it is fit.

        Args:
            place: server, bucket, keys.
            keeping: the lock of new objects.
            work: private folder for files on their way.
            clock: for the end of a lock.
            pause: waits that many seconds between two tries.
            part_bytes: size of a part.
            client: a client of that server; made when not given.
            prefix: what keys begin with, ending in a slash.
        """
        self._bucket = place.bucket
        self._keeping = keeping
        self._work = work
        self._clock = clock
        self._pause = pause
        self._client = client or connect(place)
        self._uploader = Uploader(self._client, place.bucket, part_bytes=part_bytes)
        self._prefix = prefix

    @property
    def client(self) -> Minio:
        """The client of the server, for upkeep."""
        return self._client

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self._bucket

    def version(self, sha256: Sha256) -> str:
        """The version that holds the right bytes, empty where the server has none.

        Raises:
            ObjectMissingError, ObjectDamagedError, StoreUnavailableError.
        """
        return self._good_version(sha256)

    def key(self, sha256: Sha256) -> str:
        """Where an object of that hash stands in the bucket."""
        return object_key(sha256, prefix=self._prefix)

    def prepare(self) -> None:
        """Refuse a bucket that keeps no versions or no locks.

        Raises:
            StoreBucketError, StoreUnavailableError, StoreCredentialsError, StoreClockError,
            StoreCertificateError.
        """
        with s3_errors(self._bucket):
            if self._client.get_bucket_versioning(self._bucket).status != "Enabled":
                raise StoreBucketError(self._bucket, reason="không lưu phiên bản (versioning)")
            try:
                self._client.get_object_lock_config(self._bucket)
            except Exception as error:
                if getattr(error, "code", "") != "ObjectLockConfigurationNotFoundError":
                    raise
                reason = "không có khóa đối tượng (Object Lock)"
                raise StoreBucketError(self._bucket, reason=reason, cause=type(error).__name__) from error

    def put(self, source: Path) -> BlobRef:
        """See ``BlobStore``; errors of the source as ``FolderBlobs.put``.

        Raises:
            StoreLockError: the server does not keep the lock.
            StoreUnavailableError: no answer after several tries; it may be tried again at any time.
        """
        with tempfile.TemporaryDirectory(prefix=DRAFTS, dir=self._work) as folder:
            draft = Path(folder) / "draft"
            ref = _copy(source, draft)
            self._store(draft, ref)
        return ref

    def contains(self, sha256: Sha256) -> bool:
        """See ``BlobStore``."""
        return _HASH.match(sha256) is not None and any(self._versions(sha256))

    def open(self, sha256: Sha256) -> BinaryIO:
        """See ``BlobStore``. The bytes are compared with the hash before the first of them is given out.

        Raises:
            ObjectMissingError, ObjectDamagedError, StoreUnavailableError.
        """
        spool: BinaryIO = tempfile.TemporaryFile(prefix=DRAFTS, dir=self._work)  # noqa: SIM115  the caller closes it
        try:
            self._fetch(sha256, spool)
            spool.seek(0)
        except BaseException:
            spool.close()
            raise
        return spool

    @contextmanager
    def path(self, sha256: Sha256) -> Iterator[Path]:
        """See ``BlobStore``; the file lives as long as the block."""
        with tempfile.NamedTemporaryFile(prefix=DRAFTS, dir=self._work) as file:
            self._fetch(sha256, file)
            file.flush()
            yield Path(file.name)

    def check(self, sha256: Sha256) -> BlobRef:
        """See ``BlobStore``; reads every byte from the server."""
        return self._fetch(sha256, None)

    def __iter__(self) -> Iterator[Sha256]:
        with s3_errors(self._bucket):
            for found in self._client.list_objects(self._bucket, prefix=self._prefix, recursive=True):
                name = (found.object_name or "").rpartition("/")[2]
                if _HASH.match(name):
                    yield Sha256(name)

    def lock(self, sha256: Sha256) -> Lock | None:
        """The lock of an object, as the server has it.

        Raises:
            ObjectMissingError, StoreUnavailableError.
        """
        version = self._good_version(sha256)
        with s3_errors(sha256):
            found = self._client.stat_object(self._bucket, self.key(sha256), version_id=version or None)
        return lock_of(found.metadata or {})

    def prolong(self, sha256: Sha256, lock: Lock) -> None:
        """Keep an object longer or hold it; a lock is never shortened.

        Raises:
            ObjectMissingError, StoreUnavailableError.
            StoreLockError: the server does not keep the new lock.
        """
        version, standing = self._good_version(sha256), self.lock(sha256)
        if standing is not None and standing.at_least(lock):
            return
        with s3_errors(sha256):
            if standing is None or standing.until < lock.until:
                self._client.set_object_retention(
                    self._bucket, self.key(sha256), lock.retention(), version_id=version or None
                )
            if lock.hold:
                self._client.enable_object_legal_hold(
                    self._bucket, self.key(sha256), version_id=version or None
                )
            found = self._client.stat_object(self._bucket, self.key(sha256), version_id=version or None)
        need_lock(found.metadata or {}, lock, item=sha256)

    def locked_until(self, sha256: Sha256) -> datetime | None:
        """See ``DisposableBlobs``: the longest lock of any version, as the server has it now."""
        locks = [self._lock_of(sha256, one.version_id or "") for one in self._versions(sha256)]
        ends = [_END_OF_TIME if lock.hold else lock.until for lock in locks if lock is not None]
        last = max(ends, default=None)
        return last if last is not None and last > self._clock() else None

    def destroy(self, sha256: Sha256) -> None:
        """See ``DisposableBlobs``: every version is removed, and nothing may be left of any.

        Raises:
            StoreLockError: a version is still locked; none is removed then.
        """
        until = self.locked_until(sha256)
        if until is not None:
            raise StoreLockError(sha256, cause=f"locked until {until:%Y-%m-%d}")
        for version in list(self._versions(sha256)):
            with s3_errors(sha256):
                self._client.remove_object(self._bucket, self.key(sha256), version_id=version.version_id)
        if next(iter(self._versions(sha256)), None) is not None:
            raise StoreError(sha256, cause="a version is left")

    def _lock_of(self, sha256: Sha256, version: str) -> Lock | None:
        with s3_errors(sha256):
            found = self._client.stat_object(self._bucket, self.key(sha256), version_id=version or None)
        return lock_of(found.metadata or {})

    def _store(self, draft: Path, ref: BlobRef) -> None:
        """Send until a version with the right bytes and lock stands there; never two for one lost answer."""
        lock = Lock(mode=self._keeping.mode, until=self._keeping.until(self._clock()))
        for attempt in range(_TRIES):
            try:
                if self._confirmed(ref, lock):
                    return
                with s3_errors(ref.sha256):
                    self._uploader.send(
                        draft, self.key(ref.sha256), size=ref.size, facts={_SHA256: ref.sha256}, lock=lock
                    )
                if not self._confirmed(ref, lock):
                    raise ObjectDamagedError(ref.sha256)
            except StoreUnavailableError:
                if attempt + 1 == _TRIES:
                    raise
                self._pause(_PAUSE_SECONDS * 2**attempt)
            else:
                return

    def _confirmed(self, ref: BlobRef, lock: Lock) -> bool:
        """Whether a version stands there that reads back right; its lock is made long enough.

        Raises:
            StoreLockError: it stands there, and the server does not keep its lock.
        """
        try:
            found = self.check(ref.sha256)
        except (ObjectMissingError, ObjectDamagedError):
            return False
        standing = self.lock(ref.sha256)
        if standing is None or not standing.at_least(_still_owed(lock, standing)):
            raise StoreLockError(ref.sha256, cause="no lock" if standing is None else "a weaker lock")
        return found == ref

    def _versions(self, sha256: Sha256) -> Iterator[Object]:
        """Versions of an object that hold bytes, the oldest first."""
        if not _HASH.match(sha256):
            return
        with s3_errors(sha256):
            listed = self._client.list_objects(self._bucket, prefix=self.key(sha256), include_version=True)
            found = [
                one for one in listed if one.object_name == self.key(sha256) and not one.is_delete_marker
            ]
        yield from reversed(found)

    def _good_version(self, sha256: Sha256) -> str:
        versions = [one.version_id or "" for one in self._versions(sha256)]
        if not versions:
            raise ObjectMissingError(sha256[:64])
        if len(versions) == 1:
            return versions[0]
        for version in versions:
            if self._read(sha256, version, None) is not None:
                return version
        raise ObjectDamagedError(sha256)

    def _fetch(self, sha256: Sha256, target: IO[bytes] | None) -> BlobRef:
        """Write the bytes of the object to the target: those of the first version that has the hash."""
        versions = [one.version_id or "" for one in self._versions(sha256)]
        if not versions:
            raise ObjectMissingError(sha256[:64])
        for version in versions:
            ref = self._read(sha256, version, target)
            if ref is not None:
                return ref
        raise ObjectDamagedError(sha256)

    def _read(self, sha256: Sha256, version: str, target: IO[bytes] | None) -> BlobRef | None:
        """One version; nothing when its bytes do not have the hash."""
        digest, size = hashlib.sha256(), 0
        if target is not None:
            target.seek(0)
            target.truncate()
        with s3_errors(sha256):
            response = self._client.get_object(self._bucket, self.key(sha256), version_id=version or None)
            with closing(response):
                for piece in response.stream(CHUNK_BYTES):
                    digest.update(piece)
                    size += len(piece)
                    if target is not None:
                        target.write(piece)
        return BlobRef(sha256, size) if digest.hexdigest() == sha256 else None


def _still_owed(lock: Lock, standing: Lock) -> Lock:
    """The lock that an object stored earlier must still bear: as firm, whatever is left of its time."""
    return Lock(mode=lock.mode, until=min(lock.until, standing.until), hold=lock.hold)


def object_key(sha256: Sha256, *, prefix: str = _PREFIX) -> str:
    """The key of an object: opaque, spread over folders."""
    return f"{prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _copy(source: Path, draft: Path) -> BlobRef:
    """A private copy that holds still, hashed on the way."""
    digest, size = hashlib.sha256(), 0
    with store_errors("objects"), draft.open("xb") as target:
        for piece in read_source(source):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return BlobRef(Sha256(digest.hexdigest()), size)
