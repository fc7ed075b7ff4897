"""The queue of documents that wait for their stamp: rows that come and go with the newest version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from dossier.documents import Document, SignatureStatus
from dossier.ids import DocumentId
from dossier.stamping import NO_AUTHORITY, Backlog, PendingStamp
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.ready import Additions, Ready
from storage.schema import documents, stamps_pending

_GONE: Final = Ready(delete(stamps_pending).where(stamps_pending.c.document_serial == bindparam("serial")))
_WAITING: Final = Ready(
    select(stamps_pending.c.since).where(stamps_pending.c.document_serial == bindparam("serial"))
)


def follow(adding: Additions, document: Document, *, serial: int, is_new: bool) -> None:
    """Put the document into the queue or take it out, as its version that is being saved says.

    One that is there keeps its place: a correction does not send it to the end.
    """
    mine = {"serial": serial}
    if document.signature is not SignatureStatus.STAMP_PENDING:
        if not is_new:
            _GONE.run(adding.connection, mine)
        return
    if not is_new and _WAITING.first(adding.connection, mine):
        return
    since = document.filed_at or document.signature_checked_at
    adding.add(
        stamps_pending,
        {
            "document_serial": serial,
            "since": _text(since),
            "attempts": 0,
            "next_try": "",
            "error_code": "",
        },
    )


class SqlStamps:
    """``dossier.ports.StampQueue`` on SQLAlchemy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, *, limit: int, patient: bool = True) -> Sequence[PendingStamp]:
        """See ``StampQueue``."""
        moment = moment_to_text(now)
        query = (
            select(stamps_pending, documents.c.id)
            .join(documents, documents.c.serial == stamps_pending.c.document_serial)
            .order_by(stamps_pending.c.since, stamps_pending.c.document_serial)
            .limit(limit)
        )
        with self._database.reading() as connection:
            if patient and _nobody_answers(connection, moment):
                return []
            if patient:
                query = query.where(stamps_pending.c.next_try <= moment)
            return [_pending(row) for row in connection.execute(query)]

    def failed(self, document: DocumentId, *, code: str, next_try: datetime) -> None:
        """See ``StampQueue``."""
        serial = select(documents.c.serial).where(documents.c.id == document).scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(
                update(stamps_pending)
                .where(stamps_pending.c.document_serial == serial)
                .values(
                    attempts=stamps_pending.c.attempts + 1,
                    next_try=moment_to_text(next_try),
                    error_code=code,
                )
            )

    def backlog(self) -> Backlog:
        """See ``StampQueue``."""
        table = stamps_pending.c
        failed = table.error_code != ""
        with self._database.reading() as connection:
            count, oldest, attempts = connection.execute(
                select(func.count(), func.min(table.since), func.max(table.attempts))
            ).one()
            next_try = connection.execute(select(func.min(table.next_try)).where(failed)).scalar()
            code = connection.execute(
                select(table.error_code).where(failed).order_by(table.next_try.desc()).limit(1)
            ).scalar()
        return Backlog(
            count=count,
            oldest=_moment(oldest or ""),
            attempts=attempts or 0,
            next_try=_moment(next_try or ""),
            error_code=code or "",
        )


def _nobody_answers(connection: Connection, moment: str) -> bool:
    """Whether one that failed for want of an authority is still to be left alone."""
    table = stamps_pending.c
    waiting = select(table.document_serial).where(table.error_code == NO_AUTHORITY, table.next_try > moment)
    return connection.execute(waiting.limit(1)).first() is not None


def _pending(row: Row[tuple[object, ...]]) -> PendingStamp:
    return PendingStamp(
        document=DocumentId(row.id),
        since=_moment(row.since),
        attempts=row.attempts,
        next_try=_moment(row.next_try),
        error_code=row.error_code,
    )


def _text(moment: datetime | None) -> str:
    return moment_to_text(moment) if moment is not None else ""


def _moment(text: str) -> datetime | None:
    return moment_from_text(text) if text else None
