"""Keys of enciphered objects: one for each, wrapped under the key ring of the records, in the database.

Records name an object by the SHA-256 of its plain bytes; places keep the enciphered bytes under theirs. A row
leads from the one to the other: it is found by a keyed reference of the plain hash, and what leads back (key,
hash and size of the plain bytes) is wrapped, so neither a place nor this table tells which file is kept.

The row is saved before the bytes are put. Whoever is killed in between leaves a row and no bytes; whoever
puts the same bytes next finds that key, and since one key and one content make one ciphertext, goes on with
the very same object. So do two who put the same bytes at once. Rows that lead nowhere are swept by repair.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from dossier.errors import RecordDamagedError
from dossier.ids import Sha256
from dossier.ports import BlobRef, Clock
from storage import lock_rows
from storage.aead import KEY_BYTES
from storage.bodies import moment_to_text
from storage.database import Database
from storage.named import is_named
from storage.schema import keyless_objects, object_keys
from storage.vault import Vault, WrappedKey, vault_of

_HASH_BYTES: Final = 32
_SIZE_BYTES: Final = 8
_PURPOSE: Final = "object"
PAGE: Final = 500
# Put together once: it is asked whenever an object is put or read.
_FIND: Final = select(object_keys).where(object_keys.c.ref == bindparam("wanted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKey:
    """What is needed to read one enciphered object.

    Attributes:
        plain: SHA-256 and size of the plain bytes.
        stored: SHA-256 of the enciphered bytes.
        secret: 32 bytes, of this object alone.
        pending: the object was kept plain before, and the enciphered bytes were not read back yet.
    """

    plain: BlobRef
    stored: Sha256
    secret: bytes = field(repr=False)
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCount:
    """How many objects have a key, and how many lost theirs to a disposal and may lie somewhere still."""

    enciphered: int
    keyless: int


class ObjectKeys:
    """The keys of one store. Safe for threads and processes: each call is one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Use the rows of an unlocked database."""
        self.database = database
        self._clock = clock
        self._random_bytes = random_bytes

    def new_secret(self) -> bytes:
        """A key for one object: 32 random bytes."""
        return self._random_bytes(KEY_BYTES)

    def find(self, sha256: Sha256) -> ObjectKey | None:
        """The key of an object by the hash of its plain bytes; nothing when it has none, or none any more.

        Raises:
            StoreKeyLostError: it is wrapped with a key that the ring does not hold.
            RecordDamagedError: it was changed.
        """
        with self.database.reading() as connection:
            return find_within(connection, sha256)

    def claim(self, wanted: ObjectKey) -> ObjectKey:
        """The key that the object has from now on: the one somebody gave it before, or else this one.

        Raises:
            StoreKeyLostError, RecordDamagedError: as ``find``.
        """
        since = moment_to_text(self._clock())
        with self.database.writing() as connection:
            known = find_within(connection, wanted.plain.sha256)
            ref = reference(vault_of(connection), wanted.plain.sha256)
            if known is not None:
                connection.execute(update(object_keys).where(object_keys.c.ref == ref).values(since=since))
                return known
            # What records name already stands somewhere in plain; till we are through, that is the object.
            pending = is_named(connection, wanted.plain.sha256)
            wrapped = vault_of(connection).wrap(_content(wanted), place=_place(ref, wanted.stored))
            connection.execute(
                insert(object_keys).values(
                    ref=ref,
                    stored=wanted.stored,
                    key_id=wrapped.key_id,
                    wrapped=wrapped.wrapped,
                    since=since,
                    pending=int(pending),
                )
            )
        return replace(wanted, pending=pending)

    def settle(self, key: ObjectKey) -> bool:
        """The enciphered bytes stand in a place, read back. False when the key was destroyed meanwhile.

        The key is read back too.

        Raises:
            StoreKeyLostError, RecordDamagedError: as ``find``.
        """
        found = self.find(key.plain.sha256)
        if found is None or found.stored != key.stored:
            return False
        if found.secret != key.secret or found.plain != key.plain:
            raise RecordDamagedError(f"object_keys/{key.stored}")
        if not found.pending:
            return True
        with self.database.writing() as connection:
            changed = connection.execute(
                update(object_keys).where(object_keys.c.stored == key.stored).values(pending=0)
            )
            lock_rows.pass_on(connection, key.plain.sha256, key.stored, at=self._clock())
            return bool(changed.rowcount)

    def names(self, hashes: Sequence[Sha256]) -> Mapping[Sha256, Sha256]:
        """Hashes of plain bytes by those of the enciphered bytes, for those that are any."""
        with self.database.reading() as connection:
            return {key.stored: key.plain.sha256 for key in of_stored(connection, hashes)}

    def aside(self, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
        """Those of the hashes that are plain bytes of enciphered objects, or bytes without a key."""
        with self.database.reading() as connection:
            return which_have_keys(connection, hashes) | which_are_keyless(connection, hashes)

    def count(self) -> KeyCount:
        """How many there are."""
        with self.database.reading() as connection:
            return KeyCount(
                enciphered=int(
                    connection.execute(select(func.count()).select_from(object_keys)).scalar_one()
                ),
                keyless=int(
                    connection.execute(select(func.count()).select_from(keyless_objects)).scalar_one()
                ),
            )


def reference(vault: Vault, sha256: Sha256) -> str:
    """What the key of an object is looked up by."""
    return vault.reference(_PURPOSE, sha256)


def find_within(connection: Connection, sha256: Sha256) -> ObjectKey | None:
    """``ObjectKeys.find`` within a transaction."""
    found = find_dated(connection, sha256)
    return found[0] if found is not None else None


def find_dated(connection: Connection, sha256: Sha256) -> tuple[ObjectKey, str] | None:
    """The key of an object with its moment (``since``)."""
    vault = vault_of(connection)
    row = connection.execute(_FIND, {"wanted": reference(vault, sha256)}).first()
    return (_opened(vault, row), str(row.since)) if row is not None else None


def of_stored(connection: Connection, hashes: Sequence[Sha256]) -> Sequence[ObjectKey]:
    """The keys of those enciphered objects among the hashes that have one."""
    rows = connection.execute(select(object_keys).where(object_keys.c.stored.in_(hashes)))
    return [_opened(vault_of(connection), row) for row in rows]


def which_have_keys(connection: Connection, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the plain hashes whose enciphered bytes are what counts."""
    return frozenset(stored_names(connection, hashes))


def stored_names(connection: Connection, hashes: Sequence[Sha256]) -> Mapping[Sha256, Sha256]:
    """Hashes of enciphered bytes, by those of the plain ones, where the enciphered bytes are what counts."""
    vault = vault_of(connection)
    by_reference = {reference(vault, sha256): sha256 for sha256 in hashes}
    query = select(object_keys.c.ref, object_keys.c.stored).where(
        object_keys.c.ref.in_(by_reference), object_keys.c.pending == 0
    )
    return {by_reference[row.ref]: Sha256(row.stored) for row in connection.execute(query)}


def which_are_keyless(connection: Connection, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the stored hashes whose key was destroyed."""
    query = select(keyless_objects.c.stored).where(keyless_objects.c.stored.in_(hashes))
    return frozenset(connection.execute(query).scalars())


def page(connection: Connection, *, after: str, limit: int = PAGE) -> Sequence[tuple[ObjectKey, str]]:
    """The first keys above that stored hash, in its order, each with its moment (``since``)."""
    query = (
        select(object_keys).where(object_keys.c.stored > after).order_by(object_keys.c.stored).limit(limit)
    )
    vault = vault_of(connection)
    return [(_opened(vault, row), row.since) for row in connection.execute(query)]


def destroy(connection: Connection, sha256: Sha256, *, at: datetime) -> Sha256 | None:
    """Take the key of an object away for good; a note of what its bytes are called stays.

    Returns:
        The hash the bytes are kept under, noise from now on; nothing when there was no key.
    """
    key = find_within(connection, sha256)
    if key is None:
        return None
    connection.execute(delete(object_keys).where(object_keys.c.stored == key.stored))
    connection.execute(
        insert(keyless_objects).values(stored=key.stored, sha256=sha256, since=moment_to_text(at))
    )
    return key.stored


def drop_unused(connection: Connection, key: ObjectKey, *, before: str) -> bool:
    """Remove the key of bytes that are nowhere, unless somebody wanted to put them since that moment."""
    gone = delete(object_keys).where(object_keys.c.stored == key.stored, object_keys.c.since < before)
    return bool(connection.execute(gone).rowcount)


def keyless_of(connection: Connection, hashes: Sequence[Sha256]) -> Mapping[Sha256, Sequence[Sha256]]:
    """What may be left of destroyed objects: stored hashes by the plain one."""
    rows = connection.execute(
        select(keyless_objects.c.sha256, keyless_objects.c.stored)
        .where(keyless_objects.c.sha256.in_(hashes))
        .order_by(keyless_objects.c.stored)
    )
    found: dict[Sha256, list[Sha256]] = {}
    for row in rows:
        found.setdefault(Sha256(row.sha256), []).append(Sha256(row.stored))
    return found


def walk_keyless(database: Database) -> Iterator[Sha256]:
    """Stored hashes of all that may be left, in order; a transaction for each page."""
    after = ""
    while True:
        query = (
            select(keyless_objects.c.stored)
            .where(keyless_objects.c.stored > after)
            .order_by(keyless_objects.c.stored)
            .limit(PAGE)
        )
        with database.reading() as connection:
            found = [Sha256(one) for one in connection.execute(query).scalars()]
        yield from found
        if len(found) < PAGE:
            return
        after = found[-1]


def forget_keyless(connection: Connection, stored: Sha256) -> None:
    """No place holds these bytes any more."""
    connection.execute(delete(keyless_objects).where(keyless_objects.c.stored == stored))


def place_of(row: Row[Any]) -> str:
    """What the wrapped content of a row is bound to."""
    return _place(row.ref, row.stored)


def _place(ref: str, stored: str) -> str:
    return f"object_keys/{ref}/{stored}"


def _content(key: ObjectKey) -> bytes:
    size = key.plain.size.to_bytes(_SIZE_BYTES, "big")
    return key.secret + bytes.fromhex(key.plain.sha256) + size


def _opened(vault: Vault, row: Row[Any]) -> ObjectKey:
    content = vault.unwrap(WrappedKey(row.key_id, row.wrapped), place=place_of(row))
    hashed, size = content[KEY_BYTES : KEY_BYTES + _HASH_BYTES], content[KEY_BYTES + _HASH_BYTES :]
    return ObjectKey(
        plain=BlobRef(Sha256(hashed.hex()), int.from_bytes(size, "big")),
        stored=Sha256(row.stored),
        secret=content[:KEY_BYTES],
        pending=bool(row.pending),
    )
