"""Secrets under a passphrase, for backups: the key comes from it by scrypt (RFC 7914), 64 MiB of memory.

``mark (8 bytes) || salt (16 bytes) || value as storage.aead encrypts it``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from storage.aead import KEY_BYTES, decrypt, encrypt

_MARK: Final = b"MLKEYS1\n"
_SALT_BYTES: Final = 16
_COST: Final = 2**16
_BLOCKS: Final = 8
_MEMORY: Final = 128 * 1024 * 1024


class WrongKeyError(Exception):
    """Another passphrase, or the bytes were changed; one cannot be told from the other."""


def seal_with_passphrase(
    content: bytes, passphrase: str, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> bytes:
    """The content under a passphrase."""
    salt = random_bytes(_SALT_BYTES)
    key = _from_passphrase(passphrase, salt)
    return _MARK + salt + encrypt(key, content, associated=_MARK, random_bytes=random_bytes)


def open_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """The content again.

    Raises:
        WrongKeyError: another passphrase, or the bytes were changed.
    """
    if not sealed.startswith(_MARK):
        raise WrongKeyError
    body = sealed[len(_MARK) :]
    key = _from_passphrase(passphrase, body[:_SALT_BYTES])
    content = decrypt(key, body[_SALT_BYTES:], associated=_MARK)
    if content is None:
        raise WrongKeyError
    return content


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=_COST, r=_BLOCKS, p=1, maxmem=_MEMORY, dklen=KEY_BYTES
    )
