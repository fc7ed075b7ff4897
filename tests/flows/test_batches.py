"""A batch from the feeder to its closing: counts, pages taken twice, sides of cards, backs kept aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from cli.batch_words import whole
from dossier.batch_errors import (
    BatchClosedError,
    BatchDiffersError,
    BatchUnfinishedError,
    ReasonMissingError,
)
from dossier.batches import Alike, BatchState, PageRef, Problem
from dossier.documents import DocumentState
from dossier.errors import ArgumentError, RecordMissingError
from dossier.events import EventKind
from dossier.ids import BatchId
from dossier.keeping import Act, KeepingAct
from dossier.totals import Count
from flows.batches import close_batch, list_batches, reopen_batch, say_alike, view_batch
from flows.blanks import take_back
from flows.intake import Handed, take_in
from flows.issue import file_item
from flows.package_events import agent_id, events_of
from flows.progress import silent
from preservation.premis import INGESTION
from storage.inbox import Declaration
from tests.extraction.papers import BIRTH, CARD_BACK, CARD_FRONT, DECISION, Rows
from tests.extraction.stacks import SECOND_PAGE
from tests.extraction.writing import blank, page
from tests.flows.fed import OWNER, drawn, filed, know, numbered, open_desk, taken
from wiring.services import Services

OFFICE = "H26.5.12"
DOSSIER = f"{OFFICE}-261102-0001"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    with open_desk(tmp_path) as made:
        yield made


def batch_of(handed: Handed) -> BatchId:
    assert handed.batch is not None
    return handed.batch


def handed_in(desk: Services, *paths: Path, said: Declaration) -> Handed:
    with desk.writing():
        return take_in(desk, paths, declared=said)


def declared(*, papers: int = 0, pages: int = 0) -> Declaration:
    return Declaration(
        dossier=DOSSIER,
        owner=OWNER,
        papers=papers,
        pages=pages,
        operator="ha.tran",
        device="fi-7160 (khay 1)",
    )


def test_a_batch_tells_who_fed_it_through_what_and_closes_when_the_counts_agree(
    desk: Services, tmp_path: Path
) -> None:
    handed, item, _ = filed(desk, tmp_path / "a.tif", numbered(page(BIRTH)), declared(papers=1, pages=1))
    batch = batch_of(handed)
    (row,) = list_batches(desk, state=BatchState.OPEN, office=OFFICE, operator="ha.tran")
    assert (row.id, row.files, row.unfinished, row.refused) == (batch, 1, 0, 0)
    assert (row.operators, row.devices, row.declared) == (("ha.tran",), ("fi-7160 (khay 1)",), Count(1, 1))
    assert list(list_batches(desk, operator="nobody")) == []
    assert list(list_batches(desk, office="H26.5.1")) == []
    closed = close_batch(desk, batch, actor="minh.le")
    assert (closed.state, closed.problems, closed.found) == (BatchState.CLOSED, (), Count(1, 1))
    assert [row.id for row in list_batches(desk, state=BatchState.CLOSED)] == [batch]
    events = {entry.event.kind: entry.event for entry in desk.store.records.journal()}
    received, done = events[EventKind.ITEM_RECEIVED], events[EventKind.BATCH_CLOSED]
    assert (received.actor, received.subject) == ("ha.tran", item)
    assert "fi-7160" not in str(received)
    (told,) = events_of(desk.store.records, frozenset({item}))
    assert (told.type, told.agent) == (INGESTION, agent_id(desk.store.records, "ha.tran"))
    assert (done.actor, done.subject, done.dossier) == ("minh.le", batch, DOSSIER)
    assert dict(done.details) == {"files": 1, "papers": 1, "pages": 1, "problems": 0, "digest": closed.digest}
    # Closing it once more says nothing new.
    close_batch(desk, batch, actor="another")
    assert len(desk.store.records.journal_of(EventKind.BATCH_CLOSED)) == 1


def test_a_difference_needs_a_reason_that_stays_out_of_the_journal(desk: Services, tmp_path: Path) -> None:
    handed, *_ = filed(desk, tmp_path / "a.tif", numbered(page(BIRTH)), declared(papers=2, pages=1))
    batch = batch_of(handed)
    with pytest.raises(BatchDiffersError) as told:
        close_batch(desk, batch)
    assert told.value.details == {"count": 1, "codes": "batch.papers_differ"}
    assert view_batch(desk, batch).state is BatchState.OPEN
    closed = close_batch(desk, batch, reason="Một giấy tờ trả lại người nộp")
    assert [(one.reason, one.count) for one in closed.history] == [
        ("Một giấy tờ trả lại người nộp", Count(1, 1))
    ]
    assert not any("trả lại" in str(entry.event) for entry in desk.store.records.journal())


def test_counts_may_be_given_when_the_batch_is_closed_and_are_missed_when_nobody_counted(
    desk: Services, tmp_path: Path
) -> None:
    handed, *_ = filed(desk, tmp_path / "a.tif", numbered(page(BIRTH)))
    batch = batch_of(handed)
    with pytest.raises(BatchDiffersError) as told:
        close_batch(desk, batch)
    assert told.value.details["codes"] == "batch.not_counted"
    with pytest.raises(BatchDiffersError):
        close_batch(desk, batch, count=Count(papers=2, pages=1))
    # What is not said again stays as it was said.
    closed = close_batch(desk, batch, count=Count(papers=1))
    assert (closed.state, closed.declared) == (BatchState.CLOSED, Count(1, 1))


def test_a_batch_with_a_file_that_was_not_worked_on_stays_open(desk: Services, tmp_path: Path) -> None:
    handed, _ = taken(desk, tmp_path / "a.tif", numbered(page(BIRTH)))
    with pytest.raises(BatchUnfinishedError):
        close_batch(desk, batch_of(handed), reason="vì vội")


def test_a_closed_batch_takes_nothing_more_until_it_is_opened_again_with_a_reason(
    desk: Services, tmp_path: Path
) -> None:
    pages = numbered(page(BIRTH), blank(2))
    handed, item, _ = filed(desk, tmp_path / "a.tif", pages, declared(papers=1, pages=1))
    batch = batch_of(handed)
    close_batch(desk, batch)
    again = tmp_path / "a.tif"
    # Handing in the same again changes nothing and is no trouble.
    assert handed_in(desk, again, said=declared(papers=1, pages=1)).items == (item,)
    with pytest.raises(BatchClosedError):
        handed_in(desk, again, said=declared(papers=7))
    with pytest.raises(BatchClosedError):
        take_back(desk, item, 2)
    with pytest.raises(ReasonMissingError):
        reopen_batch(desk, batch, reason=" ")
    opened = reopen_batch(desk, batch, reason="đếm lại", actor="minh.le")
    assert [one.actor for one in opened.history] == ["quay-1", "minh.le"]
    handed_in(desk, again, said=declared(papers=7))
    assert view_batch(desk, batch).declared == Count(7, 0)


def test_an_empty_back_is_kept_aside_and_a_person_takes_it_back_as_a_page(
    desk: Services, tmp_path: Path
) -> None:
    pages = numbered(page(BIRTH), blank(2))
    handed, item, (paper,) = filed(desk, tmp_path / "a.tif", pages)
    assert (paper.state, paper.pages) == (DocumentState.FILED, (1,))
    (file,) = view_batch(desk, batch_of(handed)).files
    assert file.asides == (2,)
    back = take_back(desk, item, 2, actor="minh.le")
    assert (back.id, back.version, back.state) == (paper.id, 2, DocumentState.FILED)
    assert (back.pages, back.fields, back.parties) == ((1, 2), paper.fields, paper.parties)
    assert (back.result_code, back.filed_at) == (paper.result_code, paper.filed_at)
    for version, count in ((paper, 1), (back, 2)):
        assert version.object_sha256 is not None
        with desk.store.blobs.path(version.object_sha256) as path, pikepdf.open(path) as pdf:
            assert len(pdf.pages) == count
    (file,) = view_batch(desk, batch_of(handed)).files
    assert file.asides == ()
    assert take_back(desk, item, 2) == back
    (told,) = desk.store.records.journal_of(EventKind.BLANK_TAKEN_BACK)
    assert (told.event.actor, dict(told.event.details)) == ("minh.le", {"page": 2})
    with pytest.raises(ArgumentError):
        take_back(desk, item, 1)


def test_a_page_taken_back_by_a_run_that_was_killed_is_ended_by_the_next(
    desk: Services, tmp_path: Path
) -> None:
    pages = numbered(page(DECISION), blank(2), page(SECOND_PAGE), blank(4))
    _, item, (paper,) = filed(desk, tmp_path / "a.tif", pages)
    assert paper.pages == (1, 3)
    # Killed right after it was said, before anything was signed.
    said = KeepingAct(
        case=paper.id,
        act=Act.BLANK_TAKEN_BACK,
        target=paper.id,
        at=desk.clock(),
        actor="minh.le",
        details={"page": "4"},
    )
    with desk.writing():
        desk.store.records.act(said, seen=0, events=[])
    back = take_back(desk, item, 2)
    assert (back.pages, back.version) == ((1, 2, 3, 4), 3)
    assert desk.store.records.document(paper.id, version=2).pages == (1, 3, 4)


def test_a_back_is_only_aside_behind_a_printed_front_of_a_duplex_file(desk: Services, tmp_path: Path) -> None:
    odd = numbered(page(BIRTH), blank(2), page(DECISION))
    *_, papers = filed(desk, tmp_path / "odd.tif", odd)
    assert papers[0].pages == (1, 2)
    front = numbered(blank(1), page(BIRTH))
    *_, papers = filed(desk, tmp_path / "front.tif", front)
    assert papers[0].pages == (1, 2)


def with_note(rows: Rows) -> Rows:
    """The page with a note stuck over three of its rows."""
    covered = [index for index, _ in enumerate(rows)][12:15]
    return [(100, "Ghi chú: đã kiểm tra") if index in covered else row for index, row in enumerate(rows)]


def test_a_page_fed_twice_and_a_note_page_are_told_and_count_once_when_a_person_says_so(
    desk: Services, tmp_path: Path
) -> None:
    pages = numbered(page(DECISION), page(DECISION), page(BIRTH), page(with_note(BIRTH)))
    handed, *_ = filed(desk, tmp_path / "a.tif", pages, declared(papers=2, pages=2))
    batch = batch_of(handed)
    seen = view_batch(desk, batch)
    assert [(pair.first, pair.second, pair.guess) for pair in seen.alike] == [
        (PageRef(1, 1), PageRef(1, 2), Alike.TWICE),
        (PageRef(1, 3), PageRef(1, 4), Alike.NOTE),
    ]
    assert seen.found.pages == 4
    assert Problem(code="batch.pages_alike", file=1, page=2) in seen.problems
    with pytest.raises(ArgumentError):
        say_alike(desk, batch, PageRef(1, 1), PageRef(1, 3), said=Alike.TWICE)
    say_alike(desk, batch, PageRef(1, 1), PageRef(1, 2), said=Alike.TWICE)
    after = say_alike(desk, batch, PageRef(1, 3), PageRef(1, 4), said=Alike.NOTE)
    assert after.found.pages == 2
    assert "batch.pages_alike" not in {problem.code for problem in after.problems}
    # Both images stay, in their papers.
    assert sorted(number for file in after.files for paper in file.papers for number in paper.pages) == [
        1,
        2,
        3,
        4,
    ]


def test_two_papers_of_one_form_are_no_page_taken_twice(desk: Services, tmp_path: Path) -> None:
    sibling: Rows = [
        row.replace("025219000123", "025219000124").replace("125/2019", "126/2019").replace("KHÔI", "KHANG")
        if isinstance(row, str)
        else (row[0], row[1].replace("125/2019", "126/2019"))
        if isinstance(row, tuple)
        else row
        for row in BIRTH
    ]
    handed, *_ = filed(desk, tmp_path / "a.tif", numbered(page(BIRTH), page(sibling)))
    assert view_batch(desk, batch_of(handed)).alike == ()


def test_a_card_without_its_back_is_told(desk: Services, tmp_path: Path) -> None:
    handed, *_ = filed(desk, tmp_path / "a.tif", numbered(page(CARD_FRONT)))
    problems = view_batch(desk, batch_of(handed)).problems
    assert Problem(code="batch.card_side_missing", file=1, page=1) in problems


def test_a_card_whose_sides_lie_in_two_files_is_told_once_and_two_half_cards_twice(
    desk: Services, tmp_path: Path
) -> None:
    other = [
        row.replace("1901234569001190123456", "1901234569001190123457") if isinstance(row, str) else row
        for row in CARD_BACK
    ]
    # Another picture, too: drawn pages show where words stand, not which.
    other.append("Ghi chú")
    sides = {"a.tif": CARD_FRONT, "b.tif": CARD_BACK, "c.tif": other}
    paths = [drawn(tmp_path / name, numbered(page(rows))) for name, rows in sides.items()]
    handed = handed_in(desk, *paths, said=declared())
    with desk.writing():
        for item, rows in zip(handed.items, sides.values(), strict=True):
            know(desk, item, numbered(page(rows)))
            file_item(desk, item, listen=silent)
    view = view_batch(desk, batch_of(handed))
    assert [problem for problem in view.problems if "card" in problem.code] == [
        Problem(code="batch.card_sides_apart", file=1, page=1, other=2),
        Problem(code="batch.card_side_missing", file=3, page=1),
    ]
    told = whole(view, "vi", label=str)
    assert "tệp 1, tr. 1, mặt kia của thẻ nằm ở tệp 2; quét hai mặt cùng một tệp" in told


def test_a_file_that_came_twice_in_different_batches_keeps_its_order_and_first_operator(
    desk: Services, tmp_path: Path
) -> None:
    filed(desk, tmp_path / "a.tif", numbered(page(BIRTH)), declared())
    drawn(tmp_path / "b.tif", numbered(page(DECISION)))
    handed = handed_in(
        desk, tmp_path / "b.tif", tmp_path / "a.tif", said=Declaration(dossier=DOSSIER, operator="lan")
    )
    files = view_batch(desk, batch_of(handed)).files
    assert [(file.item.name, file.item.origin.operator) for file in files] == [
        ("b.tif", "lan"),
        ("a.tif", "ha.tran"),
    ]


def test_what_is_no_batch_is_told(desk: Services) -> None:
    for wrong in ("", "x" * 36, "0b1cbb10-6a0f-5b5e-9d8e-2f0a0a2a2a2a"):
        with pytest.raises(RecordMissingError):
            view_batch(desk, wrong)
