from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Word
from ocr.gaps import split_at_gaps

_HEIGHT = 30


def _line(*gaps: int) -> list[Word]:
    """Words of one line with white so wide between them."""
    words = [Word("w0", Box(0, 0, 60, _HEIGHT), 0.9)]
    for index, gap in enumerate(gaps, start=1):
        left = words[-1].box.right + gap
        words.append(Word(f"w{index}", Box(left, 0, left + 60, _HEIGHT), 0.9))
    return words


def _parts(words: list[Word]) -> list[str]:
    return [" ".join(word.text for word in part) for part in split_at_gaps(words)]


def test_words_a_space_apart_are_one_part() -> None:
    assert _parts(_line(10, 12, 9)) == ["w0 w1 w2 w3"]


def test_white_of_two_heights_parts_a_line_even_where_all_its_gaps_are_as_wide() -> None:
    assert _parts(_line(60, 60, 60)) == ["w0", "w1", "w2", "w3"]


def test_white_a_little_wider_than_a_height_parts_a_line_where_its_other_gaps_are_narrow() -> None:
    assert _parts(_line(10, 36, 10)) == ["w0 w1", "w2 w3"]


def test_white_a_little_wider_than_a_height_is_a_space_in_a_line_that_is_spaced_so() -> None:
    assert _parts(_line(30, 36, 30)) == ["w0 w1 w2 w3"]


def test_words_are_taken_from_left_to_right_however_they_come() -> None:
    assert _parts(_line(10, 80)[::-1]) == ["w0 w1", "w2"]


@given(st.lists(st.integers(-20, 120), max_size=12))
def test_parting_a_line_loses_no_word_and_keeps_their_order(gaps: list[int]) -> None:
    words = _line(*gaps)
    parts = split_at_gaps(words)
    assert all(parts)
    assert [word for part in parts for word in part] == words
