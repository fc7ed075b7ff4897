"""How dossiers went: taking in what the one-stop software tells, and the raw facts that figures come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from dossier.admission import Dossier
from dossier.api_errors import HandlingTimeError
from dossier.errors import ProcedureUnknownError
from dossier.events import Event, EventKind
from dossier.handling import DossierFacts
from dossier.moments import VIETNAM, micros, moment_of
from dossier.rules_errors import CalendarEndError
from dossier.told import DossierRow, Told
from dossier.told_facts import facts_of
from rulebook.time_limits import LimitUnit, TimeLimit, due
from wiring.services import Services

_AHEAD: Final = timedelta(minutes=5)
"""By how much the clock of the one-stop software may be ahead of ours."""
_BY_DAY: Final = (LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS)


def tell_handling(services: Services, dossier: Dossier, told: Told, *, caller: str) -> int:
    """Keep what the one-stop software tells about a dossier; gives the number of the version.

    Raises:
        HandlingTimeError: reception is on another day than the dossier code says, or something has not
            happened yet.
    """
    now = services.clock()
    if told.received_at and told.received_at.astimezone(VIETNAM).date() != dossier.received_on:
        raise HandlingTimeError(dossier.code, reason="ngày tiếp nhận khác ngày trong mã hồ sơ")
    happened = [change.at for change in told.changes] + ([told.received_at] if told.received_at else [])
    if any(moment > now + _AHEAD for moment in happened):
        raise HandlingTimeError(dossier.code, reason="có thời điểm trong tương lai")
    status = max(told.changes, key=lambda change: change.at).status.value if told.changes else 0
    details: dict[str, str | int] = {"files": len(told.files), "results": len(told.results), "status": status}
    event = Event(kind=EventKind.DOSSIER_TOLD, at=now, actor=caller, dossier=dossier.code, details=details)
    return services.store.records.handlings.tell(dossier.code, told, at=now, by=caller, events=[event])


def all_facts(services: Services, *, last: date) -> Iterator[DossierFacts]:
    """The facts of every dossier received up to a day, person by person, in constant memory."""
    make = FactsMaker(services)
    return (make(row) for row in services.store.records.handlings.rows(last=last))


class FactsMaker:
    """Makes the facts of dossiers: the day that nobody told is promised by the rules."""

    def __init__(self, services: Services) -> None:
        """Use the rules of an installation."""
        self._promises = RulesPromises(services)

    def __call__(self, row: DossierRow) -> DossierFacts:
        """The facts of one dossier."""
        return facts_of(row, promise=self._promised)

    def _promised(self, row: DossierRow, received_at: datetime) -> datetime | None:
        found = self._promises(row.procedure, row.received_on, micros(received_at))
        return None if found is None else moment_of(found)


class RulesPromises:
    """The longest time of a procedure from reception; remembers what holds for a whole day."""

    def __init__(self, services: Services) -> None:
        """Use the rules of an installation as they are now, for one report."""
        self._procedures = services.procedures
        self._working_days = services.working_days
        self._days: dict[tuple[str, date], int | None] = {}
        self._halves: dict[tuple[str, date, bool], int | None] = {}
        self._limits: dict[tuple[str, date], TimeLimit | None] = {}

    def __call__(self, procedure: str, day: date, received_at: int) -> int | None:
        """Until when a dossier is promised, in microseconds; nothing when the rules do not tell it.

        Args:
            procedure: short code.
            day: of reception in Vietnam.
            received_at: the moment, in microseconds since 1970 in UTC.
        """
        key = (procedure, day)
        if key in self._days:
            return self._days[key]
        limit = self._limit(key)
        if limit is None or limit.unit in _BY_DAY:
            self._days[key] = None if limit is None else self._due(limit, moment_of(received_at))
            return self._days[key]
        moment = moment_of(received_at)
        if limit.unit is not LimitUnit.SAME_DAY:
            return self._due(limit, moment)
        half = (procedure, day, moment.astimezone(VIETNAM).time() <= limit.cut_off)
        if half not in self._halves:
            self._halves[half] = self._due(limit, moment)
        return self._halves[half]

    def _limit(self, key: tuple[str, date]) -> TimeLimit | None:
        if key not in self._limits:
            try:
                self._limits[key] = self._procedures.on(*key).limit
            except ProcedureUnknownError:
                self._limits[key] = None
        return self._limits[key]

    def _due(self, limit: TimeLimit, received_at: datetime) -> int | None:
        try:
            promised = due(limit, received_at, self._working_days).at
        except CalendarEndError:
            return None
        return None if promised is None else micros(promised)
