"""PostgreSQL: readers see one snapshot, writers take turns by an advisory lock of the transaction.

The lock is needed for the journal alone, whose entries are chained: whoever writes must know the entry
before. It is held from the beginning of a transaction to its commit, which is short: bytes are stored
before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dossier.errors import (
    SettingsError,
    StoreBusyError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
)

_NAME: Final = "postgresql"
_WRITER_LOCK: Final = 0x6D6F746C616E
"""Every writer of a database asks for this lock; the letters of the product's name."""

_CONNECT_SECONDS: Final = 10
_POOL: Final = 16

# SQLSTATE (PostgreSQL manual, appendix A): the first two characters are its class.
_KINDS: Final[dict[str, type[StoreError]]] = {
    "53100": StoreFullError,
    "25006": StoreReadOnlyError,
    "42501": StoreReadOnlyError,
    "55P03": StoreBusyError,
    "40001": StoreBusyError,
    "40P01": StoreBusyError,
    "28P01": StoreCredentialsError,
    "28000": StoreCredentialsError,
}
_CLASSES: Final[dict[str, type[StoreError]]] = {
    "08": StoreUnavailableError,
    "53": StoreUnavailableError,
    "57": StoreUnavailableError,
}


class PostgreSql:
    """``storage.dialects.Dialect`` on a server."""

    name = _NAME

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
        if parsed.get_backend_name() != _NAME or parsed.password:
            reason = "cần postgresql://tài-khoản@máy:cổng/tên, không kèm mật khẩu"
            raise SettingsError("MOTLAN_DATABASE", reason=reason)
        self._engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=_POOL,
            max_overflow=_POOL,
            # A connection that a restart of the server has cut is found before it is used.
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "motlan"},
        )
        if password is not None:
            event.listen(self._engine, "do_connect", _with_password(password))
        self.reader = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.writer = self._engine.execution_options(motlan_writes=True)
        event.listen(self._engine, "begin", _take_turn(int(busy_seconds * 1000)))

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


def _take_turn(wait_milliseconds: int) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("motlan_writes"):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, wait_milliseconds)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    return begin


def _with_password(password: Callable[[], str]) -> Callable[..., None]:
    def connect(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        parameters["password"] = password()

    return connect


def _as_ours(error: DBAPIError) -> StoreError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    kind = _KINDS.get(state) or _CLASSES.get(state[:2])
    if kind is None:
        # Without a state the server was never reached, or went away in the middle.
        kind = StoreError if state and not error.connection_invalidated else StoreUnavailableError
    return kind(_NAME, cause=f"{type(error.orig).__name__} {state}".strip())
