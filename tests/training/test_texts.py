"""Text of the training lines."""

from __future__ import annotations

import random
import unicodedata

from training import words
from training.alphabet import ALPHABET
from training.syllables import highland_name, person_name, syllable
from training.texts import Texts

COUNT = 2000


def drawn(sentences: tuple[str, ...], *, seed: int) -> list[str]:
    texts = Texts(sentences, seed=seed)
    return [texts.draw() for _ in range(COUNT)]


def test_the_same_seed_draws_the_same_texts(sentences: tuple[str, ...]) -> None:
    assert drawn(sentences, seed=3) == drawn(sentences, seed=3)


def test_another_seed_draws_other_texts(sentences: tuple[str, ...]) -> None:
    assert drawn(sentences, seed=3) != drawn(sentences, seed=4)


def test_texts_hold_only_signs_of_the_alphabet(sentences: tuple[str, ...]) -> None:
    assert set("".join(drawn(sentences, seed=5))) <= set(ALPHABET)


def test_a_text_is_composed_and_has_single_spaces(sentences: tuple[str, ...]) -> None:
    for text in drawn(sentences, seed=6):
        assert unicodedata.is_normalized("NFC", text)
        assert " ".join(text.split()) == text
        assert 1 <= len(text) <= 110


def test_a_sign_outside_the_alphabet_is_never_drawn() -> None:
    texts = Texts(["Điều này có dấu ☎ lạ", "Điều kia thì không"], seed=1)
    assert "☎" not in "".join(texts.draw() for _ in range(COUNT))


def test_the_alphabet_names_each_sign_once() -> None:
    assert len(ALPHABET) == len(set(ALPHABET))
    assert {"đ", "Đ", "ế", "Ự", "ỹ", "m", "0", " "} <= set(ALPHABET)


def test_every_syllable_and_name_can_be_written() -> None:
    rng = random.Random(2)
    for _ in range(COUNT):
        assert set(syllable(rng)) <= set(ALPHABET)
        assert set(person_name(rng)) <= set(ALPHABET)
        assert set(highland_name(rng)) <= set(ALPHABET)


def test_every_listed_word_can_be_written() -> None:
    lists = {name: value for name, value in vars(words).items() if name.isupper() and name.isalpha()}
    assert len(lists) == 13
    for name, listed in lists.items():
        assert listed, name
        assert set("".join(listed)) <= set(ALPHABET), name
