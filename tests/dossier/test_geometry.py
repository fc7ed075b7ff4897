"""Boxes in pixels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box, bounding


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted((draw(st.integers(0, 500)), draw(st.integers(0, 500))))
    top, bottom = sorted((draw(st.integers(0, 500)), draw(st.integers(0, 500))))
    return Box(left, top, right, bottom)


def test_a_box_has_its_measures() -> None:
    box = Box(10, 20, 40, 30)
    assert (box.width, box.height, box.area, box.centre) == (30, 10, 300, (25, 25))
    assert box.as_list() == [10, 20, 40, 30]


@pytest.mark.parametrize("corners", [(2, 0, 1, 5), (0, 6, 1, 5)])
def test_a_box_turned_inside_out_cannot_be_made(corners: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="inside out"):
        Box(*corners)


@given(boxes(), boxes())
def test_a_union_holds_both_and_does_not_care_for_order(left: Box, right: Box) -> None:
    union = left.union(right)
    assert union == right.union(left)
    assert union.intersection_area(left) == left.area
    assert union.intersection_area(right) == right.area


@given(boxes(), boxes())
def test_an_intersection_is_no_larger_than_either(left: Box, right: Box) -> None:
    shared = left.intersection_area(right)
    assert 0 <= shared <= min(left.area, right.area)
    assert shared == right.intersection_area(left)


@given(boxes(), boxes())
def test_overlap_of_lines_is_a_share(left: Box, right: Box) -> None:
    assert 0.0 <= left.vertical_overlap(right) <= 1.0
    assert left.vertical_overlap(right) == right.vertical_overlap(left)


def test_boxes_on_one_line_overlap_fully_and_touching_ones_not_at_all() -> None:
    assert Box(0, 10, 5, 20).vertical_overlap(Box(50, 0, 60, 40)) == 1.0
    assert Box(0, 10, 5, 20).vertical_overlap(Box(0, 20, 5, 30)) == 0.0
    assert Box(0, 10, 5, 10).vertical_overlap(Box(0, 0, 5, 30)) == 0.0


@given(st.lists(boxes(), min_size=1, max_size=8), st.data())
def test_the_box_around_many_is_the_same_in_any_order(found: list[Box], data: st.DataObject) -> None:
    around = bounding(found)
    assert around == bounding(data.draw(st.permutations(found)))
    assert all(around.intersection_area(box) == box.area for box in found)


def test_there_is_no_box_around_nothing() -> None:
    with pytest.raises(ValueError, match="no box"):
        bounding([])
