from __future__ import annotations

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.bleed import without_bleed
from ocr.engine import EngineWord
from tests.ocr.pages import engine_word

_WIDE, _HIGH, _PITCH = 60, 30, 80


def _page(*, rows: int = 4, columns: int = 6) -> GrayImage:
    return np.full((rows * 60 + 60, columns * _PITCH + 40), 255, dtype=np.uint8)


def _print(page: GrayImage, box: Box, *, stroke: int) -> None:
    """Four upright letters with strokes so wide."""
    for index in range(4):
        x = box.left + 6 + 14 * index
        cv2.rectangle(page, (x, box.top), (x + stroke - 1, box.bottom - 1), 0, -1)


def _crumbs(page: GrayImage, box: Box) -> None:
    """The same letters as they show through: thin, and broken every few pixels."""
    for index in range(4):
        x = box.left + 6 + 14 * index
        for y in range(box.top, box.bottom, 5):
            cv2.rectangle(page, (x, y), (x, y + 2), 0, -1)


def _box(row: int, column: int) -> Box:
    left, top = 20 + column * _PITCH, 30 + row * 60
    return Box(left, top, left + _WIDE, top + _HIGH)


def _word(text: str, box: Box, *, confidence: float = 0.97) -> EngineWord:
    return engine_word(text, (box.left, box.top, box.right, box.bottom), confidence=confidence)


def _full(page: GrayImage, *, rows: int = 3) -> list[EngineWord]:
    words = []
    for row in range(rows):
        for column in range(6):
            _print(page, _box(row, column), stroke=4)
            words.append(_word("giấy", _box(row, column)))
    return words


def test_words_in_thin_crumbs_leave_however_sure_the_engine_is_of_them() -> None:
    page = _page()
    words = _full(page)
    _crumbs(page, _box(3, 2))
    ghost = _word("danh", _box(3, 2), confidence=0.99)
    assert without_bleed([*words, ghost], page) == tuple(words)


def test_thin_print_that_is_whole_stays() -> None:
    page = _page()
    words = _full(page)
    _print(page, _box(3, 2), stroke=2)
    thin = _word("danh", _box(3, 2))
    assert without_bleed([*words, thin], page) == (*words, thin)


def test_a_page_with_little_print_is_left_alone() -> None:
    page = _page()
    words = _full(page, rows=1)
    _crumbs(page, _box(3, 2))
    ghost = _word("danh", _box(3, 2))
    assert without_bleed([*words, ghost], page) == (*words, ghost)


def test_a_page_that_is_broken_all_over_keeps_its_words() -> None:
    page = _page()
    words = []
    for row in range(3):
        for column in range(6):
            _crumbs(page, _box(row, column))
            words.append(_word("giấy", _box(row, column)))
    assert without_bleed(words, page) == tuple(words)


def test_a_box_without_ink_is_no_print_of_the_other_side() -> None:
    page = _page()
    words = _full(page)
    empty = _word("danh", _box(3, 4))
    assert without_bleed([*words, empty], page) == (*words, empty)


def test_a_number_that_runs_into_the_other_side_is_not_lost() -> None:
    page = _page()
    words = _full(page)
    _print(page, _box(3, 1), stroke=4)
    _crumbs(page, _box(3, 2))
    box = Box(_box(3, 1).left, _box(3, 1).top, _box(3, 2).right, _box(3, 2).bottom)
    number = _word("01006899", box)
    assert without_bleed([*words, number], page) == (*words, number)
