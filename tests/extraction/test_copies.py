"""Signs of a copy: what is certain, what asks, and what is no sign at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.text import Finding
from extraction.copies import (
    CERTAIN,
    CERTIFIED_COPY,
    COPY_WORDS,
    NO_RED_INK,
    copy_signs,
    is_certain,
    no_red_ink,
)
from extraction.folding import capitals_share, squash
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH, DECISION, MARRIAGE, Rows
from tests.extraction.writing import blank, centred, page

PAPERS = load_papers()
CLAUSE: Rows = [
    centred("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH"),
    "Số chứng thực: 1250 Quyển số: 01-SCT/BS",
    "Ngày 03 tháng 11 năm 2026",
]


def codes(rows: Rows, *, confidence: float = 0.99) -> list[str]:
    return [found.code for found in copy_signs([page(rows, confidence=confidence)], PAPERS)]


def test_a_numbered_clause_of_certification_is_certain_and_anything_less_asks() -> None:
    (numbered,) = copy_signs([page([*BIRTH, "", *CLAUSE])], PAPERS)
    assert (numbered.code, numbered.value >= CERTAIN) == (CERTIFIED_COPY, True)
    assert is_certain([numbered])
    for rows, confidence in (([*BIRTH, "", CLAUSE[0]], 0.99), ([*BIRTH, "", *CLAUSE], 0.4)):
        (found,) = copy_signs([page(rows, confidence=confidence)], PAPERS)
        assert (found.code, is_certain([found])) == (CERTIFIED_COPY, False)


@pytest.mark.parametrize(
    "clause",
    [
        "Chứng thực bản sao đúng với bản chính",
        "CHỨNG THỰC SAO ĐÚNG VỚI BẢN CHÍNH",
        "Bản sao này đúng với bản chính",
        "Chứng thực bản sao này đúng với bản chính",
    ],
)
def test_clauses_are_known_as_offices_write_them(clause: str) -> None:
    assert codes([*MARRIAGE, clause, "Số chứng thực 77"]) == [CERTIFIED_COPY]


def test_a_clause_in_a_stamp_counts_too() -> None:
    paper = page(BIRTH)
    assert [found.code for found in copy_signs([replace(paper, stamps=page(CLAUSE).lines)], PAPERS)] == [
        CERTIFIED_COPY
    ]


@pytest.mark.parametrize(
    "words", ["SAO Y", "SAO Y BẢN CHÍNH", "SAO LỤC", "BẢN SAO", "TRÍCH SAO", "(BẢN SAO)"]
)
def test_words_that_stand_alone_in_capitals_ask(words: str) -> None:
    assert codes([(700, words), *DECISION]) == [COPY_WORDS]


@pytest.mark.parametrize(
    "rows",
    [
        BIRTH,
        MARRIAGE,
        DECISION,
        [*DECISION, "Đề nghị cấp bản sao trích lục khai sinh từ sổ gốc."],
        [*DECISION, "Nộp kèm bản sao chứng thực, bản photo giấy tờ tùy thân."],
        [
            *DECISION,
            "đề nghị chứng thực bản sao đúng với bản chính các giấy tờ: bằng tốt nghiệp, học bạ, khai sinh",
        ],
        [centred("TRÍCH LỤC KHAI SINH"), centred("(BẢN SAO)"), *BIRTH[5:]],
        [centred("GIẤY KHAI SINH"), centred("(BẢN SAO)"), *BIRTH[5:]],
        [centred("TRÍCH LỤC KẾT HÔN (BẢN SAO)"), *MARRIAGE[5:]],
        [centred("VĂN BẢN YÊU CẦU CẤP BẢN SAO TỪ SỔ GỐC"), *DECISION],
        [*DECISION, "Sao y"],
    ],
)
def test_sentences_titles_of_extracts_and_small_letters_are_no_signs(rows: Rows) -> None:
    assert codes(rows) == []


def test_a_colour_scan_without_red_asks_and_a_grey_one_says_nothing() -> None:
    first, second = page(BIRTH), page(DECISION, number=2)
    assert no_red_ink([replace(first, red_mm2=0.0)]) == (Finding(NO_RED_INK, 1, 0.6),)
    assert no_red_ink([replace(first, red_mm2=0.0), replace(second, red_mm2=150.0)]) == ()
    assert no_red_ink([replace(first, red_mm2=0.0), second]) == ()
    assert no_red_ink([first]) == ()
    assert no_red_ink([blank(1)]) == ()
    # An empty back has no seal and needs none.
    assert no_red_ink([replace(first, red_mm2=200.0), replace(blank(2), red_mm2=0.0)]) == ()


@given(st.text(max_size=60))
def test_no_line_of_small_letters_is_ever_a_word_of_a_copy(text: str) -> None:
    found = codes([text.lower()])
    assert COPY_WORDS not in found or capitals_share(text.lower()) == 1.0
    assert (CERTIFIED_COPY in found) <= ("dungvoibanchinh" in squash(text.lower()))
