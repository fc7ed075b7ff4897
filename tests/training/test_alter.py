"""Texts with letters that no language would put there."""

from __future__ import annotations

import random

from training.alphabet import ALPHABET
from training.alter import altered, letters

_TEXT = "Nguyễn Thị Tul, sinh ngày 05/12/1966 tại số 10, xã Ea Drông"


def test_altered_texts_hold_only_signs_of_the_alphabet() -> None:
    rng = random.Random(1)
    for _ in range(500):
        assert set(altered(_TEXT, rng)) <= set(ALPHABET)
        assert set(letters(rng)) <= set(ALPHABET)


def test_digits_and_signs_are_never_altered() -> None:
    rng = random.Random(2)
    kept = [mark for mark in _TEXT if not mark.isalpha()]
    for _ in range(500):
        found = [mark for mark in altered(_TEXT, rng) if not mark.isalpha() and mark not in "'’"]
        assert found == kept


def test_a_few_letters_change_and_words_stay_apart() -> None:
    rng = random.Random(3)
    changed = [altered(_TEXT, rng) for _ in range(200)]
    assert sum(text != _TEXT for text in changed) > 150
    assert {len(text.split()) for text in changed} == {len(_TEXT.split())}


def test_a_text_without_letters_stays() -> None:
    assert altered("05/12/1966", random.Random(4)) == "05/12/1966"
    assert altered("", random.Random(4)) == ""


def test_capitals_stay_capitals() -> None:
    rng = random.Random(5)
    for _ in range(200):
        text = "".join(mark for mark in altered("ỦY BAN NHÂN DÂN", rng) if mark.isalpha())
        assert text == text.upper()
