"""All records of a database copied into another one: table by table, in constant memory, as of one moment.

A backup holds records as one SQLite file, whatever database they come from, and a restore may put them into
either kind: that is how a desk grows into an office, and how an office is looked at on one machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Integer, Table, delete, func, insert, inspect, select, text

from dossier.errors import StoreError
from dossier.keeping_errors import BackupError, RestoreDatabaseError
from storage.compare import compare_records
from storage.database import Database
from storage.filesystem import FileLayer, store_errors
from storage.schema import REVISION, facts, metadata
from storage.schema_upgrade import upgrade
from storage.staff_tables import staff_sessions

_ROWS: Final = 1000
_ALEMBIC: Final = "alembic_version"
_NOT_KEPT: Final = staff_sessions
"""Sessions of people are of the moment: an old copy, or a store restored from one, lets nobody in."""


def copy_records(source: Database, copy: Path, *, files: FileLayer) -> None:
    """Copy the records into a SQLite file, as of the moment in which the copying begins.

    Sessions at the station stay behind.

    A server is read in one transaction that sees one state and changes nothing; writers go on meanwhile.

    Args:
        source: with the tables of this program.
        copy: a file that is not there yet; readable by its owner only. A failure leaves half of it.
        files: the file system of the copy.

    Raises:
        StoreFullError, StoreUnavailableError, StoreError: one of the two fails.
    """
    with store_errors(copy.name):
        copy.touch(mode=0o600)
    if source.file is not None:
        _copy_file(source.file, copy)
    else:
        _copy_server(source, copy)
    with store_errors(copy.name):
        files.sync_file(copy)


def need_empty(target: Database) -> None:
    """Refuse a database of a server that holds anything.

    Raises:
        RestoreDatabaseError: it does.
        StoreUnavailableError, StoreError: it does not answer.
    """
    with target.reading() as connection:
        if inspect(connection).get_table_names():
            raise RestoreDatabaseError(target.name)


def put_records(copy: Path, target: Database) -> None:
    """Put the records of a copy into an empty database of a server.

    One transaction makes the tables, fills them, sets the sequences and compares every row, so that the
    database holds the whole copy or nothing. Done again after it was done, it compares and changes nothing.

    Args:
        copy: made by ``copy_records``, of this program's schema.
        target: an empty database.

    Raises:
        RestoreDatabaseError: the database holds something else.
        BackupError: what was written does not read back equal.
        StoreFullError, StoreUnavailableError, StoreError: the database cannot be written.
    """
    source = Database.on_disk(copy, immutable=True)
    with closing(source), source.reading() as reading, target.writing() as writing:
        if inspect(writing).get_table_names():
            if _is_made(writing) and _equal(reading, writing):
                return
            raise RestoreDatabaseError(target.name)
        upgrade(writing, revision=REVISION)
        # The steps note that rows of an older store wait to be sealed; here there are none.
        writing.execute(delete(facts))
        for table in metadata.sorted_tables:
            for rows in _pieces(reading, table):
                writing.execute(insert(table), rows)
            _set_sequences(writing, table)
        if not _equal(reading, writing):
            raise BackupError(target.name, reason="bản ghi đọc lại khác với bản sao lưu")


def _copy_file(source: Path, copy: Path) -> None:
    """SQLite copies its own pages, consistently and beside writers."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as before,
            closing(sqlite3.connect(copy)) as after,
        ):
            before.backup(after)
            _leave_behind(after)
            _make_single(after)
    except sqlite3.Error as error:
        raise StoreError(source.name, cause=type(error).__name__) from error


def _copy_server(source: Database, copy: Path) -> None:
    made = Database.on_disk(copy)
    try:
        made.upgrade()
        with made.writing() as writing:
            writing.execute(delete(facts))
        with source.reading() as reading:
            for table in metadata.sorted_tables:
                for rows in _pieces(reading, table) if table is not _NOT_KEPT else ():
                    # A transaction each: the log beside the file stays small.
                    with made.writing() as writing:
                        writing.execute(insert(table), rows)
    finally:
        made.close()
    try:
        with closing(sqlite3.connect(copy)) as raw:
            _make_single(raw)
    except sqlite3.Error as error:
        raise StoreError(copy.name, cause=type(error).__name__) from error


def _leave_behind(connection: sqlite3.Connection) -> None:
    """Overwrite what is not kept; records of an older version of the program may lack it."""
    name = _NOT_KEPT.name
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
    if known.fetchone() is not None:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"DELETE FROM {name}")  # noqa: S608 - the name of a table of ours
        connection.commit()


def _make_single(connection: sqlite3.Connection) -> None:
    """One file that needs no companions."""
    connection.execute("PRAGMA journal_mode=DELETE")


def _pieces(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).execution_options(yield_per=_ROWS)
    for rows in connection.execute(query).mappings().partitions():
        yield [dict(row) for row in rows]


def _set_sequences(connection: Connection, table: Table) -> None:
    """The next row gets the number after the last; rows that are copied do not count by themselves."""
    for column in table.primary_key:
        if not isinstance(column.type, Integer):
            continue
        named = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.execute(named, {"table": table.name, "column": column.name}).scalar()
        last = connection.execute(select(func.max(column))).scalar()
        if sequence is not None and last is not None:
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _is_made(connection: Connection) -> bool:
    wanted = {table.name for table in metadata.sorted_tables} | {_ALEMBIC}
    if set(inspect(connection).get_table_names()) != wanted:
        return False
    return connection.execute(text(f"SELECT version_num FROM {_ALEMBIC}")).scalar() == REVISION  # noqa: S608


def _equal(one: Connection, two: Connection) -> bool:
    return all(table.equal for table in compare_records(one, two))
