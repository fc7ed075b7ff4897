"""What somebody with the database file in hand can do to the journal, and that each is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import JournalBrokenError, StoreFullError
from dossier.events import Event
from storage.bodies import canonical_json, event_to_json
from storage.database import Database
from storage.heads import GENESIS, Head, HeadFile, MemoryHead
from storage.journal import entry_hash
from storage.records import SqlRecords
from storage.store import Store
from tests.storage.builders import ANY_EVENT, KEY, NAMESPACE, event

ENTRIES = 6


@pytest.fixture
def long_journal(store: Store) -> Store:
    """Entry 1 tells of the making of the store; five more follow."""
    for number in range(ENTRIES - 1):
        store.records.record(event(step=number))
    return store


@pytest.fixture
def raw(long_journal: Store) -> Iterator[sqlite3.Connection]:
    """The database as a stranger opens it, its guards taken away."""
    connection = sqlite3.connect(long_journal.folder / "store.sqlite3", isolation_level=None)
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER journal_refuses_{verb}")
    yield connection
    connection.close()


def broken_at(store: Store) -> str:
    with pytest.raises(JournalBrokenError) as caught:
        store.records.check_journal()
    return caught.value.item


def test_an_untouched_journal_holds(long_journal: Store) -> None:
    checked = long_journal.records.check_journal()
    assert checked.entries == ENTRIES
    assert checked.head == long_journal.records.journal()[-1].hash


@pytest.mark.parametrize("table", ["journal", "document_versions"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_the_database_itself_refuses_to_change_what_only_grows(
    long_journal: Store, table: str, statement: str
) -> None:
    connection = sqlite3.connect(long_journal.folder / "store.sqlite3", isolation_level=None)
    if table == "document_versions":
        connection.execute("INSERT INTO document_versions VALUES (1, 1, '{}')")
    column = "number" if table == "journal" else "version"
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        connection.execute(statement.format(table, column))
    connection.close()


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_an_edited_entry_is_named(long_journal: Store, raw: sqlite3.Connection, number: int) -> None:
    raw.execute("UPDATE journal SET event = replace(event, 'quay-1', 'quay-2') WHERE number = ?", (number,))
    assert broken_at(long_journal) == str(number)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET hash = ? WHERE number = 3", "UPDATE journal SET previous = ? WHERE number = 3"],
)
def test_an_edited_hash_is_named(long_journal: Store, raw: sqlite3.Connection, statement: str) -> None:
    raw.execute(statement, ("1" * 64,))
    assert broken_at(long_journal) == "3"


@pytest.mark.parametrize("text", ["", "null", "{}", "[1", '{"a": 1}', '{"kind":"none"}'])
def test_an_entry_that_is_no_event_any_more_is_named(
    long_journal: Store, raw: sqlite3.Connection, text: str
) -> None:
    raw.execute("UPDATE journal SET event = ? WHERE number = 4", (text,))
    assert broken_at(long_journal) == "4"
    with pytest.raises(JournalBrokenError):
        long_journal.records.journal()


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_a_removed_entry_is_named(long_journal: Store, raw: sqlite3.Connection, number: int) -> None:
    raw.execute("DELETE FROM journal WHERE number = ?", (number,))
    assert broken_at(long_journal) == str(number)


def test_a_removed_entry_is_named_even_when_the_rest_is_renumbered(
    long_journal: Store, raw: sqlite3.Connection
) -> None:
    raw.execute("DELETE FROM journal WHERE number = 3")
    for number in range(4, ENTRIES + 1):
        raw.execute("UPDATE journal SET number = ? WHERE number = ?", (number - 1, number))
    assert broken_at(long_journal) == "3"


def test_two_entries_that_changed_places_are_named(long_journal: Store, raw: sqlite3.Connection) -> None:
    raw.execute("UPDATE journal SET number = CASE number WHEN 3 THEN -4 ELSE -3 END WHERE number IN (3, 4)")
    raw.execute("UPDATE journal SET number = -number WHERE number < 0")
    assert broken_at(long_journal) == "3"


def test_a_doubled_entry_is_named(long_journal: Store, raw: sqlite3.Connection) -> None:
    raw.execute(
        "INSERT INTO journal SELECT ?, previous, hash, event FROM journal WHERE number = 2", (ENTRIES + 1,)
    )
    assert broken_at(long_journal) == str(ENTRIES + 1)


@pytest.mark.parametrize("kept", range(ENTRIES))
def test_a_cut_off_end_is_found_and_nothing_is_added_to_it(
    long_journal: Store, raw: sqlite3.Connection, kept: int
) -> None:
    raw.execute("DELETE FROM journal WHERE number > ?", (kept,))
    assert broken_at(long_journal) == str(kept + 1)
    with pytest.raises(JournalBrokenError):
        long_journal.records.record(event())
    assert raw.execute("SELECT count(*) FROM journal").fetchone() == (kept,)


def test_a_chain_made_anew_from_a_changed_entry_does_not_fit_the_kept_head(
    long_journal: Store, raw: sqlite3.Connection
) -> None:
    previous = GENESIS
    for number in range(1, ENTRIES + 1):
        data = event_to_json(event(step="forged"))
        digest = entry_hash(number, previous, event=data)
        raw.execute(
            "UPDATE journal SET previous = ?, hash = ?, event = ? WHERE number = ?",
            (previous, digest, canonical_json(data), number),
        )
        previous = digest
    assert broken_at(long_journal) == str(ENTRIES)


def test_a_kept_head_that_is_gone_is_found(long_journal: Store) -> None:
    (long_journal.folder / "journal.head").unlink()
    assert broken_at(long_journal) == str(ENTRIES)
    with pytest.raises(JournalBrokenError):
        long_journal.records.record(event())


def test_a_head_left_behind_by_a_crash_is_no_break_and_catches_up(long_journal: Store) -> None:
    path = long_journal.folder / "journal.head"
    before = path.read_bytes()
    long_journal.records.record(event())
    path.write_bytes(before)
    assert long_journal.records.check_journal().entries == ENTRIES + 1
    long_journal.records.record(event())
    kept = HeadFile(path).read()
    assert kept is not None
    assert kept.number == ENTRIES + 2


class FullHead(MemoryHead):
    """A second place that takes nothing any more."""

    def advance(self, head: Head) -> None:
        raise StoreFullError(str(head.number))


def test_what_is_saved_stays_saved_when_the_head_cannot_be_kept() -> None:
    records = SqlRecords(
        Database.in_memory(), heads=FullHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )
    records.record(event())
    records.record(event())
    assert records.check_journal().entries == 2
    records.close()


@pytest.mark.parametrize("slot", [0, 1])
def test_a_torn_head_falls_back_to_the_one_before(tmp_path: Path, slot: int) -> None:
    heads = HeadFile(tmp_path / "journal.head")
    (tmp_path / "journal.head").write_bytes(b"")
    for number in (1, 2, 3):
        heads.advance(Head(number, f"{number:064d}"))
    content = (tmp_path / "journal.head").read_bytes()
    (tmp_path / "journal.head").write_bytes(content[: slot * 91 + 40] + b"#" + content[slot * 91 + 41 :])
    found = heads.read()
    assert found is not None
    assert found.number == {0: 2, 1: 3}[slot]


def test_an_older_head_never_replaces_a_newer(tmp_path: Path) -> None:
    (tmp_path / "journal.head").write_bytes(b"")
    for keeper in (HeadFile(tmp_path / "journal.head"), MemoryHead()):
        keeper.advance(Head(5, "5" * 64))
        keeper.advance(Head(4, "4" * 64))
        assert keeper.read() == Head(5, "5" * 64)


@settings(max_examples=30, deadline=None)
@given(events=st.lists(ANY_EVENT, max_size=5))
def test_any_event_comes_back_as_it_was(events: list[Event]) -> None:
    records = SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )
    records.record(*events)
    assert [entry.event for entry in records.journal()] == events
    assert records.check_journal().entries == len(events)
    records.close()
