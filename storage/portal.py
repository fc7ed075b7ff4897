"""Counts of the national portal in SQL; see ``dossier.portal.PortalCounts``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from dossier.events import Event
from dossier.portal import PortalCount, ToldCount
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.schema import portal_counts
from storage.writing import Writing


class SqlPortalCounts:
    """``dossier.portal.PortalCounts`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def add(self, counts: Sequence[PortalCount], *, at: datetime, by: str, events: Sequence[Event]) -> int:
        """See ``PortalCounts``."""
        with self._writing() as writing:
            connection = writing.connection
            fresh = [one for one in counts if _newest(connection, one) != one.received]
            if fresh:
                connection.execute(
                    insert(portal_counts),
                    [
                        {
                            "office": one.office,
                            "first": one.first.isoformat(),
                            "last": one.last.isoformat(),
                            "received": one.received,
                            "at": moment_to_text(at),
                            "told_by": by,
                        }
                        for one in fresh
                    ],
                )
                writing.add(events)
            return len(fresh)

    def within(self, first: date, last: date) -> Sequence[ToldCount]:
        """See ``PortalCounts``."""
        table = portal_counts.c
        query = (
            select(portal_counts)
            .where(table.first >= first.isoformat(), table.last <= last.isoformat())
            .order_by(table.serial)
        )
        newest: dict[tuple[str, str, str], ToldCount] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                newest[row.office, row.first, row.last] = ToldCount(
                    count=PortalCount(
                        office=row.office,
                        first=date.fromisoformat(row.first),
                        last=date.fromisoformat(row.last),
                        received=row.received,
                    ),
                    at=moment_from_text(row.at),
                    by=row.told_by,
                )
        return [newest[key] for key in sorted(newest)]


def _newest(connection: Connection, one: PortalCount) -> int | None:
    table = portal_counts.c
    query = (
        select(table.received)
        .where(
            table.office == one.office,
            table.first == one.first.isoformat(),
            table.last == one.last.isoformat(),
        )
        .order_by(table.serial.desc())
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar()
    return found
