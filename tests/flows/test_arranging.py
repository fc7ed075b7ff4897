"""Pages of a file arranged anew: what changes is read again, what does not stays, and no page is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from dossier.arrange_errors import (
    ArrangingBusyError,
    ArrangingRefusedError,
    ArrangingStaleError,
    PlanError,
)
from dossier.arranging import ArrangingState, AsideKind
from dossier.batch_errors import BatchClosedError
from dossier.check_errors import CheckHeldError
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.fields import Evidence
from dossier.ids import ItemId
from dossier.totals import Count
from flows.arranging.asking import ask
from flows.arranging.carry import Step, carry_out
from flows.arranging.view import file_of
from flows.batches import close_batch
from flows.blanks import take_back
from flows.capture import load_reading
from flows.locks import item_keys
from flows.review import review
from flows.searching.filling import fill_all
from flows.splitting import batch_count, kept_split
from tests.flows.arranging import (
    ACTOR,
    REASON,
    arranged,
    planned,
    put_down,
    stack,
    waiting_stack,
    wanted,
)
from tests.flows.fed import open_desk
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ItemId]:
    """A store with the stack, made once: keys and signatures are dear."""
    folder = tmp_path_factory.mktemp("arranged")
    with open_desk(folder) as desk:
        item, _ = waiting_stack(desk, folder)
    return folder / "data", item


@pytest.fixture
def item(made: tuple[Path, ItemId]) -> ItemId:
    return made[1]


@pytest.fixture
def desk(made: tuple[Path, ItemId], tmp_path: Path) -> Iterator[Services]:
    with opened(made, tmp_path / "data") as desk:
        yield desk


def opened(made: tuple[Path, ItemId], data: Path, **settings: str) -> Services:
    shutil.copytree(made[0], data, symlinks=True)
    return Services(read_settings({"MOTLAN_DATA": str(data), "MOTLAN_ACTOR": "quay-1", **settings}))


def papers(desk: Services, item: ItemId) -> dict[tuple[int, ...], Document]:
    return {paper.pages: paper for paper in desk.store.records.documents_of_item(item)}


def events(desk: Services, kind: EventKind) -> list[Event]:
    return [entry.event for entry in desk.store.records.journal_of(kind)]


def told(desk: Services, item: ItemId) -> list[tuple[object, ...]]:
    """What the store says of the papers of the file, but for moments and bytes of signatures."""
    return sorted(
        (paper.id, paper.version, paper.pages, paper.type, paper.state, paper.questions)
        for paper in desk.store.records.documents_of_item(item)
    )


def need_whole(desk: Services, item: ItemId) -> None:
    """Every page stands in one paper or is set aside, every paper has its bytes, and the journal holds."""
    stack = kept_split(desk, item)
    assert stack is not None
    assert stack.pages == (1, 2, 3, 4, 5)
    found = desk.store.records.documents_of_item(item)
    assert sorted(paper.pages for paper in stack.papers) == sorted(paper.pages for paper in found)
    for paper in found:
        assert paper.object_sha256 is not None
        with desk.store.blobs.path(paper.object_sha256) as path, pikepdf.open(path) as pdf:
            assert len(pdf.pages) == len(paper.pages)
    desk.store.records.check_journal()


def test_a_page_that_moves_changes_two_papers_and_leaves_the_third_untouched(
    desk: Services, item: ItemId
) -> None:
    before = papers(desk, item)
    done = arranged(desk, item, planned((1,), (2,), (3, 4, 5)))
    after = papers(desk, item)
    assert done.state is ArrangingState.DONE
    assert after[(1,)] == before[(1,)]
    moved, grown = after[(2,)], after[(3, 4, 5)]
    assert (moved.id, moved.version) == (before[(2, 3)].id, 2)
    assert (grown.id, grown.version) == (before[(4, 5)].id, 2)
    assert (moved.dossier, grown.dossier) == ("H26.5.12-261102-0001",) * 2
    assert moved.object_sha256 != before[(2, 3)].object_sha256
    need_whole(desk, item)
    changed = events(desk, EventKind.DOCUMENT_ARRANGED)
    assert [(event.subject, event.actor, event.details["version"]) for event in changed] == [
        (moved.id, ACTOR, 2),
        (grown.id, ACTOR, 2),
    ]
    (whole,) = events(desk, EventKind.PAGES_ARRANGED)
    assert (whole.subject, whole.details["changed"], whole.details["dissolved"]) == (item, 2, 0)
    # The version before can still be seen with its own pages.
    assert desk.store.records.document(moved.id, version=1).pages == (2, 3)


def take_words_in(desk: Services) -> None:
    fill_all(desk, told=lambda _count: None)


def test_a_merged_paper_ends_says_where_its_pages_went_and_comes_back_when_it_is_parted_again(
    desk: Services, item: ItemId
) -> None:
    before = papers(desk, item)
    ended = before[(4, 5)].id
    take_words_in(desk)
    arranged(desk, item, planned((1,), (2, 3, 4, 5)))
    take_words_in(desk)
    assert not desk.store.records.words.texts([ended])
    whole = papers(desk, item)[(2, 3, 4, 5)]
    assert whole.id == before[(2, 3)].id
    last = desk.store.records.document(ended)
    assert (last.state, last.pages, last.object_sha256) == (DocumentState.DISSOLVED, (), None)
    assert (last.fields, last.parties, last.questions) == ((), (), ())
    (event,) = events(desk, EventKind.DOCUMENT_DISSOLVED)
    assert (event.subject, event.details["into"]) == (ended, whole.id)
    assert ended not in {paper.id for paper in desk.store.records.documents_waiting()}
    with pytest.raises(RecordMissingError):
        desk.store.records.checks.line(ended)
    need_whole(desk, item)
    # What it was is kept.
    old = desk.store.records.document(ended, version=1)
    assert old.object_sha256 is not None
    with desk.store.blobs.path(old.object_sha256) as path:
        assert path.stat().st_size == old.object_size
    arranged(desk, item, planned((1,), (2, 3), (4, 5)))
    again = papers(desk, item)[(4, 5)]
    assert (again.id, again.version, again.state) == (ended, 3, DocumentState.WAITING)
    assert again.fields == before[(4, 5)].fields
    take_words_in(desk)
    assert set(desk.store.records.words.texts([ended])) == {ended}
    need_whole(desk, item)


def test_a_page_set_aside_is_counted_no_more_and_can_be_taken_back(desk: Services, item: ItemId) -> None:
    batch = desk.store.records.item(item).batch
    assert batch_count(desk, batch) == Count(3, 4)
    aside = {5: AsideKind.BLANK, 3: AsideKind.NOT_PAPER}
    arranged(desk, item, planned((1,), (2,), (4,), aside=aside))
    assert file_of(desk, item).kinds == aside
    assert batch_count(desk, batch) == Count(3, 3)
    # The command for backs knows the page as well.
    take_back(desk, item, 5)
    assert papers(desk, item)[(4, 5)].version == 3
    arranged(desk, item, planned((1,), (2, 3), (5, 4)))
    assert file_of(desk, item).kinds == {}
    # In the order that the person gave.
    assert papers(desk, item)[(5, 4)].version == 4
    need_whole(desk, item)


def test_a_turned_page_is_read_again_and_counts_as_it_lies_now(desk: Services, item: ItemId) -> None:
    before = {page.page: page for page in load_reading(desk, item).pages}
    arranged(desk, item, planned((1,), (2, 3), (4, 5), turns={3: 90}))
    after = {page.page: page for page in load_reading(desk, item).pages}
    assert after[3].rotation == 90
    assert (after[3].width, after[3].height) == (before[3].height, before[3].width)
    assert {number: page for number, page in after.items() if number != 3} == {
        number: page for number, page in before.items() if number != 3
    }
    changed = papers(desk, item)[(2, 3)]
    assert changed.object_sha256 is not None
    with desk.store.blobs.path(changed.object_sha256) as path, pikepdf.open(path) as pdf:
        boxes = [[float(edge) for edge in page.mediabox] for page in pdf.pages]
    assert boxes[0][3] > boxes[0][2]
    assert boxes[1][3] < boxes[1][2]


def test_another_type_alone_needs_no_new_signature(desk: Services, item: ItemId) -> None:
    before = papers(desk, item)[(4, 5)]
    arranged(desk, item, planned((1,), (2, 3), (4, 5), types=("", "", "marriage_certificate")))
    after = papers(desk, item)[(4, 5)]
    assert (after.type, after.version, after.state) == ("marriage_certificate", 2, DocumentState.WAITING)
    assert after.object_sha256 == before.object_sha256


def test_what_a_person_said_stays_with_the_pages_it_is_about(desk: Services, item: ItemId) -> None:
    before = papers(desk, item)[(2, 3)]
    review(desk, before.id, values={"document_number": "77/QĐ-UBND"}, confirmed=False, actor=ACTOR)
    arranged(desk, item, planned((1,), (2,), (3, 4, 5)))
    after = papers(desk, item)[(2,)]
    field = after.field("document_number")
    assert field is not None
    assert (field.value, field.evidence) == ("77/QĐ-UBND", Evidence.PERSON)
    assert "document_number" not in after.questions


class Killed(BaseException):
    """The process is gone."""


AGAIN = planned((1, 2), (3,), (4, 5))


@pytest.fixture(scope="module")
def whole(made: tuple[Path, ItemId], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What the store says when nobody is killed."""
    with opened(made, tmp_path_factory.mktemp("whole") / "data") as desk:
        arranged(desk, made[1], AGAIN)
        return told(desk, made[1])


@pytest.mark.parametrize("moment", range(5))
def test_whoever_is_killed_has_changed_nothing_or_all_and_the_next_one_ends_it(
    made: tuple[Path, ItemId], whole: list[tuple[object, ...]], tmp_path: Path, moment: int
) -> None:
    _, item = made
    heard: list[Step] = []

    def die(step: Step) -> None:
        heard.append(step)
        if len(heard) > moment:
            raise Killed

    with opened(made, tmp_path / "killed") as desk:
        before = told(desk, item)
        with pytest.raises(Killed):
            arranged(desk, item, AGAIN, heard=die)
        assert heard[-1] is [Step.READ, Step.PREPARED, Step.PREPARED, Step.KEPT, Step.DONE][moment]
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "killed")})) as desk:
        assert told(desk, item) == (whole if heard[-1] is Step.DONE else before)
        for one in desk.store.records.arrangements.asked():
            carry_out(desk, one)
        assert told(desk, item) == whole
        assert desk.store.records.arrangements.asked() == []
        need_whole(desk, item)
        assert len(events(desk, EventKind.PAGES_ARRANGED)) == 1


def test_done_twice_is_done_once(desk: Services, item: ItemId) -> None:
    one = wanted(desk, item, planned((1, 2, 3), (4, 5)))
    carry_out(desk, one)
    before = told(desk, item)
    carry_out(desk, one)
    assert told(desk, item) == before


def test_a_paper_that_changed_meanwhile_is_left_alone_and_all_others_too(
    desk: Services, item: ItemId
) -> None:
    one = wanted(desk, item, planned((1,), (2,), (3, 4, 5)))
    changed = papers(desk, item)[(4, 5)]
    review(desk, changed.id, values={"issuer": "UBND xã Mẫu"}, confirmed=False)
    before = told(desk, item)
    refused = carry_out(desk, one)
    assert (refused.state, refused.code) == (ArrangingState.REFUSED, "arrange.stale")
    assert told(desk, item) == before
    (event,) = events(desk, EventKind.PAGES_REFUSED)
    assert (event.subject, event.details["code"]) == (item, "arrange.stale")
    # The next time is another one, and nothing of the first is in its way.
    assert arranged(desk, item, planned((1,), (2,), (3, 4, 5))).number == 2
    need_whole(desk, item)


def test_what_a_person_saw_must_still_be_so_when_they_save(desk: Services, item: ItemId) -> None:
    seen = file_of(desk, item)
    review(desk, papers(desk, item)[(1,)].id, values={"full_name": "Mẫu Thị Thử"}, confirmed=False)
    now = file_of(desk, item)
    past = desk.clock()
    with pytest.raises(ArrangingStaleError):
        ask(desk, now, planned((1, 2, 3), (4, 5)), mark=seen.mark, actor=ACTOR, free_before=past)
    # A paper that the plan leaves alone may change as it likes.
    ask(desk, now, planned((1,), (2, 3, 4, 5)), mark=seen.mark, actor=ACTOR, free_before=past)


def test_a_paper_on_somebody_elses_table_is_not_taken_from_under_their_hands(
    desk: Services, item: ItemId
) -> None:
    checks, now = desk.store.records.checks, desk.clock()
    theirs = papers(desk, item)[(4, 5)].id
    checks.take(theirs, "user-2", at=now, free_before=now)
    with pytest.raises(CheckHeldError):
        wanted(desk, item, planned((1,), (2,), (3, 4, 5)))
    # Other papers of the file may be arranged; one's own leave the table.
    checks.take(papers(desk, item)[(1,)].id, ACTOR, at=now, free_before=now)
    one = wanted(desk, item, planned((1, 2, 3), (4, 5)))
    assert checks.held_by(ACTOR, free_before=now) == []
    with pytest.raises(RecordMissingError):
        checks.line(theirs)
    with pytest.raises(ArrangingBusyError):
        wanted(desk, item, planned((1,), (2, 3, 4, 5)))
    carry_out(desk, one)
    assert checks.line(theirs).document.id == theirs


def test_nothing_is_asked_for_that_changes_nothing_or_breaks_a_law(desk: Services, item: ItemId) -> None:
    with pytest.raises(PlanError):
        wanted(desk, item, planned((1,), (2, 3), (4, 5)))
    with pytest.raises(PlanError):
        wanted(desk, item, planned((1,), (2, 3), (4,)))
    with pytest.raises(PlanError):
        wanted(desk, item, planned((1,), (2, 3), (4, 5), types=("no_such_type",)))


def test_a_closed_batch_is_not_arranged(desk: Services, item: ItemId) -> None:
    close_batch(desk, desk.store.records.item(item).batch, reason="đã đếm xong")
    with pytest.raises(BatchClosedError):
        file_of(desk, item)


def test_a_file_with_a_restricted_paper_is_not_arranged(desk: Services, item: ItemId) -> None:
    with desk.writing():
        desk.store.records.save_document(papers(desk, item)[(1,)].next_version(restricted=True))
    with pytest.raises(ArrangingRefusedError):
        file_of(desk, item)


def test_a_filed_paper_gets_a_page_more_for_a_reason_as_a_version_that_supersedes(
    made: tuple[Path, ItemId], tmp_path: Path
) -> None:
    with open_desk(tmp_path) as desk:
        pages = stack(confidence=0.995)
        pages[3] = replace(stack()[3], page=4)
        item, before = put_down(desk, tmp_path / "xap.tif", pages)
        filed, waiting = before[1], before[2]
        assert (filed.state, waiting.state) == (DocumentState.FILED, DocumentState.WAITING)
        plan = planned((1,), (2, 3, 5), (4,))
        with pytest.raises(PlanError):
            arranged(desk, item, plan)
        assert arranged(desk, item, plan, reason=REASON).state is ArrangingState.DONE
        after = desk.store.records.document(filed.id)
        assert (after.state, after.pages, after.version) == (DocumentState.FILED, (2, 3, 5), 2)
        assert (after.fields, after.filed_at, after.result_code) == (
            filed.fields,
            filed.filed_at,
            filed.result_code,
        )
        assert after.object_sha256 != filed.object_sha256
        old = desk.store.records.document(filed.id, version=1)
        assert old.object_sha256 == filed.object_sha256
        # The reason is kept with the act, sealed, and nowhere in the journal.
        assert desk.store.records.acts(case=item)[-1].details["reason"] == REASON
        assert not any(REASON in str(entry.event) for entry in desk.store.records.journal())
        need_whole(desk, item)


def test_with_the_last_paper_of_a_file_go_the_copies_of_papers_that_went_into_it(
    desk: Services, item: ItemId
) -> None:
    ended = papers(desk, item)[(4, 5)]
    arranged(desk, item, planned((1,), (2, 3, 4, 5)))
    first, second = (papers(desk, item)[pages].id for pages in ((1,), (2, 3, 4, 5)))
    assert ended.object_sha256 not in desk.store.records.objects_of(second)
    with desk.writing():
        gone = desk.store.records.document(first)
        tombstone = gone.remnant().next_version(
            state=DocumentState.DESTROYED, object_sha256=None, object_size=0
        )
        desk.store.records.save_document(tombstone)
    objects = desk.store.records.objects_of(second)
    assert ended.object_sha256 in objects
    kept = {desk.store.records.step_result(key) for key in item_keys(item)} - {None}
    assert len(kept) > 2
    assert kept <= set(objects)
