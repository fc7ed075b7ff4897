"""Keys by which stores know each other when papers travel between them in bundles.

A store signs with Ed25519 (RFC 8032) and receives under HPKE (RFC 9180, base mode: DHKEM(X25519,
HKDF-SHA256), HKDF-SHA256, AES-256-GCM). Both private keys are derived from the secret of the store, so they
are backed up with it and nothing more has to be kept. They need no timestamp service and no revocation list:
a desk without network signs as well as one with it, and the centre knows its desks by the keys it enrolled.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SIGNING: Final = b"motlan bundle signing key"
_RECEIVING: Final = b"motlan bundle receiving key"
_KEY_BYTES: Final = 32
_ID_DIGITS: Final = 32
_FINGERPRINT_DIGITS: Final = 32
_GROUP: Final = 4


class DeskKeyError(Exception):
    """Bytes that are no key of ours, or that were sealed for somebody else."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What others know of a store.

    Attributes:
        signing: Ed25519, 32 bytes.
        receiving: X25519, 32 bytes.
    """

    signing: bytes
    receiving: bytes

    @property
    def id(self) -> str:
        """32 hexadecimal digits of the SHA-256 of both keys: whoever has other keys has another id."""
        return self._digest()[:_ID_DIGITS]

    @property
    def fingerprint(self) -> str:
        """The same as people compare it aloud: eight groups of four."""
        digits = self._digest()[:_FINGERPRINT_DIGITS].upper()
        return "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))

    def as_text(self) -> tuple[str, str]:
        """Both in base64."""
        return base64.b64encode(self.signing).decode(), base64.b64encode(self.receiving).decode()

    @classmethod
    def from_text(cls, signing: str, receiving: str) -> PublicKeys:
        """What ``as_text`` gave.

        Raises:
            DeskKeyError: it is none.
        """
        try:
            found = cls(base64.b64decode(signing, validate=True), base64.b64decode(receiving, validate=True))
        except (binascii.Error, ValueError) as error:
            raise DeskKeyError from error
        if len(found.signing) != _KEY_BYTES or len(found.receiving) != _KEY_BYTES:
            raise DeskKeyError
        return found

    def verify(self, content: bytes, signature: bytes) -> bool:
        """Whether the store signed that content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True

    def seal(self, secret: bytes, *, bound_to: bytes) -> bytes:
        """A short secret that only the store can open, and only with the same ``bound_to``.

        Raises:
            DeskKeyError: the receiving key is no point of the curve that can be used.
        """
        try:
            key = X25519PublicKey.from_public_bytes(self.receiving)
            return _SUITE.encrypt(secret, key, info=bound_to)
        except ValueError as error:
            raise DeskKeyError from error

    def _digest(self) -> str:
        return hashlib.sha256(self.signing + self.receiving).hexdigest()


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """The private keys of a store."""

    _signing: Ed25519PrivateKey = field(repr=False)
    _receiving: X25519PrivateKey = field(repr=False)

    @classmethod
    def of_store(cls, secret: bytes) -> DeskKeys:
        """Those that belong to the secret of a store (at least 32 bytes)."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, _SIGNING, "sha256")),
            X25519PrivateKey.from_private_bytes(hmac.digest(secret, _RECEIVING, "sha256")),
        )

    @property
    def public(self) -> PublicKeys:
        """What others may know."""
        return PublicKeys(
            self._signing.public_key().public_bytes_raw(), self._receiving.public_key().public_bytes_raw()
        )

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        return self._signing.sign(content)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """What was sealed for this store.

        Raises:
            DeskKeyError: it was sealed for another one, for another use, or was changed.
        """
        try:
            return _SUITE.decrypt(sealed, self._receiving, info=bound_to)
        except (InvalidTag, ValueError) as error:
            raise DeskKeyError from error
