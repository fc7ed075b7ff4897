"""The register of locks, on every database the records stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from dossier.documents import Document, DocumentState
from dossier.ids import DocumentId, ItemId, Sha256
from dossier.keeping import Act, KeepingAct
from dossier.locking import FOR_EVER, LockNeed
from dossier.ports import BlobRef
from dossier.retention import RetentionRule, RetentionVerdict, judge
from storage import keeping_acts, lock_rows
from storage.lock_needs import PaperSteps, look_at_papers
from storage.lock_rows import LockBacklog, LockRow, want
from storage.object_keys import ObjectKey, ObjectKeys
from storage.records import SqlRecords
from tests.storage.builders import MOMENT, batch, document, event, item, record_id

ONE, TWO, THREE = (Sha256(mark * 64) for mark in "1ab")
HOUR = timedelta(hours=1)
TEN_YEARS = LockNeed(until=date(2036, 12, 31))
KEYS = PaperSteps(
    of_paper=lambda paper, version: [f"copy-{paper}-{number}" for number in range(1, version + 1)],
    of_item=lambda item: [f"reading-{item}"],
)
RULES = {
    "marriage_certificate": RetentionRule(article="MẪU", permanent=True, verified=True),
    "health_certificate": RetentionRule(article="MẪU", years=10, verified=True),
}


def judged(type_: str, filed_at: datetime | None) -> RetentionVerdict:
    return judge(RULES.get(type_), filed_at=filed_at, today=date(2026, 11, 2))


def look(records: SqlRecords, *places: str) -> int:
    with records.upkeep.locks.writing() as writing:
        return look_at_papers(writing, places or ("xa",), judge=judged, keys=KEYS, at=MOMENT)


def needs(records: SqlRecords, place: str = "xa") -> dict[Sha256, LockNeed]:
    return {row.sha256: row.need for row in records.upkeep.locks.due(place, at=MOMENT + 9 * HOUR)}


def enter(records: SqlRecords, place: str, **wanted: LockNeed) -> int:
    hashes = {"one": ONE, "two": TWO, "three": THREE}
    with records.upkeep.locks.writing() as writing:
        found = {hashes[name]: need for name, need in wanted.items()}
        return want(writing.connection, place, found, at=MOMENT)


def settle(records: SqlRecords, row: LockRow, *, until: datetime, look: datetime | None) -> None:
    rows = records.upkeep.locks
    with rows.writing() as writing:
        rows.settle(writing.connection, "xa", row, until=until, next_look=look)


def hold(records: SqlRecords, case: str, target: str, act: Act = Act.HOLD_ADDED, *, seen: int = 0) -> None:
    one = KeepingAct(case=case, act=act, target=target, at=MOMENT, actor="quay-1", details={"reason": "mẫu"})
    records.act(one, seen=seen, events=[event()])


def filed(records: SqlRecords, name: str, *, type_: str = "health_certificate", file: str = "a") -> Document:
    handed_in = replace(item(file), sha256=THREE if file == "a" else ONE)
    records.save_batch(batch(), [handed_in])
    paper = replace(
        document(name, of=file),
        type=type_,
        state=DocumentState.FILED,
        filed_at=MOMENT,
        dossier="H26.5.12-261102-0001",
        object_sha256=Sha256((name * 64)[:64]),
    )
    return records.save_document(paper, events=[event()])


def test_what_is_owed_is_asked_for_once_and_again_when_it_is_time(records: SqlRecords) -> None:
    rows = records.upkeep.locks
    assert enter(records, "xa", one=TEN_YEARS, two=LockNeed()) == 1
    assert enter(records, "xa", one=TEN_YEARS) == 0
    (row,) = rows.due("xa", at=MOMENT)
    assert row == LockRow(sha256=ONE, need=TEN_YEARS, until=None, holds=False, tries=0)
    end = datetime(2036, 12, 31, 17, tzinfo=MOMENT.tzinfo)
    settle(records, row, until=end, look=MOMENT + HOUR)
    assert rows.due("xa", at=MOMENT) == []
    assert rows.backlog(["xa"]) == LockBacklog()
    assert [row.until for row in rows.due("xa", at=MOMENT + HOUR)] == [end]
    assert rows.due("gần", at=MOMENT + HOUR) == []


def test_what_came_to_be_wanted_while_the_place_was_asked_stays_due(records: SqlRecords) -> None:
    rows = records.upkeep.locks
    enter(records, "xa", one=TEN_YEARS)
    (asked,) = rows.due("xa", at=MOMENT)
    enter(records, "xa", one=LockNeed(until=FOR_EVER, hold=True))
    settle(records, asked, until=MOMENT + HOUR, look=None)
    (row,) = rows.due("xa", at=MOMENT)
    assert (row.need, row.until, row.holds) == (
        LockNeed(until=FOR_EVER, hold=True),
        MOMENT + HOUR,
        False,
    )
    assert rows.backlog(["xa"]).objects == 1


def test_pauses_double_and_the_wait_is_counted_from_its_beginning(records: SqlRecords) -> None:
    rows = records.upkeep.locks
    enter(records, "xa", one=TEN_YEARS)
    for number, seconds in enumerate((30, 60, 120)):
        at = MOMENT + number * HOUR
        (row,) = rows.due("xa", at=at)
        with rows.writing() as writing:
            rows.postpone(writing.connection, "xa", row, code="store.unavailable", at=at)
        backlog = rows.backlog(["xa"])
        assert (backlog.objects, backlog.oldest) == (1, MOMENT)
        assert backlog.next_try == at + timedelta(seconds=seconds)


def test_a_review_forgets_what_places_were_known_to_keep(records: SqlRecords) -> None:
    rows = records.upkeep.locks
    for name in ("one", "two"):
        for place in ("gần", "xa"):
            enter(records, place, **{name: TEN_YEARS})
    for row in rows.due("xa", at=MOMENT):
        settle(records, row, until=MOMENT + HOUR, look=None)
    rows.review_all(at=MOMENT)
    assert [(row.until, row.holds) for row in rows.due("xa", at=MOMENT)] == [(None, None)] * 2


def test_a_paper_is_put_down_with_its_filing_and_looked_at_once(records: SqlRecords) -> None:
    records.save_step("unrelated", TWO)
    paper = filed(records, "c")
    backlog = records.upkeep.locks.backlog(["xa"])
    assert (backlog.papers, backlog.oldest) == (1, MOMENT)
    assert (look(records), look(records)) == (1, 0)
    assert needs(records) == {THREE: TEN_YEARS, paper.object_sha256: TEN_YEARS}
    # What waits for a person is not filed yet.
    records.save_document(replace(document("w", of="a"), state=DocumentState.WAITING))
    assert look(records) == 0


def test_results_of_steps_belong_to_the_paper_and_to_every_paper_of_its_file(records: SqlRecords) -> None:
    paper = filed(records, "c")
    filed(records, "d", type_="marriage_certificate")
    records.save_step(f"copy-{paper.id}-1", ONE)
    records.save_step(f"reading-{paper.item}", TWO)
    look(records)
    found = needs(records)
    assert found[ONE] == TEN_YEARS
    # The file and what was read in it are kept as long as the paper that is kept longest.
    assert found[TWO] == found[THREE] == LockNeed(until=FOR_EVER)


def test_a_corrected_type_changes_the_term_and_an_unknown_one_leaves_it_open(records: SqlRecords) -> None:
    paper = filed(records, "c")
    look(records)
    records.save_document(paper.next_version(type="decision"), events=[event()])
    assert look(records) == 1
    assert needs(records)[THREE] == LockNeed(is_open=True)


def test_a_hold_is_wanted_until_the_last_of_them_is_lifted(records: SqlRecords) -> None:
    paper = filed(records, "c")
    look(records)
    hold(records, record_id("hold-1"), paper.id)
    hold(records, record_id("hold-2"), paper.dossier)
    assert look(records) == 1
    assert {need.hold for need in needs(records).values()} == {True}
    hold(records, record_id("hold-1"), paper.id, Act.HOLD_LIFTED, seen=1)
    look(records)
    assert {need.hold for need in needs(records).values()} == {True}
    hold(records, record_id("hold-2"), paper.dossier, Act.HOLD_LIFTED, seen=1)
    look(records)
    assert {need.hold for need in needs(records).values()} == {False}


def test_an_object_is_held_while_any_paper_that_names_it_is(records: SqlRecords) -> None:
    held, free = filed(records, "c"), filed(records, "d")
    hold(records, record_id("hold-1"), held.id)
    look(records)
    found = needs(records)
    assert found[THREE].hold
    assert found[Sha256("c" * 64)].hold
    assert free.object_sha256 is not None
    assert not found[free.object_sha256].hold


def test_a_rule_that_changed_puts_the_papers_of_its_type_down(records: SqlRecords) -> None:
    rows = records.upkeep.locks
    filed(records, "c")
    filed(records, "d", type_="marriage_certificate")
    look(records)
    terms = {"health_certificate": "[10]", "marriage_certificate": "[0,true]"}
    assert rows.follow_terms(terms, places=["xa"], at=MOMENT) == 2
    look(records)
    assert rows.follow_terms(terms, places=["xa"], at=MOMENT) == 0
    assert rows.follow_terms({**terms, "health_certificate": "[20]"}, places=["xa"], at=MOMENT) == 1
    look(records)
    # A place that is new has to be told of everything; one that is gone changes nothing.
    changed = {**terms, "health_certificate": "[20]"}
    assert rows.follow_terms(changed, places=["xa", "mới"], at=MOMENT) == 2
    look(records, "xa", "mới")
    assert needs(records, "mới").keys() == needs(records, "xa").keys()
    assert rows.follow_terms(changed, places=["mới"], at=MOMENT) == 0


def destroyed(records: SqlRecords, sha256: Sha256) -> None:
    """As a disposal enters it, beside the keys."""
    with records.upkeep.writing() as writing:
        keeping_acts.forget(writing.connection, [sha256])
        lock_rows.forget_locks(writing.connection, [sha256])


def enciphered(records: SqlRecords, sha256: Sha256, stored: Sha256) -> None:
    """The bytes of an object are kept under a key from now on."""
    keys = ObjectKeys(records.upkeep.database, clock=lambda: MOMENT)
    key = keys.claim(ObjectKey(plain=BlobRef(sha256, 9), stored=stored, secret=keys.new_secret()))
    assert keys.settle(key)


def test_enciphered_bytes_are_locked_under_the_name_that_places_know(records: SqlRecords) -> None:
    enciphered(records, THREE, Sha256("e" * 64))
    paper = filed(records, "c")
    look(records)
    assert paper.object_sha256 is not None
    assert needs(records).keys() == {Sha256("e" * 64), paper.object_sha256}


def test_bytes_enciphered_later_need_what_the_plain_ones_needed(records: SqlRecords) -> None:
    paper = filed(records, "c")
    hold(records, record_id("h"), paper.id)
    look(records)
    assert paper.object_sha256 is not None
    before = needs(records)[paper.object_sha256]
    assert before.until is not None
    enciphered(records, paper.object_sha256, Sha256("e" * 64))
    assert needs(records)[Sha256("e" * 64)] == before
    # The plain bytes go when their lock ends: they are held, and their lock is not prolonged again.
    assert needs(records)[paper.object_sha256] == LockNeed(hold=True)
    hold(records, record_id("h"), paper.id, Act.HOLD_LIFTED, seen=1)
    look(records)
    assert needs(records)[paper.object_sha256] == LockNeed()
    assert needs(records)[Sha256("e" * 64)] == replace(before, hold=False)


def test_of_what_was_destroyed_nothing_is_locked_any_more(records: SqlRecords) -> None:
    paper = filed(records, "c")
    look(records)
    assert paper.object_sha256 is not None
    destroyed(records, paper.object_sha256)
    assert needs(records).keys() == {THREE}
    records.save_document(paper.next_version(), events=[event()])
    look(records)
    assert needs(records).keys() == {THREE}


def test_a_store_without_a_place_that_locks_keeps_no_queue(records: SqlRecords) -> None:
    filed(records, "c")
    with records.upkeep.locks.writing() as writing:
        assert look_at_papers(writing, (), judge=judged, keys=KEYS, at=MOMENT) == 1
    assert records.upkeep.locks.backlog([]) == LockBacklog()


def test_more_papers_than_one_page_are_looked_at_page_by_page(records: SqlRecords) -> None:
    for number in range(205):
        records.save_document(
            replace(
                document(f"n{number}", of="a"),
                item=ItemId(filed(records, "c").item) if number == 0 else ItemId(item("a").id),
                id=DocumentId(record_id(f"n{number}")),
                type="health_certificate",
                state=DocumentState.FILED,
                filed_at=MOMENT,
            ),
            events=[event()],
        )
    assert [look(records), look(records), look(records)] == [200, 6, 0]
