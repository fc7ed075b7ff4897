from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr.arrays import stretches


def test_stretches_begin_and_end_where_the_row_does() -> None:
    assert stretches(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert stretches(np.zeros(4, dtype=np.bool_)) == []
    assert stretches(np.zeros(0, dtype=np.bool_)) == []


@given(st.lists(st.booleans(), max_size=40))
def test_stretches_hold_every_true_place_once_and_do_not_touch(row: list[bool]) -> None:
    found = stretches(np.array(row, dtype=np.bool_))
    places = [place for first, end in found for place in range(first, end)]
    assert places == [place for place, value in enumerate(row) if value]
    assert all(end < first for (_, end), (first, _) in pairwise(found))
