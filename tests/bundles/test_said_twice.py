"""What two desks said about the same thing apart: merged in either order, the centre knows the same."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from dossier.documents import Document, DocumentState
from dossier.events import Event, EventKind
from dossier.ids import pair_id
from dossier.owners import OwnerKind
from dossier.queries import PaperQuery
from dossier.same import SameAnswer, SamePair
from dossier.unnumbered import Unnumbered
from flows.batches import view_batch
from flows.blanks import take_back
from flows.newcomers import add_owner, link_owner
from flows.owners import unmerge
from storage.inbox import Declaration
from tests.bundles.desks import (
    MONDAY,
    PROCEDURE,
    SHARED,
    Place,
    access,
    bearer,
    correct,
    earlier,
    facts,
    hand_in,
    introduce,
    number,
    place,
    receive,
    send,
)
from tests.extraction.papers import DECISION
from tests.extraction.stacks import SECOND_PAGE
from tests.extraction.writing import blank, page
from tests.flows.fed import filed, numbered

CHILD = 8
"""An invented person, whose paper is handed in at both desks."""
NOON = MONDAY + timedelta(days=1)
DESKS = ("ban-a", "ban-b")

Facts = dict[str, list[str]]
Act = Callable[[Place], None]


@dataclass(frozen=True, slots=True)
class Merged:
    """The centre after both bundles: its store, and every fact of it."""

    folder: Path
    facts: Facts

    def told(self, kind: str) -> list[list[Any]]:
        """What the facts of a kind say, each a list."""
        return [json.loads(text) for text in self.facts.get(kind, [])]


def handed_in_at_both(folder: Path) -> Path:
    """A centre, and two desks where the same two files came in for one dossier."""
    with place(folder, "trung-tam", start=MONDAY) as centre:
        for hour, name in enumerate(DESKS):
            with place(folder, name, start=MONDAY + timedelta(hours=hour)) as desk:
                introduce(desk, centre)
                files = []
                # The second desk is given them the other way round.
                for order in (0, 1) if hour == 0 else (1, 0):
                    path = folder / "scans" / f"chung-{order}.jpg"
                    path.parent.mkdir(exist_ok=True)
                    path.write_bytes(b"\xff\xd8\xff" + f"chung/{order}".encode() * 50)
                    files.append(path)
                chance = random.Random(1)  # noqa: S311 - invented papers, not secrets
                for path in files:
                    hand_in(desk, [path], code=SHARED, person=CHILD, chance=chance, waiting=False)
    return folder


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return handed_in_at_both(tmp_path_factory.mktemp("morning"))


def merged_both_ways(morning: Path, folder: Path, *acts: Act) -> Merged:
    """What one desk after the other does that day, sent, and merged in both orders, which must be one."""
    stores = folder / "stores"
    shutil.copytree(morning, stores)
    bundles = []
    for hour, (name, act) in enumerate(zip(DESKS, acts, strict=True)):
        with place(stores, name, start=MONDAY + timedelta(hours=12 + hour)) as desk:
            act(desk)
            bundles.append(send(desk, folder / "usb" / name))
    outcomes = []
    for turn, order in enumerate((bundles, bundles[::-1])):
        into = folder / f"order-{turn}"
        shutil.copytree(stores / "trung-tam", into / "trung-tam")
        with place(into, "trung-tam", start=MONDAY + timedelta(days=7)) as centre:
            # Twice: what is known already changes nothing, in whatever order it comes.
            for received in (order, order[::-1]):
                for bundle in received:
                    receive(centre, bundle)
                outcomes.append(Merged(into, facts(centre)))
            centre.services.store.records.check_journal()
    first, *others = outcomes
    for other in others:
        for kind in sorted({*first.facts, *other.facts}):
            assert other.facts.get(kind) == first.facts.get(kind), kind
    return first


def papers_of(desk: Place) -> list[Document]:
    """The two papers of the dossier, in an order that is the same everywhere."""
    records = desk.services.store.records
    return sorted(
        records.find_documents(PaperQuery(dossier=SHARED)), key=lambda one: records.item(one.item).sha256
    )


# --- the same paper again


def answers(answer: SameAnswer, *, turned: bool = False, at: datetime | None = None) -> Act:
    """A person says what the two papers are; ``turned``: this desk calls the other one the earlier."""

    def act(desk: Place) -> None:
        records = desk.services.store.records
        earlier, later = papers_of(desk)[:: -1 if turned else 1]
        pair = SamePair(
            id=pair_id(records.namespace, earlier.id, later.id),
            earlier=earlier.id,
            later=later.id,
            because=("same.picture",),
            found_at=desk.clock(),
        )
        records.same.settle(later, (), [pair])
        told = Event(
            kind=EventKind.SAME_ANSWERED, at=desk.clock(), actor=desk.name, subject=pair.id, dossier=SHARED
        )
        records.same.answer(pair.id, answer, at=at or desk.clock(), by=desk.name, events=[told])

    return act


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SameAnswer.SAME, SameAnswer.SAME),
        (SameAnswer.SAME, SameAnswer.DIFFERENT),
        (SameAnswer.DIFFERENT, SameAnswer.SAME),
        (SameAnswer.NEWER, SameAnswer.NEWER),
        (SameAnswer.NEWER, SameAnswer.OLDER),
    ],
)
def test_of_two_answers_about_one_pair_the_later_counts_whoever_comes_first(
    morning: Path, tmp_path: Path, first: SameAnswer, second: SameAnswer, *, turned: bool
) -> None:
    merged = merged_both_ways(morning, tmp_path, answers(first), answers(second, turned=turned))
    ((one_id, other_id, said, instead, _, by),) = merged.told("same_answer")
    with place(merged.folder, "trung-tam", start=MONDAY + timedelta(days=8)) as centre:
        one, other = papers_of(centre)
    assert {one_id, other_id} == {one.id, other.id}
    assert by == "ban-b"
    if second in (SameAnswer.NEWER, SameAnswer.OLDER):
        later_counts = (second is SameAnswer.NEWER) != turned
        assert (said, instead) == ("replaced", other.id if later_counts else one.id)
    else:
        assert (said, instead) == (second.value, "None")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (answers(SameAnswer.SAME, at=NOON), answers(SameAnswer.DIFFERENT, at=NOON)),
        (answers(SameAnswer.NEWER, at=NOON), answers(SameAnswer.NEWER, at=NOON, turned=True)),
        (answers(SameAnswer.SAME, at=NOON), answers(SameAnswer.SAME, at=NOON, turned=True)),
    ],
    ids=["differing", "replacing each other", "alike"],
)
def test_two_answers_of_one_moment_are_one_answer(
    morning: Path, tmp_path: Path, first: Act, second: Act
) -> None:
    assert len(merged_both_ways(morning, tmp_path, first, second).told("same_answer")) == 1


# --- owners link


def same_child(desk: Place) -> str:
    """A child that has no number yet is known; gives the number of the store."""
    told = Unnumbered(
        kind=OwnerKind.PERSON,
        name=bearer(CHILD).name,
        birth=bearer(CHILD).birth,
        paper_type="live_birth_notice",
        paper_number="12/2026",
        dossier=SHARED,
    )
    return add_owner(
        desk.services,
        told,
        access=access(desk, SHARED),
        random_bytes=lambda count: hashlib.shake_256(desk.name.encode()).digest(count),
    ).number


def links(desk: Place) -> None:
    """The number of the state is on a paper: ``motlan owners link``."""
    link_owner(
        desk.services,
        same_child(desk),
        number(CHILD),
        document=papers_of(desk)[0].id,
        access=access(desk, SHARED),
    )


def links_and_parts(desk: Place) -> None:
    """Linked, and undone again."""
    links(desk)
    owner = desk.services.store.records.owners.owner_of(number(CHILD))
    assert owner is not None
    history = desk.services.store.records.owners.history(owner.id)
    unmerge(desk.services, history[-1].id, access=access(desk, SHARED))


def is_idle(_desk: Place) -> None:
    """Nothing happens at this desk."""


def reads_it_otherwise(desk: Place) -> None:
    """The paper that the link rests on is corrected to another name here."""
    correct(desk, papers_of(desk)[0].id, "Nông Thị Khác")


def numbers_of_the_child(merged: Merged) -> set[str]:
    """Every number that the centre calls the child by."""
    with place(merged.folder, "trung-tam", start=MONDAY + timedelta(days=8)) as centre:
        owner = centre.services.store.records.owners.owner_of(number(CHILD))
    assert owner is not None
    return {one.number for one in owner.numbers}


@pytest.mark.parametrize(
    ("acts", "given"),
    [
        ((links, is_idle), 1),
        ((is_idle, links), 1),
        ((links, links), 2),
        ((links, reads_it_otherwise), 1),
        ((links_and_parts, is_idle), 0),
        ((links_and_parts, links), 1),
    ],
    ids=["at the first", "at the second", "at both", "on a doubted paper", "undone", "undone at one"],
)
def test_a_number_of_the_state_given_at_a_desk_is_the_childs_at_the_centre(
    morning: Path, tmp_path: Path, acts: tuple[Act, Act], given: int
) -> None:
    numbers = numbers_of_the_child(merged_both_ways(morning, tmp_path, *acts))
    assert number(CHILD) in numbers
    assert sum(one.startswith("ML") for one in numbers) == given


def reads_both_otherwise(desk: Place) -> None:
    """No paper that states both numbers of the bearer is left out of question."""
    for paper in papers_of(desk):
        correct(desk, paper.id, "Nông Thị Khác")


def test_numbers_that_only_papers_in_question_state_are_parted_until_a_person_files_one_again(
    morning: Path, tmp_path: Path
) -> None:
    merged = merged_both_ways(morning, tmp_path, is_idle, reads_both_otherwise)
    assert numbers_of_the_child(merged) == {number(CHILD)}
    with place(merged.folder, "trung-tam", start=MONDAY + timedelta(days=9)) as centre:
        correct(centre, papers_of(centre)[0].id, bearer(CHILD).name)
    assert numbers_of_the_child(merged) == {number(CHILD), earlier(CHILD)}


# --- a blank page taken back


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A paper of two sheets with empty backs, read and signed at both desks."""
    folder = tmp_path_factory.mktemp("fed")
    with place(folder, "trung-tam", start=MONDAY) as centre:
        for hour, name in enumerate(DESKS):
            with place(folder, name, start=MONDAY + timedelta(hours=hour)) as desk:
                introduce(desk, centre)
                desk.services.create()
                declared = Declaration(dossier=SHARED, procedure=PROCEDURE, owner=number(CHILD))
                pages = numbered(page(DECISION), blank(2), page(SECOND_PAGE), blank(4))
                (folder / "scans").mkdir(exist_ok=True)
                filed(desk.services, folder / "scans" / "a.tif", pages, declared)
    return folder


def takes_back(*pages: int, spelling: str = "") -> Act:
    def act(desk: Place) -> None:
        (paper,) = papers_of(desk)
        for number_ in pages:
            take_back(desk.services, paper.item, number_)
        if spelling:
            correct(desk, paper.id, spelling)

    return act


@pytest.mark.parametrize(
    ("acts", "pages", "asides", "asked"),
    [
        ((takes_back(2), is_idle), (1, 2, 3), (4,), False),
        ((is_idle, takes_back(2)), (1, 2, 3), (4,), False),
        ((takes_back(2), takes_back(2)), (1, 2, 3), (4,), False),
        ((takes_back(2), takes_back(2, 4)), (1, 2, 3, 4), (), False),
        ((takes_back(2), takes_back(4)), None, None, True),
        ((takes_back(2), takes_back(spelling="Quyết định đọc lại")), (1, 3), (2, 4), True),
    ],
    ids=[
        "at the first",
        "at the second",
        "at both",
        "more at one",
        "another at each",
        "and corrected at one",
    ],
)
def test_a_back_that_was_taken_back_at_a_desk_is_a_page_at_the_centre_or_a_person_is_asked(
    fed: Path,
    tmp_path: Path,
    acts: tuple[Act, Act],
    pages: tuple[int, ...] | None,
    asides: tuple[int, ...] | None,
    *,
    asked: bool,
) -> None:
    merged = merged_both_ways(fed, tmp_path, *acts)
    with place(merged.folder, "trung-tam", start=MONDAY + timedelta(days=8)) as centre:
        (paper,) = papers_of(centre)
        records = centre.services.store.records
        view = view_batch(centre.services, records.item(paper.item).batch)
        assert pages in (None, paper.pages)
        assert asides in (None, view.files[0].asides)
        assert (paper.state, "pages" in paper.questions) == (
            DocumentState.WAITING if asked else DocumentState.FILED,
            asked,
        )
        assert paper.object_sha256 is not None
        with centre.services.store.blobs.path(paper.object_sha256) as path, pikepdf.open(path) as pdf:
            assert len(pdf.pages) == len(paper.pages)
