from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.arrays import shrunk
from ocr.shapes import ink_within, parts, rectangles

_masks = arrays(np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.integers(0, 1))


@given(_masks)
def test_shapes_are_the_joined_components(mask: npt.NDArray[np.uint8]) -> None:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert sorted(map(tuple, rectangles(mask).tolist())) == sorted(map(tuple, stats[1:, :4].tolist()))
    found = np.zeros_like(mask)
    for area, own in parts(mask):
        number = labels[area][own]
        assert number.min() == number.max() > 0
        found[area][own] += 1
    assert np.array_equal(found, mask)


@given(_masks, st.integers(0, 14), st.integers(0, 14))
def test_shapes_too_small_to_matter_are_left_out(
    mask: npt.NDArray[np.uint8], longest: int, shortest: int
) -> None:
    found = [own.shape for _, own in parts(mask, longest=longest, shortest=shortest)]
    assert found == [
        own.shape for _, own in parts(mask) if max(own.shape) >= longest and min(own.shape) >= shortest
    ]


@given(_masks)
def test_ink_within_counts_pixels(mask: npt.NDArray[np.uint8]) -> None:
    boxes = rectangles(mask)
    expected = [int(mask[y : y + h, x : x + w].sum()) for x, y, w, h in boxes.tolist()]
    assert ink_within(mask, boxes).tolist() == expected


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_a_smaller_image_has_the_size_that_was_asked_for(width: int, height: int, w: int, h: int) -> None:
    page = np.full((height, width, 3), 77, dtype=np.uint8)
    small = shrunk(page, w, h)
    assert small.shape == (h, w, 3)
    assert np.all(small == 77)
