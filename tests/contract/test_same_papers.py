"""Pairs of papers that may be one, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.fields import Field
from dossier.fingerprints import Fingerprint
from dossier.geometry import Box
from dossier.ids import DocumentId, PairId, pair_id
from dossier.keeping import Act, KeepingAct
from dossier.same import SameAnswer, SamePair
from storage.old_papers import MARK
from storage.records import SqlRecords
from storage.same_tables import same_pending
from storage.schema import document_keys, documents, facts
from tests.storage.builders import MOMENT, NAMESPACE, OTHER_OWNER, OWNER, batch, document, event, item, party

PRINT = Fingerprint(7 << 200)


def put_down(
    records: SqlRecords, name: str, *, owner: str = OWNER, number: str = "", of: str = ""
) -> Document:
    """A paper in a file of its own; ``of`` names a file whose bytes it shares."""
    held = replace(item(name), sha256=item(of or name).sha256)
    records.save_batch(batch(), [held])
    printed = Field(
        name="document_number", value=number, printed=number, confidence=1.0, page=1, box=Box(0, 0, 1, 1)
    )
    paper = replace(
        document(name, of=name),
        parties=(party("Mẫu Thị Một", number=owner),),
        fields=(printed,) if number else (),
    )
    return records.save_document(paper, events=(event(),))


def pair_of(one: Document, other: Document) -> SamePair:
    return SamePair(
        id=pair_id(NAMESPACE, one.id, other.id),
        earlier=one.id,
        later=other.id,
        because=("same.number", "same.picture"),
        found_at=MOMENT,
    )


def ids(found: object) -> list[DocumentId]:
    assert isinstance(found, list)
    return [known.document.id for known in found]


def test_a_new_paper_waits_until_it_is_settled_and_again_when_it_changes(records: SqlRecords) -> None:
    first, second = put_down(records, "first"), put_down(records, "second")
    assert [paper.id for paper in records.same.pending(limit=5)] == [second.id, first.id]
    records.same.settle(first, [PRINT], [])
    records.same.settle(second, [PRINT], [])
    assert list(records.same.pending(limit=5)) == []
    records.save_document(first.next_version(), events=(event(EventKind.DOCUMENT_STAMPED),))
    assert list(records.same.pending(limit=5)) == []
    records.save_document(replace(first, version=3), events=(event(EventKind.DOCUMENT_CORRECTED),))
    assert [paper.id for paper in records.same.pending(limit=5)] == [first.id]


def stand_before(records: SqlRecords, newest: Document) -> None:
    """As the upgrade leaves a store: no paper up to this one was compared, none waits."""
    with records.upkeep.writing() as writing:
        serial = select(documents.c.serial).where(documents.c.id == newest.id)
        above = writing.connection.execute(serial).scalar_one() + 1
        writing.connection.execute(insert(facts).values(name=MARK, value=str(above)))
        writing.connection.execute(delete(same_pending))


def test_of_the_papers_of_before_those_with_the_same_bytes_or_number_wait(records: SqlRecords) -> None:
    mine = put_down(records, "mine", number="12/2019")
    put_down(records, "alone", number="14/2019")
    put_down(records, "numbered", owner=OTHER_OWNER, number="12/2019")
    first = put_down(records, "first")
    put_down(records, "bytes", of="first")
    last = put_down(records, "last")
    stand_before(records, last)
    new = put_down(records, "new", number="15/2019")
    assert [records.same.look_back(limit=4) for _ in range(3)] == [4, 2, 0]
    assert {paper.id for paper in records.same.pending(limit=9)} == {mine.id, first.id, new.id}
    assert records.same.look_back(limit=4) == 0


def test_a_paper_of_before_is_found_by_its_number_without_fingerprints(records: SqlRecords) -> None:
    old = put_down(records, "old", owner=OTHER_OWNER, number="12/2019")
    stand_before(records, old)
    new = put_down(records, "new", number="12/2019")
    assert records.same.candidates(new) == []
    assert records.same.look_back(limit=9) == 1
    assert [(known.document.id, known.prints) for known in records.same.candidates(new)] == [(old.id, ())]


def test_a_paper_of_before_that_was_compared_meanwhile_keeps_its_fingerprints(records: SqlRecords) -> None:
    changed = put_down(records, "changed", number="12/2019")
    late = put_down(records, "late", owner=OTHER_OWNER, number="12/2019")
    stand_before(records, late)
    records.same.settle(changed, [PRINT], [])
    assert records.same.look_back(limit=9) == 2
    assert [paper.id for paper in records.same.pending(limit=9)] == [late.id]
    assert [known.prints for known in records.same.candidates(late)] == [(PRINT,)]


def test_destroyed_and_damaged_papers_of_before_keep_nobody_from_the_others(records: SqlRecords) -> None:
    good = put_down(records, "good", number="12/2019")
    broken = put_down(records, "broken", number="12/2019", of="last")
    gone = put_down(records, "gone", number="12/2019")
    last = put_down(records, "last", number="12/2019")
    stand_before(records, last)
    with records.upkeep.writing() as writing:
        table, keys = documents.c, document_keys.c
        serial = select(table.serial).where(table.id == broken.id).scalar_subquery()
        destroyed = DocumentState.DESTROYED.value
        writing.connection.execute(update(documents).where(table.id == gone.id).values(state=destroyed))
        writing.connection.execute(
            update(document_keys).where(keys.document_serial == serial).values(wrapped=bytes(60))
        )
    assert records.same.look_back(limit=1) == 1
    assert records.same.look_back(limit=9) == 2
    assert [paper.id for paper in records.same.pending(limit=9)] == [good.id]


def test_candidates_have_the_same_owner_the_same_number_or_the_same_bytes(records: SqlRecords) -> None:
    mine = put_down(records, "mine", number="12/2019")
    own = put_down(records, "own")
    numbered = put_down(records, "numbered", owner=OTHER_OWNER, number="12/2019")
    bytes_ = put_down(records, "bytes", owner="", of="mine")
    put_down(records, "stranger", owner=OTHER_OWNER, number="13/2019")
    other = replace(put_down(records, "other"), type="birth_certificate")
    records.save_document(other.next_version(), events=(event(EventKind.DOCUMENT_CORRECTED),))
    for paper in (mine, own, numbered, bytes_):
        records.same.settle(paper, [PRINT], [])
    found = records.same.candidates(mine)
    assert set(ids(found)) == {own.id, numbered.id, bytes_.id}
    assert {known.prints for known in found} == {(PRINT,)}


def test_a_pair_is_asked_once_and_answered_again_and_again(records: SqlRecords) -> None:
    one, other = put_down(records, "one"), put_down(records, "other")
    pair = pair_of(one, other)
    told = event(EventKind.SAME_FOUND, pair=pair.id)
    assert list(records.same.settle(other, [PRINT], [pair], events=[told])) == [pair]
    assert list(records.same.settle(other, [PRINT], [pair], events=[told])) == []
    assert len(records.journal_of(EventKind.SAME_FOUND)) == 1
    assert list(records.same.pairs()) == [pair]
    assert list(records.same.pairs(after=pair.id)) == []
    answers = (SameAnswer.DIFFERENT, SameAnswer.SAME, SameAnswer.SAME)
    for turn, answer in enumerate(answers):
        records.same.answer(
            pair.id,
            answer,
            at=MOMENT + timedelta(hours=turn),
            by="quay-1",
            events=[event(EventKind.SAME_ANSWERED, answer=answer.value)],
        )
    said = records.same.pair(pair.id)
    assert (said.answer, said.answered_by) == (SameAnswer.SAME, "quay-1")
    assert said.answered_at == MOMENT + timedelta(hours=1)
    assert len(records.journal_of(EventKind.SAME_ANSWERED)) == 2
    assert list(records.same.pairs()) == []
    assert [found.id for found in records.same.pairs(open_only=False)] == [pair.id]
    assert records.same.open_count() == 0


def test_scans_of_scans_are_one_paper(records: SqlRecords) -> None:
    papers = [put_down(records, name) for name in ("a", "b", "c", "d")]
    for one, other, answer in (
        (papers[0], papers[1], SameAnswer.SAME),
        (papers[1], papers[2], SameAnswer.SAME),
        (papers[2], papers[3], SameAnswer.DIFFERENT),
    ):
        pair = pair_of(one, other)
        records.same.settle(other, [], [pair])
        records.same.answer(pair.id, answer, at=MOMENT, by="quay-1", events=[])
    together = tuple(paper.id for paper in papers[:3])
    assert records.same.scans_of([papers[2].id]) == {papers[2].id: together}
    assert records.same.scans_of([paper.id for paper in papers]) == dict.fromkeys(together, together)
    assert records.same.scans_of([]) == {}
    assert [found.answer for found in records.same.pairs_of(papers[2].id)] == [
        SameAnswer.SAME,
        SameAnswer.DIFFERENT,
    ]


def test_a_destroyed_paper_leaves_no_fingerprint_no_question_and_no_scan(records: SqlRecords) -> None:
    one, other = put_down(records, "one", number="1/2020"), put_down(records, "other")
    records.same.settle(one, [PRINT], [])
    records.same.settle(other, [PRINT], [pair_of(one, other)])
    destroyed = replace(one.remnant(), version=2, state=DocumentState.DESTROYED)
    destroy(records, destroyed)
    assert list(records.same.pairs()) == []
    assert list(records.same.candidates(other)) == []
    assert list(records.same.pending(limit=9)) == []


def destroy(records: SqlRecords, paper: Document) -> None:
    act = KeepingAct(
        case="3f1c0a4e-0000-5000-8000-000000000009",
        act=Act.DISPOSAL_EXECUTED,
        target=paper.id,
        at=MOMENT,
        actor="luu-tru-1",
    )
    records.act(act, seen=0, events=[event()], document=paper)


def test_what_is_not_there_is_said(records: SqlRecords) -> None:
    nobody = PairId("3f1c0a4e-0000-5000-8000-000000000001")
    with pytest.raises(RecordMissingError):
        records.same.pair(nobody)
    with pytest.raises(RecordMissingError):
        records.same.pairs(after=nobody)
    with pytest.raises(RecordMissingError):
        records.same.answer(nobody, SameAnswer.SAME, at=MOMENT, by="quay-1", events=[])
