"""What a desk remembers of its bundles: its centre, what it sent, what the centre acknowledged.

A bundle holds everything that differs from what was acknowledged, so one that is lost on its way is made good
by the next. Its number is taken before it is made and never again, so that no two bundles have one number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dossier.bundles import Centre, Export
from dossier.events import Event
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.bundle_lines import Outgoing
from storage.bundle_tables import bundle_exports, bundle_marks
from storage.centre import CENTRE, centre_of
from storage.database import Database
from storage.schema import facts
from storage.writing import Writing


class SqlSent:
    """The desk's side of bundles in SQL. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self.database = database
        self._writing = writing

    def centre(self) -> Centre | None:
        """The centre that was joined; nothing for a store that stands alone."""
        with self.database.reading() as connection:
            return centre_of(connection)

    def join(self, centre: Centre, *, events: Sequence[Event]) -> Centre:
        """Join a centre, once and for good; gives the one that was joined."""
        with self._writing() as writing:
            before = centre_of(writing.connection)
            if before is not None:
                return before
            text = canonical_json(asdict(centre))
            writing.connection.execute(insert(facts).values(name=CENTRE, value=text))
            writing.add(events)
            return centre

    def begin(self, *, at: datetime, full: bool) -> tuple[Export, Export | None]:
        """Take a number for a bundle.

        Returns:
            The bundle to be, and the acknowledged one it continues, if it continues any.
        """
        with self._writing() as writing:
            connection = writing.connection
            last = connection.execute(select(func.max(bundle_exports.c.number))).scalar() or 0
            base = None if full else _last_acknowledged(connection)
            made = Export(
                number=last + 1, base=base.number if base else 0, manifest="", entries=0, made_at=at
            )
            connection.execute(
                insert(bundle_exports).values(
                    number=made.number,
                    base=made.base,
                    manifest_sha256="",
                    entries=0,
                    made_at=moment_to_text(at),
                )
            )
            return made, base

    def note(self, number: int, sent: Sequence[Outgoing]) -> None:
        """Remember what a bundle says; it counts once the centre acknowledges that bundle."""
        with self._writing() as writing:
            connection = writing.connection
            for one in sent:
                this = (bundle_marks.c.kind == one.kind) & (bundle_marks.c.key == one.key)
                known = connection.execute(
                    update(bundle_marks).where(this).values(number=number, sent=one.mark)
                )
                if not known.rowcount:
                    connection.execute(
                        insert(bundle_marks).values(
                            kind=one.kind, key=one.key, number=number, sent=one.mark, acknowledged=""
                        )
                    )

    def finish(self, number: int, *, manifest: str, entries: int, events: Sequence[Event]) -> None:
        """The bundle is on the disk, whole."""
        with self._writing() as writing:
            writing.connection.execute(
                update(bundle_exports)
                .where(bundle_exports.c.number == number)
                .values(manifest_sha256=manifest, entries=entries)
            )
            writing.add(events)

    def acknowledge(self, number: int, *, at: datetime, events: Sequence[Event]) -> bool:
        """The centre has the bundle. False when that was known."""
        with self._writing() as writing:
            connection = writing.connection
            done = connection.execute(
                update(bundle_exports)
                .where(bundle_exports.c.number == number, bundle_exports.c.acknowledged_at.is_(None))
                .values(acknowledged_at=moment_to_text(at))
            )
            if not done.rowcount:
                return False
            # What was sent again since, in a later bundle, waits for that one.
            connection.execute(
                update(bundle_marks)
                .where(bundle_marks.c.number <= number)
                .values(acknowledged=bundle_marks.c.sent)
            )
            writing.add(events)
            return True

    def export(self, number: int) -> Export | None:
        """A bundle by its number."""
        with self.database.reading() as connection:
            row = connection.execute(select(bundle_exports).where(bundle_exports.c.number == number)).first()
            return _export(row) if row is not None else None

    def exports(self) -> Sequence[Export]:
        """All bundles, the oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(select(bundle_exports).order_by(bundle_exports.c.number))
            return [_export(row) for row in rows]


def _last_acknowledged(connection: Connection) -> Export | None:
    row = connection.execute(
        select(bundle_exports)
        .where(bundle_exports.c.acknowledged_at.is_not(None))
        .order_by(bundle_exports.c.number.desc())
        .limit(1)
    ).first()
    return _export(row) if row is not None else None


def _export(row: Row[Any]) -> Export:
    return Export(
        number=row.number,
        base=row.base,
        manifest=row.manifest_sha256,
        entries=row.entries,
        made_at=moment_from_text(row.made_at),
        acknowledged_at=moment_from_text(row.acknowledged_at) if row.acknowledged_at else None,
    )
