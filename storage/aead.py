"""AES-256-GCM (NIST SP 800-38D) with a random nonce: the one place of the store that encrypts.

``nonce (12 bytes) || ciphertext || tag (16 bytes)``. A key takes fewer than 2^32 messages: records have keys
of their own, and the keys of the ring seal short values and record keys only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
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
