"""SQLite in WAL with ``synchronous=FULL``: readers never wait, writers take turns by ``BEGIN IMMEDIATE``."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

from dossier.errors import StoreBusyError, StoreError, StoreFullError, StoreReadOnlyError
from storage.dialects import Task
from storage.filesystem import PRIVATE_FILE, store_errors
from storage.ready import plain
from storage.write_turns import turns_at

BUSY_SECONDS: Final = 30.0
_PRIMARY_CODE: Final = 0xFF
_LOOK_MS: Final = 3
_TEXTS: Final = 500
"""So many statements keep their text, as the library does for one engine."""

_KINDS: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnlyError,
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
}


class _Sqlite:
    """What both kinds share; see ``storage.dialects.Dialect``."""

    def __init__(self, engine: Engine, *, name: str, file: Path | None = None) -> None:
        self._engine = engine
        self.name = name
        self.file = file
        # Two over one pool: what listens to the one does not hear the other.
        self.reader = engine.execution_options()
        self.writer = engine.execution_options()

    def turn(self) -> AbstractContextManager[None]:
        """See ``Dialect``. The one connection of a database in memory is a turn itself."""
        return nullcontext()

    def begin_reading(self, connection: Connection) -> None:
        """See ``Dialect``. The driver would begin late, and never for a reader."""
        plain(connection, "BEGIN")

    def begin_writing(self, connection: Connection) -> None:
        """See ``Dialect``."""
        plain(connection, "BEGIN IMMEDIATE")

    def begin_queueing(self, connection: Connection, *, alone: bool) -> None:
        """See ``Dialect``. Whoever writes is alone in any case."""
        del alone
        self.begin_writing(connection)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """See ``Dialect``."""
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreBusyError(self.name, cause="no connection came free") from error
        except (DBAPIError, sqlite3.Error) as error:
            origin = error.orig if isinstance(error, DBAPIError) else error
            code = getattr(origin, "sqlite_errorcode", 0) & _PRIMARY_CODE
            # The statement and its values stay out: they hold names and numbers of people.
            cause = f"{type(origin).__name__}: {getattr(origin, 'sqlite_errorname', '')}"
            raise _KINDS.get(code, StoreError)(self.name, cause=cause) from None

    def prepare(self) -> None:
        """See ``Dialect``."""

    def is_there(self) -> bool:
        """See ``Dialect``."""
        return True

    def alone(self, task: Task, *, wait_seconds: float) -> AbstractContextManager[None]:
        """See ``Dialect``. The file is on one machine, where the lock files of the data folder are enough."""
        del task, wait_seconds
        return nullcontext()

    def compact(self) -> None:
        """See ``Dialect``. The log of the last changes is emptied too."""
        with closing(self._engine.raw_connection()) as connection:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.cursor().execute(statement).fetchall()

    def scrub(self, table: str) -> None:
        """See ``Dialect``. Pages were overwritten when rows were deleted; their older state leaves the log.

        A reader that is busy with that state keeps it there; the next checkpoint takes it then.
        """
        del table
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """See ``Dialect``."""
        self._engine.dispose()


class SqliteFile(_Sqlite):
    """The database in a file."""

    def __init__(self, path: Path, *, busy_seconds: float, immutable: bool = False) -> None:
        place = f"{path.absolute().as_uri()}?immutable=1" if immutable else path

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                place, timeout=busy_seconds, isolation_level=None, check_same_thread=False, uri=immutable
            )

        engine = _engine(connect, pool_size=8, max_overflow=-1)
        prepare = _prepare_connection if immutable else _prepare_file_connection
        event.listen(engine, "connect", prepare)
        super().__init__(engine, name=path.name, file=path)
        self._path = path
        self._busy_seconds = busy_seconds
        self._turns = turns_at(path)

    def turn(self) -> AbstractContextManager[None]:
        """See ``Dialect``."""
        return self._turns.turn(name=self.name, wait_seconds=self._busy_seconds)

    def begin_writing(self, connection: Connection) -> None:
        """See ``Dialect``.

        Of each process one writer at most waits here. It looks again every few milliseconds: SQLite's own
        pauses grow to a tenth of a second, in which the other process has written and begun anew.
        """
        until = time.monotonic() + self._busy_seconds
        plain(connection, f"PRAGMA busy_timeout={min(_LOOK_MS, round(self._busy_seconds * 1000))}")
        try:
            while not _has_begun(connection):
                if time.monotonic() >= until:
                    raise StoreBusyError(self.name, cause="another process writes")
        finally:
            plain(connection, f"PRAGMA busy_timeout={round(self._busy_seconds * 1000)}")

    def prepare(self) -> None:
        """See ``Dialect``."""
        with store_errors(self._path.name):
            make_private_file(self._path)

    def is_there(self) -> bool:
        """See ``Dialect``. Connecting would make an empty file."""
        return self._path.is_file()


class SqliteMemory(_Sqlite):
    """A database without a file; its one connection serves one thread at a time."""

    def __init__(self) -> None:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

        engine = _engine(connect, pool_size=1, max_overflow=0)
        event.listen(engine, "connect", _prepare_connection)
        super().__init__(engine, name="memory")


def _has_begun(connection: Connection) -> bool:
    """Whether a transaction that writes has begun; not while somebody else has one."""
    try:
        plain(connection, "BEGIN IMMEDIATE")
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _engine(connect: Callable[[], Any], *, pool_size: int, max_overflow: int) -> Engine:
    """An engine with connections of its own; the texts of statements are made once for all of them.

    A store is opened for each thing that is saved. With texts of its own it would make every one anew.
    """
    words, texts = _words()
    pool = QueuePool(connect, pool_size=pool_size, max_overflow=max_overflow, dialect=words.dialect)
    return Engine(pool, words.dialect, words.url, execution_options={"compiled_cache": texts})


@cache
def _words() -> tuple[Engine, LRUCache[Any, Any]]:
    """An engine that has learnt by a connection what this SQLite can do, and statements in its words."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine, LRUCache(_TEXTS)


def make_private_file(path: Path) -> None:
    """An empty database only its owner may read; SQLite gives its side files the same permissions."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    # Without it, INSERT OR REPLACE would slip past the triggers of the tables that only grow.
    connection.execute("PRAGMA recursive_triggers=ON")
    # What is deleted is overwritten in its page: keys of destroyed objects and papers must not lie there.
    connection.execute("PRAGMA secure_delete=ON")
    # A page whose content was changed behind SQLite's back must not be read as if it were a table.
    connection.execute("PRAGMA trusted_schema=OFF")


def _prepare_file_connection(connection: sqlite3.Connection, record: object) -> None:
    _prepare_connection(connection, record)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
