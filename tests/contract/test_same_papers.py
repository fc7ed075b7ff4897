"""Pairs of papers that may be one, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.fields import Field
from dossier.fingerprints import Fingerprint
from dossier.geometry import Box
from dossier.ids import DocumentId, PairId, pair_id
from dossier.keeping import Act, KeepingAct
from dossier.same import SameAnswer, SamePair
from storage.records import SqlRecords
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
