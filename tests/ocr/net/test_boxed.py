from __future__ import annotations

import numpy as np

from ocr.arrays import GrayImage
from ocr.net.boxed import with_digits
from tests.ocr.net.lines import spot

_LABEL = spot(20, 100)


def _page(*lefts: int, top: int = 86, bottom: int = 100, width: int = 7) -> GrayImage:
    """A label that ends at 100, and signs of a digit's size standing at these places."""
    page = np.full((160, 500), 255, dtype=np.uint8)
    page[90:100, 20:100] = 0
    for left in lefts:
        page[top:bottom, left : left + width] = 0
    return page


def test_digits_that_stand_evenly_apart_belong_to_the_line() -> None:
    (line,) = with_digits([_LABEL], _page(120, 145, 170, 195))
    assert (line.left, line.right, line.base) == (20, 202, 100.0)


def test_the_line_ends_where_the_next_digit_is_out_of_reach() -> None:
    (line,) = with_digits([_LABEL], _page(120, 145, 240))
    assert line.right == 152


def test_a_line_never_grows_over_another_one() -> None:
    beside = spot(235, 300)
    line, other = with_digits([_LABEL, beside], _page(120, 145, 170, 195, 240))
    assert line.right == 202
    assert other.left == 235


def test_a_row_of_boxes_that_was_found_in_two_is_one_line() -> None:
    page = _page(120, 145, 170, 195, 220, 245, 270, 295)
    (line,) = with_digits([_LABEL, spot(170, 252), spot(270, 302)], page)
    assert (line.left, line.right) == (20, 302)


def test_a_row_that_begins_beside_a_label_belongs_to_it_though_it_was_found_apart() -> None:
    (line,) = with_digits([_LABEL, spot(120, 202)], _page(120, 145, 170, 195))
    assert (line.left, line.right) == (20, 202)


def test_letters_beside_a_line_are_no_row_of_boxes() -> None:
    lines = [_LABEL, spot(120, 202)]
    assert with_digits(lines, _page(120, 130, 140, 150, 160, 170, 180, 190)) == lines


def test_what_the_finder_saw_of_the_digits_by_themselves_belongs_to_the_line() -> None:
    scraps = [spot(146, 152, base=94.0, x_height=4.0), spot(170, 177, base=98.0, x_height=7.0)]
    (line,) = with_digits([_LABEL, *scraps], _page(120, 145, 170, 195))
    assert (line.right, line.boxed) == (202, 5)


def test_signs_of_another_size_or_off_the_baseline_are_no_digits() -> None:
    tall, low, wide = _page(120, top=60), _page(120, top=96), _page(120, width=20)
    raised = _page(120, top=72, bottom=86)
    for page in (tall, low, wide, raised):
        (line,) = with_digits([_LABEL], page)
        assert line.right == 100


def test_the_frames_of_the_boxes_are_no_digits() -> None:
    page = _page()
    for left in (112, 137, 162):
        page[80:108, left : left + 20] = 0
        page[82:106, left + 2 : left + 18] = 255
    (line,) = with_digits([_LABEL], page)
    assert line.right == 100


def test_no_line_grows_on_an_empty_page_and_none_is_lost() -> None:
    page = np.full((160, 500), 255, dtype=np.uint8)
    lines = [spot(20, 100), spot(20, 490, base=150.0)]
    assert with_digits(lines, page) == lines
