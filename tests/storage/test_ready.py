"""Statements that stand ready do what the library would do, on both databases, and fail as it does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from dossier.database_errors import DatabaseAwayError
from dossier.errors import StoreError
from storage.database import Database
from storage.ready import Additions, Ready, plain
from storage.schema import counters, journal, journal_refs, metadata, name_tokens, names, steps
from tests.storage.pg_server import PgServer, missing, pg_server

_STEP = Ready(select(steps.c.sha256).where(steps.c.key == bindparam("wanted")))
_NAME = Ready(
    insert(names).returning(names.c.id, names.c.name_ref),
    columns=["name_ref"],
)
_MANY = 1000


@pytest.fixture(scope="module")
def server() -> Iterator[PgServer | None]:
    if missing():
        yield None
        return
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as made:
        yield made


@pytest.fixture(params=["file", "server"])
def database(request: pytest.FixtureRequest, server: PgServer | None, tmp_path: Path) -> Iterator[Database]:
    if request.param == "file":
        made = Database.on_disk(tmp_path / "records.sqlite3")
    elif server is None:
        pytest.skip(missing() or "-")
    else:
        made = Database.on_server(server.new_database())
    with closing(made):
        make_tables(made)
        yield made


def make_tables(database: Database) -> None:
    with database.writing() as connection:
        metadata.create_all(connection)


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  ours


def step(connection: Connection, key: str) -> str | None:
    found = _STEP.scalar(connection, {"wanted": key})
    return None if found is None else str(found)


def test_a_statement_gives_the_rows_that_the_library_gives(database: Database) -> None:
    few = (
        select(counters.c.last, counters.c.prefix)
        .where(counters.c.prefix >= bindparam("low"), counters.c.prefix != bindparam("low"))
        .order_by(counters.c.prefix)
        .limit(2)
    )
    with database.writing() as connection:
        connection.execute(
            insert(counters), [{"prefix": each, "last": ord(each)} for each in ("a", "b", "ệ", "z")]
        )
        by_library = [tuple(row) for row in connection.execute(few, {"low": "a"})]
        assert Ready(few).rows(connection, {"low": "a"}) == by_library
        assert [last for last, _ in by_library] == [ord("b"), ord("z")]
        assert Ready(few).first(connection, {"low": "ệ"}) is None
        assert Ready(few).scalar(connection, {"low": "ệ"}) is None


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (_STEP, {"wnated": "one"}),
        (_STEP, {}),
        (Ready(text("SELECT sha256 FROM steps WHERE key = :wanted")), {}),
        (Ready(insert(steps), columns=["key", "sha256"]), {"key": "one"}),
    ],
    ids=["misspelt", "missing", "in words", "column"],
)
def test_a_value_that_is_not_given_is_no_null(
    database: Database, statement: Ready, given: dict[str, str]
) -> None:
    with database.writing() as connection:
        with pytest.raises(KeyError):
            statement.run(connection, given)
        assert count(connection, "steps") == 0


def test_a_value_that_is_given_as_null_is_one(database: Database) -> None:
    with database.writing() as connection:
        assert _STEP.rows(connection, {"wanted": None}) == []


def test_what_a_statement_did_is_kept_with_the_transaction_and_not_without(database: Database) -> None:
    with database.writing() as connection:
        ((_, kept),) = _NAME.rows(connection, {"name_ref": "kept"})
        assert kept == "kept"

    def fail() -> None:
        with database.writing() as connection:
            _NAME.rows(connection, {"name_ref": "dropped"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as connection:
        assert connection.execute(select(names.c.name_ref)).scalars().all() == ["kept"]
        assert plain(connection, "SELECT count(*) FROM names") == [(1,)]


def test_a_statement_that_gives_no_rows_is_worked_off_too(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(steps).values(key="k", sha256="a" * 64))
        gone = Ready(delete(steps).where(steps.c.key == bindparam("wanted")))
        gone.run(connection, {"wanted": "k"})
        assert step(connection, "k") is None


def test_a_refusal_of_the_database_is_the_error_of_the_library_and_then_ours(database: Database) -> None:
    with database.writing() as connection:
        _NAME.rows(connection, {"name_ref": "Nguyễn Thị Mẫu"})

    def again() -> None:
        with database.writing() as connection:
            with pytest.raises(IntegrityError) as theirs:
                _NAME.rows(connection, {"name_ref": "Nguyễn Thị Mẫu"})
            assert (theirs.value.statement, theirs.value.params) == (None, None)
            raise theirs.value

    with pytest.raises(StoreError) as ours:
        again()
    assert "Mẫu" not in str(ours.value)
    assert ours.value.__cause__ is None
    with database.writing() as connection:
        assert count(connection, "names") == 1


def test_a_connection_that_the_server_cut_is_reported_and_given_up(server: PgServer | None) -> None:
    if server is None:
        pytest.skip(missing() or "-")
    with closing(Database.on_server(server.new_database())) as database:
        make_tables(database)

        def be_cut_off() -> None:
            with database.writing() as connection:
                ((pid,),) = plain(connection, "SELECT pg_backend_pid()")
                with closing(Database.on_server(server.url("postgres"))) as other, other.writing() as admin:
                    plain(admin, f"SELECT pg_terminate_backend({pid}, 5000)")
                with pytest.raises(DBAPIError) as cut:
                    step(connection, "k")
                assert cut.value.connection_invalidated
                assert connection.invalidated
                raise cut.value

        with pytest.raises(DatabaseAwayError):
            be_cut_off()
        with database.writing() as connection:
            connection.execute(insert(steps).values(key="k", sha256="a" * 64))
            assert step(connection, "k") == "a" * 64


def test_collected_rows_are_there_once_they_are_sent(database: Database) -> None:
    with database.writing() as connection:
        adding = Additions(connection)
        adding.add(steps, {"key": "one", "sha256": "a" * 64}, {"key": "two", "sha256": "b" * 64})
        adding.add(counters)
        assert count(connection, "steps") == 0
        adding.send()
        assert step(connection, "two") == "b" * 64
        adding.send()
        assert count(connection, "steps") == 2


def test_rows_may_refer_to_rows_that_are_sent_with_them(database: Database) -> None:
    with database.writing() as connection, Additions(connection) as adding:
        adding.add(names, {"id": 7, "name_ref": "seven"})
        adding.add(name_tokens, {"token": -(2**63), "name_id": 7}, {"token": 2**63 - 1, "name_id": 7})
    with database.reading() as connection:
        assert connection.execute(select(func.min(name_tokens.c.token))).scalar() == -(2**63)
        assert connection.execute(select(func.max(name_tokens.c.token))).scalar() == 2**63 - 1


def test_a_row_that_refers_to_nothing_is_refused_with_all_that_were_sent(database: Database) -> None:
    def add() -> None:
        with database.writing() as connection, Additions(connection) as adding:
            adding.add(steps, {"key": "one", "sha256": "a" * 64})
            adding.add(name_tokens, {"token": 1, "name_id": 8})

    with pytest.raises(StoreError):
        add()
    with database.reading() as connection:
        assert count(connection, "steps") == 0


def test_nothing_is_sent_when_the_block_fails(database: Database) -> None:
    with database.writing() as connection:

        def fail() -> None:
            with Additions(connection) as adding:
                adding.add(steps, {"key": "one", "sha256": "a" * 64})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert count(connection, "steps") == 0


def test_many_rows_are_sent_too_each_with_its_columns_in_any_order(database: Database) -> None:
    rows = [
        {"number": number, "previous": "0" * 64, "hash": f"{number:064d}", "event": "{}"}
        for number in range(1, _MANY)
    ]
    last = {"event": "{}", "hash": f"{_MANY:064d}", "previous": "0" * 64, "number": _MANY}
    with database.writing() as connection, Additions(connection) as adding:
        adding.add(journal, *rows, last)
        adding.add(journal_refs, *({"owner_ref": "r", "number": row["number"]} for row in rows))
    with database.reading() as connection:
        hashes = connection.execute(select(journal.c.hash).order_by(journal.c.number)).scalars().all()
        assert hashes == [f"{number:064d}" for number in range(1, _MANY + 1)]
        assert count(connection, "journal_refs") == _MANY - 1
