"""Which papers were read for which dossier: an index of the journal, so that a report need not walk it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from dossier.access import Purpose
from dossier.events import Event, EventKind
from storage.dossier_counts import recount
from storage.schema import dossier_reads


def note_reads(connection: Connection, events: Iterable[Event]) -> None:
    """Note the papers that somebody opened for a dossier; a paper that only stood in a list is not opened."""
    for event in events:
        if is_read(event):
            found = (dossier_reads.c.code == event.dossier) & (dossier_reads.c.document_id == event.subject)
            if connection.execute(select(dossier_reads.c.code).where(found)).first() is None:
                connection.execute(
                    insert(dossier_reads).values(code=event.dossier, document_id=event.subject)
                )
                recount(connection, [event.dossier])


def is_read(event: Event) -> bool:
    """Whether an event says that a paper was opened to handle a dossier."""
    return (
        event.kind is EventKind.DOCUMENT_READ
        and event.purpose == Purpose.PROCEDURE
        and bool(event.dossier and event.subject)
        and not event.details.get("listed")
    )
