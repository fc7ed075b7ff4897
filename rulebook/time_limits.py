"""Until when a dossier must be done: the time limit, the calendar, and what stopped the clock.

The day of reception does not count (Civil Code 91/2015/QH13 Article 147); time the citizen takes to
supplement is deducted. The days on which the clock stands still are those after the request, up to and with
the day the answer comes, so that a stop can only move the last day later, and never past what it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from dossier.errors import ArgumentError
from dossier.moments import VIETNAM
from rulebook.working_days import WorkingDays

_MOST = 3660


class LimitUnit(StrEnum):
    """What a time limit is counted in."""

    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    CALENDAR_DAYS = "calendar_days"
    SAME_DAY = "same_day"
    """The day of reception; received after the cut-off or on a day off, the next working day."""


class StopReason(StrEnum):
    """What the clock stands still for."""

    SUPPLEMENT = "supplement"
    """The citizen supplements (status 5, Mẫu 02)."""
    DUTY = "duty"
    """The citizen fulfils a financial duty (status 6)."""
    AGENCY = "agency"
    """Another agency is asked, where the procedure's rules leave that time out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """How long a procedure may take.

    Attributes:
        unit: what is counted.
        amount: 1 and up; not used for ``SAME_DAY``.
        cut_off: time of day until which reception counts for the same day.
        source: law or decision.
        verified: it was read.
    """

    unit: LimitUnit
    source: str
    amount: int = 1
    cut_off: time = time(15)
    verified: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.amount <= _MOST:
            raise ArgumentError("amount", expected=f"thời hạn từ 1 đến {_MOST}")


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which the clock stands still; without an end it still does."""

    reason: StopReason
    began: datetime
    ended: datetime | None = None

    def __post_init__(self) -> None:
        if self.began.tzinfo is None or (self.ended is not None and self.ended.tzinfo is None):
            raise ArgumentError("stop", expected="thời điểm có múi giờ")
        if self.ended is not None and self.ended < self.began:
            raise ArgumentError("stop", expected="kết thúc không trước bắt đầu")


@dataclass(frozen=True, slots=True)
class Due:
    """When a dossier must be done.

    Attributes:
        at: the last moment, in Vietnamese time; nothing while the clock stands still.
        provisional: a year on the way holds only what the law says, not the Government's notice.
        waits_for: what the clock stands still for now.
    """

    at: datetime | None
    provisional: bool = False
    waits_for: StopReason | None = None


class Punctuality(StrEnum):
    """Trước hạn, đúng hạn, quá hạn."""

    BEFORE = "before"
    ON_TIME = "on_time"
    LATE = "late"


def due(limit: TimeLimit, received: datetime, calendar: WorkingDays, stops: Sequence[Stop] = ()) -> Due:
    """The last moment for a dossier.

    Args:
        limit: of the procedure, in force on the day of reception.
        received: moment of reception, aware.
        calendar: of the office.
        stops: in any order; overlapping ones count once, those that began after the last moment not at all.

    Raises:
        CalendarEndError: the calendar ends before the last day.
        ArgumentError: ``received`` has no time zone.
    """
    if received.tzinfo is None:
        raise ArgumentError("received", expected="thời điểm có múi giờ")
    stopped = timedelta()
    last = _last(limit, received, calendar, stopped)
    for began, ended, reason in _joined(stops, since=received):
        if began > last:
            break
        if ended is None:
            return Due(None, waits_for=reason)
        stopped += _taken(limit, began, ended, calendar)
        last = _last(limit, received, calendar, stopped)
    years = range(received.astimezone(VIETNAM).year, last.year + 1)
    return Due(last, provisional=not all(year in calendar.decided for year in years))


def punctuality(finished: datetime, promised: datetime) -> Punctuality:
    """How a finished dossier counts: on its last day it is on time, on an earlier one before time."""
    if finished > promised:
        return Punctuality.LATE
    earlier = finished.astimezone(VIETNAM).date() < promised.astimezone(VIETNAM).date()
    return Punctuality.BEFORE if earlier else Punctuality.ON_TIME


def _last(limit: TimeLimit, received: datetime, calendar: WorkingDays, stopped: timedelta) -> datetime:
    """The last moment of a clock that stood still for that long: office time, working days or days."""
    local = received.astimezone(VIETNAM)
    day = local.date()
    match limit.unit:
        case LimitUnit.WORKING_DAYS:
            return calendar.closing(calendar.after(day, limit.amount + stopped.days))
        case LimitUnit.WORKING_HOURS:
            return calendar.after_time(received, timedelta(hours=limit.amount) + stopped)
        case LimitUnit.CALENDAR_DAYS:
            # A period that would end on a day off ends on the next working day (Civil Code Article 148).
            return calendar.closing(calendar.on_or_after(day + timedelta(days=limit.amount) + stopped))
        case LimitUnit.SAME_DAY:
            in_time = calendar.is_worked(day) and local.time() <= limit.cut_off
            return calendar.closing(calendar.after(day, (0 if in_time else 1) + stopped.days))


def _taken(limit: TimeLimit, began: datetime, ended: datetime, calendar: WorkingDays) -> timedelta:
    """What a stop takes, in what the limit is counted in."""
    if limit.unit is LimitUnit.WORKING_HOURS:
        return calendar.worked_time(began, ended)
    first, last = began.astimezone(VIETNAM).date(), ended.astimezone(VIETNAM).date()
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return last - first
    return timedelta(days=calendar.between(first, last))


def _joined(stops: Iterable[Stop], *, since: datetime) -> list[tuple[datetime, datetime | None, StopReason]]:
    """Stops in order, those that overlap as one; nothing before reception counts."""
    found: list[tuple[datetime, datetime | None, StopReason]] = []
    for stop in sorted(stops, key=lambda stop: (stop.began, stop.ended is None, stop.ended or stop.began)):
        began, ended = max(stop.began, since), stop.ended
        if ended is not None and ended <= since:
            continue
        if found and (found[-1][1] is None or began <= found[-1][1]):
            start, before, reason = found.pop()
            open_ = before is None or ended is None
            joined = None if before is None or ended is None else max(before, ended)
            found.append((start, joined, stop.reason if open_ and before is not None else reason))
        else:
            found.append((began, ended, stop.reason))
    return found
