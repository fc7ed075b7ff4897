"""Bytes on their way to an S3 server: one request for small objects, parts for large ones.

An interrupted upload in parts goes on where it stopped: the server keeps the parts, and each that has the
digest of ours is not sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from minio import Minio
from minio.datatypes import Part

from storage.s3_encryption import ServerEncryption
from storage.s3_locks import Lock

PART_BYTES: Final = 16 * 1024 * 1024
"""Above two of these an object goes in parts; memory then holds one part."""

_MOST_PARTS: Final = 10_000


class Uploader:
    """Sends files to one bucket."""

    def __init__(
        self,
        client: Minio,
        bucket: str,
        *,
        part_bytes: int = PART_BYTES,
        encryption: ServerEncryption | None = None,
    ) -> None:
        """Prepare.

        Args:
            client: of the server.
            bucket: where to.
            part_bytes: size of a part.
            encryption: asked of the server for every object; nothing is asked when not given.
        """
        self._client = client
        self._bucket = bucket
        self._part_bytes = part_bytes
        self._sse = encryption.sse() if encryption else None

    def send(self, source: Path, key: str, *, size: int, facts: Mapping[str, str], lock: Lock) -> str:
        """Store a file that does not change; gives the version made, empty where the server has none.

        Args:
            source: the file.
            key: where to.
            size: bytes.
            facts: kept with the object (``x-amz-meta-…``).
            lock: the object is stored under it.

        Raises:
            MinioException, urllib3.exceptions.HTTPError: see ``s3_errors``.
        """
        if size <= 2 * self._part_bytes:
            return self._send_whole(source, key, size=size, facts=facts, lock=lock)
        version = self._send_parts(source, key, size=size, facts=facts)
        # The headers of a lock do not survive an upload in parts on every server.
        self._client.set_object_retention(self._bucket, key, lock.retention(), version_id=version or None)
        if lock.hold:
            self._client.enable_object_legal_hold(self._bucket, key, version_id=version or None)
        return version

    def _send_whole(self, source: Path, key: str, *, size: int, facts: Mapping[str, str], lock: Lock) -> str:
        with source.open("rb") as stream:
            written = self._client.put_object(
                self._bucket,
                key,
                stream,
                size,
                metadata=dict(facts),
                part_size=max(size, 5 * 1024 * 1024),
                retention=lock.retention(),
                legal_hold=lock.hold,
                sse=self._sse,
            )
        return written.version_id or ""

    def _send_parts(self, source: Path, key: str, *, size: int, facts: Mapping[str, str]) -> str:
        part_bytes = max(self._part_bytes, -(-size // _MOST_PARTS))
        upload, sent = self._begin(key, facts)
        parts: list[Part] = []
        for number, piece in enumerate(_pieces(source, part_bytes), start=1):
            digest = hashlib.md5(piece, usedforsecurity=False).hexdigest()
            etag = sent.get(number, "")
            if etag != digest:
                etag = self._client._upload_part(self._bucket, key, piece, None, upload, number)  # noqa: SLF001
            parts.append(Part(number, etag))
        finished = self._client._complete_multipart_upload(self._bucket, key, upload, parts)  # noqa: SLF001
        return finished.version_id or ""

    def _begin(self, key: str, facts: Mapping[str, str]) -> tuple[str, dict[int, str]]:
        """An upload of this key to go on with and its parts (number to digest), or a new one."""
        # The client has no public calls for going on with an upload; its version is pinned.
        listed = self._client._list_multipart_uploads(self._bucket, prefix=key)  # noqa: SLF001
        for upload in listed.uploads:
            if upload.object_name == key and upload.upload_id:
                return upload.upload_id, self._parts(key, upload.upload_id)
        headers: dict[str, str | list[str] | tuple[str]] = {
            f"x-amz-meta-{name}": value for name, value in facts.items()
        }
        headers["Content-Type"] = "application/octet-stream"
        if self._sse is not None:
            headers |= self._sse.headers()
        return self._client._create_multipart_upload(self._bucket, key, headers), {}  # noqa: SLF001

    def _parts(self, key: str, upload: str) -> dict[int, str]:
        found: dict[int, str] = {}
        marker: str | None = None
        while True:
            page = self._client._list_parts(  # noqa: SLF001
                self._bucket, key, upload, part_number_marker=marker
            )
            found |= {part.part_number: part.etag for part in page.parts}
            if not page.is_truncated or not page.parts:
                return found
            marker = str(page.next_part_number_marker or page.parts[-1].part_number)


def _pieces(source: Path, part_bytes: int) -> Iterator[bytes]:
    with source.open("rb") as stream:
        while piece := stream.read(part_bytes):
            yield piece
