from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr.net.batches import batches, stacked
from ocr.net.crops import HEIGHT, Crop
from ocr.net.spots import LineSpot

_SPOT = LineSpot(left=0.0, right=1.0, base=1.0, slope=0.0, x_height=10.0, sure=1.0)


def _crop(width: int) -> Crop:
    return Crop(np.full((HEIGHT, width), 255, dtype=np.uint8), _SPOT, 1.0, 0.0)


def _widths(widths: list[int]) -> list[list[int]]:
    return [[widths[index] for index in batch] for batch in batches([_crop(width) for width in widths])]


@given(st.lists(st.integers(1, 4000), max_size=60))
def test_every_line_is_read_once_and_no_run_is_larger_than_the_cache(widths: list[int]) -> None:
    found = batches([_crop(width) for width in widths])
    assert sorted(index for batch in found for index in batch) == list(range(len(widths)))
    assert all(len(batch) == 1 or len(batch) * max(widths[i] for i in batch) <= 3000 for batch in found)


def test_lines_of_like_width_are_read_together_and_short_ones_apart_from_long_ones() -> None:
    assert _widths([900, 60, 64, 890, 62, 896]) == [[60, 62, 64], [890, 896, 900]]


def test_a_line_is_rather_read_with_one_of_another_width_than_alone() -> None:
    assert _widths([900, 640]) == [[640, 900]]


def test_no_lines_make_no_runs() -> None:
    assert batches([]) == []


def test_lines_of_a_run_stand_at_its_left_as_ink() -> None:
    dark = Crop(np.zeros((HEIGHT, 40), dtype=np.uint8), _SPOT, 1.0, 0.0)
    ink = stacked([dark, _crop(70)])
    assert ink.shape == (2, 1, HEIGHT, 96)
    assert ink[0, 0, :, :40].min() == 1.0
    assert ink[0, 0, :, 40:].max() == 0.0
    assert ink[1].max() == 0.0
