"""AES-256-GCM (NIST SP 800-38D): the one place of the store that encrypts.

A value is encrypted with a random nonce: ``nonce (12 bytes) || ciphertext || tag (16 bytes)``. A key takes
fewer than 2^32 of them: records have keys of their own, and the keys of the ring seal short values and the
keys of records and objects only.

The bytes of an object are cut into pieces under a key that is used for nothing else. The nonce of a piece is
its number and whether it is the last (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015), so pieces
cannot be left out, put elsewhere or cut off, and each is read by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12


def encrypt(key: bytes, plain: bytes, *, associated: bytes, random_bytes: Callable[[int], bytes]) -> bytes:
    """Encrypt and bind to ``associated``, which is not kept."""
    nonce = random_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, associated)


def decrypt(key: bytes, sealed: bytes, *, associated: bytes) -> bytes | None:
    """The plain bytes; nothing when key, bytes or ``associated`` are not those of the encryption."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, associated)
    except (InvalidTag, ValueError):
        return None


class Pieces:
    """The pieces of one object under its own key, which must never encrypt anything else."""

    def __init__(self, key: bytes, *, associated: bytes) -> None:
        """Take a key (32 bytes) and what every piece is bound to."""
        self._cipher = AESGCM(key)
        self._associated = associated

    def encrypt(self, number: int, plain: bytes, *, last: bool) -> bytes:
        """The piece of that number, from 0, and its tag (16 bytes)."""
        return self._cipher.encrypt(_nonce(number, last=last), plain, self._associated)

    def decrypt(self, number: int, sealed: bytes, *, last: bool) -> bytes | None:
        """The plain piece; nothing when it is another one or was changed."""
        try:
            return self._cipher.decrypt(_nonce(number, last=last), sealed, self._associated)
        except (InvalidTag, ValueError):
            return None


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes((int(last),)) + number.to_bytes(_NONCE_BYTES - 1, "big")
