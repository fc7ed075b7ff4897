"""The journals of desks at the centre: each a chain of its own, checked and kept as it was made.

The centre's journal gets an entry for each of theirs that is about a record, with the ids and references of
the centre, so that whoever asks what happened to a paper or a person finds it there; the entry names the
desk and the number in the desk's own chain, where the proof is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from dossier.bundles import ChainPart
from dossier.events import Event, EventKind
from storage.bodies import event_from_text
from storage.bundle_ids import Names
from storage.bundle_tables import carried_heads, carried_journal
from storage.heads import GENESIS
from storage.journal import entry_hash
from storage.schema import journal
from storage.sealed_heads import KeptHead

_ROWS: Final = 1000

_OF_THE_DESK: Final = frozenset(
    {
        EventKind.STORE_MADE,
        EventKind.STAMPS_LATE,
        EventKind.KEYS_ROTATED,
        EventKind.RULES_CHANGED,
        EventKind.TRUST_CHANGED,
        EventKind.COPIES_LATE,
        EventKind.LOCKS_LATE,
        EventKind.FIXITY_RUN,
        EventKind.FIXITY_LATE,
        EventKind.OBJECT_FAILED,
        EventKind.OBJECT_FELL_OVER,
        EventKind.OBJECT_REPAIRED,
        EventKind.OBJECT_LOST,
        EventKind.ORPHAN_REMOVED,
        EventKind.LEFTOVERS_REMOVED,
        EventKind.REMAINS_REMOVED,
        EventKind.OBJECTS_ENCIPHERED,
        EventKind.CANARY_RUN,
        EventKind.STORE_FROZEN,
        EventKind.STORE_LIFTED,
        EventKind.JOURNAL_SEALED,
        EventKind.JOURNAL_RECOVERED,
        EventKind.STORE_BACKED_UP,
        EventKind.STORE_RESTORED,
        EventKind.API_KEY_MADE,
        EventKind.API_KEY_REVOKED,
        EventKind.WEBHOOK_ADDED,
        EventKind.WEBHOOK_REMOVED,
        EventKind.WEBHOOK_RESUMED,
        EventKind.WEBHOOK_OFF,
        EventKind.DESK_ENROLLED,
        EventKind.DESK_RETIRED,
        EventKind.CENTRE_JOINED,
        EventKind.BUNDLE_EXPORTED,
        EventKind.BUNDLE_ACKNOWLEDGED,
        EventKind.BUNDLE_IMPORTED,
    }
)
"""What is about the desk's own machine: it stays in the desk's chain alone."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry of a journal as it stands in its table; ``event`` is canonical JSON."""

    number: int
    previous: str
    hash: str
    event: str

    @property
    def is_sound(self) -> bool:
        """Whether the hash is that of the content."""
        try:
            return entry_hash(self.number, self.previous, event=json.loads(self.event)) == self.hash
        except ValueError:
            return False

    def as_line(self) -> dict[str, object]:
        """As a bundle carries it."""
        return {"number": self.number, "previous": self.previous, "hash": self.hash, "event": self.event}


def entry_of_line(line: Mapping[str, Any]) -> RawEntry:
    """Raises KeyError, TypeError, ValueError."""
    return RawEntry(int(line["number"]), str(line["previous"]), str(line["hash"]), str(line["event"]))


def own_part(connection: Connection, *, after: int) -> ChainPart:
    """The piece of this store's journal behind that entry."""
    last = connection.execute(select(journal).order_by(journal.c.number.desc()).limit(1)).one()
    before = select(journal.c.hash).where(journal.c.number == after)
    return ChainPart(
        after=after,
        after_hash=connection.execute(before).scalar_one() if after else GENESIS,
        entries=last.number,
        head=last.hash,
    )


def own_entries(connection: Connection, part: ChainPart) -> Iterator[RawEntry]:
    """The entries of that piece, in order."""
    query = (
        select(journal)
        .where(journal.c.number > part.after, journal.c.number <= part.entries)
        .order_by(journal.c.number)
        .execution_options(yield_per=_ROWS)
    )
    for row in connection.execute(query):
        yield RawEntry(row.number, row.previous, row.hash, row.event)


def last_carried(connection: Connection, desk: str) -> int:
    """Number of the last entry that is known of a desk's journal; 0 for none."""
    query = select(carried_journal.c.number).where(carried_journal.c.desk == desk)
    return connection.execute(query.order_by(carried_journal.c.number.desc()).limit(1)).scalar() or 0


def carried_hash(connection: Connection, desk: str, number: int) -> str | None:
    """Hash of an entry of a desk's journal, if it is known; of the one before the first it always is."""
    if not number:
        return GENESIS
    query = select(carried_journal.c.hash).where(
        carried_journal.c.desk == desk, carried_journal.c.number == number
    )
    return connection.execute(query).scalar()


def take_entries(connection: Connection, desk: str, entries: Sequence[RawEntry]) -> Sequence[Event]:
    """Keep entries of a desk's journal that are not here yet.

    Args:
        connection: in a writing transaction.
        desk: whose they are.
        entries: in order, checked.

    Returns:
        What the centre's journal is told.
    """
    last = last_carried(connection, desk)
    fresh = [entry for entry in entries if entry.number > last]
    if not fresh:
        return ()
    connection.execute(insert(carried_journal), [{"desk": desk, **entry.as_line()} for entry in fresh])
    names = Names(connection, desk)
    found = [(entry.number, event_from_text(entry.event)) for entry in fresh]
    return [
        _ours(event, names, desk=desk, number=number)
        for number, event in found
        if event.kind not in _OF_THE_DESK
    ]


def take_heads(connection: Connection, desk: str, heads: Sequence[KeptHead]) -> None:
    """Keep sealed heads of a desk's journal that are not here yet."""
    known = set(
        connection.execute(select(carried_heads.c.entries).where(carried_heads.c.desk == desk)).scalars()
    )
    rows = [
        {
            "desk": desk,
            "entries": kept.head.entries,
            "content": kept.head.content.decode(),
            "signature": kept.signature,
        }
        for kept in heads
        if kept.head.entries not in known
    ]
    if rows:
        connection.execute(insert(carried_heads), rows)


def _ours(event: Event, names: Names, *, desk: str, number: int) -> Event:
    details = {
        name: names.ours(value) if isinstance(value, str) else value for name, value in event.details.items()
    }
    return replace(
        event,
        subject=names.ours(event.subject) if event.subject else "",
        owner_ref=names.ours(event.owner_ref) if event.owner_ref else "",
        details={**details, "desk": desk, "entry": number},
    )
