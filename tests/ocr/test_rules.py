from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.arrays import GrayImage
from ocr.rules import Axis, brush, opened, without_rules
from tests.ocr.pages import draw_page

_DPI = 250
_MM = _DPI / 25.4


def _page() -> GrayImage:
    return draw_page(dpi=_DPI, size=(7.0, 4.0))


def _boxes(page: GrayImage, *, top: int) -> None:
    for index in range(12):
        left = 200 + index * 60
        cv2.rectangle(page, (left, top), (left + 60, top + 60), 150, 1)


def test_digit_boxes_drawn_in_hairlines_leave() -> None:
    page = np.full((300, 1200), 255, dtype=np.uint8)
    _boxes(page, top=100)
    assert without_rules(page, dpi=_DPI).min() > 240


def test_a_ruled_line_leaves_although_it_climbs() -> None:
    page = np.full((300, 1700), 255, dtype=np.uint8)
    cv2.line(page, (50, 150), (1650, 147), 120, 2)
    cleaned = without_rules(page, dpi=_DPI)
    assert np.count_nonzero(cleaned < 200) <= 0.02 * np.count_nonzero(page < 200)


def test_a_dotted_leader_leaves_and_an_ellipsis_stays() -> None:
    page = np.full((200, 1200), 255, dtype=np.uint8)
    for x in range(100, 700, 8):
        page[120:123, x : x + 3] = 60
    for x in (900, 912, 924):
        page[119:124, x : x + 5] = 0
    cleaned = without_rules(page, dpi=_DPI)
    assert cleaned[:, :800].min() > 240
    assert np.array_equal(cleaned[:, 850:], page[:, 850:])


def test_print_keeps_every_pixel_with_its_marks_and_dots() -> None:
    page = _page()
    assert np.array_equal(without_rules(page, dpi=_DPI), page)


def test_a_table_keeps_its_lines() -> None:
    page = np.full((600, 1500), 255, dtype=np.uint8)
    for y in (100, 220, 340, 460):
        cv2.line(page, (100, y), (1400, y), 0, 2)
    for x in (100, 500, 900, 1400):
        cv2.line(page, (x, 100), (x, 460), 0, 2)
    assert np.array_equal(without_rules(page, dpi=_DPI), page)


def test_the_image_that_came_in_is_not_changed() -> None:
    page = _page()
    _boxes(page, top=850)
    before = page.copy()
    without_rules(page, dpi=_DPI)
    assert np.array_equal(page, before)


@pytest.mark.parametrize("length", [3, 5, 17])
def test_opening_is_the_one_of_the_books(length: int) -> None:
    ink = (np.random.default_rng(5).random((60, 90)) > 0.15).astype(np.uint8) * 255
    for axis in (0, 1):
        kernel = np.ones((length, 1) if axis == 0 else (1, length), dtype=np.uint8)
        expected = cv2.morphologyEx(
            ink, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        assert np.array_equal(opened(ink, length, axis=axis), expected)


@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 70)), elements=st.sampled_from((0, 1, 255))
    ),
    st.integers(0, 39),
    st.integers(1, 40),
    st.sampled_from((0, 1)),
    st.sampled_from((1, 255)),
)
def test_runs_are_found_as_if_every_row_had_been_looked_at(
    ink: GrayImage, inked: int, length: int, axis: Axis, value: int
) -> None:
    ink[inked % ink.shape[0]] = ink[:, inked % ink.shape[1]] = value
    everywhere = cv2.morphologyEx(
        ink,
        cv2.MORPH_OPEN,
        brush(length, axis=axis),
        borderType=cv2.BORDER_CONSTANT,
        borderValue=(0.0,),
    )
    assert np.array_equal(opened(ink, length, axis=axis), everywhere)
