"""Words as people look for them."""

from __future__ import annotations

import unicodedata

import pytest

from dossier.search_words import forms, has_accents, spoken


def bare(text: str) -> set[str]:
    return {word.bare for word in spoken(text)}


@pytest.mark.parametrize(
    ("one", "other"), [("hòa", "hoà"), ("THÚY", "thuý"), ("Nguyễn", unicodedata.normalize("NFD", "nguyễn"))]
)
def test_where_the_tone_stands_and_how_it_is_put_together_makes_no_other_word(one: str, other: str) -> None:
    assert forms(unicodedata.normalize("NFC", one)) == forms(unicodedata.normalize("NFC", other))


@pytest.mark.parametrize(("one", "other"), [("nguyễn", "nguyên"), ("má", "mà"), ("đa", "da"), ("tư", "tu")])
def test_other_accents_make_another_word_with_the_same_bare_form(one: str, other: str) -> None:
    assert forms(one)[0] == forms(other)[0]
    assert forms(one)[1] != forms(other)[1]
    assert has_accents(one)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("số 012 345 của", "012345"),
        ("1.234.567 đồng", "1234567"),
        ("001 090 012 345", "001090012345"),
        ("0010 9001 2345", "001090012345"),
    ],
)
def test_digits_in_groups_are_the_number_they_make_and_the_groups_as_well(text: str, number: str) -> None:
    assert number in bare(text)
    assert set(text.replace(".", " ").split()) >= bare(text) - {number} - {"so", "cua", "dong"}


@pytest.mark.parametrize("text", ["tháng 3 2024", "12 34 56", "1 a 234", "số 12/2026"])
def test_numbers_that_only_stand_beside_each_other_stay_apart(text: str) -> None:
    assert not any(word.whole for word in spoken(text))


@pytest.mark.parametrize(
    "text",
    [
        "02/04/1990",
        "2.4.1990",
        "02-4-1990",
        "ngày 02 tháng 4 năm 1990",
        "1990-04-02",
        "ngay 2 thang 4 nam 1990",
    ],
)
def test_a_day_is_one_word_in_every_form(text: str) -> None:
    assert "1990-04-02" in bare(text)


def test_a_day_that_no_calendar_has_is_none() -> None:
    assert not any(word.whole for word in spoken("31/02/2020"))


def test_words_know_where_they_stand() -> None:
    text = "Số: 112/2019 – NÔNG"
    assert [text[word.begin : word.end] for word in spoken(text)] == ["Số", "112", "2019", "NÔNG"]
