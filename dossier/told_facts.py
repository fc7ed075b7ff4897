"""The facts of a dossier, made of what was told about it and of what the store itself knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Final

from dossier.codes import office_of
from dossier.dossier_files import reads_population, unnamed_files
from dossier.handling import Channel, DossierFacts, FileFacts, Status, StatusChange, level_of
from dossier.moments import VIETNAM
from dossier.told import Counted, DossierRow, Told

_NOTHING: Final = Counted(told=Told(), result_link=False, result_code=False)

Promise = Callable[[DossierRow, datetime], datetime | None]
"""Until when a dossier must be done by the rules, from its reception; nothing when they do not tell."""


def unpromised(_row: DossierRow, _received_at: datetime) -> datetime | None:
    """No rules are asked: only a day that was told counts as promised."""
    return None


def facts_of(row: DossierRow, *, promise: Promise = unpromised) -> DossierFacts:
    """The facts of one dossier.

    What was told counts; where nothing was, the store itself knows the day of reception, its papers and
    when the dossier was closed. Papers that are named among the files are not counted a second time.

    Args:
        row: what the store holds.
        promise: asked where nobody told a promised day.
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
        promised_at=told.promised_at or promise(row, received_at),
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
