from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.net.finder import FINDER_DPI, LineFinder, joined, spots_of, with_ends
from ocr.net.session import FloatArray
from ocr.net.spots import LineSpot
from tests.ocr.net.lines import spot
from tests.ocr.pages import TEXT, draw_page


def _map(
    *bands: tuple[int, int, int, int], size: tuple[int, int] = (120, 400), slope: float = 0.0
) -> FloatArray:
    """Chances with a band for each (left, top, right, bottom)."""
    chances = np.zeros(size, dtype=np.float32)
    for left, top, right, bottom in bands:
        for column in range(left, right):
            fall = round(slope * (column - left))
            chances[top + fall : bottom + fall, column] = 0.96
    return chances


def test_a_band_is_a_line_between_its_baseline_and_its_x_height() -> None:
    (line,) = spots_of(_map((20, 40, 320, 48)))
    assert (line.left, line.right) == (20.0, 320.0)
    assert line.slope == pytest.approx(0.0, abs=1e-6)
    assert line.base == pytest.approx(48.0, abs=0.5)
    assert line.x_height == pytest.approx(8.0, abs=0.5)
    assert line.sure == pytest.approx(0.96, abs=0.01)


@pytest.mark.parametrize("slope", [-0.05, 0.03, 0.08])
def test_a_slanting_band_gives_its_slope(slope: float) -> None:
    (line,) = spots_of(_map((20, 50, 320, 58), slope=slope))
    assert line.slope == pytest.approx(slope, abs=0.004)
    assert line.base_at(320) == pytest.approx(58 + slope * 300, abs=1.0)


def test_every_band_is_a_line_of_its_own() -> None:
    lines = spots_of(_map((20, 10, 320, 16), (20, 30, 320, 36), (20, 50, 90, 62)))
    assert sorted(round(line.base) for line in lines) == [16, 36, 62]


def test_hairlines_and_blocks_of_colour_are_no_lines() -> None:
    assert spots_of(_map((20, 40, 320, 41))) == []
    assert spots_of(_map((20, 20, 320, 90))) == []
    assert spots_of(np.zeros((50, 50), dtype=np.float32)) == []


def test_words_of_one_line_are_joined() -> None:
    (line,) = joined([spot(0, 80), spot(92, 150), spot(165, 300)])
    assert (line.left, line.right, line.base) == (0, 300, 100.0)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (spot(130, 230), "further apart than words"),
        (spot(90, 200, base=108.0), "lower than the line"),
        (spot(90, 200, x_height=20.0), "twice as large"),
    ],
)
def test_what_is_not_of_one_line_stays_apart(other: LineSpot, reason: str) -> None:
    assert len(joined([spot(0, 80), other])) == 2, reason


def test_digits_in_boxes_stand_further_apart_than_words_and_are_one_line() -> None:
    digits = [spot(left, left + 7) for left in range(0, 300, 35)]
    (line,) = joined(digits)
    assert (line.left, line.right) == (0, 287)


def test_the_longer_part_says_where_the_line_lies() -> None:
    (line,) = joined([spot(0, 12, base=102.0, x_height=9.0), spot(20, 300)])
    assert (line.base, line.x_height) == (100.0, 10.0)


def _paper() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((200, 400), 255, dtype=np.uint8)


def test_a_dash_before_and_a_stop_after_the_line_are_taken_in() -> None:
    page = _paper()
    page[95:97, 44:50] = 0
    page[98:101, 304:307] = 0
    line = with_ends(spot(60, 300), page)
    assert (line.left, line.right) == (44, 307)


def test_a_rule_that_runs_on_and_an_upright_stroke_are_left_out() -> None:
    page = _paper()
    page[98:100, 305:400] = 0
    page[60:130, 46:49] = 0
    line = with_ends(spot(60, 300), page)
    assert (line.left, line.right) == (60, 300)


def test_a_line_grown_to_the_left_keeps_its_baseline() -> None:
    page = _paper()
    page[95:97, 44:50] = 0
    slanting = replace(spot(60, 300), slope=0.05)
    line = with_ends(slanting, page)
    assert line.left < 60
    assert line.base_at(200) == pytest.approx(slanting.base_at(200))


@pytest.mark.parametrize("dpi", [200, 250, 300])
def test_the_lines_of_a_page_are_found_from_top_to_bottom_in_its_own_pixels(dpi: int) -> None:
    page = draw_page(dpi=dpi)
    lines = LineFinder().find(page, dpi=dpi)
    assert len(lines) == len(TEXT)
    for index, line in enumerate(lines):
        drawn = (0.4 + index * 0.32) * dpi
        assert drawn < line.base < drawn + 0.25 * dpi
        assert line.left == pytest.approx(0.4 * dpi, abs=0.04 * dpi)
        assert 6 * dpi / 72 * 0.8 < line.x_height < 9 * dpi / 72
        assert line.right <= page.shape[1]


def test_an_empty_page_has_no_lines_whatever_its_size() -> None:
    finder = LineFinder()
    for shape in ((1, 1), (3, 700), (700, 3), (401, 333)):
        assert finder.find(np.full(shape, 255, dtype=np.uint8), dpi=FINDER_DPI) == ()


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 200), st.floats(0, 300), st.floats(3, 20))))
def test_joining_loses_no_print(places: list[tuple[float, float, float, float]]) -> None:
    parts = [spot(left, left + width, base=base, x_height=high) for left, width, base, high in places]
    lines = joined(parts)
    assert len(lines) <= len(parts)
    for part in parts:
        assert any(line.left <= part.left and part.right <= line.right for line in lines)
