"""What hides personal data in the database: keyed references to look up by, sealed values to read back.

* A **reference** is HMAC-SHA-256 (RFC 2104) under the secret of the store, truncated to 128 bits, of a
  purpose and a text: the same number gives the same reference, and nobody can compute it from the number
  without the secret. A **token** is the same in 64 bits, for the many pieces of names.
* A **sealed** value is AES-256-GCM bound to its place (table, row, column), so that it cannot be moved.
* Each document has a **record key** of its own, random, wrapped by the key of the ring in use. Its bodies and
  what it says of people are sealed with it, so rotation wraps keys again and leaves every body as it was, and
  a document whose record key is gone can be read by nobody. Objects have keys of their own in the same way
  (``storage.object_keys``).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dossier.errors import RecordDamagedError
from storage.aead import KEY_BYTES, decrypt, encrypt
from storage.key_ring import KeyRing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_REFERENCE_DIGITS: Final = 32
_OPTION: Final = "motlan_vault"
_SEPARATOR: Final = "\x1f"
_FAST: Final = 1


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key of a record or an object as it is kept: id of the ring's key, and the secret sealed with that."""

    key_id: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The key of one document, open."""

    serial: int
    key: bytes = field(repr=False)
    random_bytes: Callable[[int], bytes] = field(repr=False)

    def seal(self, text: str, *, place: str) -> bytes:
        """The text, compressed and encrypted for its place within the document."""
        plain = zlib.compress(_encoded(text), _FAST)
        return encrypt(self.key, plain, associated=self._place(place), random_bytes=self.random_bytes)

    def unseal(self, sealed: bytes, *, place: str) -> str:
        """The text.

        Raises:
            RecordDamagedError: it was changed, or stands in another place.
        """
        plain = decrypt(self.key, sealed, associated=self._place(place))
        if plain is None:
            raise RecordDamagedError(f"{place}/{self.serial}")
        return _decoded(zlib.decompress(plain))

    def _place(self, place: str) -> bytes:
        return f"{place}/{self.serial}".encode()


class Vault:
    """The secret and the key ring of one store. Safe for threads."""

    def __init__(
        self, *, secret: bytes, ring: KeyRing, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Use a secret (at least 32 bytes) and the keys of a ring."""
        self._secret = secret
        self._ring = ring
        self._random_bytes = random_bytes

    @property
    def current(self) -> str:
        """Id of the key in use."""
        return self._ring.current

    def reference(self, purpose: str, text: str) -> str:
        """128 bits as 32 hexadecimal digits; an empty text has none."""
        return self._digest(purpose, text).hex()[:_REFERENCE_DIGITS] if text else ""

    def token(self, purpose: str, text: str) -> int:
        """64 bits as a signed integer, as databases keep them."""
        return int.from_bytes(self._digest(purpose, text)[:8], "big", signed=True)

    def seal(self, text: str, *, place: str) -> str:
        """A short value sealed with the key in use: ``id:base64``; an empty one stays empty.

        Args:
            text: the value.
            place: table, row and column.
        """
        if not text:
            return ""
        sealed = encrypt(
            self._ring.key(self.current),
            _encoded(text),
            associated=place.encode(),
            random_bytes=self._random_bytes,
        )
        return f"{self.current}:{base64.b64encode(sealed).decode()}"

    def unseal(self, sealed: str, *, place: str) -> str:
        """The value.

        Raises:
            StoreKeyLostError: its key is not in the ring.
            RecordDamagedError: it was changed, or stands in another place.
        """
        if not sealed:
            return ""
        key_id, _, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise RecordDamagedError(place) from None
        plain = decrypt(self._ring.key(key_id), raw, associated=place.encode())
        if plain is None:
            raise RecordDamagedError(place)
        return _decoded(plain)

    def new_key(self, serial: int) -> tuple[RecordKey, WrappedKey]:
        """A new record key for the document of that row."""
        key = self._random_bytes(KEY_BYTES)
        return RecordKey(serial, key, self._random_bytes), self.wrap(key, place=key_place(serial))

    def open_key(self, wrapped: WrappedKey, *, serial: int) -> RecordKey:
        """A record key as it was kept.

        Raises:
            StoreKeyLostError: the key it is wrapped with is not in the ring.
            RecordDamagedError: it was changed, or belongs to another document.
        """
        return RecordKey(serial, self.unwrap(wrapped, place=key_place(serial)), self._random_bytes)

    def wrap_again(self, wrapped: WrappedKey, *, place: str) -> WrappedKey:
        """The same secret under the key in use."""
        return self.wrap(self.unwrap(wrapped, place=place), place=place)

    def wrap(self, secret: bytes, *, place: str) -> WrappedKey:
        """A secret under the key in use, bound to its place."""
        sealed = encrypt(
            self._ring.key(self.current),
            secret,
            associated=f"{place}/wrapped".encode(),
            random_bytes=self._random_bytes,
        )
        return WrappedKey(self.current, sealed)

    def unwrap(self, wrapped: WrappedKey, *, place: str) -> bytes:
        """The secret.

        Raises:
            StoreKeyLostError: the key it is wrapped with is not in the ring.
            RecordDamagedError: it was changed, or stands in another place.
        """
        secret = decrypt(
            self._ring.key(wrapped.key_id), wrapped.wrapped, associated=f"{place}/wrapped".encode()
        )
        if secret is None:
            raise RecordDamagedError(place)
        return secret

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._secret, _encoded(f"{purpose}{_SEPARATOR}{text}"), "sha256")


def hand_vault(engine: Engine, vault: Vault) -> None:
    """Let every later connection of an engine have the keys that rows are read and written with."""
    engine.update_execution_options(**{_OPTION: vault})


def vault_of(connection: Connection) -> Vault:
    """The keys that travel with a connection: whoever was given one may read and write its rows.

    Raises:
        KeyError: the database was opened without keys.
    """
    found: Vault = connection.get_execution_options()[_OPTION]
    return found


def key_place(serial: int) -> str:
    """What the key of a document is bound to."""
    return f"document_keys/{serial}"


def _encoded(text: str) -> bytes:
    """Half a surrogate pair of a broken PDF must come back as it was."""
    return text.encode("utf-8", "surrogatepass")


def _decoded(plain: bytes) -> str:
    return plain.decode("utf-8", "surrogatepass")
