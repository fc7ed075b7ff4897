"""Plans of pages: no page is lost or doubled, whatever a person does, and ids stay where first pages stay."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.arrange_errors import PlanError
from dossier.arranging import (
    AsideKind,
    Outcomes,
    Plan,
    PlannedPaper,
    changes_filed,
    need_lawful,
    outcomes,
    plan_from_text,
)
from dossier.arranging_moves import (
    merge_with_before,
    move,
    retype,
    set_aside,
    split_before,
    take_back,
    turn,
)
from dossier.documents import Document, DocumentState
from dossier.ids import DocumentId, ItemId, document_id

SPACE = uuid.UUID(int=7)
ITEM = ItemId(str(uuid.UUID(int=8)))


def name(pages: tuple[int, ...]) -> DocumentId:
    return document_id(SPACE, ITEM, pages=pages)


def held(*pages: int, filed: bool = False, version: int = 1) -> Document:
    """A paper that began with these pages."""
    return Document(
        id=name(pages),
        item=ITEM,
        pages=pages,
        type="decision",
        type_confidence=0.9,
        version=version,
        state=DocumentState.FILED if filed else DocumentState.WAITING,
    )


def plan(*papers: tuple[int, ...], aside: tuple[int, ...] = ()) -> Plan:
    return Plan(
        papers=tuple(PlannedPaper(pages) for pages in papers), aside=dict.fromkeys(aside, AsideKind.BLANK)
    )


def after(wanted: Plan, *before: Document) -> Outcomes:
    return outcomes(wanted, before, name=name)


def ids(found: Outcomes) -> list[DocumentId]:
    return [one.document for one in found.papers]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A lawful plan of a file of 1 to 9 pages."""
    pages = draw(st.permutations(range(1, draw(st.integers(1, 9)) + 1)))
    aside: dict[int, AsideKind] = {}
    papers: list[tuple[int, ...]] = []
    current: list[int] = []
    for page in pages:
        match draw(st.sampled_from(["same", "new", "aside"])):
            case "aside":
                aside[page] = draw(st.sampled_from(AsideKind))
            case "new" if current:
                papers.append(tuple(current))
                current = [page]
            case _:
                current.append(page)
    if current:
        papers.append(tuple(current))
    typed = [PlannedPaper(one, draw(st.sampled_from(["", "decision", "contract"]))) for one in papers]
    turns = {page: draw(st.sampled_from([90, 180, 270])) for page in pages if draw(st.booleans())}
    return Plan(papers=tuple(typed), aside=aside, turns=turns)


@given(plans(), st.data())
def test_whatever_a_person_does_no_page_is_lost_and_none_is_doubled(
    wanted: Plan, data: st.DataObject
) -> None:
    pages = sorted(wanted.pages)
    for _ in range(data.draw(st.integers(1, 8))):
        page = data.draw(st.sampled_from(pages))
        steps = {
            "split": lambda one, page=page: split_before(one, page),
            "merge": lambda one, page=page: merge_with_before(one, page),
            "on": lambda one, page=page: move(one, page, by=1),
            "back": lambda one, page=page: move(one, page, by=-1),
            "turn": lambda one, page=page: turn(one, page, by=-90),
            "aside": lambda one, page=page: set_aside(one, page, AsideKind.NOT_PAPER),
            "take": lambda one, page=page: take_back(one, page),
            "type": lambda one, page=page: retype(one, page, "contract"),
        }
        wanted = steps[data.draw(st.sampled_from(sorted(steps)))](wanted)
        wanted.check(pages)


@given(plans())
def test_a_plan_is_the_same_after_it_was_written_down(wanted: Plan) -> None:
    assert plan_from_text(wanted.as_text()) == wanted


@given(plans(), plans())
def test_every_paper_keeps_its_id_ends_or_is_new_and_ids_never_meet(before: Plan, wanted: Plan) -> None:
    whole = sorted({*before.pages, *wanted.pages})
    missing = dict.fromkeys(whole, AsideKind.BLANK)
    before = replace(
        before, aside={**{p: k for p, k in missing.items() if p not in before.pages}, **before.aside}
    )
    wanted = replace(
        wanted, aside={**{p: k for p, k in missing.items() if p not in wanted.pages}, **wanted.aside}
    )
    papers = [held(*paper.pages) for paper in before.papers]
    found = after(wanted, *papers)
    assert len(set(ids(found))) == len(wanted.papers)
    gone = {document.id for document, _ in found.gone}
    assert gone | set(ids(found)) >= {paper.id for paper in papers}
    assert not gone & set(ids(found))
    # Done once more, nothing is to be done.
    made = [held(*one.planned.pages) for one in found.papers]
    again = [replace(paper, id=one.document) for paper, one in zip(made, found.papers, strict=True)]
    plain = replace(wanted, turns={}, papers=tuple(PlannedPaper(one.pages) for one in wanted.papers))
    assert after(plain, *again).is_nothing


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (plan((1, 2)), "thiếu trang 3"),
        (plan((1, 2), (2, 3)), "trang 2 nằm ở hai chỗ"),
        (plan((1, 2, 3), (4,)), "trang 4 không sắp xếp được"),
        (plan((1, 2, 3), ()), "không còn trang nào"),
        (replace(plan((1, 2, 3)), turns={1: 45}), "90, 180 hoặc 270"),
        (replace(plan((1, 2, 3)), turns={9: 90}), "90, 180 hoặc 270"),
        (plan((1, 2, 3), aside=(3,)), "trang 3 nằm ở hai chỗ"),
    ],
    ids=["lost", "doubled", "foreign", "empty", "crooked", "turn of no page", "held and aside"],
)
def test_a_plan_that_breaks_a_law_is_refused(wanted: Plan, reason: str) -> None:
    with pytest.raises(PlanError) as told:
        wanted.check({1, 2, 3})
    assert reason in str(told.value.details["reason"])


@pytest.mark.parametrize(
    "text",
    ["", "1,2", "1,,2|", "a|", "1>45|", "1=<script>|", "1|2", "1|2:gone", "1|2:blank;2:blank", "²|", "1|;"],
)
def test_a_text_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        plan_from_text(text)


def test_a_split_keeps_the_first_part_and_makes_the_rest_anew() -> None:
    whole = held(1, 2, 3)
    found = after(plan((1, 2), (3,)), whole)
    assert ids(found) == [whole.id, name((3,))]
    assert [one.source for one in found.papers] == [whole, whole]
    assert found.gone == ()


def test_a_merged_paper_is_the_first_and_the_other_one_says_where_its_pages_went() -> None:
    first, second = held(1), held(2, 3)
    found = after(plan((1, 2, 3)), first, second)
    assert ids(found) == [first.id]
    assert found.gone == ((second, (first.id,)),)


def test_a_paper_that_does_not_change_is_not_touched() -> None:
    first, second, third = held(1), held(2, 3), held(4)
    found = after(plan((1,), (2,), (3, 4)), first, second, third)
    assert [one.document for one in found.changed] == [second.id, third.id]
    assert [document.id for document in found.touched] == [second.id, third.id]


def test_another_order_keeps_the_paper() -> None:
    whole = held(1, 2, 3)
    assert ids(after(plan((2, 1, 3)), whole)) == [whole.id]


def test_pages_that_are_a_paper_again_are_the_paper_they_were() -> None:
    # What began with 3 and 4 got page 5 before it since.
    grown = replace(held(3, 4), pages=(5, 3, 4), version=4)
    found = after(plan((5,), (3, 4)), grown)
    assert ids(found) == [name((5,)), grown.id]


def test_a_filed_paper_may_get_pages_but_loses_none_and_does_not_vanish() -> None:
    filed, waiting = held(2, filed=True), held(1)
    joined = plan((1, 2))
    found = after(joined, waiting, filed)
    need_lawful(found, joined)
    assert ids(found) == [filed.id]
    assert changes_filed(found)
    for wanted in (plan((1,), aside=(2,)), replace(plan((1,), (2,)), turns={2: 90})):
        with pytest.raises(PlanError):
            need_lawful(after(wanted, waiting, filed), wanted)
    parted = plan((1,), (2,), (3,))
    with pytest.raises(PlanError):
        need_lawful(after(parted, held(1), held(2, 3, filed=True)), parted)
