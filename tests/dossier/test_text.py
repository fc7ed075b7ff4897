"""Page text: reading order, and the way to JSON and back."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Finding, Line, PageText, Word, page_from_json, page_to_json

CONFIDENCES = st.floats(0, 1, allow_nan=False)
WORDS = st.builds(
    Word,
    st.text(alphabet=st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8),
    st.builds(lambda x, y: Box(x, y, x + 9, y + 5), st.integers(0, 2000), st.integers(0, 3000)),
    CONFIDENCES,
    st.sampled_from(("", "", "quyên")),
)
LINES = st.builds(Line, st.lists(WORDS, min_size=1, max_size=4).map(tuple), st.integers(0, 3))
# Their blocks are not kept.
STAMPS = st.builds(Line, st.lists(WORDS, min_size=1, max_size=3).map(tuple))
PAGES = st.builds(
    PageText,
    page=st.integers(1, 300),
    width=st.integers(1, 5000),
    height=st.integers(1, 7000),
    dpi=st.sampled_from((200, 300)),
    rotation=st.sampled_from((0, 90, 180, 270)),
    skew_degrees=st.floats(-5, 5),
    lines=st.lists(LINES, max_size=5).map(tuple),
    stamps=st.lists(STAMPS, max_size=3).map(tuple),
    engine=st.sampled_from(("tesseract 5.3.0 vie", "pdf")),
    seconds=st.floats(0, 60),
    source=st.sampled_from(("recognised", "embedded")),
    findings=st.lists(
        st.builds(
            Finding, st.just("page.skew"), st.integers(1, 300), st.integers(-50, 50).map(lambda n: n / 8)
        ),
        max_size=3,
    ).map(tuple),
)


def word(text: str, left: int = 0, top: int = 0) -> Word:
    return Word(text, Box(left, top, left + 10, top + 5), 0.9)


@given(PAGES)
def test_a_page_comes_back_from_json_unchanged(page: PageText) -> None:
    assert page_from_json(json.loads(json.dumps(page_to_json(page)))) == page


def test_text_is_kept_in_composed_form() -> None:
    assert word(unicodedata.normalize("NFD", "Nguyễn")).text == unicodedata.normalize("NFC", "Nguyễn")


def test_blocks_stand_apart_by_an_empty_line() -> None:
    page = PageText(
        page=1,
        width=100,
        height=100,
        dpi=300,
        lines=(
            Line((word("GIẤY"), word("KHAI"), word("SINH")), 0),
            Line((word("Số:"), word("12/2025")), 1),
            Line((word("Họ"), word("tên")), 1),
        ),
    )
    assert page.text == "GIẤY KHAI SINH\n\nSố: 12/2025\nHọ tên"
    assert [entry.text for entry in page.words] == ["GIẤY", "KHAI", "SINH", "Số:", "12/2025", "Họ", "tên"]


def test_a_line_has_the_box_around_its_words() -> None:
    assert Line((word("a", 5, 7), word("b", 40, 3))).box == Box(5, 3, 50, 12)


def test_a_page_is_blank_when_the_page_checks_say_so() -> None:
    blank = PageText(page=2, width=1, height=1, dpi=200, findings=(Finding("page.blank", 2),))
    assert blank.is_blank
    assert not PageText(page=2, width=1, height=1, dpi=200).is_blank
    assert blank.text == ""


def test_a_finding_prints_its_measure_with_three_places() -> None:
    assert Finding("page.skew", 3, 3.14159).as_json() == {"code": "page.skew", "page": 3, "value": 3.142}


def test_stamps_come_back_from_json_line_by_line_and_are_no_part_of_the_text() -> None:
    page = PageText(
        page=1,
        width=100,
        height=100,
        dpi=300,
        lines=(Line((word("GIẤY"), word("KHAI"), word("SINH"))),),
        stamps=(Line((word("SAO", 60, 3), word("Y", 75, 3))), Line((word("KHẨN", 60, 20),))),
    )
    data = page_to_json(page)
    assert data["stamps"] == [
        [
            {"text": "SAO", "box": [60, 3, 70, 8], "confidence": 0.9},
            {"text": "Y", "box": [75, 3, 85, 8], "confidence": 0.9},
        ],
        [{"text": "KHẨN", "box": [60, 20, 70, 25], "confidence": 0.9}],
    ]
    assert page_from_json(data) == page
    assert page.text == data["text"] == "GIẤY KHAI SINH"
    assert [entry.text for entry in page.words] == ["GIẤY", "KHAI", "SINH"]


def test_a_record_made_before_stamps_were_told_apart_has_none() -> None:
    page = PageText(page=1, width=1, height=1, dpi=200, lines=(Line((word("a"),)),))
    stamped = replace(page, stamps=(Line((word("KHẨN"),)),))
    data = page_to_json(stamped)
    del data["stamps"]
    assert page_from_json(data) == page


def test_data_that_is_no_page_is_refused() -> None:
    data = page_to_json(PageText(page=1, width=1, height=1, dpi=200, lines=(Line((word("a"),)),)))
    with pytest.raises(ValueError, match="zip"):
        page_from_json({**data, "blocks": []})
    with pytest.raises(LookupError):
        page_from_json({**data, "words": []})
