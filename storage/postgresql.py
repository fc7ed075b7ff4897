"""PostgreSQL: readers see one snapshot, writers take turns by an advisory lock of the transaction.

The lock is needed for the journal alone, whose entries are chained: whoever writes must know the entry
before. It is held from the beginning of a transaction to its commit, which is short: bytes are stored
before it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dossier.database_errors import (
    DatabaseAwayError,
    DatabaseReadOnlyError,
    DatabaseRefusedError,
    StoreLockLostError,
)
from dossier.errors import StoreBusyError, StoreError, StoreFullError
from storage.dialects import Task
from storage.pg_pool import BACKEND, SESSION, PgPool
from storage.ready import plain

_NAME: Final = BACKEND
_WRITER_LOCK: Final = 0x6D6F746C616E
"""Every writing transaction asks for this lock; the letters of the product's name."""

_TASK_LOCKS: Final[dict[Task, int]] = {
    "writing": _WRITER_LOCK + 1,
    "copying": _WRITER_LOCK + 2,
    "locking": _WRITER_LOCK + 3,
}
"""The one process of all machines that does a task holds its lock, as long as it does it."""

_QUEUE_LOCK: Final = _WRITER_LOCK + 4
"""Whoever takes work asks for this lock."""

_LOCK_SESSION: Final = (
    # A machine that lost its power says nothing: its lock must not stand for hours.
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = 0",
)

_IDLE_MILLISECONDS: Final = 60_000
"""A writer that stands still so long inside a transaction, whose machine lives, loses it with its locks."""

# SQLSTATE (PostgreSQL manual, appendix A): the first two characters are its class.
_KINDS: Final[dict[str, type[StoreError]]] = {
    "53100": StoreFullError,
    "25006": DatabaseReadOnlyError,
    "42501": DatabaseRefusedError,
    "55P03": StoreBusyError,
    "40001": StoreBusyError,
    "40P01": StoreBusyError,
    "28P01": DatabaseRefusedError,
    "28000": DatabaseRefusedError,
    "3D000": DatabaseRefusedError,
}
_CLASSES: Final[dict[str, type[StoreError]]] = {
    "08": DatabaseAwayError,
    "53": DatabaseAwayError,
    "57": DatabaseAwayError,
}
_REFUSALS: Final = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
"""What the library says when the server answers and lets nobody in; it has no state then."""


class PostgreSql:
    """``storage.dialects.Dialect`` on a server."""

    name = _NAME
    file: Path | None = None

    def __init__(self, pool: PgPool, *, busy_seconds: float, alone_with_it: bool = True) -> None:
        """Use a database.

        Args:
            pool: its connections.
            busy_seconds: how long a writer waits for the others.
            alone_with_it: the pool is closed together with this.
        """
        self._fence: int | None = None
        self._pool, self._alone_with_it = pool, alone_with_it
        self._engine = pool.engine
        self.reader = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.writer = self._engine.execution_options()
        # Of a writing transaction: how long it waits for others, and they for it.
        self._bounds = (
            f"set_config('lock_timeout', '{max(1, int(busy_seconds * 1000))}', true), "
            f"set_config('idle_in_transaction_session_timeout', '{_IDLE_MILLISECONDS}', true)"
        )

    def turn(self) -> AbstractContextManager[None]:
        """See ``Dialect``. The server has a queue."""
        return nullcontext()

    def begin_reading(self, connection: Connection) -> None:
        """See ``Dialect``. The server does it with the first statement."""

    def begin_writing(self, connection: Connection) -> None:
        """See ``Dialect``."""
        # One round trip; a list is worked off from left to right.
        turn = f"SELECT {self._bounds}, pg_advisory_xact_lock({_WRITER_LOCK})"
        fence = self._fence
        if fence is None:
            plain(connection, turn)
            return
        ((*_, is_free),) = plain(connection, f"{turn}, pg_try_advisory_xact_lock_shared({fence})")
        if is_free:
            raise StoreLockLostError(_NAME)

    def begin_queueing(self, connection: Connection, *, alone: bool) -> None:
        """See ``Dialect``. A lost lock of the only writer is no matter: each row has a fence of its own."""
        turn = f", pg_advisory_xact_lock({_QUEUE_LOCK})" if alone else ""
        plain(connection, f"SELECT {self._bounds}{turn}")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """See ``Dialect``."""
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreBusyError(_NAME, cause="no connection came free") from error
        except DBAPIError as error:
            # The statement and its values stay out: they hold names and numbers of people.
            raise _as_ours(error) from None

    def prepare(self) -> None:
        """See ``Dialect``. The administrator of the server has made it."""

    def is_there(self) -> bool:
        """See ``Dialect``."""
        return True

    @contextmanager
    def alone(self, task: Task, *, wait_seconds: float) -> Iterator[None]:
        """See ``Dialect``.

        The writer's connection holds a second lock, of a random number: the fence. A writing transaction that
        can get it knows that the connection is gone, and whoever waited may have begun to write.
        """
        with self.errors(), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("; ".join(_LOCK_SESSION))
            if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
                raise DatabaseReadOnlyError(_NAME)
            connection.exec_driver_sql(f"SET lock_timeout = {max(1, int(wait_seconds * 1000))}")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_TASK_LOCKS[task]})")
            if task == "writing":
                self._fence = secrets.randbits(62)
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({self._fence})")
            try:
                yield
            finally:
                if task == "writing":
                    self._fence = None
                _let_go(connection)

    def compact(self) -> None:
        """See ``Dialect``. Readers wait meanwhile."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")

    def scrub(self, table: str) -> None:
        """See ``Dialect``. The room of deleted rows may be overwritten; the log keeps them for its term."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {table}")

    def close(self) -> None:
        """See ``Dialect``."""
        if self._alone_with_it:
            self._pool.close()


def _let_go(connection: Connection) -> None:
    """Give all locks of the session back, and the connection as new to the pool; a doubtful one is closed."""
    try:
        # The locks at once: the server takes a moment to notice that a connection was closed.
        connection.exec_driver_sql("; ".join(("SELECT pg_advisory_unlock_all()", "RESET ALL", *SESSION)))
    except DBAPIError:
        connection.invalidate()


def _as_ours(error: DBAPIError) -> StoreError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    kind = _KINDS.get(state) or _CLASSES.get(state[:2])
    if kind is None:
        # Without a state the server was never reached, let nobody in, or went away in the middle.
        gone = not state or error.connection_invalidated
        refused = not state and any(words in str(error.orig) for words in _REFUSALS)
        kind = DatabaseRefusedError if refused else DatabaseAwayError if gone else StoreError
    return kind(_NAME, cause=f"{type(error.orig).__name__} {state}".strip())
