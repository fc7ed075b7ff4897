"""Filed papers by type and day of filing, from the index alone, for terms that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, func, select, tuple_

from dossier.documents import Document, DocumentState
from storage.documents import bodies, opened
from storage.schema import document_index, documents, versions


def of_type(
    connection: Connection, type_: str, *, until: date, after: tuple[date, int] | None, limit: int
) -> Sequence[tuple[date, int, Document]]:
    """Papers of a type filed up to a day, the oldest first, with day and key of their place.

    Args:
        connection: that reads.
        type_: paper type.
        until: last day of filing in Vietnam.
        after: place of the last paper of the page before.
        limit: papers of one page.
    """
    index = document_index.c
    page = (
        select(index.day, index.document_serial)
        .join(documents, documents.c.serial == index.document_serial)
        .where(
            index.type == type_,
            index.day > "",
            index.day <= until.isoformat(),
            documents.c.state == DocumentState.FILED.value,
        )
    )
    if after is not None:
        page = page.where(tuple_(index.day, index.document_serial) > tuple_(after[0].isoformat(), after[1]))
    places = connection.execute(page.order_by(index.day, index.document_serial).limit(limit)).all()
    serials = [row.document_serial for row in places]
    query = bodies().where(versions.c.version == documents.c.version, documents.c.serial.in_(serials))
    found = {row.document_serial: opened(connection, row) for row in connection.execute(query)}
    return [(date.fromisoformat(row.day), row.document_serial, found[row.document_serial]) for row in places]


def by_year(connection: Connection) -> Sequence[tuple[int, int]]:
    """How many papers were filed in each year; reads one index from end to end."""
    year = func.substr(document_index.c.day, 1, 4)
    query = select(year, func.count()).where(document_index.c.day > "").group_by(year).order_by(year)
    return [(int(text), count) for text, count in connection.execute(query)]
