"""The journal: entries that only grow, each holding the hash of the one before.

The hash of an entry is SHA-256 over the canonical JSON of its number, the hash before, and the event, so a
stand-alone program can check the chain from an export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from dossier.errors import JournalBrokenError
from dossier.events import Event, EventKind
from dossier.keeping_errors import JournalForkedError, JournalHeadError, JournalTruncatedError
from dossier.ports import JournalEntry
from storage import journal_index
from storage.bodies import canonical_json, event_from_text, event_to_json
from storage.heads import GENESIS, Head
from storage.ready import Additions, Ready, Values
from storage.schema import journal, journal_refs

_EXPORT_ROWS: Final = 1000
_AT_ONCE: Final = 500
_LAST: Final = Ready(select(journal.c.number, journal.c.hash).order_by(journal.c.number.desc()).limit(1))
_NO_VALUES: Final[Values] = MappingProxyType({})


def entry_hash(number: int, previous: str, *, event: object) -> str:
    """Hash (hex SHA-256) of an entry whose event is given as plain data."""
    text = canonical_json({"number": number, "previous": previous, "event": event})
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as it will stand in the journal, made before its turn comes.

    Attributes:
        event: what happened.
        text: its canonical JSON.
    """

    event: Event
    text: str

    def hash(self, number: int, previous: str) -> str:
        """``entry_hash`` of the event at its place: ``event`` comes first in the order of keys."""
        text = f'{{"event":{self.text},"number":{number},"previous":"{previous}"}}'
        return hashlib.sha256(text.encode()).hexdigest()


def draft(event: Event) -> Draft:
    """The event, ready to be added.

    Raises:
        ValueError, TypeError: it has no JSON, or its moment no time zone.
    """
    return Draft(event, canonical_json(event_to_json(event)))


def append(connection: Connection, events: Sequence[Event], *, kept: Head | None) -> Head:
    """Add events to the chain; see ``append_drafts``."""
    return append_drafts(connection, [draft(event) for event in events], kept=kept)


def append_drafts(connection: Connection, drafts: Sequence[Draft], *, kept: Head | None) -> Head:
    """Add events to the chain within the caller's writing transaction.

    Args:
        connection: in a transaction no other writer can come between.
        drafts: at least one.
        kept: the head as kept outside the database; a shorter database is a cut one and must not go on.

    Returns:
        The new head, to be kept outside once the transaction is through.

    Raises:
        JournalHeadError, JournalTruncatedError, JournalForkedError: the end of the journal is not the one
            that was kept.
    """
    last = _LAST.first(connection, _NO_VALUES)
    head = Head(*last) if last else Head(0, GENESIS)
    if kept is None:
        raise JournalHeadError(str(head.number), reason="thiếu hoặc hỏng tệp journal.head")
    if kept.number > head.number:
        raise JournalTruncatedError(str(head.number + 1))
    if kept.number == head.number and kept.hash != head.hash:
        raise JournalForkedError(str(head.number), since=0)
    rows: list[dict[str, object]] = []
    numbered: list[tuple[int, Event]] = []
    for each in drafts:
        number = head.number + 1
        digest = each.hash(number, head.hash)
        rows.append({"number": number, "previous": head.hash, "hash": digest, "event": each.text})
        numbered.append((number, each.event))
        head = Head(number, digest)
    with Additions(connection) as adding:
        adding.add(journal, *rows)
        journal_index.note(adding, numbered)
    return head


def entries_of_persons(
    connection: Connection, references: Sequence[str], *, before: int, limit: int
) -> Sequence[JournalEntry]:
    """Entries about people, the newest first, found without a walk through the others.

    Args:
        connection: that reads.
        references: of the people.
        before: only entries before that number; 0 for all.
        limit: at most so many.

    Raises:
        JournalBrokenError: as ``entries``.
    """
    # Each person's newest by itself: their numbers stand in order in the index, those of several do not.
    numbers: set[int] = set()
    for reference in references:
        query = select(journal_refs.c.number).where(journal_refs.c.owner_ref == reference)
        if before:
            query = query.where(journal_refs.c.number < before)
        numbers |= set(
            connection.execute(query.order_by(journal_refs.c.number.desc()).limit(limit)).scalars()
        )
    wanted = sorted(numbers, reverse=True)[:limit]
    rows = connection.execute(
        select(journal).where(journal.c.number.in_(wanted)).order_by(journal.c.number.desc())
    )
    return [entry_of(row) for row in rows]


def entries(connection: Connection, *, after: int, limit: int) -> Sequence[JournalEntry]:
    """Entries after that number, in order.

    Raises:
        JournalBrokenError: the text of an entry is no event any more.
    """
    rows = connection.execute(
        select(journal).where(journal.c.number > after).order_by(journal.c.number).limit(limit)
    )
    return [entry_of(row) for row in rows]


def entry_of(row: Row[Any]) -> JournalEntry:
    """The entry of a row.

    Raises:
        JournalBrokenError: its text is no event any more.
    """
    try:
        event = event_from_text(row.event)
    except (KeyError, TypeError, ValueError) as error:
        raise JournalBrokenError(str(row.number), cause="not an event") from error
    return JournalEntry(row.number, event, row.previous, row.hash)


def entries_of_kind(connection: Connection, kind: EventKind) -> Sequence[JournalEntry]:
    """All entries of a kind, in order; for kinds of which there are few.

    Raises:
        JournalBrokenError: as ``entries``.
    """
    rows = connection.execute(
        select(journal).where(journal.c.event.contains(f'"kind":"{kind.value}"')).order_by(journal.c.number)
    )
    return [entry for entry in map(entry_of, rows) if entry.event.kind is kind]


def entries_about(connection: Connection, key: str) -> Sequence[JournalEntry]:
    """All entries about a record or a request, or the answers for a dossier, in order; found by an index.

    Raises:
        JournalBrokenError: as ``entries``.
    """
    found: list[JournalEntry] = []
    numbers = journal_index.numbers_about(connection, key)
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        query = select(journal).where(journal.c.number.in_(some)).order_by(journal.c.number)
        found += [entry_of(row) for row in connection.execute(query)]
    return found


def raw_lines(connection: Connection) -> Iterator[dict[str, object]]:
    """Every entry as it stands in the table, also one that is no event any more; in order."""
    query = select(journal).order_by(journal.c.number).execution_options(yield_per=_EXPORT_ROWS)
    for row in connection.execute(query):
        yield {"number": row.number, "previous": row.previous, "hash": row.hash, "event": row.event}
