from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.validity import months_after


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_a_period_of_months_ends_on_the_corresponding_day(day: date, months: int, last: date) -> None:
    assert months_after(day, months=months) == last


@given(st.dates(max_value=date(2500, 1, 1)), st.integers(1, 60), st.integers(1, 60))
def test_a_longer_period_never_ends_sooner(day: date, months: int, more: int) -> None:
    assert day < months_after(day, months=months) < months_after(day, months=months + more)
