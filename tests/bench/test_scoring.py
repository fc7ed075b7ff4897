from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from ocr.scoring import character_error_rate, edit_distance, fold, key_is_found, score, word_f1

_TEXT = st.text(alphabet="abđiêệ Ắ0 19\n", max_size=60)


@given(_TEXT, _TEXT)
def test_the_distance_is_the_one_everybody_counts(first: str, second: str) -> None:
    assert edit_distance(first, second) == Levenshtein.distance(first, second)


@given(_TEXT, _TEXT, _TEXT)
def test_the_distance_is_a_distance(first: str, second: str, third: str) -> None:
    assert edit_distance(first, second) == edit_distance(second, first)
    assert (edit_distance(first, second) == 0) == (first == second)
    assert edit_distance(first, third) <= edit_distance(first, second) + edit_distance(second, third)


@given(_TEXT)
def test_a_perfect_reading_has_no_error_whatever_its_line_breaks(text: str) -> None:
    reading = text.replace(" ", " \n ")
    assert character_error_rate(text, reading) == 0
    assert word_f1(text, reading) == 1


@given(_TEXT, _TEXT)
def test_scores_stay_in_their_ranges(truth: str, reading: str) -> None:
    found = score(truth, reading, keys=("19",))
    assert found.cer >= 0
    assert 0 <= found.word_f1 <= 1
    assert 0 <= found.keys_right <= found.keys == 1


@given(st.lists(st.sampled_from(["tổ", "tô", "Điều", "2"]), max_size=12), st.randoms(use_true_random=False))
def test_word_f1_does_not_ask_for_the_order(words: list[str], chance: Random) -> None:
    mixed = list(words)
    chance.shuffle(mixed)
    assert word_f1(" ".join(words), " ".join(mixed)) == 1


def test_a_long_page_is_counted_whole() -> None:
    text = "Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014; " * 110
    wrong = text.replace("tịch", "tich", 7)
    assert edit_distance(text, wrong) == 7


def test_letters_written_in_two_parts_are_the_same_letters() -> None:
    assert fold("Tie\u0302\u0301ng  Vie\u0323\u0302t\f") == "Tiếng Việt"
    assert character_error_rate("Tiếng Việt", "Tie\u0302\u0301ng Vie\u0323\u0302t") == 0


def test_a_blank_page_is_right_when_nothing_was_read() -> None:
    assert character_error_rate(" \n", "") == 0
    assert character_error_rate("", "rác") == 1
    assert word_f1("", "") == 1
    assert word_f1("", "rác") == 0


def test_f1_counts_each_word_as_often_as_it_stands_there() -> None:
    assert word_f1("xã xã Ea Tul", "xã Ea Tul") == pytest.approx(2 * 3 / 7)


@pytest.mark.parametrize(
    ("key", "reading", "found"),
    [
        ("010091999101", "Số: 010091999101.", True),
        ("010091999101", "Số: 0100919991012", False),
        ("010091999101", "Số: 010091999 101", False),
        ("ngày 05 tháng 9 năm 2026", "Từ Sơn, ngày 05\ntháng 9 năm 2026", True),
        ("12/QĐ-UBND", "Số: 112/QĐ-UBND", False),
        ("12/QĐ-UBND", "Số: 112/QĐ-UBND 12/QĐ-UBND", True),
    ],
)
def test_a_key_is_found_whole_or_not_at_all(key: str, reading: str, found: bool) -> None:
    assert key_is_found(key, reading) is found
