"""Going on with a database that is older than the journal's kept head: after a restore to a moment.

The entries behind that moment are gone from the database, and the head kept outside proves it, so nothing can
be written. Going on is a decision: it is an entry of its own that names the head that was lost, and the heads
are put aside, not removed. The times of the lost entries tell which objects their records may have named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from dossier.keeping_errors import JournalHeadError
from dossier.ports import JournalEntry
from storage import journal, journal_walk
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.filesystem import FileLayer, store_errors, write_private_file
from storage.heads import Head, HeadFile
from storage.layout import Layout

_CLOCKS: Final = timedelta(hours=1)
"""How far the clock of a place that keeps objects may be from ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was lost when the journal went on.

    Attributes:
        entries: that are left.
        lost: how many followed them.
        since: when the last one left was written.
        heads: sealed heads of lost entries, put aside.
    """

    entries: int
    lost: int
    since: datetime
    heads: int


def recover(  # noqa: PLR0913  what happened, by whom, and the two places that have to agree again
    database: Database,
    layout: Layout,
    *,
    lost: int,
    reason: str,
    at: datetime,
    actor: str,
    files: FileLayer,
) -> Recovery:
    """Let the journal go on behind the last entry that is left. Stopped at any point, the same call ends it.

    Args:
        database: of the store; the caller is its one writer.
        layout: of the data folder.
        lost: how many entries the caller knows to be gone; a guess is refused.
        reason: for the journal.
        at: aware; the present.
        actor: who decided.
        files: the file system.

    Raises:
        ArgumentError: another number of entries is gone, or none.
        JournalHeadError: there is no kept head to compare with.
        JournalBrokenError: what is left does not hold in itself.
    """
    heads = HeadFile(layout.head)
    kept = heads.read()
    if kept is None:
        raise JournalHeadError("0", reason="thiếu hoặc hỏng tệp journal.head")
    with database.writing() as connection:
        told = _told_already(connection, kept)
        if told is None:
            head, event = _tell(connection, kept, lost=lost, reason=reason, at=at, actor=actor)
        else:
            head, event = Head(told.number, told.hash), told.event
    left = int(event.details["entries"])
    moved = _set_aside(layout, kept, left=left, files=files)
    heads.prepare(files)
    heads.advance(head)
    since = moment_from_text(str(event.details["since"]))
    return Recovery(entries=left, lost=int(event.details["kept"]) - left, since=since, heads=moved)


def lost_times(database: Database) -> tuple[tuple[datetime, datetime], ...]:
    """From when until when records were lost, for each time the journal had to go on; widened by an hour."""
    with database.reading() as connection:
        told = journal.entries_of_kind(connection, EventKind.JOURNAL_RECOVERED)
    return tuple(
        (moment_from_text(str(entry.event.details["since"])) - _CLOCKS, entry.event.at + _CLOCKS)
        for entry in told
    )


def _last(connection: Connection) -> JournalEntry:
    check = journal_walk.check(connection, kept=Head(0, ""))
    found = journal.entries(connection, after=check.entries - 1, limit=1)
    if not found:
        raise JournalHeadError("0", reason="cơ sở dữ liệu không có mục nào")
    return found[0]


def _told_already(connection: Connection, kept: Head) -> JournalEntry | None:
    """The entry of a call that was stopped before the kept head was replaced."""
    last = _last(connection)
    is_told = last.event.kind is EventKind.JOURNAL_RECOVERED and last.event.details["head"] == kept.hash
    return last if is_told else None


def _tell(  # noqa: PLR0913  see ``recover``
    connection: Connection, kept: Head, *, lost: int, reason: str, at: datetime, actor: str
) -> tuple[Head, Event]:
    last = _last(connection)
    gone = max(0, kept.number - last.number)
    if lost != gone or not gone:
        expected = f"đúng số mục đã mất: {gone}" if gone else "không có: nhật ký không thiếu mục nào"
        raise ArgumentError("--lost", expected=expected)
    event = Event(
        kind=EventKind.JOURNAL_RECOVERED,
        at=at,
        actor=actor,
        details={
            "entries": last.number,
            "kept": kept.number,
            "head": kept.hash,
            "since": moment_to_text(last.event.at),
            "reason": reason,
        },
    )
    return journal.append(connection, [event], kept=Head(last.number, last.hash)), event


def _set_aside(layout: Layout, kept: Head, *, left: int, files: FileLayer) -> int:
    """Keep what proves the loss: the kept head, and the sealed heads of entries that are gone."""
    aside = layout.lost_heads
    with store_errors(aside.name):
        files.make_folder(aside)
        files.sync_folder(layout.folder)
        sealed = [path for path in layout.heads.glob("*") if path.stem.isdigit()]
        # The head before its signature: one without a signature is a fault, a signature alone is nothing.
        gone = sorted(path for path in sealed if int(path.stem) > left)
    write_private_file(files, aside / f"{kept.number:012d}.kept", f"{kept.number} {kept.hash}\n".encode())
    with store_errors(aside.name):
        for path in gone:
            files.replace(path, aside / path.name)
        if gone:
            files.sync_folder(aside)
            files.sync_folder(layout.heads)
    return sum(path.suffix == ".json" for path in gone)
