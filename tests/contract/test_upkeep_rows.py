"""What upkeep keeps in the database, on every database the records stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dossier.documents import DocumentState
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from storage.copy_queue import Backlog
from storage.fixity_rows import Check
from storage.named import named_page, walk_named, which_named
from storage.records import SqlRecords
from tests.storage.builders import MOMENT, batch, document, event, item

ONE, TWO, THREE = (Sha256(mark * 64) for mark in "1ab")
HOUR = timedelta(hours=1)


def test_a_copy_waits_is_put_off_and_is_done(records: SqlRecords) -> None:
    queue = records.upkeep.copies
    assert queue.add("far", [ONE, TWO, ONE], at=MOMENT) == 2
    assert queue.add("far", [TWO, THREE], at=MOMENT + HOUR) == 1
    # What was never tried is due also where the clock of whoever queued it is an hour ahead.
    assert queue.due("far", at=MOMENT) == [ONE, TWO, THREE]
    queue.postpone("far", ONE, code="store.unavailable", at=MOMENT)
    assert queue.due("far", at=MOMENT + timedelta(seconds=29)) == [TWO, THREE]
    assert queue.due("far", at=MOMENT + timedelta(seconds=30)) == [TWO, ONE, THREE]
    queue.block("far", TWO, code="store.object_damaged")
    assert queue.backlog("far") == Backlog(
        waiting=2, blocked=1, oldest=MOMENT, next_try=MOMENT + timedelta(seconds=30)
    )
    queue.done("far", ONE, at=MOMENT + HOUR)
    queue.release(TWO, at=MOMENT + HOUR)
    assert queue.due("far", at=MOMENT + HOUR) == [TWO, THREE]
    assert list(records.upkeep.fixity.walk("far")) == [(ONE, "ok")]
    assert queue.backlog("elsewhere") == Backlog()


def test_pauses_double_up_to_an_hour(records: SqlRecords) -> None:
    queue = records.upkeep.copies
    queue.add("far", [ONE], at=MOMENT)
    pauses = []
    for _ in range(10):
        queue.postpone("far", ONE, code="store.unavailable", at=MOMENT)
        next_try = queue.backlog("far").next_try
        assert next_try is not None
        pauses.append((next_try - MOMENT).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_checks_come_in_the_order_of_age_and_bad_ones_are_found(records: SqlRecords) -> None:
    rows = records.upkeep.fixity
    rows.save("kho", [Check(sha256=TWO, at=MOMENT, outcome="ok")])
    rows.save("kho", [Check(sha256=ONE, at=MOMENT + HOUR, outcome="damaged")], events=[event()])
    rows.save("xa", [Check(sha256=ONE, at=MOMENT + HOUR, outcome="missing")])
    later = MOMENT + 2 * HOUR
    assert rows.due("kho", before=later, limit=9) == [TWO, ONE]
    assert rows.due("kho", before=MOMENT + HOUR, limit=9) == [TWO]
    assert rows.due("kho", before=later, limit=1) == [TWO]
    assert rows.bad() == [ONE]
    assert rows.bad(after=ONE) == []
    assert rows.knows("kho", ONE)
    assert not rows.knows("kho", THREE)
    ages = rows.ages("kho", recent_since=MOMENT + HOUR, limit_since=MOMENT + HOUR)
    assert (ages.total, ages.never, ages.bad, ages.oldest, ages.recent, ages.overdue) == (
        2,
        0,
        1,
        MOMENT,
        1,
        1,
    )
    rows.forget("kho", [ONE])
    assert (rows.bad(), rows.count("kho")) == ([ONE], 1)
    assert len(records.journal()) == 1


def test_the_place_of_a_pass_is_kept(records: SqlRecords) -> None:
    rows = records.upkeep.fixity
    assert rows.cursor("kho") == ""
    rows.keep_cursor("kho", ONE)
    rows.keep_cursor("kho", TWO)
    assert (rows.cursor("kho"), rows.cursor("xa")) == (TWO, "")


def test_items_steps_and_every_version_of_a_document_name_objects(records: SqlRecords) -> None:
    taken = replace(item(), sha256=ONE)
    records.save_batch(batch(), [taken])
    records.save_step("read/one", TWO)
    filed = replace(document(), object_sha256=THREE, object_size=1, state=DocumentState.FILED)
    records.save_document(filed)
    records.save_document(replace(filed, version=2, object_sha256=TWO, result_code="KQ"))
    database = records.upkeep.database
    assert list(walk_named(database)) == [ONE, TWO, THREE]
    assert list(walk_named(database, after=TWO)) == [THREE]
    with database.reading() as connection:
        assert which_named(connection, [ONE, THREE, Sha256("c" * 64)]) == {ONE, THREE}
        assert named_page(connection, after="", limit=2) == [ONE, TWO]


def test_what_records_name_is_queued_for_a_place_that_never_held_it(records: SqlRecords) -> None:
    records.save_batch(batch(), [replace(item(), sha256=ONE)])
    records.save_step("read/one", TWO)
    records.save_step("read/two", THREE)
    queue = records.upkeep.copies
    queue.add("far", [TWO], at=MOMENT)
    queue.done("far", TWO, at=MOMENT)
    assert queue.caught_up("far") is None
    assert queue.catch_up("far", at=MOMENT) == 2
    assert queue.caught_up("far") == MOMENT
    assert queue.catch_up("far", at=MOMENT + HOUR) == 0
    assert queue.due("far", at=MOMENT) == [ONE, THREE]


def test_the_store_is_frozen_for_everybody_until_it_is_lifted(records: SqlRecords) -> None:
    frozen = records.upkeep.frozen
    told = Event(kind=EventKind.STORE_FROZEN, at=MOMENT, actor="quay-1")
    assert frozen.error() is None
    assert frozen.freeze(place="xa", reason="delete_version", event=told)
    error = frozen.error()
    assert error is not None
    assert "xa" in error.sentence("vi")
    assert frozen.lift(event=replace(told, kind=EventKind.STORE_LIFTED))
    assert frozen.error() is None
