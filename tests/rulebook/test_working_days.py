"""Which days are worked, and when a time limit ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError, RulebookError
from dossier.moments import VIETNAM
from dossier.rules_errors import CalendarEndError
from rulebook.workday_tables import load_working_days
from rulebook.working_days import OffKind

CALENDAR = load_working_days()
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
HEAD = """year = 2026

[[off]]
day = 2026-01-01
name_vi = 'Tết'
kind = 'holiday'
source = 'S'
verified = true
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-01", False),  # new year
        ("2026-01-02", False),  # swapped
        ("2026-01-10", True),  # the Saturday worked for it
        ("2026-01-17", False),  # any Saturday
        ("2026-02-16", False),  # the last lunar day
        ("2026-02-20", False),
        ("2026-02-23", True),
        ("2026-04-26", False),  # Hùng kings, a Sunday
        ("2026-04-27", False),  # made up for
        ("2026-04-28", True),
        ("2026-11-24", True),  # announced, no law read: worked
        ("2027-02-11", False),  # two lunar days on a week-end are made up for
        ("2027-02-12", True),
        ("2028-05-02", False),  # the Monday is a holiday itself
    ],
)
def test_the_days_of_the_tables(day: str, worked: bool) -> None:
    assert CALENDAR.is_worked(date.fromisoformat(day)) is worked


def test_every_day_off_tells_its_source_and_every_year_has_the_eleven_days_of_the_law() -> None:
    assert all(entry.source and entry.name_vi for entry in CALENDAR.off.values())
    for year in CALENDAR.years:
        kinds = [entry.kind for day, entry in CALENDAR.off.items() if day.year == year]
        assert kinds.count(OffKind.HOLIDAY) == 11


def test_every_holiday_on_a_week_end_is_made_up_for() -> None:
    for year in CALENDAR.years:
        entries = [entry for day, entry in CALENDAR.off.items() if day.year == year]
        lost = sum(entry.kind is OffKind.HOLIDAY and entry.day.weekday() >= 5 for entry in entries)
        assert sum(entry.kind is OffKind.MAKE_UP for entry in entries) == lost


def test_a_year_without_a_table_is_an_error_that_names_it() -> None:
    with pytest.raises(CalendarEndError, match="2029"):
        CALENDAR.after(date(2028, 12, 29), 3)
    assert not CALENDAR.is_decided(date(2028, 1, 5))


def test_an_office_closes_opens_and_keeps_its_own_hours(tmp_path: Path) -> None:
    folder = tmp_path / "workdays"
    folder.mkdir()
    (folder / "own.toml").write_text(
        '[[off]]\nday = 2026-09-10\nname_vi = "Bão"\nkind = "office"\nsource = "Thông báo"\nverified = true\n'
        '[[off]]\nday = 2026-11-24\nname_vi = "Ngày Văn hóa"\nsource = "Luật"\nverified = true\n'
        '[[worked]]\nday = 2026-09-12\nname_vi = "Thứ bảy"\nsource = "Thông báo"\nverified = true\n'
        '[[hours]]\nsince = 2026-09-01\nspans = ["07:00-11:00", "13:00-17:00"]\n',
        encoding="utf-8",
    )
    own = load_working_days(office=tmp_path)
    assert [own.is_worked(date(2026, 9, day)) for day in (10, 11, 12)] == [False, True, True]
    assert not own.is_worked(date(2026, 11, 24))
    assert own.opening(date(2026, 9, 1)) == ()  # National Day
    assert own.opening(date(2026, 9, 3))[0][0].time() == time(7)
    assert own.opening(date(2026, 8, 28))[0][0].time() == time(7, 30)


def test_an_office_may_swap_a_day_back(tmp_path: Path) -> None:
    (tmp_path / "workdays").mkdir()
    (tmp_path / "workdays" / "own.toml").write_text(
        '[[worked]]\nday = 2026-01-02\nname_vi = "X"\nsource = "S"\nverified = true\n', encoding="utf-8"
    )
    assert load_working_days(office=tmp_path).is_worked(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ("day = 2026-01-01", "day = 2027-01-01", 4, "day: không thuộc năm 2026"),
        ("day = 2026-01-01", 'day = "2026-01-01"', 4, "day: cần ngày YYYY-MM-DD"),
        ("day = 2026-01-01", "", 3, "day: thiếu"),
        ("kind = 'holiday'", "kind = 'feast'", 6, "kind: 'feast' không thuộc"),
        ("kind = 'holiday'", "kind = 'swap'", 3, "worked_instead: cần ngày làm bù"),
        ("kind = 'holiday'", "kind = 'swap'\nworked_instead = 2026-01-05", 7, "worked_instead: ngày làm bù"),
        ("year = 2026", "year = 26", 1, "year: cần năm"),
        ("verified = true", "verified = 1", 8, "verified: cần bool"),
        ("verified = true", "verified = true\nwhy = 1", 9, "why: không biết khóa này"),
        ("2026-01-01", "2026-01-03\nkind = 'make_up' #", 4, "day: nghỉ bù"),
        ("verified = true\n", "verified = true\n\n" + HEAD.split("\n\n")[1], 11, "day: ngày này đã có"),
        (
            "year = 2026\n",
            "year = 2026\n[[hours]]\nsince = 2020-01-01\nspans = ['7-9']\n",
            4,
            "spans: cần dạng",
        ),
        (
            "year = 2026\n",
            "year = 2026\n[[hours]]\nsince = 2020-01-01\nspans = ['09:00-08:00']\n",
            4,
            "spans: thiếu",
        ),
    ],
)
def test_a_wrong_table_stops_the_start_with_file_and_line(
    tmp_path: Path, before: str, after: str, line: int, reason: str
) -> None:
    assert before in HEAD
    text = HEAD.replace("kind = 'holiday'\n", "") if after.startswith("2026-01-03") else HEAD
    (tmp_path / "2026.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_working_days(tables=tmp_path)
    assert caught.value.item == "2026.toml"
    assert str(caught.value.details["reason"]).startswith(reason)
    assert caught.value.details["line"] == line


def test_office_time_leaves_nights_lunch_and_days_off_out() -> None:
    friday, monday = moment("2026-11-20 16:00"), moment("2026-11-23 08:00")
    assert CALENDAR.worked_time(friday, monday) == timedelta(hours=1, minutes=30)
    assert CALENDAR.after_time(friday, timedelta(hours=1, minutes=30)) == monday
    assert CALENDAR.after_time(moment("2026-11-20 11:00"), timedelta(hours=1)) == moment("2026-11-20 14:00")
    assert CALENDAR.worked_time(monday, friday) == timedelta()


def test_a_negative_count_and_the_end_of_a_day_off_are_refused() -> None:
    with pytest.raises(ArgumentError):
        CALENDAR.after(date(2026, 1, 5), -1)
    with pytest.raises(ArgumentError):
        CALENDAR.closing(date(2026, 1, 3))


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_counting_on_is_counting_in_steps(day: date, first: int, second: int) -> None:
    assert CALENDAR.after(CALENDAR.after(day, first), second) == CALENDAR.after(day, first + second)


@given(DAYS, st.integers(0, 60))
def test_counting_back_what_was_counted_gives_the_count(day: date, count: int) -> None:
    last = CALENDAR.after(day, count)
    assert CALENDAR.between(day, last) == count
    assert count == 0 or CALENDAR.is_worked(last)


@given(DAYS, st.integers(0, 24 * 60 - 1), st.integers(1, 5000))
def test_office_time_counted_on_is_the_office_time_between(day: date, minute: int, length: int) -> None:
    begins = datetime.combine(day, time(), VIETNAM) + timedelta(minutes=minute)
    ends = CALENDAR.after_time(begins, timedelta(minutes=length))
    assert CALENDAR.worked_time(begins, ends) == timedelta(minutes=length)


def test_the_project_has_one_table_for_each_year() -> None:
    names = {entry.name for entry in (files("rulebook") / "tables" / "workdays").iterdir()}
    assert names == {f"{year}.toml" for year in CALENDAR.years} | {"hours.toml"}
