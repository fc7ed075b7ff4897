"""How long a place that can lock objects must refuse to give one up: the law's term as the end of a lock.

A lock can be prolonged and never shortened. So what nobody knows, and what lasts for ever, is locked for a
span that every server accepts, and prolonged again long before it runs out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dossier.moments import VIETNAM
from dossier.retention import Retention, RetentionVerdict

FOR_EVER: Final = date.max
"""The last day of what is kept permanently."""

_YEAR: Final = timedelta(days=365)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockNeed:
    """What the papers that name an object ask of its lock.

    Attributes:
        until: the last day of the longest known term, in Vietnam; ``FOR_EVER`` for permanent ones, nothing
            when no term is known.
        is_open: a term is not known, or nobody verified it: the lock never runs out by itself.
        hold: a legal hold is on one of the papers.
    """

    until: date | None = None
    is_open: bool = False
    hold: bool = False


def need_of(verdict: RetentionVerdict, *, hold: bool) -> LockNeed:
    """What one filed paper asks for: the term as the rulebook judges it today, and whether it is held."""
    if verdict.state is Retention.PERMANENT:
        return LockNeed(until=FOR_EVER, hold=hold)
    return LockNeed(until=verdict.until, is_open=verdict.until is None or not verdict.verified, hold=hold)


def joined(needs: Iterable[LockNeed]) -> LockNeed:
    """What an object needs that several papers name: each of them gets what it asks for."""
    found = list(needs)
    return LockNeed(
        until=max((need.until for need in found if need.until is not None), default=None),
        is_open=any(need.is_open for need in found),
        hold=any(need.hold for need in found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPlan:
    """How far ahead locks are set, and when they are prolonged.

    A lock in compliance mode cannot be taken back, so a term that nobody knows is locked for a short span
    only: once it is known the paper may turn out to be due.

    Attributes:
        far: no lock ends later than that from now; a longer term is reached by prolonging.
        near: for terms that are not known.
        step: a lock that was cut short is prolonged when it ends that much earlier than it could.
    """

    far: timedelta = 30 * _YEAR
    near: timedelta = 2 * _YEAR
    step: timedelta = _YEAR

    def owed(self, need: LockNeed, *, standing: datetime | None, now: datetime) -> datetime | None:
        """Until when the object has to be locked, when its lock does not last so long.

        Args:
            need: what its papers ask for.
            standing: end of the lock it bears, aware; nothing when it bears none.
            now: aware.

        Returns:
            The end to be set, in UTC; nothing when the lock that stands is enough.
        """
        ends: list[datetime] = []
        for end, span in self._wants(need, now):
            reach = _whole_seconds(now + span)
            if end is not None and end <= reach:
                ends.append(end)
            elif standing is None or standing < reach - self.step:
                ends.append(reach)
        owed = max(ends, default=None)
        if owed is None or owed <= now or (standing is not None and standing >= owed):
            return None
        return owed

    def next_look(self, need: LockNeed, *, standing: datetime | None, now: datetime) -> datetime | None:
        """When a lock that is enough now has to be looked at again; nothing when it need not be."""
        if standing is None:
            return None
        looks = [
            standing - span + self.step
            for end, span in self._wants(need, now)
            if end is None or end > standing
        ]
        # A server may set less than it was asked for; it is not asked again the same minute.
        return max(min(looks), now + _DAY) if looks else None

    def shorter(self) -> LockPlan | None:
        """The plan for a server that refused so distant an end; nothing when it can hardly be shorter."""
        if self.far <= self.step * 2:
            return None
        far = max(self.far / 2, self.step * 2)
        return LockPlan(far=far, near=min(self.near, far), step=self.step)

    def _wants(self, need: LockNeed, now: datetime) -> list[tuple[datetime | None, timedelta]]:
        """Ends asked for, none for what has no end, with how far ahead each is locked."""
        wants: list[tuple[datetime | None, timedelta]] = []
        if need.until is not None:
            end = _end_of(need.until)
            if end is None or end > now:
                wants.append((end, self.far))
        if need.is_open:
            wants.append((None, self.near))
        return wants


def _end_of(day: date) -> datetime | None:
    """The first moment after a day in Vietnam; nothing for ``FOR_EVER``."""
    if day == FOR_EVER:
        return None
    return datetime.combine(day + _DAY, time(), VIETNAM).astimezone(UTC)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
