"""How fast a campaign goes and how many working days it still takes, with a range that does not pretend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import stdev
from typing import Final

from dossier.rules_errors import CalendarEndError
from rulebook.working_days import WorkingDays

PACE_DAYS: Final = 10
"""Working days that the pace is taken from, today left out until something was done today."""
_LEAST_DAYS: Final = 3
# Nine of ten: 5 % on either side of the normal distribution.
_Z: Final = 1.645
_MOST_DAYS: Final = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Papers a working day.

    Attributes:
        days: working days it was taken from.
        papers: done on them.
        per_day: mean; 0 when nothing was done.
        low, high: where the mean lies in nine of ten such stretches of days; nothing with fewer than three.
    """

    days: int
    papers: int
    per_day: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Working days still to go, today not counted, and the days they end on.

    Each is nothing where the pace does not tell: no work yet, too few days, or so uneven that nothing ends.
    """

    left: int
    days: int | None
    soonest: int | None
    latest: int | None
    ends: date | None
    ends_latest: date | None


def pace(by_day: Mapping[date, int], *, today: date, calendar: WorkingDays, days: int = PACE_DAYS) -> Pace:
    """The pace of the last working days, days without work among them, from the first day of work on.

    Work on a day off counts for the working day before it.

    Args:
        by_day: papers by day.
        today: in Vietnam.
        calendar: of the office.
        days: working days to look at.
    """
    counts: list[int] = []
    begun = min(by_day, default=today)
    extra, day = 0, today
    while len(counts) < days and day >= begun:
        done = by_day.get(day, 0)
        if not _is_worked(calendar, day):
            extra += done
        elif day != today or done + extra:
            counts.append(done + extra)
            extra = 0
        day -= timedelta(days=1)
    if extra and not counts:
        counts.append(extra)
    total = sum(counts)
    mean = total / len(counts) if counts else 0.0
    if len(counts) < _LEAST_DAYS:
        return Pace(days=len(counts), papers=total, per_day=mean, low=None, high=None)
    spread = _Z * stdev(counts) / math.sqrt(len(counts))
    return Pace(days=len(counts), papers=total, per_day=mean, low=max(0.0, mean - spread), high=mean + spread)


def estimate(left: int, found: Pace, *, today: date, calendar: WorkingDays) -> Estimate:
    """Working days that so many papers take at that pace."""
    days, soonest, latest = (_days(left, rate) for rate in (found.per_day, found.high, found.low))
    return Estimate(
        left=left,
        days=days,
        soonest=soonest,
        latest=latest,
        ends=_after(calendar, today, days),
        ends_latest=_after(calendar, today, latest),
    )


def _days(left: int, rate: float | None) -> int | None:
    if left <= 0:
        return 0
    if not rate or left / rate > _MOST_DAYS:
        return None
    return math.ceil(left / rate - 1e-9)


def _after(calendar: WorkingDays, today: date, days: int | None) -> date | None:
    """Nothing beyond the years that have a table."""
    try:
        return calendar.after(today, days) if days is not None else None
    except CalendarEndError:
        return None


def _is_worked(calendar: WorkingDays, day: date) -> bool:
    try:
        return calendar.is_worked(day)
    except CalendarEndError:
        return day.weekday() < 5
