from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.arrays import GrayImage
from ocr.net.crops import BASELINE, HEIGHT, MARGIN, SQUEEZE, X_HEIGHT, cut
from tests.ocr.net.lines import drawn_line, spot


def _rows(ink: GrayImage) -> tuple[int, int]:
    """First row with ink and the one after the last."""
    inked = np.flatnonzero((ink < 128).any(axis=1))
    return int(inked[0]), int(inked[-1]) + 1


@pytest.mark.parametrize("size", [14, 22, 36, 60, 100])
def test_baseline_and_x_height_come_to_their_rows_at_every_size_of_print(size: int) -> None:
    page, line = drawn_line(size=size)
    top, foot = _rows(cut(page, line).ink)
    assert top == pytest.approx(BASELINE - X_HEIGHT, abs=1.5)
    assert foot == pytest.approx(BASELINE, abs=1.5)


@pytest.mark.parametrize("size", [14, 60])
@pytest.mark.parametrize("slope", [-0.06, -0.02, 0.02, 0.06])
def test_a_slanting_line_comes_out_level(size: int, slope: float) -> None:
    page, line = drawn_line(size=size, slope=slope)
    ink = cut(page, line).ink
    third = ink.shape[1] // 3
    for part in (ink[:, :third], ink[:, -third:]):
        top, foot = _rows(part)
        assert top == pytest.approx(BASELINE - X_HEIGHT, abs=2)
        assert foot == pytest.approx(BASELINE, abs=2)


@pytest.mark.parametrize("size", [14, 60])
def test_print_begins_after_the_margin_and_is_squeezed_along_the_line(size: int) -> None:
    page, line = drawn_line(size=size)
    crop = cut(page, line)
    columns = np.flatnonzero((crop.ink < 128).any(axis=0))
    assert crop.ink.shape[0] == HEIGHT
    assert columns[0] == pytest.approx(MARGIN, abs=1.5)
    length = (line.right - line.left) * X_HEIGHT / line.x_height * SQUEEZE
    assert columns[-1] + 1 - columns[0] == pytest.approx(length, abs=3)


def test_a_column_of_the_crop_is_found_again_on_the_page() -> None:
    page, line = drawn_line(size=60)
    crop = cut(page, line)
    assert crop.x_on_page(MARGIN) == pytest.approx(line.left)
    assert crop.x_on_page(crop.ink.shape[1] - MARGIN) == pytest.approx(line.right, abs=2 * crop.across)


def test_beyond_the_page_it_is_white() -> None:
    page = np.zeros((30, 200), dtype=np.uint8)
    crop = cut(page, spot(0.0, 200.0, base=20.0, x_height=30.0))
    assert crop.ink[:, : MARGIN - 2].min() == 255
    assert crop.ink[-5:, :].min() == 255
    assert crop.ink[int(BASELINE) - 3, crop.ink.shape[1] // 2] == 0


def test_white_between_digits_in_boxes_is_cut_and_their_places_are_known() -> None:
    page = np.full((200, 600), 255, dtype=np.uint8)
    lefts = list(range(100, 400, 40))
    for left in lefts:
        page[80:101, left : left + 10] = 0
    line = replace(spot(100, 390, base=101.0, x_height=15.0), boxed=len(lefts))
    crop = cut(page, line)
    assert crop.ink.shape[1] < 0.7 * cut(page, replace(line, boxed=1)).ink.shape[1]
    inked = (crop.ink < 128).any(axis=0)
    starts = np.flatnonzero(np.diff(inked.astype(np.int8)) == 1) + 1
    assert [round(crop.x_on_page(float(start))) for start in starts] == pytest.approx(lefts, abs=2)


@given(
    left=st.floats(-300, 300),
    width=st.floats(0, 900),
    base=st.floats(-100, 400),
    x_height=st.floats(2, 60),
)
def test_wherever_a_line_is_said_to_be_its_crop_has_the_one_height(
    left: float, width: float, base: float, x_height: float
) -> None:
    page = np.full((120, 300), 255, dtype=np.uint8)
    ink = cut(page, spot(left, left + width, base=base, x_height=x_height)).ink
    assert ink.shape[0] == HEIGHT
    assert ink.shape[1] >= 16
    assert ink.min() == 255
