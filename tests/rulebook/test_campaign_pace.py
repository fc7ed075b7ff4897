"""Pace and estimate count working days, and say nothing where nothing can be said."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rulebook.campaign_pace import estimate, pace
from rulebook.workday_tables import load_working_days

CALENDAR = load_working_days()
# A Friday, after an ordinary week of November.
TODAY = date(2026, 11, 27)


def days_back(*counts: int) -> dict[date, int]:
    """Papers of the last working days, the newest last; today is not one of them."""
    found: dict[date, int] = {}
    day = TODAY
    for count in reversed(counts):
        day -= timedelta(days=1)
        while not CALENDAR.is_worked(day):
            day -= timedelta(days=1)
        found[day] = count
    return {day: count for day, count in found.items() if count or day == min(found)}


def test_an_even_pace_gives_an_exact_estimate() -> None:
    found = pace(days_back(40, 40, 40, 40, 40), today=TODAY, calendar=CALENDAR)
    assert (found.days, found.papers, found.per_day, found.low, found.high) == (5, 200, 40.0, 40.0, 40.0)
    left = estimate(200, found, today=TODAY, calendar=CALENDAR)
    assert (left.days, left.soonest, left.latest) == (5, 5, 5)
    assert left.ends == CALENDAR.after(TODAY, 5) == date(2026, 12, 4)


def test_days_without_work_slow_the_pace_and_widen_the_range() -> None:
    found = pace(days_back(80, 0, 60, 0, 60), today=TODAY, calendar=CALENDAR)
    assert (found.days, found.per_day) == (5, 40.0)
    left = estimate(400, found, today=TODAY, calendar=CALENDAR)
    assert left.days == 10
    assert left.soonest is not None
    assert left.latest is not None
    assert left.soonest < 10 < left.latest


def test_two_days_give_no_range_and_none_gives_nothing() -> None:
    two = pace(days_back(10, 30), today=TODAY, calendar=CALENDAR)
    assert (two.per_day, two.low, two.high) == (20.0, None, None)
    left = estimate(100, two, today=TODAY, calendar=CALENDAR)
    assert (left.days, left.soonest, left.latest, left.ends_latest) == (5, None, None, None)
    nothing = estimate(100, pace({}, today=TODAY, calendar=CALENDAR), today=TODAY, calendar=CALENDAR)
    assert (nothing.days, nothing.ends) == (None, None)


def test_work_of_a_sunday_counts_for_the_friday_before() -> None:
    sunday, friday = date(2026, 11, 22), date(2026, 11, 20)
    found = pace({sunday: 30, friday: 10}, today=TODAY, calendar=CALENDAR)
    assert (found.days, found.papers, found.per_day) == (5, 40, 8.0)


def test_today_counts_once_something_was_done_today() -> None:
    before = pace(days_back(10, 10, 10), today=TODAY, calendar=CALENDAR)
    with_today = pace(days_back(10, 10, 10) | {TODAY: 50}, today=TODAY, calendar=CALENDAR)
    assert (before.per_day, with_today.per_day) == (10.0, 20.0)


def test_an_end_beyond_the_tables_has_no_day() -> None:
    slow = pace(days_back(1, 1, 1), today=TODAY, calendar=CALENDAR)
    left = estimate(2000, slow, today=TODAY, calendar=CALENDAR)
    assert (left.days, left.ends) == (2000, None)


@given(
    counts=st.lists(st.integers(0, 500), min_size=1, max_size=10),
    left=st.integers(0, 100_000),
)
def test_the_range_holds_the_estimate(counts: list[int], left: int) -> None:
    found = pace(days_back(*counts), today=TODAY, calendar=CALENDAR)
    told = estimate(left, found, today=TODAY, calendar=CALENDAR)
    if told.days is not None and told.soonest is not None:
        assert told.soonest <= told.days
    if told.days is not None and told.latest is not None:
        assert told.days <= told.latest
    assert (told.days == 0) == (left == 0)
