"""The one place of the store that enciphers: AES-256-GCM and keys from passphrases (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_MAGIC: Final = b"MLKEYS1\n"
_SALT_BYTES: Final = 16
_COST: Final = 2**16
_BLOCKS: Final = 8
_MEMORY: Final = 128 * 1024 * 1024


class WrongKeyError(Exception):
    """The key is another one, or the bytes were changed; one cannot be told from the other."""


def encipher(key: bytes, nonce: bytes, content: bytes, *, bound: bytes) -> bytes:
    """Ciphertext with its tag.

    Args:
        key: 32 bytes.
        nonce: 12 bytes, never twice with one key.
        content: what to hide.
        bound: what it belongs to; must be the same when it is deciphered.
    """
    return AESGCM(key).encrypt(nonce, content, bound)


def decipher(key: bytes, nonce: bytes, content: bytes, *, bound: bytes) -> bytes:
    """The content again.

    Raises:
        WrongKeyError: key, bytes or what they are bound to differ.
    """
    try:
        return AESGCM(key).decrypt(nonce, content, bound)
    except InvalidTag as error:
        raise WrongKeyError from error


def seal_with_passphrase(
    content: bytes, passphrase: str, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> bytes:
    """The content under a passphrase: mark, salt, nonce, ciphertext."""
    salt, nonce = random_bytes(_SALT_BYTES), random_bytes(NONCE_BYTES)
    key = _from_passphrase(passphrase, salt)
    return _MAGIC + salt + nonce + encipher(key, nonce, content, bound=_MAGIC)


def open_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """The content again.

    Raises:
        WrongKeyError: another passphrase, or the bytes were changed.
    """
    if not sealed.startswith(_MAGIC):
        raise WrongKeyError
    body = sealed[len(_MAGIC) :]
    salt, nonce = body[:_SALT_BYTES], body[_SALT_BYTES : _SALT_BYTES + NONCE_BYTES]
    key = _from_passphrase(passphrase, salt)
    return decipher(key, nonce, body[_SALT_BYTES + NONCE_BYTES :], bound=_MAGIC)


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=_COST, r=_BLOCKS, p=1, maxmem=_MEMORY, dklen=KEY_BYTES
    )
