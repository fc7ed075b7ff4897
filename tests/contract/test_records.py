from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dossier.documents import Document, DocumentState, ItemState, PartyRole
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.events import EventKind
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.keeping import Act, KeepingAct
from dossier.legal_form import LegalForm, Origin
from dossier.ports import Records
from dossier.totals import Count
from storage.records import SqlRecords
from tests.storage.builders import (
    KEY,
    MOMENT,
    NAMESPACE,
    OTHER_OWNER,
    OWNER,
    batch,
    document,
    event,
    item,
    party,
    record_id,
)

WIFE = party("Đỗ Thị Mã", number=OWNER)
HUSBAND = party("Giàng Seo Chứ", number=OTHER_OWNER)


@pytest.fixture
def filled(records: Records) -> Records:
    """A batch of one item."""
    records.save_batch(batch(), [item()])
    return records


def kinds(records: Records) -> list[EventKind]:
    return [entry.event.kind for entry in records.journal()]


# --- batches and items


def test_a_batch_and_its_items_come_back_as_they_were(records: Records) -> None:
    handed_in = batch(dossier="H26.5.12-261102-0001", procedure="1.004222", owner=OWNER)
    members = [item("second", order=1), item("first", order=2)]
    records.save_batch(handed_in, members)
    assert records.batch(handed_in.id) == handed_in
    assert list(records.items(handed_in.id)) == members
    assert records.item(members[1].id) == members[1]


def test_what_was_counted_last_for_a_batch_counts_and_is_journalled_when_it_is_new(filled: Records) -> None:
    counted = event(EventKind.BATCH_COUNTED)
    assert filled.declared_count(batch().id) == Count()
    filled.declare_count(batch().id, Count(2, 5), events=[counted])
    filled.declare_count(batch().id, Count(2, 5), events=[counted])
    assert filled.declared_count(batch().id) == Count(2, 5)
    assert kinds(filled) == [EventKind.BATCH_COUNTED]
    filled.declare_count(batch().id, Count(3, 0), events=[counted])
    assert filled.declared_count(batch().id) == Count(3, 0)
    assert kinds(filled) == [EventKind.BATCH_COUNTED] * 2


def test_saving_a_batch_again_changes_and_journals_nothing(records: Records) -> None:
    records.save_batch(batch(), [item()], events=[event(EventKind.ITEM_RECEIVED)])
    read = replace(item(), state=ItemState.READ, pages=3)
    records.save_item(read)
    records.save_batch(replace(batch(), dossier="other"), [item()], events=[event(EventKind.ITEM_RECEIVED)])
    assert records.batch(batch().id) == batch()
    assert list(records.items(batch().id)) == [read]
    assert kinds(records) == [EventKind.ITEM_RECEIVED]


def test_an_item_of_an_earlier_batch_belongs_to_both(records: Records) -> None:
    records.save_batch(batch(), [item()])
    records.save_batch(batch("later"), [item("new", of="later"), replace(item(of="later"), order=2)])
    assert list(records.items(batch("later").id)) == [item("new", of="later"), item()]
    assert list(records.items(batch().id)) == [item()]


def test_an_items_state_can_change(filled: Records) -> None:
    refused = replace(item(), state=ItemState.QUARANTINED, error_code="input.truncated")
    filled.save_item(refused, events=[event(EventKind.ITEM_QUARANTINED)])
    assert filled.item(item().id) == refused
    assert kinds(filled) == [EventKind.ITEM_QUARANTINED]


def test_what_was_never_saved_is_missing(records: Records) -> None:
    with pytest.raises(RecordMissingError):
        records.batch(BatchId("none"))
    with pytest.raises(RecordMissingError):
        records.item(ItemId("none"))
    with pytest.raises(RecordMissingError):
        records.save_item(item(), events=[event()])
    with pytest.raises(RecordMissingError):
        records.document(DocumentId("none"))
    assert list(records.items(BatchId("none"))) == []
    assert kinds(records) == []


# --- steps


def test_the_first_result_of_a_step_stays(records: Records) -> None:
    first, second = Sha256("1" * 64), Sha256("2" * 64)
    assert records.step_result("read/1") is None
    records.save_step("read/1", first)
    records.save_step("read/1", first)
    with pytest.raises(VersionConflictError):
        records.save_step("read/1", second)
    assert records.step_result("read/1") == first


# --- documents


def test_every_version_of_a_document_stays(filled: Records) -> None:
    first = filled.save_document(document())
    second = filled.save_document(first.next_version(type="decision", parties=(WIFE,)))
    assert filled.document(first.id) == second
    assert filled.document(first.id, version=1) == first
    assert filled.document(first.id, version=2) == second
    with pytest.raises(RecordMissingError):
        filled.document(first.id, version=3)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_is_not_the_next_is_refused(filled: Records, version: int) -> None:
    first = filled.save_document(document(), events=[event()])
    with pytest.raises(VersionConflictError):
        filled.save_document(replace(first, version=version, type="decision"), events=[event()])
    assert filled.document(first.id) == first
    assert len(filled.journal()) == 1


def test_documents_of_an_item_stand_in_page_order(filled: Records) -> None:
    back = filled.save_document(document("back", pages=(3, 4)))
    front = filled.save_document(document("front", pages=(1, 2)))
    assert list(filled.documents_of_item(item().id)) == [front, back]


def filed(name: str, number: str, *, owner: str = OWNER) -> Document:
    printed = Field(
        name="document_number", value=number, printed=number, confidence=1, page=1, box=Box(0, 0, 1, 1)
    )
    return replace(
        document(name),
        state=DocumentState.FILED,
        fields=(printed,),
        parties=(party("Đỗ Thị Mã", number=owner),),
    )


def test_a_filed_document_gets_a_code_of_its_own(filled: Records) -> None:
    codes = [
        filled.save_document(each).result_code
        for each in (filed("a", "12/2026"), filed("b", "12/2026"), filed("c", "13/2026"))
    ]
    assert codes == [
        f"{OWNER}.KQ_marriage_certificate.12_2026.01",
        f"{OWNER}.KQ_marriage_certificate.12_2026.02",
        f"{OWNER}.KQ_marriage_certificate.13_2026.01",
    ]
    assert filled.document(document("b").id).result_code == codes[1]


def test_a_code_once_given_stays_through_later_versions(filled: Records) -> None:
    first = filled.save_document(filed("a", "12/2026"))
    kept = filled.save_document(first.next_version(dossier="D"))
    lost = filled.save_document(kept.next_version(result_code=""))
    assert first.result_code == kept.result_code == lost.result_code


def test_a_waiting_document_gets_no_code(filled: Records) -> None:
    assert filled.save_document(document()).result_code == ""


# --- the citizen index


def test_a_paper_belongs_to_each_of_its_owners(filled: Records) -> None:
    paper = filled.save_document(replace(document(), parties=(WIFE, HUSBAND)))
    assert list(filled.documents_of_owner(OWNER)) == [paper]
    assert list(filled.documents_of_owner(OTHER_OWNER)) == [paper]
    assert list(filled.documents_of_owner("001000000000")) == []


def test_papers_that_only_name_a_person_are_found_when_asked_for(filled: Records) -> None:
    mother = replace(WIFE, role=PartyRole.RELATED, relation="mother")
    child = filled.save_document(replace(document("child"), parties=(mother,)))
    own = filled.save_document(replace(document("own"), parties=(WIFE,)))
    assert list(filled.documents_of_owner(OWNER)) == [own]
    assert list(filled.documents_of_owner(OWNER, related=True)) == [own, child]


def test_types_narrow_the_search_and_the_newest_paper_comes_first(filled: Records) -> None:
    papers = [
        filled.save_document(replace(document(name), type=kind, parties=(WIFE,)))
        for name, kind in (("a", "decision"), ("b", "passport"), ("c", "decision"))
    ]
    assert list(filled.documents_of_owner(OWNER)) == papers[::-1]
    assert list(filled.documents_of_owner(OWNER, types=["decision"])) == [papers[2], papers[0]]


def test_the_index_follows_the_newest_version(filled: Records) -> None:
    first = filled.save_document(replace(document(), parties=(WIFE,)))
    second = filled.save_document(first.next_version(parties=(HUSBAND,)))
    assert list(filled.documents_of_owner(OWNER)) == []
    assert list(filled.documents_named("Đỗ Thị Mã")) == []
    assert list(filled.documents_of_owner(OTHER_OWNER)) == [second]


def test_a_person_without_a_number_is_nobodys_owner(filled: Records) -> None:
    filled.save_document(replace(document(), parties=(party("Đỗ Thị Mã"),)))
    assert list(filled.documents_of_owner("")) == []


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("Đỗ Thị Mã", True),
        ("đỗ thị mã", True),
        ("ĐỖ  THỊ MÃ", True),
        ("thị mã", True),
        ("do thi ma", True),
        ("ma", True),
        ("mã", True),
        ("má", False),
        ("đỗ mã", False),
        ("thi m", False),
        ("đỗ thi ma", False),
        ("%", False),
        ("", False),
        ("  ", False),
    ],
)
def test_accents_count_when_the_query_has_any(filled: Records, query: str, is_found: bool) -> None:
    paper = filled.save_document(replace(document(), parties=(WIFE, HUSBAND)))
    assert list(filled.documents_named(query)) == ([paper] if is_found else [])


def test_a_name_search_stops_at_its_limit_with_the_newest(filled: Records) -> None:
    papers = [filled.save_document(replace(document(name), parties=(WIFE,))) for name in "abc"]
    assert list(filled.documents_named("mã", limit=2)) == [papers[2], papers[1]]


def test_waiting_papers_come_oldest_first(filled: Records) -> None:
    papers = [filled.save_document(document(name)) for name in "abc"]
    filled.save_document(papers[1].next_version(state=DocumentState.FILED))
    assert list(filled.documents_waiting()) == [papers[0], papers[2]]
    assert list(filled.documents_waiting(limit=1)) == [papers[0]]


# --- journal and secrets


def test_events_are_numbered_chained_and_come_back_as_they_were(filled: Records) -> None:
    read = event(EventKind.OWNER_LOOKED_UP, found=2, reason="tra_cuu")
    filled.save_document(document(), events=[event(), event(EventKind.DOCUMENT_WAITING)])
    filled.record(read)
    filled.record()
    entries = filled.journal()
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert entries[2].event == read
    assert list(filled.journal(after=1, limit=1)) == [entries[1]]
    checked = filled.check_journal()
    assert (checked.entries, checked.head) == (3, entries[2].hash)


def test_an_empty_journal_holds(records: Records) -> None:
    assert records.check_journal().entries == 0


def test_a_reference_of_an_owner_is_stable_and_tells_nothing(records: Records) -> None:
    reference = records.owner_ref(OWNER)
    assert reference == records.owner_ref(OWNER)
    assert reference != records.owner_ref(OTHER_OWNER)
    assert len(reference) == 32
    assert int(reference, 16) >= 0
    assert OWNER not in reference
    assert KEY.hex()[:32] != reference


def test_the_name_space_is_the_stores(records: Records) -> None:
    assert records.namespace == NAMESPACE
    assert record_id("x") != record_id("y")


# --- batches by day, and where their files come from


def test_where_a_file_comes_from_is_kept_with_it_and_the_first_word_counts(records: Records) -> None:
    origin = Origin(operator="ha.tran", device="fi-7160", form=LegalForm.ORIGINAL, compared=True)
    members = [replace(item("a"), origin=origin), item("b", order=2)]
    records.save_batch(batch(), members)
    assert list(records.items(batch().id)) == members
    assert records.item(members[0].id).origin == origin
    again = replace(members[0], origin=Origin(operator="another"))
    records.save_batch(batch("later"), [replace(again, batch=batch("later").id)])
    assert records.item(members[0].id).origin == origin


def test_batches_are_listed_newest_first_with_what_their_files_say(records: Records) -> None:
    days = [MOMENT + timedelta(days=number) for number in range(3)]
    for number, day in enumerate(days):
        member = item(f"i{number}", of=f"b{number}")
        origin = Origin(operator=f"user{number}", device="fi-7160")
        handed_in = replace(batch(f"b{number}", dossier="H26.5.12-261102-0001"), received_at=day)
        records.save_batch(handed_in, [replace(member, origin=origin)])
    records.declare_count(batch("b1").id, Count(2, 5))
    records.save_item(replace(records.item(item("i2", of="b2").id), state=ItemState.QUARANTINED))
    found = list(records.list_batches())
    assert [row.id for row in found] == [batch(name).id for name in ("b2", "b1", "b0")]
    assert [row.received_at for row in found] == days[::-1]
    assert [(row.files, row.refused, row.unfinished) for row in found] == [(1, 1, 0), (1, 0, 1), (1, 0, 1)]
    assert [row.operators for row in found] == [("user2",), ("user1",), ("user0",)]
    assert found[1].declared == Count(2, 5)
    some = records.list_batches(first=days[1], until=days[2])
    assert [row.id for row in some] == [batch("b1").id]


def test_a_batch_is_closed_while_its_newest_act_says_so(records: Records) -> None:
    records.save_batch(batch(), [item()])
    states = [next(iter(records.list_batches())).state]
    for seen, act in enumerate(
        (Act.BATCH_CLOSED, Act.BATCH_PAGES_TOLD, Act.BATCH_REOPENED, Act.BATCH_CLOSED)
    ):
        done = KeepingAct(case=batch().id, act=act, target=batch().id, at=MOMENT, actor="quay-1")
        assert isinstance(records, SqlRecords)
        records.act(done, seen=seen, events=[event(EventKind.BATCH_CLOSED)])
        states.append(next(iter(records.list_batches())).state)
    assert [state.value for state in states] == ["open", "closed", "closed", "open", "closed"]


def test_more_batches_than_a_page_come_once_each(records: Records) -> None:
    for number in range(203):
        records.save_batch(batch(f"b{number}"), [item(f"i{number}", of=f"b{number}")])
    found = [row.id for row in records.list_batches()]
    assert len(found) == len(set(found)) == 203
