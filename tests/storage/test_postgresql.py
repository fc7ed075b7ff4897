"""What PostgreSQL has to do that a file cannot: turns of many machines, restarts, refusals with a name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from dossier.documents import Document, DocumentState
from dossier.errors import (
    SettingsError,
    StoreBusyError,
    StoreError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from storage.database import Database
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.schema import REVISION
from tests.storage.builders import KEY, MOMENT, NAMESPACE, batch, document, event, item
from tests.storage.pg_server import PgServer, missing

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database.on_server(url)
    yield opened
    opened.close()


def records_on(database: Database, head: MemoryHead) -> SqlRecords:
    return SqlRecords(database, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str)


def test_the_tables_are_made_once_and_their_version_is_checked(url: str, database: Database) -> None:
    database.upgrade()
    database.check_revision()
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION


@pytest.mark.parametrize(
    "statement", ["DELETE FROM journal", "UPDATE journal SET hash = ''", "TRUNCATE journal"]
)
def test_the_journal_only_grows(statement: str, database: Database) -> None:
    records_on(database, MemoryHead()).record(event())
    with pytest.raises(StoreError), database.writing() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == 1


def test_writers_of_several_machines_make_one_chain(url: str) -> None:
    machines = [records_on(Database.on_server(url), MemoryHead()) for _ in range(4)]

    def write(records: SqlRecords) -> None:
        for _ in range(25):
            records.record(event())

    threads = [threading.Thread(target=write, args=(records,)) for records in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert machines[0].check_journal().entries == 100
    for records in machines:
        records.close()


def test_a_reader_sees_one_state_and_cannot_write(database: Database) -> None:
    records = records_on(database, MemoryHead())
    with database.reading() as connection:
        before = connection.execute(text("SELECT count(*) FROM journal")).scalar()
        records.record(event())
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == before
    with pytest.raises(StoreReadOnlyError), database.reading() as connection:
        connection.execute(text("DELETE FROM facts"))


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_busy(url: str, database: Database) -> None:
    impatient = Database.on_server(url, busy_seconds=0.02)
    with database.writing() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(StoreBusyError), impatient.writing():
            pass
    impatient.close()


def test_a_server_that_was_restarted_is_used_again_without_a_restart_of_ours(
    server: PgServer, database: Database
) -> None:
    head = MemoryHead()
    records = records_on(database, head)
    records.record(event())
    server.stop("immediate")
    with pytest.raises(StoreUnavailableError) as caught:
        records.record(event())
    assert "motlan_" not in caught.value.message() + caught.value.cause
    server.start()
    records.record(event())
    assert records.check_journal().entries == 2


def test_days_are_ordered_by_code_points_whatever_the_server_speaks(database: Database) -> None:
    with database.reading() as connection:
        found = connection.execute(
            text(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_name = 'document_index' AND column_name = 'day'"
            )
        ).scalars()
        assert set(found) == {"C"}


@pytest.mark.parametrize(
    "address", ["", "nonsense", "sqlite:///x", "postgresql://someone:secret@localhost/motlan"]
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Database.on_server(address)
    assert "secret" not in caught.value.message()


WRITERS, PAPERS = 4, 6


def test_a_reader_of_changes_beside_several_writers_misses_none(database: Database) -> None:
    records = records_on(database, MemoryHead())
    records.save_batch(batch(), [item()], events=[event()])
    made = [
        [
            replace(document(f"{writer}-{number}"), state=DocumentState.FILED, filed_at=MOMENT)
            for number in range(PAPERS)
        ]
        for writer in range(WRITERS)
    ]

    def write(papers: list[Document]) -> None:
        for paper in papers:
            records.save_document(paper, events=[event()])

    writers = [threading.Thread(target=write, args=(papers,)) for papers in made]
    for writer in writers:
        writer.start()
    seen: list[str] = []
    last = 0
    while len(seen) < WRITERS * PAPERS:
        alive = any(writer.is_alive() for writer in writers)
        page = records.changes.after(last, limit=5)
        seen += [change.document for change in page]
        last = page[-1].serial if page else last
        assert page or alive or len(seen) == WRITERS * PAPERS
    for writer in writers:
        writer.join()
    assert sorted(seen) == sorted(paper.id for papers in made for paper in papers)


def test_a_silent_server_and_a_silent_machine_are_noticed_within_a_minute(database: Database) -> None:
    with database.writing() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        told = driver.info.get_parameters()
        rows = connection.execute(text("SELECT name, source FROM pg_settings WHERE name LIKE 'tcp%'"))
        set_here = {row.name: row.source for row in rows}
        idle = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar()
    assert {name: told[name] for name in ("keepalives_idle", "tcp_user_timeout")} == {
        "keepalives_idle": "15",
        "tcp_user_timeout": "30000",
    }
    assert set(set_here.values()) == {"session"}
    assert idle == "1min"


def test_what_the_address_says_of_silence_wins(url: str) -> None:
    database = Database.on_server(f"{url}&tcp_user_timeout=5000")
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["tcp_user_timeout"] == "5000"
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "0"
    database.close()
