"""How dossiers went: taking in what the one-stop software tells, and the raw facts that figures come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from dossier.admission import Dossier
from dossier.api_errors import HandlingTimeError
from dossier.codes import office_of
from dossier.dossier_files import reads_population, unnamed_files
from dossier.errors import ProcedureUnknownError
from dossier.events import Event, EventKind
from dossier.handling import Channel, DossierFacts, FileFacts, Status, StatusChange, level_of
from dossier.moments import VIETNAM
from dossier.rules_errors import CalendarEndError
from dossier.told import Counted, DossierRow, Told
from rulebook.time_limits import LimitUnit, TimeLimit, due
from wiring.services import Services

_AHEAD: Final = timedelta(minutes=5)
"""By how much the clock of the one-stop software may be ahead of ours."""
_BY_DAY: Final = (LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS)
_NOTHING: Final = Counted(told=Told(), result_link=False, result_code=False)


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
    """Makes the facts of dossiers; remembers until when the dossiers of one day are promised."""

    def __init__(self, services: Services) -> None:
        """Use the rules of an installation."""
        self._services = services
        self._days: dict[tuple[str, date], datetime | None] = {}
        self._limits: dict[tuple[str, date], TimeLimit | None] = {}

    def __call__(self, row: DossierRow) -> DossierFacts:
        """The facts of one dossier.

        What was told counts; where nothing was, the store itself knows the day of reception, its papers and
        when the dossier was closed. Papers that are named among the files are not counted a second time.
        """
        counted = row.counted or _NOTHING
        told, office = counted.told, office_of(row.code)
        received_at = told.received_at or _reception(row)
        changes = told.changes
        if not changes and row.closed_at is not None:
            changes = (StatusChange(Status.RETURNED, row.closed_at),)
        return DossierFacts(
            code=row.code,
            office=office,
            level=told.level or level_of(office),
            procedure=row.procedure,
            channel=told.channel or Channel.DIRECT,
            received_at=received_at,
            owner=row.applicant,
            officer=told.officer,
            waited=told.waited,
            promised_at=told.promised_at or self._promised(row, received_at),
            changes=changes,
            files=_files(row, told),
            yields_paper=told.yields_paper,
            result_link=counted.result_link,
            result_code=counted.result_code,
            synchronised=told.synchronised,
            verified_account=told.verified_account,
            portal_store=told.portal_store,
            population=reads_population(row, told),
            paid_online=told.paid_online,
            disliked=told.disliked,
            insisted=row.insisted,
        )

    def _promised(self, row: DossierRow, received_at: datetime) -> datetime | None:
        """The longest time of the procedure from reception; nothing when the rules do not tell it."""
        key = (row.procedure, row.received_on)
        limit = self._limit(key)
        if limit is None:
            return None
        if limit.unit not in _BY_DAY:
            return self._due(limit, received_at)
        if key not in self._days:
            self._days[key] = self._due(limit, received_at)
        return self._days[key]

    def _limit(self, key: tuple[str, date]) -> TimeLimit | None:
        if key not in self._limits:
            try:
                self._limits[key] = self._services.procedures.on(*key).limit
            except ProcedureUnknownError:
                self._limits[key] = None
        return self._limits[key]

    def _due(self, limit: TimeLimit, received_at: datetime) -> datetime | None:
        try:
            return due(limit, received_at, self._services.working_days).at
        except CalendarEndError:
            return None


def _reception(row: DossierRow) -> datetime:
    """When it was received, as far as the store knows: registered on that day, else its beginning."""
    if row.registered_at.astimezone(VIETNAM).date() == row.received_on:
        return row.registered_at
    return datetime.combine(row.received_on, time(), VIETNAM)


def _files(row: DossierRow, told: Told) -> tuple[FileFacts, ...]:
    types = {paper.document: paper.type for paper in row.papers}
    files = [
        FileFacts(
            paper=file.paper or types.get(file.document, ""),
            digitised=file.digitised,
            reused=file.reused,
            national_store=file.national_store,
        )
        for file in told.files
        if not file.deleted
    ]
    return (*files, *unnamed_files(row, told))
