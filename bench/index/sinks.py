"""Rows in bulk into either database: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

Row = Sequence[object]


class Sink(Protocol):
    """Takes rows of a table, all of its columns in their order."""

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """Add the rows."""

    def run(self, statement: str) -> None:
        """Run a statement of ours."""


class SqliteSink:
    """Into a file that nobody else uses: nothing is safe until it is done."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """See ``Sink``."""
        remaining = iter(rows)
        first = next(remaining, None)
        if first is None:
            return
        places = ",".join("?" * len(first))
        # The name of the table is ours.
        self._connection.executemany(
            f"INSERT INTO {table} VALUES ({places})",  # noqa: S608
            chain([first], remaining),
        )

    def run(self, statement: str) -> None:
        """See ``Sink``."""
        self._connection.execute(statement)


class PostgreSqlSink:
    """With ``COPY``; foreign keys are not looked at meanwhile."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """See ``Sink``."""
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str) -> None:
        """See ``Sink``."""
        self._connection.execute(statement.encode())


@contextmanager
def sqlite_sink(path: Path) -> Iterator[SqliteSink]:
    """Write into an existing file."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=FILE"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    yield SqliteSink(connection)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


@contextmanager
def postgresql_sink(url: str) -> Iterator[PostgreSqlSink]:
    """Write into a database whose account may do everything."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '1GB'")
        yield PostgreSqlSink(connection)
        connection.execute("ANALYZE")


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in lists of that size."""
    remaining = iter(rows)
    while some := list(islice(remaining, size)):
        yield some
