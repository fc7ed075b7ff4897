from __future__ import annotations

import math
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.net.ctc import STEP, ReadWord, chances_of, words_of
from ocr.net.session import FloatArray

_ALPHABET = "abcdeghinđềịể 12./"
_NOTHING: dict[str, float] = {}


def _chances(*steps: dict[str, float]) -> FloatArray:
    """One row for each step: what it may be, and the blank for the rest."""
    rows = np.zeros((len(steps), len(_ALPHABET) + 1), dtype=np.float32)
    for row, step in zip(rows, steps, strict=True):
        for sign, chance in step.items():
            row[_ALPHABET.index(sign) + 1] = chance
        row[0] = 1.0 - sum(step.values())
    return rows


def _read(*steps: dict[str, float]) -> tuple[ReadWord, ...]:
    return words_of(_chances(*steps), _ALPHABET)


def _spelled(text: str) -> list[dict[str, float]]:
    """Every sign seen surely once, nothing between them."""
    return [step for sign in text for step in ({sign: 0.99}, _NOTHING)]


def _texts(words: tuple[ReadWord, ...]) -> list[str]:
    return [word.text for word in words]


def test_a_sign_that_lasts_is_one_sign_and_two_with_nothing_between_them() -> None:
    once = _read({"a": 0.9}, {"a": 0.9}, {"b": 0.9})
    twice = _read({"a": 0.9}, _NOTHING, {"a": 0.9}, {"b": 0.9})
    assert (_texts(once), _texts(twice)) == (["ab"], ["aab"])


def test_the_white_space_parts_words_and_stands_in_none() -> None:
    words = _read(*_spelled("bị 12 ề."))
    assert _texts(words) == ["bị", "12", "ề."]


def test_nothing_seen_is_no_word_and_neither_is_white_space() -> None:
    assert _read(_NOTHING, _NOTHING) == ()
    assert _read({" ": 0.9}, _NOTHING, {" ": 0.9}) == ()


def test_a_word_stands_where_its_steps_are() -> None:
    steps = [_NOTHING] * 6 + _spelled("ab") + [_NOTHING] * 4 + [{" ": 0.9}] + _spelled("cd")
    first, second = _read(*steps)
    assert first.left <= 6 * STEP < first.right <= 14 * STEP + STEP / 2
    assert first.right <= second.left <= 15 * STEP
    assert second.right <= len(steps) * STEP


def test_the_confidence_is_the_chance_of_the_least_certain_sign() -> None:
    (word,) = _read({"a": 0.98}, {"b": 0.6, "c": 0.4}, {"d": 0.9})
    assert word.text == "abd"
    assert word.confidence == pytest.approx(0.6, abs=1e-6)


def test_choices_are_the_likeliest_products_with_the_logarithm_of_their_chance() -> None:
    (word,) = _read({"ề": 0.7, "ể": 0.3}, {"n": 0.8, "h": 0.2})
    assert [text for text, _ in word.choices] == ["ền", "ển", "ềh", "ểh"]
    chances = [math.exp(score) for _, score in word.choices]
    assert chances == pytest.approx([0.56, 0.24, 0.14, 0.06], abs=1e-5)


def test_what_hardly_may_be_is_no_choice() -> None:
    (word,) = _read({"a": 0.998, "b": 0.001})
    assert [text for text, _ in word.choices] == ["a"]


def test_two_words_that_cannot_be_one_part_where_a_space_was_half_seen() -> None:
    joined = [*_spelled("đề")[:-1], {" ": 0.06}, *_spelled("nghị")]
    words = _read(*joined)
    assert _texts(words) == ["đề", "nghị"]
    assert words[0].right <= words[1].left


def test_two_words_stay_joined_where_no_space_was_seen_at_all() -> None:
    assert _texts(_read(*_spelled("đềnghị"))) == ["đềnghị"]


def test_white_half_seen_beside_a_slash_parts_two_names_of_one_thing() -> None:
    label = [*_spelled("a")[:-1], {" ": 0.06}, *_spelled("/")[:-1], {" ": 0.04}, *_spelled("b")]
    assert _texts(_read(*label)) == ["a", "/", "b"]
    assert _texts(_read(*_spelled("a/b"))) == ["a/b"]


def test_white_half_seen_beside_the_slash_of_a_date_parts_nothing() -> None:
    date = [*_spelled("1")[:-1], {" ": 0.4}, *_spelled("/2")]
    assert _texts(_read(*date)) == ["1/2"]


def test_a_word_that_can_be_one_is_never_parted() -> None:
    half_seen = [*_spelled("ngh")[:-1], {" ": 0.4}, *_spelled("ị")]
    assert _texts(_read(*half_seen)) == ["nghị"]
    number = [*_spelled("1")[:-1], {" ": 0.4}, *_spelled("2")]
    assert _texts(_read(*number)) == ["12"]


def test_scores_become_chances_that_add_up_to_one() -> None:
    chances = chances_of(np.array([[1000.0, 0.0, -1000.0], [2.0, 2.0, 2.0]], dtype=np.float32))
    assert chances.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert chances[0].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert chances[1].tolist() == pytest.approx([1 / 3] * 3)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.floats(0.5, 12))
def test_whatever_the_scores_the_words_are_words(seed: int, steps: int, spread: float) -> None:
    scores = np.random.default_rng(seed).normal(0, spread, (steps, len(_ALPHABET) + 1)).astype(np.float32)
    words = words_of(chances_of(scores), _ALPHABET)
    for word in words:
        assert word.text
        assert not any(sign.isspace() for sign in word.text)
        assert unicodedata.is_normalized("NFC", word.text)
        assert 0.0 <= word.confidence <= 1.0 + 1e-6
        assert 0.0 <= word.left < word.right <= steps * STEP
        logs = [score for _, score in word.choices]
        assert logs == sorted(logs, reverse=True)
        assert max(logs) <= 1e-6
        assert len({text for text, _ in word.choices}) == len(word.choices)
    assert [word.left for word in words] == sorted(word.left for word in words)
