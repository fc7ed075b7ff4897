"""A bucket as a place of objects: listed in order, unfinished uploads swept up, locks respected."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from dossier.errors import StoreCredentialsError
from dossier.ids import Sha256
from dossier.ports import Clock
from storage.filesystem import store_errors
from storage.places import Listed, Place
from storage.s3 import DRAFTS, Keeping, S3Blobs, object_key
from storage.s3_canary import KEPT_FOR, BucketCanary
from storage.s3_canary import PREFIX as CANARIES
from storage.s3_client import S3Place, connect, s3_errors
from storage.s3_locks import lock_of

_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_PREFIX: Final = "objects/"


class BucketTending:
    """``storage.places.Tending`` on the bucket of ``S3Blobs``."""

    def __init__(self, client: Minio, bucket: str, *, work: Path, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._work = work
        self._clock = clock

    def need_reachable(self) -> None:
        """See ``Tending``; asks for the settings of the bucket with our keys."""
        with s3_errors(self._bucket):
            self._client.get_bucket_versioning(self._bucket)

    def walk(self, *, after: str = "") -> Iterator[Listed]:
        """See ``Tending``; a server lists keys in order, a thousand at a time."""
        start = object_key(Sha256(after)) if after else None
        with s3_errors(self._bucket):
            for found in self._client.list_objects(
                self._bucket, prefix=_PREFIX, recursive=True, start_after=start
            ):
                name = (found.object_name or "").rpartition("/")[2]
                if _HASH.match(name) and name > after:
                    yield Listed(
                        sha256=Sha256(name),
                        size=found.size or 0,
                        stored_at=found.last_modified or self._clock(),
                    )

    def set_aside(self, sha256: Sha256) -> bool:  # noqa: ARG002
        """See ``Tending``. A good version is put beside the damaged one, which stays under its lock."""
        return False

    def remove(self, sha256: Sha256) -> bool:
        """See ``Tending``: every version, or none while one of them is locked."""
        key = object_key(sha256)
        with s3_errors(sha256):
            versions = [
                found.version_id
                for found in self._client.list_objects(self._bucket, prefix=key, include_version=True)
                if found.object_name == key
            ]
            for version in versions:
                if self._is_locked(key, version):
                    return False
        try:
            with s3_errors(sha256):
                errors = self._client.remove_objects(
                    self._bucket, [DeleteObject(key, version) for version in versions]
                )
                refused = [error.code for error in errors]
        except StoreCredentialsError:
            return False
        return not refused

    def leftovers(self, *, before: datetime, remove: bool) -> int:
        """See ``Tending``. Younger uploads may be another machine's, or go on where they stopped.

        What a killed process was sending or fetching lies in the work folder of this machine.
        """
        count = self._drafts(before=before, remove=remove)
        with s3_errors(self._bucket):
            for key, upload in self._uploads(before):
                count += 1
                if remove:
                    self._client._abort_multipart_upload(self._bucket, key, upload)  # noqa: SLF001
        return count

    def _drafts(self, *, before: datetime, remove: bool) -> int:
        with store_errors(self._work.name):
            limit = before.timestamp()
            drafts = [path for path in self._work.glob(f"{DRAFTS}*") if path.lstat().st_mtime < limit]
            for draft in drafts if remove else ():
                if draft.is_dir():
                    shutil.rmtree(draft)
                else:
                    draft.unlink(missing_ok=True)
        return len(drafts)

    def _uploads(self, before: datetime) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        key_marker: str | None = None
        upload_marker: str | None = None
        while True:
            # The client has no public call for this; its version is pinned.
            page = self._client._list_multipart_uploads(  # noqa: SLF001
                self._bucket, prefix=_PREFIX, key_marker=key_marker, upload_id_marker=upload_marker
            )
            for upload in page.uploads:
                begun = upload.initiated_time
                if upload.object_name and upload.upload_id and (begun is None or begun < before):
                    found.append((upload.object_name, upload.upload_id))
            if not page.is_truncated or not page.uploads:
                return found
            key_marker, upload_marker = page.next_key_marker, page.next_upload_id_marker

    def _is_locked(self, key: str, version: str | None) -> bool:
        try:
            found = self._client.stat_object(self._bucket, key, version_id=version)
        except S3Error as error:
            if error.code in {"NoSuchKey", "MethodNotAllowed"}:
                # A delete marker has nothing to lock.
                return False
            raise
        lock = lock_of(found.metadata or {})
        return lock is not None and (lock.hold or lock.until > self._clock())


def bucket_place(  # noqa: PLR0913  each is something an installation or a test chooses
    name: str,
    place: S3Place,
    *,
    keeping: Keeping,
    work: Path,
    clock: Clock,
    pause: Callable[[float], None] = time.sleep,
) -> Place:
    """A bucket as a place; nothing is asked of the server yet.

    Args:
        name: of the place.
        place: server, bucket, keys.
        keeping: the lock of new objects.
        work: private folder for files on their way.
        clock: for the end of a lock.
        pause: waits that many seconds between two tries.

    Raises:
        StoreCertificateError: the authority's file cannot be used.
    """
    client = connect(place)
    blobs = S3Blobs(place, keeping=keeping, work=work, clock=clock, pause=pause, client=client)
    canaries = S3Blobs(
        place,
        keeping=Keeping(mode=keeping.mode, until=lambda at: at + KEPT_FOR),
        work=work,
        clock=clock,
        pause=pause,
        client=client,
        prefix=CANARIES,
    )
    return Place(
        name=name,
        blobs=blobs,
        tending=BucketTending(client, place.bucket, work=work, clock=clock),
        prepare=blobs.prepare,
        prove=BucketCanary(canaries, work=work, clock=clock),
    )
