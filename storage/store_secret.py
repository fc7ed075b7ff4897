"""The secret of a store, and the check value by which a database knows the secret that it belongs to."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, insert, select

from dossier.database_errors import StoreForeignDatabaseError
from dossier.errors import SchemaError, StoreError
from storage.database import Database
from storage.filesystem import FileLayer, store_errors, write_private_file
from storage.key_ring import RingSource, ring_of_store
from storage.layout import Layout
from storage.schema import facts
from storage.sealing_state import NAMESPACE, NAMESPACE_PLACE, STATE
from storage.vault import Vault, vault_of

RandomBytes = Callable[[int], bytes]

_KEY_BYTES: Final = 32
_KEY_CHECK: Final = "key_check"


def make_key(layout: Layout, *, files: FileLayer, random_bytes: RandomBytes = secrets.token_bytes) -> None:
    """Write the secret; an interrupted making keeps its own, whose check value the database may hold."""
    if not layout.key.exists():
        write_private_file(files, layout.key, f"{random_bytes(_KEY_BYTES).hex()}\n".encode())


def read_key(layout: Layout) -> bytes:
    """The secret: 32 bytes.

    Raises:
        StoreError: the file is missing or holds none.
    """
    with store_errors(layout.key.name):
        text = layout.key.read_text("ascii")
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise StoreError(layout.key.name, cause="not a key") from error
    if len(key) != _KEY_BYTES:
        raise StoreError(layout.key.name, cause="not a key")
    return key


def vault_with(key: bytes, ring: RingSource) -> Vault:
    """What rows are read and written with."""
    return Vault(secret=key, ring=ring_of_store(key, ring()))


def is_named(connection: Connection) -> bool:
    """Whether the database belongs to a store already."""
    return fact(connection, NAMESPACE) is not None


def name_store(connection: Connection, *, key: bytes, namespace: uuid.UUID) -> None:
    """Bind the database to the secret of its store: its namespace, sealed, and the check value."""
    sealed = vault_of(connection).seal(str(namespace), place=NAMESPACE_PLACE)
    connection.execute(
        insert(facts),
        [{"name": NAMESPACE, "value": sealed}, {"name": _KEY_CHECK, "value": _key_check(key)}],
    )


def read_namespace(database: Database, *, key: bytes) -> uuid.UUID:
    """The namespace of the store.

    Raises:
        SchemaError: rows of an older version wait to be sealed.
        StoreForeignDatabaseError: the secret is not the one of this database.
    """
    with database.reading() as connection:
        if fact(connection, STATE) is not None:
            raise SchemaError(database.name, cause="rows of an older version wait to be sealed")
        return namespace_of(connection, key=key, database=database.name)


def namespace_of(connection: Connection, *, key: bytes, database: str) -> uuid.UUID:
    """The same within a transaction, also while rows wait."""
    namespace = fact(connection, NAMESPACE)
    check = fact(connection, _KEY_CHECK)
    if namespace is None or check is None or not hmac.compare_digest(check, _key_check(key)):
        # References made with another key would name nobody, so nothing is done with it.
        raise StoreForeignDatabaseError(
            database, reason="tệp store.key không phải khóa của cơ sở dữ liệu này"
        )
    return uuid.UUID(vault_of(connection).unseal(namespace, place=NAMESPACE_PLACE))


def fact(connection: Connection, name: str) -> str | None:
    """One fact of the store, if it is there."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def _key_check(key: bytes) -> str:
    return hmac.new(key, b"motlan store key check", hashlib.sha256).hexdigest()
