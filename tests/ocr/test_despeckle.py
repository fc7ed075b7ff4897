from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.arrays import GrayImage
from ocr.despeckle import despeckled
from tests.ocr.pages import TEXT, draw_page

_DPI = 250
_PAGE = draw_page((*TEXT[:4], "ệ ị ậ i j : ; . , … – - • ĩ ỏ ỹ ẵ 1.250.000 đ"), dpi=_DPI, size=(7.0, 8.0))


def _small_print(points: int) -> GrayImage:
    """The same print at so many points."""
    scale = points / 13
    size = (round(_PAGE.shape[1] * scale), round(_PAGE.shape[0] * scale))
    return np.asarray(cv2.resize(_PAGE, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.mark.parametrize("points", [7, 9, 13])
def test_print_keeps_every_pixel_with_its_marks_and_dots(points: int) -> None:
    page = _small_print(points)
    assert np.array_equal(despeckled(page, dpi=_DPI), page)


def test_dust_far_from_print_leaves_and_print_stays() -> None:
    page = _PAGE.copy()
    for x, y in ((200, 1800), (900, 1500), (1500, 1900)):
        cv2.circle(page, (x, y), 3, 30, -1)
    page[1700, 600] = 0
    assert np.array_equal(despeckled(page, dpi=_DPI), _PAGE)


def test_a_crumb_between_lines_leaves_when_no_letter_is_near() -> None:
    page = _PAGE.copy()
    clear = np.argmin(page[:, 100:160].min(axis=1) < 255) + 20
    page[clear : clear + 2, 20:22] = 0
    assert np.array_equal(despeckled(page, dpi=_DPI), _PAGE)


def test_a_point_alone_at_the_end_of_a_line_stays() -> None:
    page = np.full((400, 900), 255, dtype=np.uint8)
    cv2.putText(page, "Ket luan", (100, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 3)
    page[196:201, 310:315] = 0
    assert np.array_equal(despeckled(page, dpi=_DPI), page)


def test_letters_in_crumbs_stay() -> None:
    broken = _PAGE.copy()
    gaps = np.random.default_rng(4).random(broken.shape) < 0.25
    broken[gaps] = 255
    kept = despeckled(broken, dpi=_DPI)
    assert np.count_nonzero(kept < 128) >= 0.999 * np.count_nonzero(broken < 128)


def test_the_image_that_came_in_is_not_changed() -> None:
    page = _PAGE.copy()
    page[1700, 600] = 0
    before = page.copy()
    despeckled(page, dpi=_DPI)
    assert np.array_equal(page, before)
