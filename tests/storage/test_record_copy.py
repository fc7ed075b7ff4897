"""Records move between a server and a file, both ways: every row, in order, whole or not at all."""

from __future__ import annotations

import errno
import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, inspect, select, text

from dossier.database_errors import DatabaseAwayError, DatabaseRefusedError
from dossier.errors import StoreFullError, StoreMissingError
from dossier.keeping_errors import RestoreDatabaseError
from storage.backup import BackupPlan, make_backup
from storage.compare import compare_records
from storage.database import Database
from storage.filesystem import SystemFiles
from storage.heads import MemoryHead
from storage.record_copy import copy_records, need_empty, put_records
from storage.records import SqlRecords
from storage.restore import KeysFrom, RestoreTarget, restore_backup
from storage.schema import documents, journal, steps
from storage.store import open_store
from storage.store_making import create_store
from tests.storage.buckets import blobs_in, place_for_test
from tests.storage.builders import KEY, MOMENT, NAMESPACE, OWNER, Clock, batch, document, item, party
from tests.storage.builders import event as happened
from tests.storage.copies import bucket_at
from tests.storage.pg_server import PgServer, missing
from tests.storage.test_staff import ACCOUNT, SESSION

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")
FILES = SystemFiles()


@pytest.fixture
def empty(server: PgServer) -> Iterator[Database]:
    """By itself it orders text otherwise than SQLite and Python do."""
    with closing(Database.on_server(server.new_database(language="vi"))) as database:
        yield database


@pytest.fixture
def filled(server: PgServer) -> Iterator[Database]:
    with closing(Database.on_server(server.new_database(language="vi"))) as database:
        database.upgrade()
        fill(database)
        yield database


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    with closing(Database.on_disk(tmp_path / "desk.sqlite3")) as database:
        database.prepare()
        database.upgrade()
        fill(database)
        yield database


def fill(database: Database, *, rows: int = 2500) -> None:
    """A paper with an owner, corrected once, and more rows than one piece holds."""
    records = records_on(database)
    records.save_batch(batch(), [item()])
    saved = records.save_document(document(), events=[happened()])
    owned = saved.next_version(parties=(party("Nguyễn Thị Mẫu", number=OWNER),))
    records.save_document(owned, events=[happened()])
    with database.writing() as connection:
        # A hyphen and capitals: where code points and the languages of servers disagree.
        keys = itertools.islice(itertools.cycle("-aB_á"), rows)
        connection.execute(
            insert(steps),
            [{"key": f"{key}{number}", "sha256": f"{number:064x}"} for number, key in enumerate(keys)],
        )


def records_on(database: Database) -> SqlRecords:
    return SqlRecords(database, heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str)


def equal(one: Database, two: Database) -> bool:
    with one.reading() as first, two.reading() as second:
        found = compare_records(first, second)
    assert sum(table.same for table in found) > 2500
    return all(table.equal for table in found)


def test_a_server_is_copied_into_a_file_row_by_row(filled: Database, tmp_path: Path) -> None:
    copy_records(filled, tmp_path / "copy.sqlite3", files=FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.sqlite3"]
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o077 == 0
    with closing(Database.on_disk(tmp_path / "copy.sqlite3", immutable=True)) as copy:
        copy.check_revision()
        assert equal(filled, copy)
        with copy.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.parametrize("kind", ["file", "filled"])
def test_sessions_of_people_stay_behind_and_accounts_do_not(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source: Database = request.getfixturevalue(kind)
    staff = records_on(source).staff
    staff.add(ACCOUNT, events=())
    staff.begin(SESSION, events=())
    copy_records(source, tmp_path / "copy.sqlite3", files=FILES)
    assert SESSION.token_hash.encode() not in (tmp_path / "copy.sqlite3").read_bytes()
    with closing(Database.on_disk(tmp_path / "copy.sqlite3", immutable=True)) as copy:
        assert records_on(copy).staff.accounts() == [ACCOUNT]
    assert staff.session(SESSION.token_hash) == SESSION


def test_a_copy_is_of_one_moment_though_others_write_meanwhile(filled: Database, tmp_path: Path) -> None:
    records = records_on(filled)
    before = records.check_journal().entries
    written_while: list[str] = []

    def write_once(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "steps" in statement and not written_while:
            written_while.append(statement)
            records.record(happened())

    engine = filled._dialect.reader
    event.listen(engine, "before_cursor_execute", write_once)
    copy_records(filled, tmp_path / "copy.sqlite3", files=FILES)
    assert len(written_while) == 1
    assert records.check_journal().entries == before + 1
    with (
        closing(Database.on_disk(tmp_path / "copy.sqlite3", immutable=True)) as copy,
        copy.reading() as connection,
    ):
        assert len(connection.execute(select(journal.c.number)).all()) == before


def test_a_desk_becomes_an_office_and_an_office_a_desk(
    file: Database, empty: Database, tmp_path: Path
) -> None:
    copy_records(file, tmp_path / "one.sqlite3", files=FILES)
    put_records(tmp_path / "one.sqlite3", empty)
    assert equal(file, empty)
    copy_records(empty, tmp_path / "two.sqlite3", files=FILES)
    with closing(Database.on_disk(tmp_path / "two.sqlite3")) as back:
        assert equal(file, back)
        assert records_on(back).check_journal() == records_on(file).check_journal()
        records_on(back).save_document(document("later", pages=(2,)), events=[happened()])


def test_rows_that_come_later_get_the_next_numbers(file: Database, empty: Database, tmp_path: Path) -> None:
    copy_records(file, tmp_path / "one.sqlite3", files=FILES)
    put_records(tmp_path / "one.sqlite3", empty)
    grown = records_on(empty)
    entries = grown.check_journal().entries
    grown.save_document(document("later", pages=(2,)), events=[happened()])
    with empty.reading() as connection:
        serials = connection.execute(select(documents.c.serial).order_by(documents.c.serial)).scalars()
        assert serials.all() == [1, 2]
    assert grown.check_journal().entries == entries + 1


def test_records_put_twice_are_there_once(file: Database, empty: Database, tmp_path: Path) -> None:
    copy_records(file, tmp_path / "one.sqlite3", files=FILES)
    for _ in range(2):
        put_records(tmp_path / "one.sqlite3", empty)
    assert equal(file, empty)


def test_a_database_that_holds_something_else_is_left_alone(
    file: Database, filled: Database, empty: Database, tmp_path: Path
) -> None:
    copy_records(file, tmp_path / "one.sqlite3", files=FILES)
    records_on(filled).record(happened())
    with pytest.raises(RestoreDatabaseError):
        put_records(tmp_path / "one.sqlite3", filled)
    with empty.writing() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id integer)"))
    with pytest.raises(RestoreDatabaseError) as caught:
        put_records(tmp_path / "one.sqlite3", empty)
    assert "motlan_" not in caught.value.message()
    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == ["somebody_elses"]


def test_records_that_are_put_half_way_leave_an_empty_database(
    server: PgServer, file: Database, empty: Database, tmp_path: Path
) -> None:
    copy_records(file, tmp_path / "one.sqlite3", files=FILES)
    cut: list[int] = []

    def cut_off(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO steps"):
            cut.append(1)
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            if len(cut) == 2:
                with closing(Database.on_server(server.url("postgres"))) as other, other.writing() as admin:
                    admin.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    engine = empty._dialect.writer
    event.listen(engine, "before_cursor_execute", cut_off)
    with pytest.raises(DatabaseAwayError):
        put_records(tmp_path / "one.sqlite3", empty)
    event.remove(engine, "before_cursor_execute", cut_off)
    need_empty(empty)
    put_records(tmp_path / "one.sqlite3", empty)
    assert equal(file, empty)


def test_a_database_that_is_not_there_is_told(server: PgServer, tmp_path: Path) -> None:
    with closing(Database.on_server(server.url("motlan_never_made"))) as nowhere:
        with pytest.raises(DatabaseRefusedError):
            copy_records(nowhere, tmp_path / "copy.sqlite3", files=FILES)
        with pytest.raises(DatabaseRefusedError):
            need_empty(nowhere)


@pytest.fixture
def office(filled: Database, tmp_path: Path) -> Iterator[BackupPlan]:
    """An office: records on a server, objects in a bucket, the rest in a data folder."""
    create_store(tmp_path / "data", clock=Clock(), actor="quay-1")
    (tmp_path / "first").mkdir()
    with place_for_test(tmp_path / "first") as place:
        blobs = blobs_in(place, tmp_path / "first" / "work")
        blobs.prepare()
        for number in range(3):
            (tmp_path / "paper").write_bytes(bytes([number]) * 2000)
            blobs.put(tmp_path / "paper")
        yield BackupPlan(
            data=tmp_path / "data",
            database=filled,
            blobs=blobs,
            target=tmp_path / "backups",
            at=MOMENT,
            sign=lambda _: b"signed",
        )


def key_of(plan: BackupPlan) -> KeysFrom:
    return KeysFrom(store_key=(plan.data / "store.key").read_bytes())


def test_an_office_is_restored_into_another_database_and_another_bucket(
    office: BackupPlan, empty: Database, tmp_path: Path
) -> None:
    made = make_backup(office)
    assert made.copied == 3
    (tmp_path / "second").mkdir()
    with bucket_at(tmp_path / "second") as place:
        target, blobs = RestoreTarget(tmp_path / "again", empty, place), place.blobs
        restore_backup(made.folder, target, keys=key_of(office))
        assert equal(office.database, empty)
        assert set(blobs) == set(office.blobs)
        assert all(blobs.check(sha256).size == 2000 for sha256 in blobs)
    assert not (tmp_path / "again" / "store.sqlite3").exists()
    assert (tmp_path / "again" / "journal.head").is_file()


def test_the_next_backup_of_an_office_copies_only_new_objects(office: BackupPlan, tmp_path: Path) -> None:
    make_backup(office)
    (tmp_path / "paper").write_bytes(b"new")
    office.blobs.put(tmp_path / "paper")
    second = make_backup(replace(office, at=MOMENT + timedelta(days=1)))
    assert (second.copied, second.manifest.objects) == (1, 4)


class NoMark(SystemFiles):
    """A disk that is full when the folder is to become a store."""

    def create(self, path: Path) -> int:
        if path.name == "motlan-store.json.part":
            raise OSError(errno.ENOSPC, "no space left")
        return super().create(path)


def test_a_restore_that_stopped_behind_the_records_is_no_store_and_goes_on(
    office: BackupPlan, empty: Database, tmp_path: Path
) -> None:
    made = make_backup(office)
    target = RestoreTarget(tmp_path / "again", empty)
    with pytest.raises(StoreFullError):
        restore_backup(made.folder, target, keys=key_of(office), files=NoMark())
    assert equal(office.database, empty)
    with (
        pytest.raises(StoreMissingError),
        open_store(tmp_path / "again", clock=Clock(), read_only=True),
    ):
        pass
    restore_backup(made.folder, target, keys=key_of(office))
    assert equal(office.database, empty)
    assert not (tmp_path / "again" / "restore.json").exists()


def test_a_restore_begins_nothing_beside_a_database_in_use(
    office: BackupPlan, filled: Database, tmp_path: Path
) -> None:
    made = make_backup(office)
    with pytest.raises(RestoreDatabaseError):
        restore_backup(made.folder, RestoreTarget(tmp_path / "again", filled), keys=key_of(office))
    assert not (tmp_path / "again").exists()
