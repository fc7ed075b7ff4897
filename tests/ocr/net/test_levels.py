from __future__ import annotations

from dataclasses import replace

import pytest

from ocr.net.levels import levelled
from ocr.net.spots import LineSpot

_LINE = LineSpot(left=400, right=900, base=500, slope=0.002, x_height=18, sure=0.97)
_ONE = LineSpot(left=300, right=308, base=499, slope=0.0, x_height=11, sure=0.79)


def test_a_number_beside_a_line_gets_its_baseline_and_size() -> None:
    one, line = levelled([_ONE, _LINE])
    assert line == _LINE
    assert (one.left, one.right) == (_ONE.left, _ONE.right)
    assert (one.base, one.slope, one.x_height) == (_LINE.base_at(300), _LINE.slope, _LINE.x_height)
    assert one.sure > 0.86


@pytest.mark.parametrize(
    "other",
    [
        replace(_ONE, base=470),  # between two lines
        replace(_ONE, sure=0.6),  # hardly seen at all
        replace(_ONE, sure=0.95),  # clear by itself
        replace(_ONE, right=380),  # no short word
        replace(_ONE, x_height=4),  # a speck
        replace(_ONE, x_height=25),  # larger print
    ],
)
def test_what_is_not_a_short_word_level_with_the_line_stays_as_it_is(other: LineSpot) -> None:
    assert levelled([other, _LINE]) == [other, _LINE]


def test_of_two_lines_the_nearer_one_counts() -> None:
    far = replace(_LINE, left=1200, right=1700, x_height=16)
    assert levelled([_ONE, far, _LINE])[0].x_height == _LINE.x_height


def test_a_page_without_lines_is_left_alone() -> None:
    assert levelled([_ONE]) == [_ONE]
    assert levelled([]) == []
