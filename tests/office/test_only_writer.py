"""Of all machines on one database one writes; whoever loses the lock stops before the next one begins."""

from __future__ import annotations

import multiprocessing
import signal
from dataclasses import replace
from multiprocessing.connection import Connection

import pytest

from dossier.database_errors import StoreLockLostError
from dossier.errors import StoreBusyError
from dossier.events import Event, EventKind
from dossier.keeping_errors import JournalTruncatedError
from tests.office.office import Office
from tests.processes import start
from wiring.services import Services
from wiring.settings import read_settings


def record(services: Services) -> None:
    event = Event(kind=EventKind.OWNER_LOOKED_UP, at=services.clock(), actor="quay-1")
    services.store.records.record(event)


def cut_the_lock(office: Office) -> None:
    """What a broken line does: the server ends every session that holds a lock of a task."""
    office.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")


def test_two_machines_never_write_at_the_same_time(first: Services, second: Services) -> None:
    with first.writing():
        with pytest.raises(StoreBusyError), second.writing():
            pass
        record(first)
    with second.writing():
        record(second)
        with pytest.raises(StoreBusyError), first.writing():
            pass
    with first.writing():
        record(first)
        assert first.store.records.check_journal().entries == second.looking.records.check_journal().entries


def test_whoever_looks_is_not_kept_from_it_by_the_writer_of_another_machine(
    first: Services, second: Services
) -> None:
    with first.writing():
        record(second)
        assert second.store.records.check_journal().entries > 1


def test_a_lost_lock_stops_the_writer_at_once_and_lets_the_next_machine_write(
    first: Services, second: Services, office: Office
) -> None:
    with first.writing():
        record(first)
        cut_the_lock(office)
        before = first.looking.records.check_journal().entries
        with pytest.raises(StoreLockLostError):
            record(first)
        with second.writing():
            record(second)
            with pytest.raises(StoreLockLostError):
                record(first)
        assert first.looking.records.check_journal().entries == before + 1
    with first.writing():
        record(first)


def test_copies_are_made_by_one_machine_at_a_time(first: Services, second: Services) -> None:
    with first.copying(), pytest.raises(StoreBusyError), second.copying():
        pass
    with second.copying():
        pass


def hold(environment: dict[str, str], ready: Connection) -> None:
    with Services(read_settings(environment)) as services, services.writing():
        ready.send("writing")
        signal.pause()


def test_the_lock_of_a_killed_writer_is_free(first: Services, second: Services, office: Office) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = start(hold, office.environment, theirs)
    assert ours.recv() == "writing"
    with pytest.raises(StoreBusyError), second.writing():
        pass
    process.kill()
    process.join()
    ours.close()
    theirs.close()
    patient = replace(second.settings, lock_seconds=60)
    with Services(patient) as other, other.writing():
        record(other)


def test_a_database_put_back_to_yesterday_is_told_by_the_folder_of_the_machine_that_wrote(
    first: Services, second: Services, office: Office
) -> None:
    record(first)
    before = first.store.records.check_journal().entries
    office.sql("ALTER TABLE journal DISABLE TRIGGER USER")
    office.sql("DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)")
    office.sql("ALTER TABLE journal ENABLE TRIGGER USER")
    with pytest.raises(JournalTruncatedError):
        record(first)
    with pytest.raises(JournalTruncatedError):
        first.store.records.check_journal()
    # Another machine had not seen that entry, so its memory has nothing to hold against the database.
    assert second.store.records.check_journal().entries == before - 1
