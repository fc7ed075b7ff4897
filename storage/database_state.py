"""What a database server says of itself: version, clock, connections, copies. A file has little to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, text

from storage.database import Database

_ASKED: Final = """
    SELECT current_setting('server_version_num')::int AS version,
           clock_timestamp() AS now,
           current_setting('max_connections')::int
             - current_setting('superuser_reserved_connections')::int AS most,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
           current_setting('transaction_read_only') = 'on'
             AND current_setting('default_transaction_read_only') = 'on' AS locked,
           pg_is_in_recovery() AS standby,
           (SELECT count(*) FROM pg_stat_replication) AS copies,
           current_setting('synchronous_standby_names') <> '' AS waits,
           current_setting('archive_mode') <> 'off' AS archives,
           (SELECT last_failed_time > coalesce(last_archived_time, '-infinity')
              FROM pg_stat_archiver) AS failing,
           pg_database_size(current_database()) AS size
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A server of PostgreSQL.

    Attributes:
        version: its main version.
        now: its clock, aware.
        connections: in use; all accounts together.
        most_connections: it allows to others than its administrators.
        read_only: a standby, or locked for writing.
        copies: standbys that are connected.
        waits_for_copies: whether a commit waits for one of them.
        archives: whether its log is kept apart.
        archive_fails: whether that went wrong the last time.
        size: of the database, bytes.
    """

    version: int
    now: datetime
    connections: int
    most_connections: int
    read_only: bool
    copies: int
    waits_for_copies: bool
    archives: bool
    archive_fails: bool
    size: int


def server_state(database: Database) -> ServerState | None:
    """What the server says; nothing for a file.

    Raises:
        StoreError: it does not answer.
    """
    with database.reading() as connection:
        return _asked(connection) if connection.dialect.name == "postgresql" else None


def _asked(connection: Connection) -> ServerState:
    row = connection.execute(text(_ASKED)).one()
    return ServerState(
        version=row.version // 10_000,
        now=row.now.astimezone(UTC),
        connections=row.used,
        most_connections=row.most,
        read_only=bool(row.locked or row.standby),
        copies=row.copies,
        waits_for_copies=row.waits,
        archives=row.archives,
        archive_fails=bool(row.failing),
        size=row.size,
    )
