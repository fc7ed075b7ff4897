"""What time it is by the clock of the database: the one clock that several machines share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, text

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOW: Final = {
    "sqlite": text("SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"),
    "postgresql": text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"),
}


def now_ms(connection: Connection) -> int:
    """Milliseconds since 1970."""
    return int(connection.execute(_NOW[connection.dialect.name]).scalar_one())


def shared_now(connection: Connection) -> datetime | None:
    """The moment by a server's clock; nothing for a file, which the processes of one machine share alone."""
    if connection.dialect.name == "sqlite":
        return None
    return _EPOCH + timedelta(milliseconds=now_ms(connection))
