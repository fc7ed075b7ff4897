"""Until when a dossier must be done, with the clock stopped and running."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.moments import VIETNAM
from rulebook.time_limits import (
    Due,
    LimitUnit,
    Punctuality,
    Stop,
    StopReason,
    TimeLimit,
    due,
    punctuality,
)
from rulebook.workday_tables import load_working_days

CALENDAR = load_working_days()
SUPPLEMENT, AGENCY = StopReason.SUPPLEMENT, StopReason.AGENCY


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def limit(unit: LimitUnit = LimitUnit.WORKING_DAYS, amount: int = 3) -> TimeLimit:
    return TimeLimit(unit=unit, amount=amount, source="Căn cứ thử")


def last(received: str, *stops: Stop, of: TimeLimit | None = None) -> datetime | None:
    return due(of or limit(), moment(received), CALENDAR, stops).at


@pytest.mark.parametrize(
    ("unit", "amount", "received", "expected"),
    [
        (LimitUnit.WORKING_DAYS, 3, "2026-11-18 09:00", "2026-11-23 17:00"),
        (LimitUnit.WORKING_DAYS, 1, "2026-11-21 09:00", "2026-11-23 17:00"),  # received on a Saturday
        (LimitUnit.WORKING_DAYS, 2, "2026-02-13 16:59", "2026-02-24 17:00"),  # over the lunar new year
        (LimitUnit.WORKING_DAYS, 1, "2026-01-09 10:00", "2026-01-10 17:00"),  # a Saturday that is worked
        (LimitUnit.CALENDAR_DAYS, 15, "2026-11-20 09:00", "2026-12-07 17:00"),  # the fifteenth is a Saturday
        (LimitUnit.WORKING_HOURS, 8, "2026-11-20 08:00", "2026-11-23 08:30"),
        (LimitUnit.SAME_DAY, 1, "2026-11-20 15:00", "2026-11-20 17:00"),
        (LimitUnit.SAME_DAY, 1, "2026-11-20 15:01", "2026-11-23 17:00"),
        (LimitUnit.SAME_DAY, 1, "2026-11-21 08:00", "2026-11-23 17:00"),
    ],
)
def test_the_last_moment(unit: LimitUnit, amount: int, received: str, expected: str) -> None:
    assert last(received, of=limit(unit, amount)) == moment(expected)


def test_the_days_a_citizen_takes_are_deducted() -> None:
    asked = Stop(SUPPLEMENT, moment("2026-11-19 10:00"), moment("2026-11-24 09:00"))
    # Thursday's request; Friday, Monday and Tuesday stand still.
    assert last("2026-11-18 09:00", asked) == moment("2026-11-26 17:00")


def test_an_answer_on_the_same_day_moves_no_day_but_moves_hours() -> None:
    asked = Stop(SUPPLEMENT, moment("2026-11-19 09:00"), moment("2026-11-19 11:00"))
    assert last("2026-11-18 09:00", asked) == last("2026-11-18 09:00")
    hours = limit(LimitUnit.WORKING_HOURS, 16)
    assert last("2026-11-18 09:00", asked, of=hours) == last(
        "2026-11-18 09:00", of=limit(LimitUnit.WORKING_HOURS, 18)
    )


def test_while_the_clock_stands_still_there_is_no_last_moment() -> None:
    open_ = Stop(AGENCY, moment("2026-11-19 09:00"))
    assert due(limit(), moment("2026-11-18 09:00"), CALENDAR, [open_]) == Due(None, waits_for=AGENCY)


def test_a_stop_that_began_too_late_excuses_nothing() -> None:
    late = Stop(SUPPLEMENT, moment("2026-11-24 09:00"))
    assert last("2026-11-18 09:00", late) == moment("2026-11-23 17:00")


def test_overlapping_stops_count_once() -> None:
    one = Stop(SUPPLEMENT, moment("2026-11-19 09:00"), moment("2026-11-23 09:00"))
    other = Stop(AGENCY, moment("2026-11-20 09:00"), moment("2026-11-24 09:00"))
    both = Stop(SUPPLEMENT, moment("2026-11-19 09:00"), moment("2026-11-24 09:00"))
    assert last("2026-11-18 09:00", one, other) == last("2026-11-18 09:00", both)


def test_the_reason_that_is_still_open_is_told() -> None:
    done = Stop(SUPPLEMENT, moment("2026-11-19 09:00"), moment("2026-11-23 09:00"))
    open_ = Stop(AGENCY, moment("2026-11-20 09:00"))
    assert due(limit(), moment("2026-11-18 09:00"), CALENDAR, [done, open_]).waits_for is AGENCY


def test_a_year_without_a_notice_makes_the_day_provisional() -> None:
    assert due(limit(), moment("2027-03-01 09:00"), CALENDAR).provisional
    assert not due(limit(), moment("2026-03-02 09:00"), CALENDAR).provisional


def test_moments_without_a_time_zone_and_turned_stops_are_refused() -> None:
    with pytest.raises(ArgumentError):
        due(limit(), datetime(2026, 11, 18, 9), CALENDAR)  # noqa: DTZ001 - what is refused
    with pytest.raises(ArgumentError):
        Stop(SUPPLEMENT, moment("2026-11-20 09:00"), moment("2026-11-19 09:00"))
    with pytest.raises(ArgumentError):
        limit(amount=0)


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        ("2026-11-20 17:00", Punctuality.BEFORE),
        ("2026-11-23 08:00", Punctuality.ON_TIME),
        ("2026-11-23 17:00", Punctuality.ON_TIME),
        ("2026-11-23 17:01", Punctuality.LATE),
    ],
)
def test_a_finished_dossier_is_before_on_or_after_its_day(finished: str, expected: Punctuality) -> None:
    assert punctuality(moment(finished), moment("2026-11-23 17:00")) is expected


RECEIVED = st.datetimes(datetime(2025, 2, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001 - given a zone here
    lambda one: one.replace(tzinfo=VIETNAM)
)
LIMITS = st.builds(limit, st.sampled_from(LimitUnit), st.integers(1, 30))


@st.composite
def stops(draw: st.DrawFn, received: datetime) -> list[Stop]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        began = received + timedelta(hours=draw(st.integers(-48, 24 * 30)))
        found.append(
            Stop(draw(st.sampled_from(StopReason)), began, began + timedelta(hours=draw(st.integers(0, 400))))
        )
    return found


@given(st.data(), RECEIVED, LIMITS)
def test_stops_only_move_the_last_moment_later_in_any_order(
    data: st.DataObject, received: datetime, wanted: TimeLimit
) -> None:
    found = data.draw(stops(received))
    plain, stopped = due(wanted, received, CALENDAR).at, due(wanted, received, CALENDAR, found).at
    assert plain is not None
    assert stopped is not None
    assert received <= plain <= stopped
    assert due(wanted, received, CALENDAR, data.draw(st.permutations(found))).at == stopped


@given(RECEIVED, st.sampled_from(LimitUnit), st.integers(1, 30))
def test_a_longer_limit_never_ends_sooner_and_always_ends_in_office_time(
    received: datetime, unit: LimitUnit, amount: int
) -> None:
    sooner, later = (due(limit(unit, count), received, CALENDAR).at for count in (amount, amount + 1))
    assert sooner is not None
    assert later is not None
    assert sooner <= later
    assert any(opens <= sooner <= closes for opens, closes in CALENDAR.opening(sooner.date()))


@given(RECEIVED, LIMITS, st.integers(0, 2000))
def test_a_later_reception_never_ends_sooner(received: datetime, wanted: TimeLimit, minutes: int) -> None:
    first, second = (
        due(wanted, moment_, CALENDAR).at for moment_ in (received, received + timedelta(minutes=minutes))
    )
    assert first is not None
    assert second is not None
    assert first <= second


def test_the_cut_off_is_the_offices() -> None:
    early = TimeLimit(unit=LimitUnit.SAME_DAY, source="S", cut_off=time(10))
    assert last("2026-11-20 11:00", of=early) == moment("2026-11-23 17:00")
    assert date(2026, 11, 23) == moment("2026-11-23 17:00").date()
