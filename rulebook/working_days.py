"""Which days and hours the offices of the State work: public holidays, make-up days, swapped days.

Public holidays stand in Labour Code 45/2019/QH14 Article 112; a holiday on a weekly day off is made up for on
the next working day (Article 111); the Government swaps single days each year by a notice. The lunar ones
move, so every day is written down, in one table for each year. An office adds days of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dossier.errors import ArgumentError
from dossier.moments import VIETNAM
from dossier.rules_errors import CalendarEndError

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class OffKind(StrEnum):
    """Why a day is not worked."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    """Nghỉ bù, for a holiday that fell on a weekly day off."""
    SWAP = "swap"
    """Hoán đổi: worked on another day instead."""
    OFFICE = "office"
    """The office is closed: a storm, a move."""
    ANNOUNCED = "announced"
    """A policy whose legal text was not read: shown, and worked until an office's table says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """One day of the tables.

    Attributes:
        day: in Vietnam.
        name_vi: for people.
        kind: why.
        source: law or notice.
        verified: the source was read.
        worked_instead: the day off that is worked for a swapped one.
    """

    day: date
    name_vi: str
    kind: OffKind
    source: str
    verified: bool
    worked_instead: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day in which the office is open, end excluded."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours from a day on, in order and apart."""

    since: date
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """The calendar of an office.

    Attributes:
        off: days of the tables by day, announced ones among them.
        worked: days that are worked although they are a Saturday, a Sunday or a day off.
        hours: opening hours, oldest first.
        years: years that have a table.
        decided: those in which the Government's notice was taken in; the others hold what the law says.
    """

    off: Mapping[date, DayOff]
    worked: frozenset[date]
    hours: tuple[Hours, ...]
    years: frozenset[int]
    decided: frozenset[int]

    def is_worked(self, day: date) -> bool:
        """Whether the office works on a day.

        Raises:
            CalendarEndError: the year has no table.
        """
        if day.year not in self.years:
            raise CalendarEndError(str(day.year))
        if day in self.worked:
            return True
        entry = self.off.get(day)
        if entry is not None and entry.kind is not OffKind.ANNOUNCED:
            return False
        return day.weekday() < _SATURDAY

    def after(self, day: date, count: int) -> date:
        """The working day that many working days later; the day itself does not count (Civil Code 147).

        Args:
            day: of the event a time limit counts from.
            count: 0 and up; 0 is the day itself.

        Raises:
            CalendarEndError: a year on the way has no table.
            ArgumentError: a negative count.
        """
        if count < 0:
            raise ArgumentError("count", expected="số ngày từ 0 trở lên")
        for _ in range(count):
            day = self.on_or_after(day + _ONE_DAY)
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        while not self.is_worked(day):
            day += _ONE_DAY
        return day

    def between(self, day: date, last: date) -> int:
        """Working days after ``day`` up to and with ``last``; 0 when there are none."""
        return sum(1 for one in _days(day + _ONE_DAY, last) if self.is_worked(one))

    def opening(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When the office is open on a day, in Vietnamese time; empty on a day that is not worked."""
        if not self.is_worked(day):
            return ()
        place = bisect_right([hours.since for hours in self.hours], day)
        if not place:
            raise CalendarEndError(str(day.year))
        return tuple(
            (datetime.combine(day, span.begins, VIETNAM), datetime.combine(day, span.ends, VIETNAM))
            for span in self.hours[place - 1].spans
        )

    def closing(self, day: date) -> datetime:
        """The end of office hours of a working day.

        Raises:
            ArgumentError: the day is not worked.
        """
        spans = self.opening(day)
        if not spans:
            raise ArgumentError("day", expected="ngày làm việc")
        return spans[-1][1]

    def worked_time(self, begins: datetime, ends: datetime) -> timedelta:
        """Office hours between two moments; zero when the second is not later."""
        first, last = begins.astimezone(VIETNAM).date(), ends.astimezone(VIETNAM).date()
        spans = (span for day in _days(first, last) for span in self.opening(day))
        parts = (min(closes, ends) - max(opens, begins) for opens, closes in spans)
        return sum((part for part in parts if part > timedelta()), timedelta())

    def after_time(self, begins: datetime, length: timedelta) -> datetime:
        """The moment when that much office time has passed.

        Args:
            begins: aware.
            length: not negative; zero is the moment itself.

        Raises:
            CalendarEndError: a year on the way has no table.
        """
        day = begins.astimezone(VIETNAM).date()
        while length > timedelta():
            for opens, closes in self.opening(day):
                opens = max(opens, begins)  # noqa: PLW2901 - the part of the span that is still to come
                if closes <= opens:
                    continue
                if length <= closes - opens:
                    return opens + length
                length -= closes - opens
            day += _ONE_DAY
        return begins.astimezone(VIETNAM)

    def is_decided(self, day: date) -> bool:
        """Whether the Government's notice for the year of the day was taken in."""
        return day.year in self.decided


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _ONE_DAY
