"""What operators gather at the station: ``dossier.trays.TrayTable`` on SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from dossier.events import Event
from dossier.trays import SCANNED, ScanState, Tray, TrayFile, TrayPage, TrayState
from storage.bodies import moment_to_text
from storage.database import Database
from storage.tray_bodies import (
    file_columns,
    file_id,
    file_of,
    file_row,
    page_id,
    page_of,
    page_row,
    tray_columns,
    tray_of,
    tray_row,
)
from storage.tray_tables import tray_files, tray_pages, trays
from storage.writing import Writing

_FORGOTTEN: Final = timedelta(days=30)
"""So long after it ended nobody looks at a tray: its papers are in the records."""
_FORGOTTEN_AT_ONCE: Final = 50


class SqlTrays:
    """See ``TrayTable``. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    # trays

    def begin(self, tray: Tray) -> None:
        """See ``TrayTable``."""
        old = (
            trays.c.state == TrayState.DONE,
            trays.c.changed_at < moment_to_text(tray.began_at - _FORGOTTEN),
        )
        with self._database.writing() as connection:
            for row in connection.execute(select(trays.c.id).where(*old).limit(_FORGOTTEN_AT_ONCE)).all():
                _forget(connection, row.id)
            connection.execute(insert(trays).values(**tray_row(connection, tray)))

    def find(self, tray: str) -> Tray | None:
        """See ``TrayTable``."""
        with self._database.reading() as connection:
            row = connection.execute(select(trays).where(trays.c.id == tray)).first()
            return tray_of(connection, row) if row is not None else None

    def revision(self, tray: str) -> int:
        """See ``TrayTable``."""
        with self._database.reading() as connection:
            row = connection.execute(select(trays.c.revision).where(trays.c.id == tray)).first()
            return int(row.revision) if row is not None else -1

    def of(self, actor: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Tray]:
        """See ``TrayTable``."""
        asked = select(trays).where(trays.c.actor == actor)
        if before is not None:
            asked = asked.where(trays.c.began_at < moment_to_text(before))
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(trays.c.began_at.desc()).limit(limit)).all()
            return [tray_of(connection, row) for row in rows]

    def count_open(self, actor: str, *, most: int) -> int:
        """See ``TrayTable``."""
        theirs = select(trays.c.id).where(trays.c.actor == actor, trays.c.state == TrayState.OPEN).limit(most)
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(theirs.subquery())).scalar() or 0)

    def in_state(self, *states: TrayState) -> Sequence[str]:
        """See ``TrayTable``."""
        asked = select(trays.c.id).where(trays.c.state.in_([state.value for state in states]))
        with self._database.reading() as connection:
            return [row.id for row in connection.execute(asked.order_by(trays.c.began_at))]

    def scans_wanted(self) -> Sequence[str]:
        """See ``TrayTable``."""
        busy = [ScanState.WANTED.value, ScanState.FEEDING.value, ScanState.READING.value]
        with self._database.reading() as connection:
            rows = connection.execute(select(trays.c.id).where(trays.c.scan_state.in_(busy)))
            return [row.id for row in rows]

    def change(
        self,
        tray: str,
        values: Mapping[str, object],
        *,
        only: Sequence[TrayState],
        events: Sequence[Event] = (),
    ) -> bool:
        """See ``TrayTable``."""
        with self._writing() as writing:
            changed = writing.connection.execute(
                update(trays)
                .where(trays.c.id == tray, trays.c.state.in_([state.value for state in only]))
                .values(revision=trays.c.revision + 1, **tray_columns(values))
            )
            if changed.rowcount:
                writing.add(events)
            return bool(changed.rowcount)

    def forget(self, tray: str, *, only: Sequence[TrayState], events: Sequence[Event] = ()) -> bool:
        """See ``TrayTable``."""
        with self._writing() as writing:
            if not _is_in(writing.connection, tray, *only):
                return False
            _forget(writing.connection, tray)
            writing.add(events)
            return True

    # files

    def add_file(self, file: TrayFile, *, most: int) -> TrayFile | None:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            theirs = tray_files.c.tray_id == file.tray
            found = connection.execute(
                select(trays.c.next_file).where(trays.c.id == file.tray, trays.c.state == TrayState.OPEN)
            ).first()
            if found is None:
                return None
            same = select(tray_files).where(theirs, tray_files.c.sha256 == file.sha256)
            before = connection.execute(same).first()
            if before is not None:
                return file_of(connection, before)
            count = connection.execute(select(func.count()).where(theirs)).scalar() or 0
            if count >= most:
                return None
            kept = replace(file, number=found.next_file)
            connection.execute(insert(tray_files).values(**file_row(connection, kept)))
            connection.execute(
                update(trays)
                .where(trays.c.id == file.tray)
                .values(next_file=trays.c.next_file + 1, revision=trays.c.revision + 1)
            )
            return kept

    def note_file(self, file: TrayFile) -> None:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            connection.execute(delete(tray_files).where(tray_files.c.id == file_id(file.tray, file.number)))
            connection.execute(insert(tray_files).values(**file_row(connection, file)))
            _touch(connection, file.tray)

    def change_file(self, tray: str, number: int, **values: object) -> None:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            connection.execute(
                update(tray_files)
                .where(tray_files.c.id == file_id(tray, number))
                .values(**file_columns(values))
            )
            _touch(connection, tray)

    def remove_file(self, tray: str, number: int) -> bool:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            if not _is_in(connection, tray, TrayState.OPEN):
                return False
            gone = connection.execute(delete(tray_files).where(tray_files.c.id == file_id(tray, number)))
            connection.execute(
                delete(tray_pages).where(tray_pages.c.tray_id == tray, tray_pages.c.file == number)
            )
            _touch(connection, tray)
            return bool(gone.rowcount)

    def files(self, tray: str) -> Sequence[TrayFile]:
        """See ``TrayTable``."""
        asked = select(tray_files).where(tray_files.c.tray_id == tray).order_by(tray_files.c.number)
        with self._database.reading() as connection:
            return [file_of(connection, row) for row in connection.execute(asked).all()]

    # pages

    def keep_page(self, page: TrayPage) -> None:
        """See ``TrayTable``."""
        row, file = page_row(page), tray_files.c.id == file_id(page.tray, page.file)
        with self._database.writing() as connection:
            # A file that was taken back while it was looked at has no pages any more.
            if (
                page.file != SCANNED
                and connection.execute(select(tray_files.c.id).where(file)).first() is None
            ):
                return
            connection.execute(delete(tray_pages).where(tray_pages.c.id == row["id"]))
            connection.execute(insert(tray_pages).values(**row))
            _touch(connection, page.tray)

    def take_page_back(self, tray: str, file: int, number: int, *, back: bool) -> bool:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            if not _is_in(connection, tray, TrayState.OPEN):
                return False
            one = tray_pages.c.id == page_id(tray, file, number)
            changed = connection.execute(update(tray_pages).where(one).values(back=int(back)))
            _touch(connection, tray)
            return bool(changed.rowcount)

    def keep_only_pages(self, tray: str, file: int, numbers: Sequence[int]) -> None:
        """See ``TrayTable``."""
        with self._database.writing() as connection:
            theirs = (tray_pages.c.tray_id == tray, tray_pages.c.file == file)
            gone = tray_pages.c.number.not_in(list(numbers))
            if connection.execute(delete(tray_pages).where(*theirs, gone)).rowcount:
                _touch(connection, tray)

    def pages(self, tray: str) -> Sequence[TrayPage]:
        """See ``TrayTable``."""
        asked = select(tray_pages).where(tray_pages.c.tray_id == tray)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(tray_pages.c.file, tray_pages.c.place)).all()
            return [page_of(row) for row in rows]


def _is_in(connection: Connection, tray: str, *states: TrayState) -> bool:
    found = connection.execute(select(trays.c.state).where(trays.c.id == tray)).scalar()
    return found in {state.value for state in states}


def _touch(connection: Connection, tray: str) -> None:
    connection.execute(update(trays).where(trays.c.id == tray).values(revision=trays.c.revision + 1))


def _forget(connection: Connection, tray: str) -> None:
    connection.execute(delete(tray_pages).where(tray_pages.c.tray_id == tray))
    connection.execute(delete(tray_files).where(tray_files.c.tray_id == tray))
    connection.execute(delete(trays).where(trays.c.id == tray))
