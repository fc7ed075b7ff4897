from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.text import PageText
from extraction.boundaries import Opened, opens
from extraction.document import understand
from extraction.mrz.digits import check_digit
from extraction.split import split_pages
from extraction.traits import traits_of
from rulebook.paper_spec import Papers
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH, CARD_BACK, CARD_FRONT, DECISION, MOTTO, Rows
from tests.extraction.stacks import KINDS, stack
from tests.extraction.writing import HEIGHT, WIDTH, centred, page

PAPERS = load_papers()


def groups(pages: list[PageText]) -> list[tuple[int, ...]]:
    return [paper.pages for paper in split_pages(pages, PAPERS).papers]


def codes(pages: list[PageText]) -> list[list[tuple[str, int]]]:
    """Findings of each paper: code and page."""
    return [
        [(finding.code, finding.page) for finding in paper.findings]
        for paper in split_pages(pages, PAPERS).papers
    ]


@given(st.lists(st.sampled_from([*KINDS, "blank"]), min_size=1, max_size=8))
def test_every_page_is_in_exactly_one_paper(kinds: list[str]) -> None:
    pages = stack(*kinds)
    found = split_pages(pages, PAPERS)
    assert found.pages == tuple(range(1, len(kinds) + 1))
    assert sorted(number for paper in found.papers for number in paper.pages) == list(found.pages)
    assert [paper.pages for paper in understand(pages, PAPERS)] == [paper.pages for paper in found.papers]


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
        (("blank", "blank"), [(1, 2)]),
    ],
)
def test_papers_begin_where_their_headings_stand(
    papers: Papers, kinds: tuple[str, ...], pages: list[tuple[int, ...]]
) -> None:
    assert [paper.pages for paper in understand(stack(*kinds), papers)] == pages


def test_a_sheet_of_another_size_begins_a_new_paper(papers: Papers) -> None:
    small = page(["Phiếu thu", "Số tiền nộp"], number=2, size=(500, 350))
    found = understand([page(BIRTH), small], papers)
    assert [paper.pages for paper in found] == [(1,), (2,)]


def test_blank_backs_stay_with_their_paper_and_are_accounted_for() -> None:
    found = split_pages(stack("birth", "blank", "decision", "second", "blank"), PAPERS)
    assert [(paper.pages, paper.blanks) for paper in found.papers] == [((1, 2), (2,)), ((3, 4, 5), (5,))]
    assert (found.count.papers, found.count.pages) == (2, 3)


# --- pages that go on

OPEN: Rows = [
    *DECISION[:12],
    *[(100, "tại xã Hy Cương, tỉnh Phú Thọ theo quy định hiện hành của pháp luật về việc này")] * 28,
]
BODY = "đã được các thôn triển khai nghiêm túc và đạt kết quả bước đầu theo yêu cầu."
SIGNED: Rows = [
    (100, BODY),
    [(100, "Nơi nhận:"), (680, "CHỦ TỊCH")],
    "- Như trên;",
    "",
    (650, "Phạm Hồng Sơn"),
]


def test_a_page_that_goes_on_with_a_sentence_belongs_to_the_page_before() -> None:
    assert groups([page(OPEN), page(SIGNED, number=2), page(BIRTH, number=3)]) == [(1, 2), (3,)]


@pytest.mark.parametrize("folio", ["2", "- 2 -", "Trang 2", "Trang 2/2", "2/2"])
def test_the_next_page_number_goes_on_even_after_a_signature(folio: str) -> None:
    annexed: Rows = [centred(folio), "", "DANH MỤC GIẤY TỜ", "1. Bản sao các loại giấy tờ nêu trên."]
    assert groups([page(DECISION), page(annexed, number=2)]) == [(1, 2)]


def test_page_one_of_so_many_begins_a_paper_without_a_heading() -> None:
    first: Rows = ["Danh sách thành viên trong hộ gia đình", *[""] * 40, centred("Trang 1/2")]
    last: Rows = ["và các thành viên khác có tên dưới đây", *[""] * 40, centred("Trang 2/2")]
    assert groups([page(BIRTH), page(first, number=2), page(last, number=3)]) == [(1,), (2, 3)]


def annex(number: str) -> Rows:
    return [
        centred("PHỤ LỤC"),
        centred(f"(Kèm theo Quyết định số {number} ngày 05 tháng 3 năm 2026)"),
        "1. Ghế",
    ]


def test_an_annex_goes_with_the_decision_whose_number_it_names() -> None:
    turned = page(annex("77/QĐ-UBND"), number=2, size=(HEIGHT, WIDTH))
    assert groups([page(DECISION), turned]) == [(1, 2)]


def test_the_number_repeated_on_later_pages_is_no_new_paper() -> None:
    repeated: Rows = [(110, "Số: 77/QĐ-UBND"), *SIGNED]
    other: Rows = [*MOTTO, (110, "Số: 78/QĐ-UBND"), *SIGNED]
    assert groups([page(OPEN), page(repeated, number=2)]) == [(1, 2)]
    assert groups([page(OPEN), page(other, number=2)]) == [(1,), (2,)]


def test_a_page_with_hardly_more_than_a_signature_is_the_last_of_its_paper() -> None:
    tail: Rows = [
        (500, "Hy Cương, ngày 28 tháng 10 năm 2025"),
        (600, "NGƯỜI LÀM ĐƠN"),
        (600, "(Ký, ghi rõ họ tên)"),
    ]
    form: Rows = [*MOTTO, centred("ĐƠN ĐỀ NGHỊ"), "Tên tôi là: Lê Văn Dũng", "Tôi cam đoan là đúng sự thật."]
    assert groups([page(form), page(tail, number=2)]) == [(1, 2)]


# --- cards

OTHER_FRONT: Rows = [
    row if row != (350, "Số / No.: 001190123456") else (350, "Số / No.: 025079004321") for row in CARD_FRONT
]
_NUMBER = "025079004321"
_FIRST = f"IDVNM{_NUMBER[3:]}{check_digit(_NUMBER[3:])}{_NUMBER}<<{check_digit(_NUMBER)}"
OTHER_BACK: Rows = [*CARD_BACK[:5], _FIRST, *CARD_BACK[6:]]


def cards(*sides: Rows) -> list[PageText]:
    return [page(side, number=number) for number, side in enumerate(sides, start=1)]


def test_sides_that_do_not_follow_each_other_are_joined_by_their_number() -> None:
    pages = cards(CARD_FRONT, OTHER_FRONT, CARD_BACK, OTHER_BACK)
    assert groups(pages) == [(1, 3), (2, 4)]
    assert codes(pages) == [[], []]


def test_a_back_of_another_person_is_not_taken_for_the_other_side() -> None:
    assert groups(cards(CARD_FRONT, OTHER_BACK)) == [(1,), (2,)]


def test_sides_that_cannot_be_told_apart_are_asked_about() -> None:
    unread: Rows = [row for row in CARD_BACK if not str(row).startswith(("IDVNM", "9001", "NGUYEN"))]
    pages = cards(CARD_FRONT, OTHER_FRONT, unread, unread)
    found = split_pages(pages, PAPERS)
    assert found.pages == (1, 2, 3, 4)
    assert ("page.card_sides", 1) in [
        (finding.code, finding.page) for paper in found.papers for finding in paper.findings
    ]
    assert "pages" in understand(pages, PAPERS)[0].questions


def test_a_digit_misread_on_one_side_does_not_part_a_card() -> None:
    misread: Rows = [
        row if row != (350, "Số / No.: 001190123456") else (350, "Số / No.: 001190128456")
        for row in CARD_FRONT
    ]
    assert groups(cards(misread, CARD_BACK)) == [(1, 2)]


# --- two papers on one sheet


def test_two_papers_one_above_the_other_on_a_sheet_are_asked_about() -> None:
    small = BIRTH[:8]
    both = page([*small, *[""] * 14, *small])
    (paper,) = understand([both], PAPERS)
    assert ("page.two_papers", 1) in [(finding.code, finding.page) for finding in paper.findings]
    assert "pages" in paper.questions


def test_two_papers_side_by_side_on_a_sheet_are_asked_about() -> None:
    nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    wide = page(
        [[(100, nation), (1000, nation)], [(200, "GIẤY KHAI SINH"), (1100, "GIẤY KHAI SINH")]],
        size=(1414, 1000),
    )
    assert codes([wide]) == [[("page.two_papers", 1)]]


@pytest.mark.parametrize("kind", ["birth", "marriage", "decision", "front", "note"])
def test_one_paper_on_a_sheet_is_not_asked_about(kind: str) -> None:
    assert codes(stack(kind)) == [[]]


# --- long stacks


def fed(count: int) -> Iterator[PageText]:
    """Papers of two pages, made one page at a time."""
    first, second = stack("decision", "second")
    for number in range(1, count + 1):
        yield replace(first if number % 2 else second, page=number)


def peak_bytes(count: int) -> int:
    """Most memory that splitting so many pages held at a time."""
    tracemalloc.start()
    try:
        split_pages(fed(count), PAPERS)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_stack_of_four_hundred_pages_is_split_like_a_short_one() -> None:
    found = split_pages(fed(400), PAPERS)
    assert [paper.pages for paper in found.papers] == [(number, number + 1) for number in range(1, 400, 2)]


def test_what_is_kept_of_a_page_while_splitting_is_small() -> None:
    split_pages(fed(2), PAPERS)
    assert (peak_bytes(200) - peak_bytes(20)) / 180 < 4000


def test_a_paper_of_hundreds_of_pages_costs_each_page_the_same() -> None:
    pages = [
        replace(found, page=number) for number, found in enumerate(stack("decision", *["second"] * 399), 1)
    ]
    traits = [replace(traits_of(found, PAPERS), folio=None) for found in pages]
    opened = Opened.by(traits[0])
    for found in traits[1:]:
        assert opens(found, opened, PAPERS) < 0
        opened.add(found)
    assert (opened.first, opened.last, opened.count) == (traits[0], traits[-1], 400)
    assert not any(isinstance(getattr(opened, name), list | tuple | dict) for name in Opened.__slots__)
