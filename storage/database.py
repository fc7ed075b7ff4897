"""Connections, transactions and the version of the schema.

SQLite in WAL with ``synchronous=FULL``: a transaction that returned is on the disk. Readers never wait for
the writer. Writers take their turn at the start of the transaction (``BEGIN IMMEDIATE``), so none of them can
find out half-way that what it read is old.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from dossier.errors import SchemaError, StoreBusyError, StoreError, StoreFullError, StoreReadOnlyError
from storage.filesystem import PRIVATE_FILE
from storage.schema import REVISION, metadata

BUSY_SECONDS: Final = 30.0
_BEGIN: Final = "motlan_begin"
_PRIMARY_CODE: Final = 0xFF

_KINDS: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnlyError,
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
}


class Database:
    """One SQLite database, used by any number of threads. Make it with ``on_disk`` or ``in_memory``."""

    def __init__(self, engine: Engine, *, name: str) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**{_BEGIN: "BEGIN"})
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._name = name

    @classmethod
    def on_disk(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """The database in that file; connections are opened when they are needed."""

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)

        engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=-1
        )
        event.listen(engine, "connect", _prepare_file_connection)
        return cls(_with_transactions(engine), name=path.name)

    @classmethod
    def in_memory(cls) -> Database:
        """A database that is gone with the process. Its one connection serves one thread at a time."""

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=0)
        event.listen(engine, "connect", _prepare_connection)
        database = cls(_with_transactions(engine), name="memory")
        with database.writing() as connection:
            metadata.create_all(connection)
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database.

        Raises:
            StoreError: or one of its kinds, for whatever the database reports.
        """
        with _database_errors(self._name), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer can come between; it is on the disk when the block is left.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreBusyError, StoreError.
        """
        with _database_errors(self._name), self._writer.begin() as connection:
            yield connection

    def upgrade(self, *, then: Callable[[Connection], None] | None = None) -> None:
        """Make or change the tables until they are those of this program.

        Args:
            then: fills the new tables, in the transaction that makes them; not called when none were made.

        Raises:
            SchemaError: the database is newer than the program.
        """
        found = self._revision()
        if found == REVISION:
            return
        if found > REVISION:
            raise SchemaError(self._name, cause=f"schema {found}, program {REVISION}")
        from storage.schema_upgrade import upgrade  # noqa: PLC0415  only init pays for alembic

        with self.writing() as connection:
            upgrade(connection, revision=REVISION)
            if then is not None:
                then(connection)

    def check_revision(self) -> None:
        """Refuse a database of another version.

        Raises:
            SchemaError: older or newer than the program.
        """
        found = self._revision()
        if found != REVISION:
            raise SchemaError(self._name, cause=f"schema {found or 'none'}, program {REVISION}")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _revision(self) -> str:
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def make_private_file(path: Path) -> None:
    """An empty database only its owner may read; SQLite gives its side files the same permissions."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))


def _with_transactions(engine: Engine) -> Engine:
    """Begin transactions ourselves: the driver would begin late, and never for a reader."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options()[_BEGIN])

    event.listen(engine, "begin", begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    # Without it, INSERT OR REPLACE would slip past the triggers of the tables that only grow.
    connection.execute("PRAGMA recursive_triggers=ON")
    # A page whose content was changed behind SQLite's back must not be read as if it were a table.
    connection.execute("PRAGMA trusted_schema=OFF")


def _prepare_file_connection(connection: sqlite3.Connection, record: object) -> None:
    _prepare_connection(connection, record)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


@contextmanager
def _database_errors(name: str) -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusyError(name, cause="no connection came free") from error
    except (DBAPIError, sqlite3.Error) as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(origin, "sqlite_errorcode", 0) & _PRIMARY_CODE
        # The statement and its values stay out: they hold names and numbers of people.
        cause = f"{type(origin).__name__}: {getattr(origin, 'sqlite_errorname', '')}"
        raise _KINDS.get(code, StoreError)(name, cause=cause) from None
