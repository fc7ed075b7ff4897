"""Finding entries of a long journal: by what they are about, and by walking back over a bounded stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from dossier.events import EventKind
from dossier.ports import JournalEntry
from storage.bodies import canonical_json, event_from_text
from storage.counter_tables import journal_about
from storage.journal import entry_of
from storage.schema import journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the journal that was walked over.

    Attributes:
        entries: what was found in it, the newest first.
        walked_to: number of the oldest entry that was looked at; 1 at the beginning of the journal.
    """

    entries: Sequence[JournalEntry]
    walked_to: int


def about(connection: Connection, keys: Sequence[str], *, before: int, limit: int) -> Sequence[JournalEntry]:
    """Entries about records, the newest first; each key's newest by itself, as its index stands in order.

    Args:
        connection: that reads.
        keys: ids of papers, files, batches, requests, or dossier codes.
        before: only entries before that number; 0 for all.
        limit: at most so many.
    """
    numbers: set[int] = set()
    for key in dict.fromkeys(keys):
        query = select(journal_about.c.number).where(journal_about.c.about == key)
        if before:
            query = query.where(journal_about.c.number < before)
        query = query.order_by(journal_about.c.number.desc()).limit(limit)
        numbers |= set(connection.execute(query).scalars())
    wanted = sorted(numbers, reverse=True)[:limit]
    rows = connection.execute(select(journal).where(journal.c.number.in_(wanted)))
    found = {row.number: entry_of(row) for row in rows}
    return [found[number] for number in wanted if number in found]


def walk_back(  # noqa: PLR0913 - a walk has these parts
    connection: Connection,
    *,
    kind: EventKind | None,
    actor: str,
    first: int,
    before: int,
    limit: int,
    steps: int,
) -> Stretch:
    """Entries of a kind or an actor, the newest first, over at most so many entries.

    Args:
        connection: that reads.
        kind: nothing for all.
        actor: opaque name, empty for all.
        first: number of the oldest entry that may be found.
        before: only entries before that number; 0 for all.
        limit: found at most.
        steps: looked at at most.
    """
    last = before or int(connection.execute(select(func.max(journal.c.number))).scalar() or 0) + 1
    lowest = max(first, last - steps, 1)
    query = select(journal).where(journal.c.number >= lowest, journal.c.number < last)
    if kind is not None:
        query = query.where(journal.c.event.contains(f'"kind":{canonical_json(kind.value)}', autoescape=True))
    if actor:
        query = query.where(journal.c.event.contains(f'"actor":{canonical_json(actor)}', autoescape=True))
    rows = connection.execute(query.order_by(journal.c.number.desc()).limit(limit)).all()
    # What is written in details may look the same: the entry itself decides.
    found = [
        entry
        for entry in map(entry_of, rows)
        if (kind is None or entry.event.kind is kind) and (not actor or entry.event.actor == actor)
    ]
    return Stretch(entries=found, walked_to=rows[-1].number if len(rows) == limit else lowest)


def number_at(connection: Connection, moment: datetime) -> int:
    """Number of the first entry from a moment on, found by halving; one behind the last when there is none.

    Entries stand in the order in which they were written, so their moments grow but for a clock that was set.
    """
    low, high = 1, int(connection.execute(select(func.max(journal.c.number))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        text = connection.execute(select(journal.c.event).where(journal.c.number == middle)).scalar()
        if text is None or event_from_text(text).at >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def one(connection: Connection, number: int) -> JournalEntry | None:
    """The entry of a number."""
    row = connection.execute(select(journal).where(journal.c.number == number)).first()
    return None if row is None else entry_of(row)


def lines(connection: Connection, *, first: int, last: int) -> Sequence[dict[str, object]]:
    """Entries as they stand in the table, both numbers included, for a proof."""
    query = select(journal).where(journal.c.number >= first, journal.c.number <= last)
    return [
        {"number": row.number, "previous": row.previous, "hash": row.hash, "event": row.event}
        for row in connection.execute(query.order_by(journal.c.number))
    ]
