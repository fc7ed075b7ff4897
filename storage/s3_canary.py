"""The canary of a bucket: with our own keys we try to delete, overwrite and unlock an object under a lock.

Some servers accept a lock, show it, and do not keep it. So no answer counts: after each attempt the version
is read again, byte for byte, with its lock.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from dossier.errors import ObjectDamagedError, StoreBucketError, StoreEncryptionError, StoreLockError
from dossier.ids import Sha256
from dossier.ports import Clock
from storage.s3 import S3Blobs
from storage.s3_client import s3_errors
from storage.s3_locks import Lock, lock_of
from storage.trials import Trial, trial

PREFIX: Final = "canary/"
KEPT_FOR: Final = timedelta(minutes=15)
"""How long a canary is locked: longer than any trial takes."""

_BYTES: Final = 1024
_SOON: Final = timedelta(minutes=1)
_SERVER_FAULT: Final = 500


class BucketCanary:
    """Tries a bucket with an object of its own."""

    def __init__(
        self,
        blobs: S3Blobs,
        *,
        work: Path,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Prepare.

        Args:
            blobs: on the bucket, with ``PREFIX`` and locks of ``KEPT_FOR``, in the mode of the archive.
            work: private folder.
            clock: for dates of locks.
            random_bytes: canaries differ from night to night.
        """
        self._blobs = blobs
        self._client = blobs.client
        self._bucket = blobs.bucket
        self._work = work
        self._clock = clock
        self._random_bytes = random_bytes

    def __call__(self) -> Sequence[Trial]:
        """Try everything.

        Raises:
            StoreUnavailableError, StoreCredentialsError, StoreCertificateError, StoreClockError: no answer
                that says anything about locks.
        """
        content = self._random_bytes(_BYTES)
        try:
            self._blobs.prepare()
            sha256 = self._put(content)
        except StoreBucketError:
            return [trial("versions_and_locks", held=False)]
        except StoreLockError:
            return [trial("lock_kept", held=False)]
        except StoreEncryptionError:
            return [trial("encrypted", held=False)]
        key, version = self._blobs.key(sha256), self._blobs.version(sha256)
        lock = self._blobs.lock(sha256)
        if lock is None:
            return [trial("lock_kept", held=False)]
        attempts: Sequence[tuple[str, Callable[[], object]]] = (
            ("overwrite", lambda: self._overwrite(key, content)),
            ("delete", lambda: self._client.remove_object(self._bucket, key)),
            ("delete_version", lambda: self._client.remove_object(self._bucket, key, version)),
            ("delete_bypassing", lambda: self._delete_bypassing(key, version)),
            ("shorten_lock", lambda: self._shorten(key, version, lock)),
            ("weaken_lock", lambda: self._weaken(key, version, lock)),
        )
        trials = [trial("lock_kept", held=True)]
        for what, attempt in attempts:
            self._attempt(attempt)
            trials.append(trial(what, held=self._stands(key, version, content, lock)))
        return [*trials, trial("flipped_byte", held=self._sees_flipped_byte())]

    def _put(self, content: bytes) -> Sha256:
        with tempfile.NamedTemporaryFile(prefix="s3-", dir=self._work) as file:
            file.write(content)
            file.flush()
            return self._blobs.put(Path(file.name)).sha256

    def _attempt(self, action: Callable[[], object]) -> None:
        """Refusals are what we hope for; a server that does not answer has shown nothing."""
        with s3_errors(PREFIX):
            try:
                action()
            except S3Error as error:
                if error.response.status >= _SERVER_FAULT:
                    raise

    def _stands(self, key: str, version: str, content: bytes, lock: Lock) -> bool:
        with s3_errors(PREFIX):
            try:
                response = self._client.get_object(self._bucket, key, version_id=version)
                with closing(response):
                    same = response.read() == content
                found = self._client.stat_object(self._bucket, key, version_id=version)
            except S3Error as error:
                if error.response.status >= _SERVER_FAULT:
                    raise
                return False
        standing = lock_of(found.metadata or {})
        return same and standing is not None and standing.at_least(lock)

    def _overwrite(self, key: str, content: bytes) -> None:
        other = _flipped(content)
        self._client.put_object(self._bucket, key, io.BytesIO(other), len(other))

    def _delete_bypassing(self, key: str, version: str) -> None:
        wanted = [DeleteObject(key, version)]
        list(self._client.remove_objects(self._bucket, wanted, bypass_governance_mode=True))

    def _shorten(self, key: str, version: str, lock: Lock) -> None:
        sooner = Retention(lock.mode, self._clock().replace(microsecond=0) + _SOON)
        self._client.set_object_retention(self._bucket, key, sooner, version_id=version)

    def _weaken(self, key: str, version: str, lock: Lock) -> None:
        weaker = Retention("GOVERNANCE", lock.until if lock.mode == "COMPLIANCE" else lock.until - _SOON)
        self._client.set_object_retention(self._bucket, key, weaker, version_id=version)

    def _sees_flipped_byte(self) -> bool:
        """Whether our own reader refuses bytes that are not those of the hash they stand under."""
        content = self._random_bytes(_BYTES)
        sha256 = Sha256(hashlib.sha256(content).hexdigest())
        self._attempt(lambda: self._overwrite(self._blobs.key(sha256), content))
        try:
            self._blobs.check(sha256)
        except ObjectDamagedError:
            return True
        return False


def _flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]
