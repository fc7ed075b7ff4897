"""Questions as people type them, and whether and where a text has what they ask for."""

from __future__ import annotations

import pytest

from dossier.search_errors import SearchEmptyError, SearchTooLongError
from dossier.searching import SearchTerm, SearchText
from flows.searching.matching import best_line, hits_of, snippet
from flows.searching.question import parse_question
from rulebook.papers import load_papers

PAPERS = load_papers()
TEXT = SearchText(
    (
        (3, ("CỘNG HÒA XÃ HỘI", "Họ tên: NGUYỄN VĂN THỬ", "Số định danh 001 090 012 345")),
        (4, ("cấp ngày 02 tháng 4 năm 1990 tại", "Ủy ban nhân dân xã", "Đàm Thủy")),
    ),
    {"full_name": "Nguyễn Văn Thử", "date_of_birth": "1990-12-31", "ethnicity": "Mông"},
)


def asked(text: str, *, loose: bool = False) -> list[SearchTerm]:
    return [*parse_question(text, PAPERS, loose=loose)]


def has(text: str, *, loose: bool = False, hidden: str = "-") -> bool:
    return hits_of(TEXT, asked(text, loose=loose), sees=lambda field: field != hidden) is not None


@pytest.mark.parametrize(
    "question",
    [
        "Nguyen Van",
        "nguyễn thử",
        "hoà",
        "HÒA xã",
        "001090012345",
        "001 090 012 345",
        "090 012",
        "02/04/1990",
        "2-4-1990",
        '"văn thử"',
        '"nhân dân xã đàm thủy"',
        "họ tên:Nguyễn",
        'ho_ten:"Nguyễn Văn"',
        "full_name:thu",
        "tên:thử",
        "ngày sinh:31/12/1990",
        "Ngày, tháng, năm sinh:31.12.1990",
        "xã ngày sinh:31/12/1990 thử",
        "dân tộc: Mông",
        "“văn thử”",
    ],
)
def test_a_question_finds_what_is_on_the_paper(question: str) -> None:
    assert has(question)


@pytest.mark.parametrize(
    "question",
    [
        "nguyên",
        "nguyễn trần",
        '"thử văn"',
        "họ tên:xã",
        "ngày sinh:02/04/1990",
        "da",
        "03/04/1990",
        "đa",
        "mông",
    ],
)
def test_a_question_does_not_find_what_is_not(question: str) -> None:
    assert not has(question)


def test_accents_do_not_count_when_people_say_so() -> None:
    assert has("nguyên", loose=True)
    assert not has("nguyên")


def test_what_somebody_may_not_see_is_not_found() -> None:
    assert has("dân tộc:mông")
    assert not has("dân tộc:mông", hidden="ethnicity")
    assert not has("nguyễn", hidden="")


def test_a_colon_that_ends_no_name_of_a_field_is_a_plain_sign() -> None:
    assert [term.fields for term in asked("10:30 tại:đây")] == [frozenset()] * 4


@pytest.mark.parametrize("question", ["", "  ", '""', "– …", "họ tên:"])
def test_a_question_without_a_word_is_none(question: str) -> None:
    with pytest.raises(SearchEmptyError):
        asked(question)


def test_a_question_of_very_many_parts_is_refused() -> None:
    with pytest.raises(SearchTooLongError, match="8"):
        asked("một hai ba bốn năm sáu bảy tám chín")


def test_the_line_with_most_hits_is_shown_with_its_hits_marked() -> None:
    hits = hits_of(TEXT, asked("nguyễn thử xã"), sees=lambda _: True)
    assert hits is not None
    line = best_line(hits)
    assert (line[0].page, line[0].line) == (3, 1)
    pieces = snippet(TEXT.pages[0][1][1], line)
    assert [piece.text for piece in pieces if piece.marked] == ["NGUYỄN", "THỬ"]
    assert "".join(piece.text for piece in pieces) == "Họ tên: NGUYỄN VĂN THỬ"


def test_a_long_line_is_cut_around_its_hits() -> None:
    text = SearchText(((1, ("a " * 200 + "đích " + "b " * 200,)),))
    hits = hits_of(text, asked("đích"), sees=lambda _: True)
    assert hits is not None
    shown = "".join(piece.text for piece in snippet(text.pages[0][1][0], best_line(hits)))
    assert len(shown) < 200
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_a_phrase_over_two_lines_has_a_hit_in_each() -> None:
    hits = hits_of(TEXT, asked('"xã đàm"'), sees=lambda _: True)
    assert hits is not None
    assert {(hit.page, hit.line) for hit in hits} == {(4, 1), (4, 2)}
