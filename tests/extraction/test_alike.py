"""Pages that say the same, and empty backs of duplex scans."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dossier.text import PageText
from extraction.alike import saying_the_same, words_of
from extraction.backs import backs_aside
from extraction.split import split_pages
from extraction.stack_json import stack_from_json, stack_to_json
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH, DECISION, MARRIAGE, Rows
from tests.extraction.stacks import KINDS, paper, stack
from tests.extraction.writing import page

PAPERS = load_papers()


def pairs(*pages: PageText) -> list[tuple[int, int]]:
    return [(one.first, one.second) for one in saying_the_same([words_of(one) for one in pages])]


def misread(rows: Rows) -> Rows:
    """As the reader reads the same page another time: every ninth row has a letter too many."""
    return [
        f"{row}x" if isinstance(row, str) and index % 5 == 2 and row[-1:].isalpha() else row
        for index, row in enumerate(rows)
    ]


def test_a_page_is_found_again_anywhere_in_the_batch_in_either_order() -> None:
    assert pairs(page(BIRTH), page(MARRIAGE), page(DECISION), page(BIRTH)) == [(0, 3)]
    assert pairs(page(misread(BIRTH)), page(BIRTH)) == [(0, 1)]
    assert pairs(page(DECISION), page(DECISION), page(DECISION)) == [(0, 1), (0, 2), (1, 2)]


def test_pages_of_few_words_and_papers_of_other_persons_are_no_pairs() -> None:
    few: Rows = ["Trang này chỉ có vài chữ"]
    assert pairs(page(few), page(few)) == []
    other: Rows = [
        row.replace("025219000123", "025219000999").replace("12/04/2019", "13/04/2019")
        if isinstance(row, str)
        else row
        for row in BIRTH
    ]
    assert pairs(page(BIRTH), page(other)) == []


def test_a_form_in_many_copies_stays_cheap_and_tells_only_what_is_the_same() -> None:
    many = [
        page(
            [
                row.replace("025219000123", f"0252190{number:05}") if isinstance(row, str) else row
                for row in BIRTH
            ]
        )
        for number in range(40)
    ]
    assert pairs(*many, many[7]) == [(7, 40)]


@given(st.lists(st.sampled_from(["birth", "marriage", "decision", "note"]), max_size=5))
def test_every_pair_is_told_once_and_in_order(kinds: list[str]) -> None:
    found = pairs(*(page(KINDS[kind]) for kind in kinds))
    assert found == sorted(set(found))
    assert all(first < second for first, second in found)


# --- empty backs


def aside(*parts: str) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    pages = stack(*parts)
    found = backs_aside(split_pages(pages, PAPERS), pages)
    assert found.pages == tuple(range(1, len(parts) + 1))
    assert stack_from_json(stack_to_json(found)) == found
    return [one.pages for one in found.papers], found.asides


def test_empty_backs_of_printed_fronts_leave_their_papers_in_a_duplex_file() -> None:
    assert aside("birth", "blank") == ([(1,)], (2,))
    assert aside("birth", "blank", "decision", "second", "marriage", "blank") == (
        [(1,), (3, 4), (5,)],
        (2, 6),
    )


def test_what_is_not_surely_an_empty_back_stays_where_it_was() -> None:
    assert aside("birth", "blank", "decision") == ([(1, 2), (3,)], ())
    assert aside("blank", "birth") == ([(1, 2)], ())
    assert aside("birth", "decision", "blank", "blank") == ([(1,), (2, 3, 4)], ())


def test_a_back_that_bears_nothing_but_a_seal_is_a_page() -> None:
    front, back = stack("birth", "blank")
    pages = [front, replace(back, red_mm2=180.0)]
    assert backs_aside(split_pages(pages, PAPERS), pages).asides == ()


def test_pages_that_a_program_drew_were_fed_by_nobody() -> None:
    pages = [replace(one, source="embedded") for one in stack("birth", "blank")]
    assert backs_aside(split_pages(pages, PAPERS), pages).asides == ()


def test_backs_of_separator_sheets_are_still_theirs() -> None:
    pages = stack(paper("KS-02"), "blank", "birth", "blank")
    found = backs_aside(split_pages(pages, PAPERS), pages)
    assert (found.backs, found.asides, [one.pages for one in found.papers]) == ((2,), (4,), [(3,)])


@given(st.lists(st.sampled_from(["birth", "decision", "second", "blank", "noise"]), max_size=8))
def test_no_page_is_lost_and_no_printed_page_leaves_its_paper(parts: list[str]) -> None:
    pages = stack(*parts)
    before = split_pages(pages, PAPERS)
    after = backs_aside(before, pages)
    assert after.pages == before.pages
    assert len(after.papers) == len(before.papers)
    assert set(after.asides) <= {number for one in before.papers for number in one.blanks}
    assert all(one.pages for one in after.papers)
