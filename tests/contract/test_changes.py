"""The feed of changes and the look-up of who looked, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dossier.changes import ChangeKind, changes_between
from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.keeping_errors import JournalIndexError
from dossier.trust import Standing
from storage.records import SqlRecords
from tests.storage.builders import MOMENT, OTHER_OWNER, OWNER, batch, document, event, item


def filed(records: SqlRecords, name: str, **changes: Any) -> DocumentId:
    """A paper that is filed at once."""
    records.save_batch(batch(), [item()])
    made = replace(document(name), state=DocumentState.FILED, filed_at=MOMENT, dossier="H26.5.12-261102-0001")
    return records.save_document(replace(made, **changes), events=[event()]).id


def kinds(records: SqlRecords, *, after: int = 0) -> list[ChangeKind]:
    return [change.kind for change in records.changes.after(after, limit=100)]


def test_each_version_that_changes_something_for_others_stands_in_the_feed(records: SqlRecords) -> None:
    paper = filed(records, "a")
    kept = records.document(paper)
    for changes in (
        {"object_size": 7},
        {"type_confidence": 0.5},
        {"held_back": True},
        {"held_back": False},
        {"restricted": True},
        {"standing": Standing.REPLACED},
        {"state": DocumentState.DESTROYED},
    ):
        kept = records.save_document(kept.next_version(**changes), events=[event()])
    assert kinds(records) == [
        ChangeKind.FILED,
        ChangeKind.HELD_BACK,
        ChangeKind.HANDED_OVER,
        ChangeKind.RESTRICTED,
        ChangeKind.REPLACED,
        ChangeKind.DESTROYED,
    ]
    first = records.changes.after(0, limit=1)[0]
    assert (first.document, first.version, first.office) == (paper, 1, "H26.5.12")
    assert first.at == event().at


def test_reading_on_from_the_last_change_misses_none_and_repeats_none(records: SqlRecords) -> None:
    papers = [filed(records, name) for name in "abcde"]
    found, last = [], 0
    while page := records.changes.after(last, limit=2):
        found += [change.document for change in page]
        last = page[-1].serial
    assert found == papers


def test_the_feed_forgets_what_is_old_but_never_its_end(records: SqlRecords) -> None:
    for name in "abc":
        filed(records, name)
    end = records.changes.bounds().last
    assert records.changes.trim(before=event().at, limit=10) == 0
    assert records.changes.trim(before=event().at + timedelta(days=1), limit=1) == 1
    assert records.changes.trim(before=event().at + timedelta(days=1), limit=10) == 1
    bounds = records.changes.bounds()
    assert (bounds.first, bounds.last) == (end, end)
    filed(records, "d")
    assert records.changes.bounds().last == end + 1


def test_a_paper_that_waits_is_no_change_and_a_filed_one_that_waits_again_neither() -> None:
    waiting = document("w")
    assert changes_between(None, waiting) == ()
    assert changes_between(waiting, replace(waiting, state=DocumentState.FILED)) == (ChangeKind.FILED,)
    assert changes_between(waiting, replace(waiting, state=DocumentState.DESTROYED)) == ()


def test_entries_about_a_person_are_found_by_an_index_the_newest_first(records: SqlRecords) -> None:
    mine, other = records.owner_ref(OWNER), records.owner_ref(OTHER_OWNER)
    for at in range(6):
        looked = replace(event(), kind=EventKind.DOCUMENT_READ, owner_ref=(mine, other)[at % 2])
        records.record(looked)
    found = records.journal_of_persons([OWNER])
    assert [entry.event.owner_ref for entry in found] == [mine] * 3
    numbers = [entry.number for entry in found]
    assert numbers == sorted(numbers, reverse=True)
    page = records.journal_of_persons([OWNER, OTHER_OWNER], before=numbers[0], limit=2)
    assert [entry.number for entry in page] == [numbers[0] - 1, numbers[0] - 2]
    assert records.journal_of_persons(["011199000009"]) == []


def test_a_link_between_two_numbers_is_an_entry_about_both(records: SqlRecords) -> None:
    linked = replace(
        event(),
        kind=EventKind.OWNER_LINKED,
        owner_ref=records.owner_ref(OWNER),
        details={"other": records.owner_ref(OTHER_OWNER)},
    )
    records.record(linked)
    assert [entry.event for entry in records.journal_of_persons([OTHER_OWNER])] == [linked]


def test_looking_for_a_person_reads_no_other_entries(records: SqlRecords) -> None:
    with records.upkeep.database.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        query = "EXPLAIN QUERY PLAN SELECT number FROM journal_refs WHERE owner_ref = 'a' AND number < 9"
        plan = " ".join(row.detail for row in connection.execute(text(query)))
    assert "SEARCH journal_refs" in plan
    assert "INDEX" in plan


def test_entries_about_a_record_or_the_answers_for_a_dossier_are_found_by_an_index(
    records: SqlRecords,
) -> None:
    request, other, dossier = "request-1", "request-10", "H26.5.12-261102-0001"
    answer = replace(event(), kind=EventKind.REUSE_ASKED, subject="", dossier=dossier)
    told = replace(answer, details={"KS-04": "held", "on": "2026-11-02"})
    about_a_person = replace(answer, details={"procedure": "1.001193"})
    records.record(replace(event(), subject=request), replace(event(), subject=other), told, about_a_person)
    assert [entry.event.subject for entry in records.journal_about(request)] == [request]
    assert [entry.event for entry in records.journal_about(dossier)] == [told]
    assert list(records.journal_about("%")) == []
    with records.upkeep.database.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        query = "EXPLAIN QUERY PLAN SELECT number FROM journal_about WHERE about = 'a' ORDER BY number"
        plan = " ".join(row.detail for row in connection.execute(text(query)))
    assert "SEARCH journal_about" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("table", ["journal_refs", "journal_about"])
def test_an_index_that_was_tampered_with_is_told_and_can_be_made_again(
    records: SqlRecords, table: str
) -> None:
    for name in "ab":
        filed(records, name)
    records.record(replace(event(), owner_ref=records.owner_ref(OWNER)))
    records.check_journal_index()
    for change in (f"DELETE FROM {table} WHERE number = (SELECT max(number) FROM {table})", ""):  # noqa: S608
        with records.upkeep.writing() as writing:
            column = "owner_ref" if table == "journal_refs" else "about"
            added = f"INSERT INTO {table} ({column}, number) VALUES ('x', 1)"  # noqa: S608
            writing.connection.execute(text(change or added))
        with pytest.raises(JournalIndexError):
            records.check_journal_index()
        entries = records.rebuild_journal_index()
        assert entries == records.check_journal().entries
        records.check_journal_index()
    assert len(records.journal_of_persons([OWNER])) == 1
