"""Encryption by the object server (SSE): asked for with the bytes, and seen in the answer or not believed.

A server may take the header and store plain text; Ceph 16 does so with SSE-S3. An object that is stored
encrypted says so whenever it is asked for, so that is what is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from minio.sse import Sse, SseKMS, SseS3

from dossier.errors import StoreEncryptionError

_KIND: Final = "x-amz-server-side-encryption"
_KEY_ID: Final = "x-amz-server-side-encryption-aws-kms-key-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEncryption:
    """How the server is to encrypt the objects of a bucket.

    Attributes:
        key_id: of the key in the server's key service (SSE-KMS); empty: a key of the server's own (SSE-S3).
    """

    key_id: str = ""

    @property
    def algorithm(self) -> str:
        """As the S3 interface calls it."""
        return "aws:kms" if self.key_id else "AES256"

    def sse(self) -> Sse:
        """The same for the client."""
        return SseKMS(self.key_id, {}) if self.key_id else SseS3()

    def need(self, headers: Mapping[str, str], *, item: str) -> None:
        """Make sure that an object was stored so.

        Args:
            headers: of the server's answer when the object is read or looked at.
            item: which.

        Raises:
            StoreEncryptionError: the answer tells of no encryption, or of another one.
        """
        found = headers.get(_KIND, "")
        if found != self.algorithm:
            reason = f"{self.algorithm}: {found or 'không có'}"
            raise StoreEncryptionError(item, reason=reason)
        # A server names its key by a path that ends in the id which it was asked for.
        if self.key_id and not headers.get(_KEY_ID, "").endswith(self.key_id):
            raise StoreEncryptionError(item, reason="aws:kms: key id")
