"""A scan laid over an earlier one shows the seal and the stroke that only one of them bears."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from ocr.alignment import lay_over, side_by_side
from ocr.arrays import PageImage
from samples.degrade import Wear, wear_out
from samples.plans.birth import DOSSIER
from samples.raster import render

DPI = 150


@cache
def _sheet(file: int) -> PageImage:
    return render(DOSSIER.files[file].draws[0](np.random.default_rng(1)).sheets[0], DPI)


def _again(page: PageImage) -> PageImage:
    """Worn, askew, shifted, at another scale."""
    worn = wear_out(
        page, Wear(skew=1.4, noise=2.0, blur=0.5, tint=(252, 250, 246)), rng=np.random.default_rng(4)
    )
    moved = np.roll(worn, (18, -11), axis=(0, 1))
    size = (round(moved.shape[1] * 1.02), round(moved.shape[0] * 1.02))
    return np.asarray(cv2.resize(moved, size), dtype=np.uint8)


def test_a_scan_lies_on_the_earlier_one() -> None:
    laid = lay_over(_sheet(2), _again(_sheet(2)), dpi=(DPI, DPI))
    assert laid is not None
    assert laid.later.shape == _sheet(2).shape
    assert not any(spot.seal for spot in laid.spots)
    ours = cv2.cvtColor(_sheet(2), cv2.COLOR_RGB2GRAY) < 150
    # A blurred stroke is wider and paler.
    theirs = cv2.cvtColor(laid.later, cv2.COLOR_RGB2GRAY) < 200
    near = cv2.dilate(theirs.astype(np.uint8), np.ones((7, 7), dtype=np.uint8)) > 0
    assert np.count_nonzero(ours & near) > 0.9 * np.count_nonzero(ours)


def test_one_more_seal_is_the_first_difference() -> None:
    page = _again(_sheet(2))
    place = (page.shape[1] // 4, page.shape[0] * 3 // 4)
    cv2.circle(page, place, 100, (205, 35, 40), 12)
    cv2.circle(page, place, 40, (205, 35, 40), -1)
    laid = lay_over(_sheet(2), page, dpi=(DPI, DPI))
    assert laid is not None
    first = laid.spots[0]
    assert (first.seal, first.gone) == (True, False)
    box = first.box
    assert abs((box.left + box.right) / 2 - _sheet(2).shape[1] / 4) < 40
    assert 150 < box.width < 260


def test_a_line_that_is_gone_is_seen() -> None:
    page = _sheet(2).copy()
    page[700:760, 200:900] = 255
    laid = lay_over(_sheet(2), page, dpi=(DPI, DPI))
    assert laid is not None
    assert any(spot.gone and 690 <= spot.box.top <= 770 for spot in laid.spots)


def test_sheets_without_anything_in_common_do_not_lie_on_each_other() -> None:
    blank = np.full((600, 400), 255, dtype=np.uint8)
    assert lay_over(blank, blank, dpi=(72, 72)) is None


def test_two_cuts_are_one_picture() -> None:
    left, right = np.full((20, 30), 255, dtype=np.uint8), np.zeros((20, 30, 3), dtype=np.uint8)
    data = side_by_side(left, right)
    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (20, 66, 3)
