"""Connections, transactions and the version of the schema, on SQLite and PostgreSQL alike.

Readers see one state and never wait for the writer. Writers take their turn at the start of the transaction,
so none of them can find out half-way that what it read is old. A transaction that returned is on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_mock_engine,
    insert,
    inspect,
    text,
)
from sqlalchemy.schema import ExecutableDDLElement

from dossier.errors import StoreBusyError
from storage.dialects import Dialect
from storage.pg_pool import PgPool
from storage.postgresql import PostgreSql
from storage.ready import plain
from storage.schema import REVISION, metadata
from storage.schema_rule import kept_oldest, need_usable
from storage.sqlite import BUSY_SECONDS, SqliteFile, SqliteMemory
from storage.vault import Vault, hand_vault

_UPGRADE_TRIES: Final = 10
_UPGRADE_PAUSE_SECONDS: Final = 1.0
_TABLE_WAIT: Final = "2s"

# As alembic makes it.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class Database:
    """One database, for any number of threads. Made by ``on_disk``, ``on_server`` or ``in_memory``."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; nothing for a server, and nothing in memory."""
        return self._dialect.file

    def unlock(self, vault: Vault) -> None:
        """Give every later transaction the keys that rows are read and written with."""
        for engine in (self._dialect.reader, self._dialect.writer):
            hand_vault(engine, vault)

    @classmethod
    def on_disk(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS, immutable: bool = False) -> Database:
        """The SQLite database in that file; connections are opened when they are needed.

        Args:
            path: the file.
            busy_seconds: how long a writer waits for the others.
            immutable: only read, and nobody else writes (a backup): no file is made beside it.
        """
        return cls(SqliteFile(path, busy_seconds=busy_seconds, immutable=immutable))

    @classmethod
    def on_server(
        cls, url: str, *, password: Callable[[], str] | None = None, busy_seconds: float = BUSY_SECONDS
    ) -> Database:
        """A PostgreSQL database.

        Args:
            url: ``postgresql://user@host:port/name``; never with a password.
            password: asked for every new connection, so that a new one counts without a restart.
            busy_seconds: how long a writer waits for the others.

        Raises:
            SettingsError: the address is none, or holds a password.
        """
        return cls(PostgreSql(PgPool(url, password=password), busy_seconds=busy_seconds))

    @classmethod
    def on_pool(cls, pool: PgPool, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """The database of a pool that others use, too, and that stays open when this is closed.

        Args:
            pool: its connections.
            busy_seconds: how long a writer waits for the others.
        """
        return cls(PostgreSql(pool, busy_seconds=busy_seconds, alone_with_it=False))

    @classmethod
    def in_memory(cls) -> Database:
        """A database that is gone with the process. Its one connection serves one thread at a time."""
        database = cls(SqliteMemory())
        with database.writing() as connection:
            for statement in _tables():
                plain(connection, statement)
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database.

        Raises:
            StoreError: or one of its kinds, for whatever the database reports.
        """
        with self._dialect.errors(), self._dialect.reader.begin() as connection:
            # Not by an event of the library: with one, every statement would look for others.
            self._dialect.begin_reading(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer can come between; it is on the disk when the block is left.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreBusyError, StoreUnavailableError, StoreError.
            StoreLockLostError: the lock of the only writer, held until now, is lost.
        """
        with self._dialect.errors(), self._dialect.turn(), self._dialect.writer.begin() as connection:
            self._dialect.begin_writing(connection)
            yield connection

    @contextmanager
    def queueing(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction about who does what next: it adds nothing to the journal and waits for none who does.

        Args:
            alone: beside no other one that wants to be alone.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreBusyError, StoreUnavailableError, StoreError.
        """
        with self._dialect.errors(), self._dialect.turn(), self._dialect.writer.begin() as connection:
            self._dialect.begin_queueing(connection, alone=alone)
            yield connection

    @property
    def name(self) -> str:
        """How to name it in an error; never with an address or an account."""
        return self._dialect.name

    def prepare(self) -> None:
        """Make what a new database needs before its first connection: a file only its owner may read.

        Raises:
            StoreReadOnlyError, StoreFullError.
        """
        self._dialect.prepare()

    def is_there(self) -> bool:
        """Whether there is a file to open; of a server nothing is known before it is asked."""
        return self._dialect.is_there()

    @contextmanager
    def only_writer(self, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """Be the only writer of all machines that use this database, beside the lock file of this one.

        The lock lives with a connection of its own. When that breaks, the lock is lost, and every later
        transaction that writes through this object is refused.

        Args:
            wait_seconds: how long to wait for a writer on another machine.

        Raises:
            StoreBusyError: another machine writes for longer than that.
            DatabaseReadOnlyError, DatabaseAwayError, DatabaseRefusedError.
        """
        with self._dialect.alone("writing", wait_seconds=wait_seconds):
            yield

    @contextmanager
    def only_copier(self, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """The same for whoever makes second copies. Losing it refuses nothing: copies may be made twice.

        Raises:
            StoreBusyError: another machine makes copies for longer than that.
        """
        with self._dialect.alone("copying", wait_seconds=wait_seconds):
            yield

    @contextmanager
    def only_locker(self, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """The same for whoever prolongs locks of objects, which may be asked for twice.

        Raises:
            StoreBusyError: another machine prolongs locks for longer than that.
        """
        with self._dialect.alone("locking", wait_seconds=wait_seconds):
            yield

    def upgrade(
        self,
        *,
        more_steps: Path | None = None,
        to: str = REVISION,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make or change the tables until they are those of this program; newer ones that suit it stay.

        Readers and writers of this and of an older program go on meanwhile. A step waits for a table that
        somebody uses for two seconds only, since everybody else would stand in line behind it; then all
        is undone and tried again, for half a minute.

        Args:
            more_steps: a folder with steps that follow those of this program.
            to: the step to reach.
            pause: waits so many seconds.

        Raises:
            SchemaNewerError: the tables are newer than the program, and do not suit it.
            StoreBusyError: tables were in use all the time.
        """
        tries_left = _UPGRADE_TRIES
        while True:
            try:
                self._upgrade(more_steps, to)
            except StoreBusyError:
                tries_left -= 1
                if not tries_left:
                    raise
                pause(_UPGRADE_PAUSE_SECONDS)
            else:
                return

    def _upgrade(self, more_steps: Path | None, to: str) -> None:
        found = self.revision()
        if found >= to:
            self.check_revision()
            return
        with self.writing() as connection:
            if connection.dialect.name == "sqlite" and not inspect(connection).get_table_names():
                _make_tables(connection)
                return
            # Another machine may have done it while this one waited for its turn.
            if _revision(connection) >= to:
                return
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{_TABLE_WAIT}'"))
            from storage.schema_upgrade import upgrade  # noqa: PLC0415  only older stores pay for alembic

            upgrade(connection, revision=to, more_steps=more_steps)

    def check_revision(self) -> None:
        """Refuse tables that this program must not work with (``storage.schema_rule``).

        Raises:
            SchemaOlderError: they wait for steps of this program, or there are none.
            SchemaNewerError: a newer program made them, and they no longer suit this one.
        """
        with self.reading() as connection:
            found = _revision(connection)
            oldest = kept_oldest(connection) if found > REVISION else ""
        need_usable(self.name, found=found, oldest=oldest, ours=REVISION)

    def need_own_revision(self) -> None:
        """Refuse all tables but those of this very program: who copies them must know every column.

        Raises:
            SchemaOlderError, SchemaNewerError: they are of another step.
        """
        need_usable(self.name, found=self.revision(), oldest="", ours=REVISION)

    def close(self) -> None:
        """Close every connection."""
        self._dialect.close()

    def compact(self) -> None:
        """Write the files of the database anew, so that nothing that was removed is still in them.

        Raises:
            StoreFullError, StoreBusyError, StoreError.
        """
        with self._dialect.errors():
            self._dialect.compact()

    def scrub(self, table: str) -> None:
        """Take deleted rows of a table out of the files, as far as the database can beside other work.

        Raises:
            StoreError: or one of its kinds, for whatever the database reports.
        """
        with self._dialect.errors():
            self._dialect.scrub(table)

    def revision(self) -> str:
        """Version of the tables; empty where there are none."""
        with self.reading() as connection:
            return _revision(connection)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _make_tables(connection: Connection) -> None:
    """What all steps of the migrations make in an empty file, in a fifth of the time.

    Not on a server: there a constraint keeps the name of the table it was first made for, and later steps
    go by names.
    """
    for statement in _tables():
        plain(connection, statement)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=REVISION))


@cache
def _tables() -> tuple[str, ...]:
    """What makes all tables in an empty SQLite database; put into words once for a process."""
    made: list[str] = []

    def keep(statement: ExecutableDDLElement, _parameters: object) -> None:
        made.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", keep)
    metadata.create_all(engine, checkfirst=False)
    return tuple(made)
