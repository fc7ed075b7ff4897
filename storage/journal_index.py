"""Which entries of the journal are about what: two tables that could be made again from the entries.

``journal_refs`` leads from a person to the entries that name them, ``journal_about`` from a record, a request
or a dossier that reuse was asked for. The chain of hashes does not cover them, so they are compared with the
journal when it is verified: whoever takes a row away hides no look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, select

from dossier.events import Event, EventKind
from dossier.keeping_errors import JournalIndexError
from storage.bodies import event_from_text
from storage.counter_tables import journal_about
from storage.ready import Additions
from storage.schema import journal, journal_refs

_ROWS: Final = 1000
_LINKS: Final = frozenset({EventKind.OWNER_LINKED, EventKind.OWNER_REFUSED, EventKind.OWNER_UNLINKED})
_WORD: Final = 8


@dataclass(slots=True)
class _Sum:
    """Count and sum of rows, whatever their order: equal sums are equal rows."""

    count: int = 0
    total: int = 0

    def add(self, key: str, number: int) -> None:
        """One more row."""
        digest = hashlib.sha256(f"{number} {key}".encode()).digest()
        self.count += 1
        self.total = (self.total + int.from_bytes(digest[:_WORD], "big")) % (1 << (8 * _WORD))


def persons(event: Event) -> set[str]:
    """References of the people an entry is about."""
    found = {event.owner_ref}
    if event.kind in _LINKS:
        found.add(str(event.details.get("other", "")))
    return found - {""}


def about(event: Event) -> set[str]:
    """What else an entry is found by: its subject, and the dossier whose components were asked about."""
    found = {event.subject}
    if answers_components(event):
        found.add(event.dossier)
    return found - {""}


def answers_components(event: Event) -> bool:
    """Whether an entry holds the answer to a reuse question, component by component."""
    return event.kind is EventKind.REUSE_ASKED and "on" in event.details


def note(adding: Additions, events: Iterable[tuple[int, Event]]) -> None:
    """Enter entries that were added just now, each with its number; in the same transaction."""
    refs: list[dict[str, object]] = []
    subjects: list[dict[str, object]] = []
    for number, event in events:
        refs += [{"owner_ref": found, "number": number} for found in persons(event)]
        subjects += [{"about": found, "number": number} for found in about(event)]
    adding.add(journal_refs, *refs)
    adding.add(journal_about, *subjects)


def numbers_about(connection: Connection, key: str) -> Sequence[int]:
    """Numbers of the entries about a record, a request or a dossier, in order."""
    query = select(journal_about.c.number).where(journal_about.c.about == key)
    return connection.execute(query.order_by(journal_about.c.number)).scalars().all()


def check(connection: Connection) -> None:
    """Compare both tables with the journal, in one pass over each.

    Raises:
        JournalIndexError: a row is missing, or there is one that the journal does not bear out.
    """
    wanted = {journal_refs.name: _Sum(), journal_about.name: _Sum()}
    for number, event in _entries(connection):
        for found in persons(event):
            wanted[journal_refs.name].add(found, number)
        for found in about(event):
            wanted[journal_about.name].add(found, number)
    for table in (journal_refs, journal_about):
        kept = _sum_of(connection, table)
        if kept != wanted[table.name]:
            raise JournalIndexError(table.name, kept=kept.count, wanted=wanted[table.name].count)


def rebuild(connection: Connection) -> int:
    """Make both tables again from the journal, in one transaction; gives how many entries there are."""
    for table in (journal_refs, journal_about):
        connection.execute(delete(table))
    last = 0
    while page := list(_entries(connection, after=last, limit=_ROWS)):
        with Additions(connection) as adding:
            note(adding, page)
        last = page[-1][0]
    return last


def _entries(
    connection: Connection, *, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, Event]]:
    query = select(journal.c.number, journal.c.event).where(journal.c.number > after)
    query = query.order_by(journal.c.number).limit(limit)
    for row in connection.execute(query.execution_options(yield_per=_ROWS)):
        yield row.number, event_from_text(row.event)


def _sum_of(connection: Connection, table: Table) -> _Sum:
    found = _Sum()
    rows: Iterable[Any] = connection.execute(select(table).execution_options(yield_per=_ROWS))
    for key, number in rows:
        found.add(key, number)
    return found
