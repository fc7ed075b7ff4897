"""What was told about dossiers in SQL, and dossiers as reports read them; see ``dossier.told.Handlings``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, insert, select, tuple_

from dossier.documents import DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event
from dossier.told import DossierRow, Told, ToldVersion
from storage.bodies import moment_from_text, moment_to_text
from storage.campaign_tables import campaign_boxes, campaign_papers
from storage.database import Database
from storage.dossier_counts import recount
from storage.dossier_rows import DOSSIERS, dossier_rows
from storage.schema import (
    document_index,
    documents,
    dossier_told,
    dossiers,
)
from storage.told_bodies import clear_text, counted_of, sealed_text, whole
from storage.vault import vault_of
from storage.writing import Writing

_PAGE: Final = 1000


def personal_place(row: str) -> str:
    """What the sealed part of a version is bound to."""
    return f"dossier_told/{row}/personal"


class SqlHandlings:
    """``dossier.told.Handlings`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def tell(self, code: str, told: Told, *, at: datetime, by: str, events: Sequence[Event]) -> int:
        """See ``Handlings``.

        Raises:
            RecordMissingError: no such dossier is registered.
        """
        with self._writing() as writing:
            connection = writing.connection
            if connection.execute(select(dossiers.c.code).where(dossiers.c.code == code)).first() is None:
                raise RecordMissingError(code)
            vault = vault_of(connection)
            facts, personal = clear_text(told), sealed_text(told)
            officer = vault.reference("officer", told.officer)
            newest = select(dossier_told).where(dossier_told.c.code == code)
            before = connection.execute(newest.order_by(dossier_told.c.version.desc()).limit(1)).first()
            if before is not None:
                known = vault.unseal(before.personal, place=personal_place(before.id))
                if (before.facts, before.officer_ref, known) == (facts, officer, personal):
                    return int(before.version)
            version = 1 if before is None else int(before.version) + 1
            row = f"{code}/{version}"
            connection.execute(
                insert(dossier_told).values(
                    id=row,
                    code=code,
                    version=version,
                    at=moment_to_text(at),
                    told_by=by,
                    facts=facts,
                    officer_ref=officer,
                    personal=vault.seal(personal, place=personal_place(row)),
                )
            )
            recount(connection, [code])
            writing.add(events)
            return version

    def versions(self, code: str) -> Sequence[ToldVersion]:
        """See ``Handlings``."""
        wanted = select(dossier_told).where(dossier_told.c.code == code).order_by(dossier_told.c.version)
        with self._database.reading() as connection:
            vault = vault_of(connection)
            return [
                ToldVersion(
                    version=row.version,
                    at=moment_from_text(row.at),
                    by=row.told_by,
                    told=whole(
                        counted_of(row.facts, officer=row.officer_ref),
                        vault.unseal(row.personal, place=personal_place(row.id)),
                    ),
                )
                for row in connection.execute(wanted)
            ]

    def rows(self, *, last: date) -> Iterator[DossierRow]:
        """See ``Handlings``: one transaction, so one state of the database, read page by page."""
        until = dossiers.c.received_on <= last.isoformat()
        where: ColumnElement[bool] = until
        with self._database.reading() as connection:
            while page := connection.execute(DOSSIERS.where(where).limit(_PAGE)).all():
                yield from dossier_rows(connection, page)
                end = page[-1]
                place = tuple_(dossiers.c.applicant_ref, dossiers.c.code)
                where = until & (place > tuple_(end.applicant_ref, end.code))

    def row(self, code: str) -> DossierRow | None:
        """See ``Handlings``."""
        with self._database.reading() as connection:
            page = connection.execute(DOSSIERS.where(dossiers.c.code == code)).all()
            return next(dossier_rows(connection, page), None)

    def filed(self, office: str, types: Sequence[str]) -> int:
        """See ``Handlings``."""
        below = document_index.c.office.startswith(f"{office}.", autoescape=True)
        wanted = (
            select(func.count())
            .select_from(
                documents.join(document_index, document_index.c.document_serial == documents.c.serial)
            )
            .where(
                documents.c.state == DocumentState.FILED.value,
                document_index.c.type.in_(types),
                (document_index.c.office == office) | below | _from_campaigns(office),
            )
        )
        with self._database.reading() as connection:
            return int(connection.execute(wanted).scalar_one())


def _from_campaigns(office: str) -> ColumnElement[bool]:
    """Papers without a dossier that came out of a box of the office or one below it."""
    of_office = (campaign_boxes.c.office == office) | campaign_boxes.c.office.startswith(
        f"{office}.", autoescape=True
    )
    papers = (
        select(campaign_papers.c.document_serial)
        .join(campaign_boxes, campaign_boxes.c.id == campaign_papers.c.box_id)
        .where(of_office)
    )
    return (document_index.c.dossier == "") & document_index.c.document_serial.in_(papers)
