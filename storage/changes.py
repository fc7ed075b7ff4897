"""The feed of changes in SQL; see ``dossier.changes.Changes``.

Writers take turns from the beginning of a transaction to its commit, so serials are in the order of commit
and a reader that sees one sees all before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from dossier.changes import Change, ChangeKind, FeedBounds, changes_between
from dossier.codes import office_of
from dossier.documents import Document
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.ready import Additions
from storage.service_tables import changes


def follow(adding: Additions, before: Document | None, after: Document, *, at: datetime) -> None:
    """Enter what a new version changes.

    Args:
        adding: in the writing transaction that saves the version.
        before: the version before.
        after: as it was saved.
        at: when, aware.
    """
    moment = moment_to_text(at)
    rows = [
        {
            "kind": kind.value,
            "document_id": after.id,
            "version": after.version,
            "type": after.type,
            "dossier": after.dossier,
            "office": office_of(after.dossier),
            "procedure": after.procedure,
            "at": moment,
        }
        for kind in changes_between(before, after)
    ]
    adding.add(changes, *rows)


class SqlChanges:
    """``dossier.changes.Changes`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def after(self, serial: int, *, limit: int) -> Sequence[Change]:
        """See ``Changes``."""
        query = select(changes).where(changes.c.serial > serial).order_by(changes.c.serial).limit(limit)
        with self._database.reading() as connection:
            return [
                Change(
                    serial=row.serial,
                    kind=ChangeKind(row.kind),
                    document=row.document_id,
                    version=row.version,
                    type=row.type,
                    dossier=row.dossier,
                    office=row.office,
                    procedure=row.procedure,
                    at=moment_from_text(row.at),
                )
                for row in connection.execute(query)
            ]

    def bounds(self) -> FeedBounds:
        """See ``Changes``."""
        with self._database.reading() as connection:
            row = connection.execute(select(func.min(changes.c.serial), func.max(changes.c.serial))).one()
            return FeedBounds(row[0] or 0, row[1] or 0)

    def trim(self, *, before: datetime, limit: int) -> int:
        """See ``Changes``."""
        with self._database.writing() as connection:
            # The newest stays: SQLite would hand its serial out again.
            newest = select(func.max(changes.c.serial)).scalar_subquery()
            oldest = (
                select(changes.c.serial, changes.c.at)
                .where(changes.c.serial < newest)
                .order_by(changes.c.serial)
                .limit(limit)
            )
            old = []
            for row in connection.execute(oldest):
                if row.at >= moment_to_text(before):
                    break
                old.append(row.serial)
            if old:
                connection.execute(delete(changes).where(changes.c.serial <= old[-1]))
            return len(old)
