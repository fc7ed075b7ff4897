"""Locks and legal holds of versions in a bucket: asked of the server, and read back before they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from minio import Minio
from minio.error import S3Error

from dossier.errors import StoreLockError, StoreLockRefusedError
from dossier.ids import Sha256
from storage.s3_client import s3_errors
from storage.s3_locks import Lock, Mode, is_held, lock_of, need_lock

_END_REFUSED: Final = frozenset({"InvalidRetentionPeriod", "InvalidArgument", "InvalidRequest"})
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


class VersionLocks:
    """Locks of the versions of one bucket."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def headers(self, sha256: Sha256, key: str, version: str) -> Mapping[str, str]:
        """What the server says about a version, its bytes left out.

        Raises:
            ObjectMissingError, StoreUnavailableError.
        """
        with s3_errors(sha256):
            found = self._client.stat_object(self._bucket, key, version_id=version or None)
        return found.metadata or {}

    def ends(self, sha256: Sha256, key: str, version: str) -> datetime | None:
        """Until when nobody can remove the version: the end of time while it is held, nothing unlocked."""
        headers = self.headers(sha256, key, version)
        if is_held(headers):
            return _END_OF_TIME
        lock = lock_of(headers)
        return lock.until if lock is not None else None

    def keep(self, sha256: Sha256, key: str, version: str, *, until: datetime, mode: Mode) -> datetime:
        """Lock a version until then at least; gives the end as the server has it after it was asked.

        Raises:
            StoreLockRefusedError: the server finds the end too distant.
            StoreLockError: it does not keep the lock.
        """
        standing = lock_of(self.headers(sha256, key, version))
        # A lock firmer than it need be stays so: a server refuses to weaken it.
        firm: Mode = "COMPLIANCE" if standing is not None and standing.mode == "COMPLIANCE" else mode
        wanted = Lock(mode=firm, until=until.astimezone(UTC).replace(microsecond=0))
        if standing is not None and standing.at_least(wanted):
            return standing.until
        with s3_errors(sha256), _end_refused(sha256):
            self._client.set_object_retention(
                self._bucket, key, wanted.retention(), version_id=version or None
            )
        return need_lock(self.headers(sha256, key, version), wanted, item=sha256).until

    def hold(self, sha256: Sha256, key: str, version: str, *, on: bool) -> None:
        """Set or lift the legal hold of a version.

        Raises:
            StoreLockError: the server does not do so.
        """
        if is_held(self.headers(sha256, key, version)) is on:
            return
        change = self._client.enable_object_legal_hold if on else self._client.disable_object_legal_hold
        with s3_errors(sha256):
            change(self._bucket, key, version_id=version or None)
        if is_held(self.headers(sha256, key, version)) is not on:
            raise StoreLockError(sha256, cause="the legal hold")


@contextmanager
def _end_refused(sha256: Sha256) -> Iterator[None]:
    """A server that finds the end of a lock too distant says so in one of several ways."""
    try:
        yield
    except S3Error as error:
        if error.code in _END_REFUSED:
            raise StoreLockRefusedError(sha256, cause=error.code) from error
        raise
