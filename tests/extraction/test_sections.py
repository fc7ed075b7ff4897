from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.separators import SeparatorSheet, encode_sheet
from dossier.text import PageText
from dossier.totals import Difference
from extraction.document import understand
from extraction.split import Stack, split_pages
from extraction.stack_json import stack_from_json, stack_to_json
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH, RECEIPT_NOTE
from tests.extraction.stacks import DOSSIER, KINDS, begin, end, paper, sheet_page, stack
from tests.extraction.writing import page

PAPERS = load_papers()

sheets = st.one_of(
    st.builds(begin, papers=st.integers(0, 3), pages=st.integers(0, 4)),
    st.builds(end, papers=st.integers(0, 3)),
    st.builds(
        paper, st.sampled_from(["", "KS-01", "KS-02"]), papers=st.integers(0, 3), pages=st.integers(0, 3)
    ),
)


def split(*parts: str | SeparatorSheet) -> Stack:
    return split_pages(stack(*parts), PAPERS)


def groups(found: Stack) -> list[tuple[int, ...]]:
    return [one.pages for one in found.papers]


@given(st.lists(st.one_of(st.sampled_from([*KINDS, "blank"]), sheets), min_size=1, max_size=9))
def test_every_page_is_in_a_paper_a_separator_or_the_back_of_one(parts: list[str | SeparatorSheet]) -> None:
    found = split(*parts)
    assert found.pages == tuple(range(1, len(parts) + 1))
    printed = {number for number, part in enumerate(parts, 1) if isinstance(part, str) and part != "blank"}
    assert printed <= {number for one in found.papers for number in one.pages}
    assert {sheet.page for sheet in found.separators} <= {
        number for number, part in enumerate(parts, 1) if isinstance(part, SeparatorSheet)
    }
    assert stack_from_json(stack_to_json(found)) == found


def test_a_sheet_begins_a_paper_and_carries_its_dossier_procedure_and_component() -> None:
    found = split(begin(), paper("KS-02"), "birth", "second", paper("KS-03"), "front", "back", end(), "note")
    told = [(one.pages, one.dossier, one.procedure, one.component, one.sheet) for one in found.papers]
    assert told == [
        ((3, 4), DOSSIER, "1.001193", "KS-02", 2),
        ((6, 7), DOSSIER, "1.001193", "KS-03", 5),
        ((9,), "", "", "", 8),
    ]
    assert [sheet.page for sheet in found.separators] == [1, 2, 5, 8]


def test_a_sheet_for_one_paper_holds_together_what_would_be_parted() -> None:
    found = split(paper("KS-01"), "birth", "marriage")
    assert groups(found) == [(2, 3)]
    assert [finding.code for finding in found.papers[0].findings] == ["page.begin_unsure"]


def test_without_a_count_and_for_several_papers_the_pages_decide() -> None:
    assert groups(split(begin(), "birth", "marriage", "second")) == [(2,), (3, 4)]
    assert groups(split(paper("KS-01", papers=2), "birth", "marriage")) == [(2,), (3,)]


def test_neutral_sheets_part_the_papers_of_one_component() -> None:
    found = split(paper("KS-05", papers=2), "second", "noise", paper(), "second", paper(), "note")
    assert groups(found) == [(2, 3), (5,), (7,)]
    assert [one.component for one in found.papers] == ["KS-05", "KS-05", ""]
    assert found.differences == ()


def test_the_empty_back_of_a_sheet_belongs_to_no_paper() -> None:
    found = split(begin(), "blank", paper(), "blank", "birth", "blank", end(), "blank")
    assert groups(found) == [(5, 6)]
    assert found.backs == (2, 4, 8)


def test_a_code_that_shows_through_the_paper_is_the_back_of_its_sheet() -> None:
    text = encode_sheet(paper("KS-01"))
    pages = [sheet_page(text), sheet_page(text, number=2, rows=[]), page(BIRTH, number=3)]
    found = split_pages(pages, PAPERS)
    assert (groups(found), found.backs) == ([(3,)], (2,))


def test_what_looks_empty_behind_a_sheet_with_nothing_else_is_kept_as_its_paper() -> None:
    found = split(paper("KS-01", pages=1), "blank", paper("KS-02"), "blank", "blank", "blank")
    assert groups(found) == [(2,), (5, 6)]
    assert found.backs == (4,)
    assert found.differences == (Difference(code="batch.pages_differ", page=1, declared=1, found=0),)


# --- counts


def test_counts_that_agree_ask_nobody() -> None:
    found = split(
        begin(papers=2, pages=3),
        paper("A", pages=2),
        "birth",
        "second",
        paper("B"),
        "note",
        end(papers=2, pages=3),
    )
    assert found.differences == ()
    assert [one.findings for one in found.papers] == [(), ()]


def test_a_sheet_without_the_paper_it_announces_is_told() -> None:
    found = split(paper("KS-01"), paper("KS-02"), "birth")
    assert found.differences == (Difference(code="batch.papers_differ", page=1, declared=1, found=0),)


def test_pages_that_differ_from_the_sheet_are_asked_about_on_that_paper_alone() -> None:
    found = split(paper("A", pages=3), "birth", "second", "blank", paper("B", pages=1), "note")
    assert found.differences == (Difference(code="batch.pages_differ", page=1, declared=3, found=2),)
    assert [[finding.code for finding in one.findings] for one in found.papers] == [
        ["batch.pages_differ"],
        [],
    ]
    first, second = understand(
        stack(paper("A", pages=3), "birth", "second", paper("B", pages=1), "note"), PAPERS
    )
    assert "pages" in first.questions
    assert "pages" not in second.questions


def test_a_dossier_with_another_number_of_papers_is_asked_about_on_all_of_them() -> None:
    found = split(begin(papers=3), paper("A"), "birth", paper("B"), "note", end(papers=3), "decision")
    assert found.differences == (
        Difference(code="batch.papers_differ", page=1, declared=3, found=2),
        Difference(code="batch.papers_differ", page=6, declared=3, found=2),
    )
    assert [bool(one.findings) for one in found.papers] == [True, True, False]


# --- sheets that are none


@pytest.mark.parametrize("text", ["ML2|P||||1||00000000", encode_sheet(paper("A"))[:-1] + "x"])
def test_a_sheet_of_another_version_or_with_a_wrong_checksum_is_a_page_like_others(text: str) -> None:
    pages = [page(BIRTH), sheet_page(text, number=2), page(RECEIPT_NOTE, number=3)]
    found = split_pages(pages, PAPERS)
    assert found.separators == ()
    assert found.pages == (1, 2, 3)
    assert ("page.separator_refused", 2) in [
        (finding.code, finding.page) for one in found.papers for finding in one.findings
    ]


def test_the_code_of_a_sheet_printed_on_a_paper_does_not_make_the_paper_vanish() -> None:
    pages = [page(RECEIPT_NOTE), sheet_page(encode_sheet(end()), number=2, rows=BIRTH)]
    found = split_pages(pages, PAPERS)
    assert groups(found) == [(1,), (2,)]
    assert [finding.code for finding in found.papers[1].findings] == ["page.separator_refused"]


def test_sheets_that_say_different_things_on_one_page_are_refused() -> None:
    one, other = (sheet_page(encode_sheet(paper(name))) for name in ("A", "B"))
    both: PageText = replace(one, codes=(one.codes[0], other.codes[1]))
    assert split_pages([both], PAPERS).separators == ()


def test_sheets_are_pages_of_no_paper() -> None:
    found = split_pages(stack(begin(), paper("A"), "birth", end()), PAPERS)
    assert [one.pages for one in found.papers] == [(3,)]
