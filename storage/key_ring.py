"""The keys a store encrypts with: several by id, of which the last is in use and the others still read.

As text, one key a line, ``id`` and 64 hexadecimal digits; a new last line is a new key in use. Empty
lines and lines that begin with ``#`` say nothing. Where an environment variable cannot hold lines, ``;``
ends one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from dossier.errors import StoreKeyLostError, StoreKeysError

STORE_KEY_ID: Final = "store"
"""Id of the key that every store has: derived from its own secret."""

_LINE: Final = re.compile(r"(?P<id>[a-z0-9][a-z0-9-]{0,31})\s+(?P<key>[0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys (32 bytes) by id, and the id of the one in use."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str) -> bytes:
        """A key.

        Raises:
            StoreKeyLostError: the ring does not hold it.
        """
        found = self.keys.get(key_id)
        if found is None:
            raise StoreKeyLostError(key_id)
        return found


class RingSource(Protocol):
    """Where the keys come from: a file, the environment, or a token that opens them (PKCS#11)."""

    def __call__(self) -> str:
        """The ring as text; asked once when the store is opened.

        Raises:
            MotlanError: it cannot be reached.
        """


def no_ring() -> str:
    """A ring without a key: the store's own is in use."""
    return ""


def ring_of_store(secret: bytes, text: str = "") -> KeyRing:
    """The key of the store itself and, after it, those of a text; without a text the store's is in use.

    Args:
        secret: of the store; the key is HMAC-SHA-256 of a fixed label under it, never the secret itself.
        text: a ring as text.

    Raises:
        StoreKeysError: a line is no key, or an id stands twice; the text is not repeated.
    """
    keys = {STORE_KEY_ID: hmac.new(secret, b"motlan record encryption key", hashlib.sha256).digest()}
    current = STORE_KEY_ID
    for number, line in enumerate(text.replace(";", "\n").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        found = _LINE.fullmatch(stripped)
        if found is None or found["id"] in keys:
            reason = "mỗi dòng: mã khóa, dấu cách, 64 chữ số thập lục phân; mỗi mã một lần"
            raise StoreKeysError(str(number), reason=reason)
        current = found["id"]
        keys[current] = bytes.fromhex(found["key"])
    return KeyRing(current, MappingProxyType(keys))
