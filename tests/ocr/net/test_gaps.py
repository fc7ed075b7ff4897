from __future__ import annotations

import numpy as np
import pytest

from ocr.net.ctc import ReadWord
from ocr.net.engine import NetEngine
from ocr.net.gaps import at_white
from tests.ocr.pages import draw_page, font


def _word(text: str, left: float, right: float) -> ReadWord:
    return ReadWord(text, 0.9, ((text, -0.1),), left, right)


def test_words_end_in_the_middle_of_the_white_between_them_and_the_last_in_what_is_near() -> None:
    ink = np.full((48, 200), 255, dtype=np.uint8)
    ink[20:35, 10:80] = 0
    ink[20:35, 90:180] = 0
    first, second = at_white([_word("ban", 8, 74), _word("hành", 74, 170)], ink)
    assert (first.left, first.right) == (8, 85)
    assert (second.left, second.right) == (85, 185)


def test_where_no_white_is_near_words_end_where_the_network_said() -> None:
    ink = np.zeros((48, 200), dtype=np.uint8)
    first, second = at_white([_word("ban", 8, 74), _word("hành", 78, 170)], ink)
    assert (first.right, second.left) == (76, 76)


def test_what_stands_between_words_far_apart_belongs_to_neither() -> None:
    ink = np.full((48, 300), 255, dtype=np.uint8)
    ink[20:35, 10:80] = 0
    ink[20:35, 88:190] = 100
    ink[20:35, 200:290] = 0
    first, second = at_white([_word("ban", 8, 76), _word("hành", 196, 292)], ink)
    assert first.right == 84
    assert second.left == 196


def test_a_line_without_words_and_a_line_of_one_word_have_no_ends_to_move() -> None:
    ink = np.full((48, 100), 255, dtype=np.uint8)
    assert at_white([], ink) == []
    (word,) = at_white([_word("ban", 8, 74)], ink)
    assert (word.left, word.right) == (8, 82)


@pytest.mark.parametrize("dpi", [200, 250, 300])
def test_every_word_of_a_page_has_its_letters_and_none_of_its_neighbours(dpi: int) -> None:
    text = "Ủy ban nhân dân xã xác nhận các nội dung sau đây"
    letters = font(round(13 * dpi / 72))
    page = draw_page((text,), dpi=dpi, size=(6.5, 1.2))
    words = NetEngine().recognise(page, dpi=dpi, mode="page", seconds=60)
    assert [word.text for word in words] == text.split()
    x = 0.4 * dpi
    for word in words:
        left, _, right, _ = letters.getbbox(word.text)
        assert word.box.left == pytest.approx(x + left, abs=0.03 * dpi / 2.5 + 2)
        assert word.box.right == pytest.approx(x + right, abs=0.03 * dpi / 2.5 + 2)
        x += letters.getlength(word.text + " ")
