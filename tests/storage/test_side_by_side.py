"""An old and a new program on the same tables: what may go on, what is refused, and nobody waits long."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from dossier.database_errors import SchemaNewerError, SchemaOlderError
from dossier.errors import StoreBusyError
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.records import SqlRecords
from storage.schema import REVISION
from storage.schema_rule import Step, keep_oldest, need_usable, oldest_program
from storage.vault import Vault
from tests.processes import start
from tests.storage.builders import KEY, NAMESPACE, event
from tests.storage.pg_server import PgServer

LATER = Path(__file__).with_name("later_steps")


def opened(url: str) -> Database:
    database = Database.on_server(url)
    database.unlock(Vault(secret=KEY, ring=ring_of_store(KEY)))
    return database


def records_of(database: Database, head: MemoryHead) -> SqlRecords:
    return SqlRecords(database, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str)


@pytest.mark.parametrize(
    ("kinds", "oldest"),
    [("-", "0001"), ("-+", "0001"), ("--", "0002"), ("-++", "0001"), ("-+-+", "0003"), ("-+-+-", "0005")],
)
def test_tables_suit_every_program_back_to_the_last_step_that_took_something_away(
    kinds: str, oldest: str
) -> None:
    steps = [Step(f"{place:04d}", kind == "+") for place, kind in enumerate(kinds, start=1)]
    assert oldest_program(steps) == oldest


@pytest.mark.parametrize(
    ("found", "oldest", "refused"),
    [
        ("0007", "", None),
        ("0008", "0007", None),
        ("0009", "0005", None),
        ("0008", "", SchemaNewerError),
        ("0009", "0008", SchemaNewerError),
        ("0006", "0001", SchemaOlderError),
        ("", "", SchemaOlderError),
    ],
)
def test_a_program_takes_its_own_tables_and_newer_ones_that_allow_it(
    found: str, oldest: str, refused: type[Exception] | None
) -> None:
    if refused is None:
        need_usable("x", found=found, oldest=oldest, ours="0007")
        return
    with pytest.raises(refused):
        need_usable("x", found=found, oldest=oldest, ours="0007")


def work_on(url: str, folder: Path) -> None:
    """The old program, connected before the tables change: writes and reads until it is told to end."""
    database = opened(url)
    database.check_revision()
    records = records_of(database, MemoryHead())
    written = 0
    while not (folder / "stop").exists():
        records.record(event())
        written += 1
        assert records.check_journal().entries == written
        (folder / "written").write_text(str(written))
    # What it would do after a restart.
    database.close()
    again = opened(url)
    again.check_revision()
    again.upgrade()
    with pytest.raises(SchemaNewerError):
        again.need_own_revision()
    again.close()


def test_an_old_process_writes_and_reads_while_the_tables_change_under_it_and_after(
    server: PgServer, tmp_path: Path
) -> None:
    url = server.new_database()
    database = opened(url)
    database.upgrade()
    old = start(work_on, url, tmp_path)
    written = tmp_path / "written"

    def wait_for_more(than: int) -> int:
        while not (written.exists() and int(written.read_text() or 0) > than):
            assert old.is_alive()
            old.join(0.01)
        return int(written.read_text())

    before = wait_for_more(3)
    database.upgrade(more_steps=LATER, to="9001")
    assert database.revision() == "9001"
    wait_for_more(before + 3)
    (tmp_path / "stop").touch()
    old.join()
    assert old.exitcode == 0
    assert records_of(database, MemoryHead()).check_journal().entries == int(written.read_text())
    database.close()


def test_a_step_that_takes_something_away_shuts_older_programs_out(server: PgServer) -> None:
    database = opened(server.new_database())
    database.upgrade()
    database.upgrade(more_steps=LATER, to="9001")
    database.check_revision()
    database.upgrade(more_steps=LATER, to="9002")
    with pytest.raises(SchemaNewerError) as refused:
        database.check_revision()
    assert (refused.value.details["found"], refused.value.details["ours"]) == ("9002", REVISION)
    database.close()


def test_steps_wait_for_a_table_in_use_for_a_moment_only_and_try_again(server: PgServer) -> None:
    url = server.new_database()
    database, other = opened(url), opened(url)
    database.upgrade()
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with other.reading() as connection:
            connection.execute(text("SELECT count(*) FROM batches"))
            holding.set()
            done.wait()

    reader = threading.Thread(target=hold)
    reader.start()
    holding.wait()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        done.set()
        reader.join()

    database.upgrade(more_steps=LATER, to="9001", pause=pause)
    assert pauses == [1.0]
    assert database.revision() == "9001"
    database.close()
    other.close()


def test_two_that_bring_tables_up_to_date_take_turns(server: PgServer) -> None:
    url = server.new_database()
    database, other = opened(url), opened(url)
    database.upgrade()
    with database.only_writer(), pytest.raises(StoreBusyError), other.only_writer():
        pass
    with other.only_writer():
        other.upgrade(more_steps=LATER, to="9001")
    database.upgrade(more_steps=LATER, to="9001")
    assert database.revision() == "9001"
    database.close()
    other.close()


def test_what_the_tables_allow_is_kept_anew_by_each_step(tmp_path: Path) -> None:
    database = Database.on_disk(tmp_path / "x.sqlite3")
    database.upgrade()
    database.upgrade(more_steps=LATER, to="9001")
    database.check_revision()
    with database.writing() as connection:
        keep_oldest(connection, "")
    with pytest.raises(SchemaNewerError):
        database.check_revision()
    database.close()
