from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text

import storage.migrations
from dossier.errors import SchemaError, StoreBusyError, StoreError, StoreFullError, StoreReadOnlyError
from storage.database import Database
from storage.schema import REVISION, facts, journal
from storage.schema_upgrade import upgrade
from storage.sqlite import make_private_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "store.sqlite3"
    make_private_file(made)
    return made


def tables(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {row.name: "".join(row.sql.split()) for row in rows}


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    names = [name for name in tables(connection) if not name.startswith("sqlite_")]
    kinds = {row.name: row.type for row in connection.execute(text("SELECT name, type FROM sqlite_master"))}
    return {
        name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
        for name in names
        if kinds[name] == "table"
    }


def test_the_migrations_make_what_an_empty_database_gets_at_once(path: Path, tmp_path: Path) -> None:
    made = Database.on_disk(path)
    made.upgrade()
    other = tmp_path / "migrated.sqlite3"
    make_private_file(other)
    migrated = Database.on_disk(other)
    with migrated.writing() as connection:
        upgrade(connection, revision=REVISION)
    with migrated.reading() as left, made.reading() as right:
        assert tables(left) == tables(right)
        stepwise, at_once = contents(left), contents(right)
        # Programs of before may go on with tables that steps made; with new ones there are none.
        assert [name for name, _ in stepwise.pop("facts")] in ([], ["schema.oldest"])
        assert at_once.pop("facts") == []
        assert stepwise == at_once
        assert {"journal_refuses_update", "document_versions_refuses_delete"} <= set(tables(left))
    migrated.close()
    made.close()


def test_the_program_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__path__[0])))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_upgrading_twice_changes_nothing(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    database.upgrade()
    database.check_revision()
    database.close()


def test_a_database_without_tables_is_refused(path: Path) -> None:
    database = Database.on_disk(path)
    with pytest.raises(SchemaError):
        database.check_revision()
    database.close()


def test_a_database_of_a_newer_program_is_refused(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError):
        database.check_revision()
    with pytest.raises(SchemaError):
        database.upgrade()
    database.close()


def test_a_failed_upgrade_leaves_no_table(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE journal (in_the_way)")
    raw.close()
    database = Database.on_disk(path)
    with pytest.raises(StoreError):
        database.upgrade()
    with database.reading() as connection:
        assert set(tables(connection)) == {"journal"}
    database.close()


def test_every_connection_is_durable_and_strict(path: Path) -> None:
    database = Database.on_disk(path)
    with database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]
    assert path.stat().st_mode & 0o777 == 0o600
    database.close()


def test_a_writer_that_waits_in_vain_is_told_so(path: Path) -> None:
    first, second = Database.on_disk(path), Database.on_disk(path, busy_seconds=0)
    first.upgrade()
    with first.writing() as connection:
        with pytest.raises(StoreBusyError):
            second.writing().__enter__()
        connection.execute(insert(facts).values(name="a", value="b"))
        with second.reading() as reader:
            assert reader.execute(select(facts)).all() == []
    first.close()
    second.close()


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    row = insert(facts).values(name="a", value="b")
    with pytest.raises(StoreError), database.writing() as connection:
        [connection.execute(row) for _ in ("first", "second, refused")]
    with database.reading() as connection:
        assert connection.execute(select(facts)).all() == []
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO journal VALUES (1, 'b', 'b', 'b')",
        "UPDATE journal SET hash = 'b'",
        "DELETE FROM journal",
    ],
)
def test_the_program_itself_cannot_change_what_only_grows(path: Path, statement: str) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    with database.writing() as connection:
        connection.execute(insert(journal).values(number=1, previous="a", hash="a", event="a"))
    with pytest.raises(StoreError), database.writing() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert connection.execute(select(journal.c.hash)).scalars().all() == ["a"]
    database.close()


def test_a_read_only_database_is_said_to_be_so(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StoreReadOnlyError), database.writing() as connection:
        connection.execute(insert(facts).values(name="a", value="b"))
    database.close()


def test_a_full_disk_in_the_middle_of_a_transaction_leaves_nothing(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    rows = [{"name": str(number), "value": "x" * 3000} for number in range(9)]
    with pytest.raises(StoreFullError), database.writing() as connection:
        connection.execute(insert(facts), rows)
    with database.reading() as connection:
        assert connection.execute(select(facts)).all() == []
    database.close()


def test_errors_hold_neither_the_statement_nor_its_values(path: Path) -> None:
    database = Database.on_disk(path)
    database.upgrade()
    with pytest.raises(StoreError) as caught, database.writing() as connection:
        connection.execute(insert(facts).values(name="secret name", value=None))
    assert "secret" not in f"{caught.value} {caught.value.cause} {caught.value.message()}"
    assert caught.value.__suppress_context__
    database.close()


def test_a_file_that_is_no_database_is_an_error_of_ours(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to have a header" * 30)
    database = Database.on_disk(path)
    with pytest.raises(StoreError):
        database.check_revision()
    database.close()


@pytest.mark.parametrize("kind", ["disk", "memory"])
def test_threads_take_turns(path: Path, kind: str) -> None:
    database = Database.in_memory() if kind == "memory" else Database.on_disk(path)
    if kind == "disk":
        database.upgrade()

    def count() -> None:
        for _ in range(10):
            with database.writing() as connection:
                seen = connection.execute(select(facts.c.value)).scalar()
                connection.execute(text("DELETE FROM facts"))
                connection.execute(insert(facts).values(name="n", value=str(int(seen or 0) + 1)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(facts.c.value)).scalar() == "40"
    database.close()
