from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box, bounding
from ocr.digits import joined_digits
from ocr.engine import EngineWord
from tests.ocr.pages import engine_word

_WIDE, _HIGH = 14, 24


def _boxed(digits: str, *, left: int = 100, pitch: int = 40, line: int = 1) -> list[EngineWord]:
    """Single digits, evenly apart."""
    return [
        engine_word(
            digit,
            (left + index * pitch, 50, left + index * pitch + _WIDE, 50 + _HIGH),
            confidence=0.9 - index / 100,
            line=line,
        )
        for index, digit in enumerate(digits)
    ]


def _texts(words: tuple[EngineWord, ...]) -> list[str]:
    return [word.text for word in words]


def test_digits_in_boxes_of_their_own_are_one_number() -> None:
    (word,) = joined_digits(_boxed("079186999401"))
    assert word.text == "079186999401"
    assert word.choices == (("079186999401", 0.0),)


def test_the_number_has_the_box_of_all_its_digits_and_believes_the_least_sure() -> None:
    digits = _boxed("079186")
    (word,) = joined_digits(digits)
    assert word.box == bounding(digit.box for digit in digits)
    assert word.confidence == min(digit.confidence for digit in digits)
    assert (word.block, word.line) == (digits[0].block, digits[0].line)


def test_the_words_before_and_after_stay() -> None:
    label = engine_word("Số:", (20, 50, 70, 74))
    after = engine_word("cấp", (400, 50, 450, 74))
    assert _texts(joined_digits([label, *_boxed("0791"), after])) == ["Số:", "0791", "cấp"]


def test_cells_of_a_table_stand_too_far_apart_to_be_one_number() -> None:
    cells = _boxed("12345", pitch=120)
    assert joined_digits(cells) == tuple(cells)


def test_two_or_three_digits_are_a_list_and_no_number() -> None:
    assert _texts(joined_digits(_boxed("123"))) == ["1", "2", "3"]


def test_digits_at_odd_distances_are_no_row_of_boxes() -> None:
    uneven = [
        engine_word(digit, (left, 50, left + _WIDE, 74))
        for digit, left in zip("1234", (100, 122, 175, 197), strict=True)
    ]
    assert joined_digits(uneven) == tuple(uneven)


def test_a_number_never_runs_from_one_line_into_the_next() -> None:
    assert _texts(joined_digits([*_boxed("0791"), *_boxed("8699", left=260, line=2)])) == ["0791", "8699"]


def test_a_date_in_three_rows_of_boxes_is_left_alone() -> None:
    day, month = _boxed("19"), _boxed("08", left=240)
    slash = engine_word("/", (190, 50, 200, 74))
    assert _texts(joined_digits([*day, slash, *month])) == ["1", "9", "/", "0", "8"]


def test_sides_of_boxes_read_as_strokes_leave_where_the_number_has_a_length_of_forms() -> None:
    row = _boxed("079186999401")
    row[2] = replace(row[2], text="9|")
    row[6] = replace(row[6], text="/9")
    (word,) = joined_digits(row)
    assert word.text == "079186999401"
    assert word.confidence < min(digit.confidence for digit in row)


def test_strokes_stay_where_the_number_has_no_length_of_forms() -> None:
    row = _boxed("0791869")
    row[2] = replace(row[2], text="9|")
    assert joined_digits(row) == tuple(row)


def test_a_date_beside_single_digits_is_no_part_of_their_number() -> None:
    dated = engine_word("12/04/1991", (20, 50, 90, 74))
    assert _texts(joined_digits([dated, *_boxed("0791")])) == ["12/04/1991", "0791"]


def _grouped(*groups: str, pitch: float) -> list[EngineWord]:
    """Digits in an even row, read as several words; ``pitch`` from one digit to the next in heights."""
    words: list[EngineWord] = []
    place = 0
    for group in groups:
        left = 100 + round(place * pitch * _HIGH)
        right = 100 + round((place + len(group) - 1) * pitch * _HIGH) + _WIDE
        words.append(engine_word(group, (left, 50, right, 50 + _HIGH), confidence=0.9))
        place += len(group)
    return words


@pytest.mark.parametrize("pitch", [1.05, 1.3, 1.6])
@pytest.mark.parametrize(
    "groups", [("0", "86091992065"), ("086", "091", "992", "065"), ("0860919920", "65"), ("19", "081991")]
)
def test_digits_in_boxes_read_as_several_groups_are_one_number(groups: tuple[str, ...], pitch: float) -> None:
    words = _grouped(*groups, pitch=pitch)
    (word,) = joined_digits(words)
    assert word.text == "".join(groups)
    assert word.box == bounding(group.box for group in words)
    assert word.confidence == 0.9


def test_digits_in_uneven_groups_are_a_number_where_single_ones_and_its_length_speak_for_boxes() -> None:
    rest = [engine_word("091992065", (230, 50, 420, 74), confidence=0.9)]
    (word,) = joined_digits([*_boxed("086"), *rest])
    assert word.text == "086091992065"
    assert word.confidence < 0.88
    longer = [replace(rest[0], text="0919920651234")]
    assert _texts(joined_digits([*_boxed("086"), *longer])) == ["0", "8", "6", "0919920651234"]
    assert _texts(joined_digits([*_boxed("08", left=140), *rest])) == ["0", "8", "091992065"]


def test_a_printed_number_in_groups_set_apart_by_spaces_keeps_them() -> None:
    words: list[EngineWord] = []
    left = 100
    for group in ("040", "186", "990", "831"):
        # Digits 0.75 heights apart, and a space of half a height.
        right = left + round(2 * 0.75 * _HIGH) + _WIDE
        words.append(engine_word(group, (left, 50, right, 50 + _HIGH)))
        left = right + _HIGH // 2
    assert joined_digits(words) == tuple(words)


@pytest.mark.parametrize(
    "groups", [("040", "186", "990", "831"), ("0912", "345", "678"), ("1", "200", "000")]
)
def test_digits_as_close_as_print_sets_them_are_no_row_of_boxes(groups: tuple[str, ...]) -> None:
    words = _grouped(*groups, pitch=0.75)
    assert joined_digits(words) == tuple(words)


def test_words_of_several_digits_are_not_joined() -> None:
    words = [
        engine_word(text, (100 + 60 * at, 50, 130 + 60 * at, 74))
        for at, text in enumerate(("12", "34", "56", "78"))
    ]
    assert joined_digits(words) == tuple(words)


@st.composite
def _lines(draw: st.DrawFn) -> list[EngineWord]:
    words: list[EngineWord] = []
    x = 0
    for _ in range(draw(st.integers(0, 25))):
        text = draw(
            st.one_of(
                st.sampled_from("0123456789"), st.sampled_from(("ngày", "12", "/", "a", "²", "1|", "/2"))
            )
        )
        x += draw(st.integers(1, 60))
        words.append(
            EngineWord(
                text=text,
                box=Box(x, 50, x + _WIDE, 50 + _HIGH),
                confidence=draw(st.floats(0, 1)),
                block=0,
                line=draw(st.integers(0, 1)),
            )
        )
        x += _WIDE
    return words


def _signs(words: Sequence[EngineWord]) -> str:
    return "".join(sign for word in words for sign in word.text if sign not in "/|")


@given(_lines())
def test_no_letter_and_no_digit_comes_goes_or_moves(words: list[EngineWord]) -> None:
    joined = joined_digits(words)
    assert _signs(joined) == _signs(words)
    for word in words:
        assert any(
            one.box.left <= word.box.left
            and word.box.right <= one.box.right
            and _signs([word]) in _signs([one])
            for one in joined
        )


@given(_lines())
def test_doing_it_twice_changes_nothing_more(words: list[EngineWord]) -> None:
    once = joined_digits(words)
    assert joined_digits(once) == once


@given(st.text(st.sampled_from("0123456789"), min_size=4, max_size=14), st.integers(26, 48))
def test_an_even_row_of_boxes_is_always_one_number(digits: str, pitch: int) -> None:
    assert _texts(joined_digits(_boxed(digits, pitch=pitch))) == [digits]


def test_sides_of_boxes_read_as_apostrophes_belong_to_no_number() -> None:
    boxed = _boxed("064171996699")
    read = [
        replace(word, text=f"{word.text}’") if index % 3 == 1 else word for index, word in enumerate(boxed)
    ]
    assert _texts(joined_digits(read)) == ["064171996699"]
