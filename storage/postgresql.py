"""PostgreSQL: readers see one snapshot, writers take turns by an advisory lock of the transaction.

The lock is needed for the journal alone, whose entries are chained: whoever writes must know the entry
before. It is held from the beginning of a transaction to its commit, which is short: bytes are stored
before it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dossier.database_errors import (
    DatabaseAwayError,
    DatabaseReadOnlyError,
    DatabaseRefusedError,
    StoreLockLostError,
)
from dossier.errors import SettingsError, StoreBusyError, StoreError, StoreFullError
from storage import pg_liveness
from storage.dialects import Task
from storage.ready import plain

_NAME: Final = "postgresql"
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

_CONNECT_SECONDS: Final = 10
_POOL: Final = 16

_HEARD: Final = {
    # A server that lost its power says nothing, and by itself the system would wait for it for hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""Parameters of libpq: a silent server counts as gone after half a minute. Those of the address win."""

_SESSION: Final = (
    # Nor does a machine that was cut off in the middle of a transaction: its locks would keep everybody out.
    "SET tcp_keepalives_idle = 15",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET tcp_user_timeout = 30000",
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

    def __init__(self, url: str, *, busy_seconds: float, password: Callable[[], str] | None = None) -> None:
        """Use a database; connections are opened when they are needed.

        Args:
            url: without password.
            busy_seconds: how long a writer waits for the others.
            password: asked for every new connection.

        Raises:
            SettingsError: the address is none, or holds a password.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise SettingsError("MOTLAN_DATABASE", reason="không phải địa chỉ cơ sở dữ liệu") from error
        if parsed.get_backend_name() != _NAME or parsed.password or "password" in parsed.query:
            reason = "cần postgresql://tài-khoản@máy:cổng/tên, không kèm mật khẩu"
            raise SettingsError("MOTLAN_DATABASE", reason=reason)
        self._fence: int | None = None
        self._engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=_POOL,
            max_overflow=_POOL,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "motlan",
                **{name: value for name, value in _HEARD.items() if name not in parsed.query},
            },
        )
        event.listen(self._engine, "connect", _be_heard)
        pg_liveness.watch(self._engine)
        event.listen(self._engine, "checkout", _forget_readers)
        if password is not None:
            event.listen(self._engine, "do_connect", _with_password(password))
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
            for statement in _LOCK_SESSION:
                connection.exec_driver_sql(statement)
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
                with suppress(DBAPIError):
                    # At once: the server takes a moment to notice that a connection was closed.
                    connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
                connection.invalidate()

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
        self._engine.dispose()


def _be_heard(connection: Any, _record: object) -> None:
    """Let the server find out that this machine is gone; once for each connection."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(_SESSION))
    connection.commit()


def _forget_readers(connection: Any, _record: object, _proxy: object) -> None:
    """After a reader the library would ask for ``READ WRITE``, past what the server allows by default."""
    connection.read_only = None


def _with_password(password: Callable[[], str]) -> Callable[..., None]:
    def connect(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        parameters["password"] = password()

    return connect


def _as_ours(error: DBAPIError) -> StoreError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    kind = _KINDS.get(state) or _CLASSES.get(state[:2])
    if kind is None:
        # Without a state the server was never reached, let nobody in, or went away in the middle.
        gone = not state or error.connection_invalidated
        refused = not state and any(words in str(error.orig) for words in _REFUSALS)
        kind = DatabaseRefusedError if refused else DatabaseAwayError if gone else StoreError
    return kind(_NAME, cause=f"{type(error.orig).__name__} {state}".strip())
