"""What a checker sees around a field: always the same shape, inside the page, the field in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from flows.checking.pictures import STRIP_HEIGHT, STRIP_WIDTH, region

PAGE = (2480, 3508)


@given(st.integers(0, PAGE[0] - 2), st.integers(0, PAGE[1] - 2), st.integers(1, PAGE[0]), st.integers(1, 400))
def test_the_part_has_the_shape_of_the_picture_and_holds_the_field(
    left: int, top: int, width: int, height: int
) -> None:
    box = Box(left, top, min(left + width, PAGE[0]), min(top + height, PAGE[1]))
    part = region(box, PAGE, dpi=300)
    assert 0 <= part.left <= box.left
    assert box.right <= part.right <= PAGE[0]
    assert part.top >= 0
    assert part.bottom <= PAGE[1]
    assert part.top <= box.centre[1] <= part.bottom
    assert abs(part.width / part.height - STRIP_WIDTH / STRIP_HEIGHT) < 0.02


def test_small_print_is_not_blown_up_without_end() -> None:
    assert region(Box(100, 100, 110, 104), PAGE, dpi=300).height >= 190
