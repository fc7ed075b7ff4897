from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr.arrays import GrayImage
from ocr.net.engine import NetEngine
from ocr.net.numbers import is_number, measured
from tests.ocr.net.lines import spot
from tests.ocr.pages import draw_page

_SPOT = spot(20, 200)


def _digits(*, top: int, foot: int) -> GrayImage:
    """Twelve strokes as high as digits."""
    page = np.full((160, 260), 255, dtype=np.uint8)
    for index in range(12):
        page[top:foot, 20 + 15 * index : 28 + 15 * index] = 0
    return page


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("045084999948", True),
        ("05/12/1966", True),
        ("12345", False),
        ("Số 12 ngày 05/12", False),
        ("", False),
    ],
)
def test_a_line_is_a_number_where_most_of_its_signs_are_digits(text: str, *, number: bool) -> None:
    assert is_number(text) is number


def test_digits_give_baseline_and_size_of_their_line() -> None:
    found = measured(replace(_SPOT, x_height=10.0, base=98.0), _digits(top=71, foot=100))
    assert found is not None
    assert found.x_height == pytest.approx(20.0)
    assert found.base == 100.0
    assert (found.left, found.right) == (_SPOT.left, _SPOT.right)


def test_a_line_that_was_measured_well_stays() -> None:
    assert measured(replace(_SPOT, x_height=10.0, base=100.0), _digits(top=86, foot=100)) is None


def test_a_line_without_ink_cannot_be_measured() -> None:
    assert measured(_SPOT, np.full((160, 260), 255, dtype=np.uint8)) is None
    assert measured(replace(_SPOT, base=-500.0), np.full((160, 260), 255, dtype=np.uint8)) is None


def test_a_number_is_read_whole() -> None:
    page = draw_page(("045084999948",), dpi=200, size=(4.0, 1.2))
    words = NetEngine().recognise(page, dpi=200, mode="page", seconds=60)
    assert [word.text for word in words] == ["045084999948"]
