from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr.arrays import GrayImage
from ocr.mrzlines import is_machine_line
from ocr.net.machine import missed_machine_lines, uneven_machine_lines
from ocr.net.spots import LineSpot

_UPPER = "P<VNMGIANG<<SEO<PHA<<<<<<<<<<<<<<<<<<<<<<<<<"
_LOWER = "B123456784VNM9001011M3001012010090999101<<76"
_PITCH, _LEFT = 24, 100


def _spot(base: float) -> LineSpot:
    return LineSpot(left=_LEFT, right=_LEFT + 44 * _PITCH, base=base, slope=0.0, x_height=17, sure=0.97)


def _page(*feet: int) -> GrayImage:
    """Rows of signs, 24 pixels high, that end at these heights."""
    page = np.full((600, 1300), 255, dtype=np.uint8)
    for foot in feet:
        for index in range(44):
            left = _LEFT + index * _PITCH
            page[foot - 24 : foot, left : left + 6] = 0
    return page


@pytest.mark.parametrize("foot", [300 - 55, 300 + 62])
def test_print_above_or_below_a_machine_line_that_nobody_found_is_a_line_too(foot: int) -> None:
    (found,) = missed_machine_lines([(_LOWER, _spot(300))], _page(300, foot))
    assert (found.left, found.right, found.base, found.x_height) == (_LEFT, _LEFT + 44 * _PITCH, foot, 17)


def test_a_line_that_was_found_is_not_found_again() -> None:
    read = [(_UPPER, _spot(245)), (_LOWER, _spot(300))]
    assert missed_machine_lines(read, _page(245, 300)) == []


def test_white_paper_around_a_machine_line_is_no_line() -> None:
    assert missed_machine_lines([(_LOWER, _spot(300))], _page(300)) == []


def test_beside_other_lines_nothing_is_looked_for() -> None:
    assert missed_machine_lines([("SOCIALISTREPUBLICOFVIETNAM", _spot(300))], _page(245, 300)) == []


def test_only_lines_of_signs_for_machines_are_machine_lines() -> None:
    assert is_machine_line(_UPPER)
    assert is_machine_line(_LOWER)
    assert not is_machine_line("CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM")
    assert not is_machine_line("SOCIALISTREPUBLICOFVIETNAM")
    assert not is_machine_line("<<<<<<")


@pytest.mark.parametrize(
    "border",
    [
        "<" * 36,
        "1C<<<<<<<<<<C<CC<<<<CCC<CC<<<<<<<<<<C",
        "3<<<<<<<<<<<<<<<<<<<<<<<0",
        "NMNMANMMBGMJN9<NMGSNFGMM350K50MY",
    ],
)
def test_a_border_of_rings_is_no_machine_line(border: str) -> None:
    assert not is_machine_line(border)


def test_a_line_found_too_short_gets_the_ends_of_the_line_beside_it() -> None:
    short = replace(_spot(245), left=_LEFT + 50, right=_LEFT + 40 * _PITCH)
    found = uneven_machine_lines([("Nơicấp", _spot(100)), (_UPPER[:41], short), (_LOWER, _spot(300))])
    assert list(found) == [1]
    assert (found[1].left, found[1].right, found[1].base) == (_LEFT, _LEFT + 44 * _PITCH, 245)


def test_whole_lines_and_lines_of_another_zone_keep_their_ends() -> None:
    assert uneven_machine_lines([(_UPPER, _spot(245)), (_LOWER, _spot(300))]) == {}
    assert uneven_machine_lines([(_UPPER[:41], _spot(1200)), (_LOWER, _spot(300))]) == {}
    assert uneven_machine_lines([(_UPPER[:41], _spot(245))]) == {}
