from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from signing.reporting.cleaning import MAX_SHOWN, shown, xml_text


@given(st.text(max_size=900))
def test_what_is_shown_is_one_bounded_line_without_hidden_characters(text: str) -> None:
    line = shown(text)
    assert len(line) <= MAX_SHOWN
    kinds = {unicodedata.category(mark) for mark in line}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text(max_size=300))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert shown(shown(text)) == shown(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Nguyễn  Thị\tMẫu ", "Nguyễn Thị Mẫu"),
        ("mẫu\u202efdp.exe", "mẫu\N{REPLACEMENT CHARACTER}fdp.exe"),
        ("Lê\x00Văn\x1b[31m", "Lê\N{REPLACEMENT CHARACTER}Văn\N{REPLACEMENT CHARACTER}[31m"),
        ("a\u200bb", "a\N{REPLACEMENT CHARACTER}b"),
        ("", ""),
        ("A" * 10_000, "A" * (MAX_SHOWN - 1) + "…"),
    ],
)
def test_names_that_play_tricks_are_shown_for_what_they_are(text: str, line: str) -> None:
    assert shown(text) == line


def test_a_tower_of_accents_is_cut_down() -> None:
    assert len(shown("e" + "\u0336" * 100)) == 3


@given(st.text(max_size=200))
def test_any_text_fits_into_xml(text: str) -> None:
    element = etree.Element("a")
    element.text = xml_text(text)
    assert etree.fromstring(etree.tostring(element)).tag == "a"
