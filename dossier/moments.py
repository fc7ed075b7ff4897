"""The one time zone people of this program read: moments are kept in UTC and shown in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
"""Indochina Time: no daylight saving since 1975."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 24 * 60 * 60 * 1_000_000
_AHEAD = 7 * 60 * 60 * 1_000_000


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970 in UTC; exact, and in the order of time.

    Args:
        moment: aware.
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def day_number(micros: int) -> int:
    """The day in Vietnam, as a number that grows by one a day."""
    return (micros + _AHEAD) // _DAY
