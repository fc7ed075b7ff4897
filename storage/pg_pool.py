"""Connections to a database on a server, kept for whoever opens it next: home of their making.

A connection costs the server a process and this program several questions, more than what most openings of a
store then ask. So an installation has one pool, and every ``PostgreSql`` of it takes from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dossier.errors import SettingsError
from storage import pg_liveness

BACKEND: Final = "postgresql"

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

SESSION: Final = (
    # Nor does a machine that was cut off in the middle of a transaction: its locks would keep everybody out.
    "SET tcp_keepalives_idle = 15",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET tcp_user_timeout = 30000",
)
"""What every connection of the pool has said before it is used."""


class PgPool:
    """Opens connections when they are needed, and keeps them until it is closed."""

    def __init__(self, url: str, *, password: Callable[[], str] | None = None) -> None:
        """Use a database; nothing is asked of it yet.

        Args:
            url: ``postgresql://user@host:port/name``; never with a password.
            password: asked for every new connection, so that a new one counts without a restart.

        Raises:
            SettingsError: the address is none, or holds a password.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise SettingsError("MOTLAN_DATABASE", reason="không phải địa chỉ cơ sở dữ liệu") from error
        if parsed.get_backend_name() != BACKEND or parsed.password or "password" in parsed.query:
            reason = "cần postgresql://tài-khoản@máy:cổng/tên, không kèm mật khẩu"
            raise SettingsError("MOTLAN_DATABASE", reason=reason)
        self.engine: Engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=_POOL,
            max_overflow=_POOL,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "motlan",
                **{name: value for name, value in _HEARD.items() if name not in parsed.query},
            },
        )
        event.listen(self.engine, "connect", _be_heard)
        pg_liveness.watch(self.engine)
        event.listen(self.engine, "checkout", _forget_readers)
        if password is not None:
            event.listen(self.engine, "do_connect", _with_password(password))

    def close(self) -> None:
        """Close every connection that nobody has in use."""
        self.engine.dispose()


def _be_heard(connection: Any, _record: object) -> None:
    """Let the server find out that this machine is gone; once for each connection."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(SESSION))
    connection.commit()


def _forget_readers(connection: Any, _record: object, _proxy: object) -> None:
    """After a reader the library would ask for ``READ WRITE``, past what the server allows by default."""
    connection.read_only = None


def _with_password(password: Callable[[], str]) -> Callable[..., None]:
    def connect(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        parameters["password"] = password()

    return connect
