from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.text import PageText
from extraction.document import understand
from rulebook.paper_spec import Papers
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH, CARD_BACK, CARD_FRONT, DECISION, MARRIAGE, RECEIPT_NOTE, Rows
from tests.extraction.writing import blank, centred, page

PAPERS = load_papers()
SECOND_PAGE: Rows = [centred("2"), "đất ở tại nông thôn theo quy định của pháp luật.", "Nơi nhận:"]
KINDS: dict[str, Rows] = {
    "birth": BIRTH,
    "marriage": MARRIAGE,
    "decision": DECISION,
    "front": CARD_FRONT,
    "back": CARD_BACK,
    "note": RECEIPT_NOTE,
    "second": SECOND_PAGE,
    "noise": [".", "x y"],
}


def _stack(*kinds: str) -> list[PageText]:
    return [
        blank(number) if kind == "blank" else page(KINDS[kind], number=number)
        for number, kind in enumerate(kinds, 1)
    ]


@given(st.lists(st.sampled_from([*KINDS, "blank"]), min_size=1, max_size=8))
def test_every_page_is_in_exactly_one_paper(kinds: list[str]) -> None:
    found = understand(_stack(*kinds), PAPERS)
    assert [number for paper in found for number in paper.pages] == list(range(1, len(kinds) + 1))


@pytest.mark.parametrize(
    ("kinds", "pages"),
    [
        (("birth", "marriage"), [(1,), (2,)]),
        (("birth", "blank", "marriage", "blank"), [(1, 2), (3, 4)]),
        (("blank", "birth"), [(1, 2)]),
        (("decision", "second", "birth"), [(1, 2), (3,)]),
        (("front", "back", "front", "back"), [(1, 2), (3, 4)]),
        (("front", "front"), [(1,), (2,)]),
        (("front", "blank", "back"), [(1, 2, 3)]),
        (("birth", "front", "back", "note"), [(1,), (2, 3), (4,)]),
        (("birth", "birth"), [(1,), (2,)]),
    ],
)
def test_papers_begin_where_their_headings_stand(
    papers: Papers, kinds: tuple[str, ...], pages: list[tuple[int, ...]]
) -> None:
    assert [paper.pages for paper in understand(_stack(*kinds), papers)] == pages


def test_a_sheet_of_another_size_begins_a_new_paper(papers: Papers) -> None:
    small = page(["Phiếu thu", "Số tiền nộp"], number=2, size=(500, 350))
    found = understand([page(BIRTH), small], papers)
    assert [paper.pages for paper in found] == [(1,), (2,)]
