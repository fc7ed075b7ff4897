"""The journal: entries that only grow, each holding the hash of the one before.

The hash of an entry is SHA-256 over the canonical JSON of its number, the hash before, and the event, so a
stand-alone program can check the chain from an export.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from dossier.errors import JournalBrokenError
from dossier.events import Event
from dossier.ports import JournalCheck, JournalEntry
from storage.bodies import canonical_json, event_from_text, event_to_json
from storage.heads import GENESIS, Head
from storage.schema import journal

_WALK_ROWS = 1000


def entry_hash(number: int, previous: str, *, event: object) -> str:
    """Hash (hex SHA-256) of an entry whose event is given as plain data."""
    text = canonical_json({"number": number, "previous": previous, "event": event})
    return hashlib.sha256(text.encode()).hexdigest()


def append(connection: Connection, events: Sequence[Event], *, kept: Head | None) -> Head:
    """Add events to the chain within the caller's writing transaction.

    Args:
        connection: in a transaction no other writer can come between.
        events: at least one.
        kept: the head as kept outside the database; a shorter database is a cut one and must not go on.

    Returns:
        The new head, to be kept outside once the transaction is through.

    Raises:
        JournalBrokenError: the end of the journal is not the one that was kept.
    """
    last = connection.execute(
        select(journal.c.number, journal.c.hash).order_by(journal.c.number.desc()).limit(1)
    ).first()
    head = Head(last.number, last.hash) if last else Head(0, GENESIS)
    if kept is None or kept.number > head.number or (kept.number == head.number and kept.hash != head.hash):
        raise JournalBrokenError(str(head.number + 1), cause="the database ends before the kept head")
    rows: list[dict[str, object]] = []
    for event in events:
        data = event_to_json(event)
        number = head.number + 1
        digest = entry_hash(number, head.hash, event=data)
        rows.append({"number": number, "previous": head.hash, "hash": digest, "event": canonical_json(data)})
        head = Head(number, digest)
    connection.execute(insert(journal), rows)
    return head


def entries(connection: Connection, *, after: int, limit: int) -> Sequence[JournalEntry]:
    """Entries after that number, in order.

    Raises:
        JournalBrokenError: the text of an entry is no event any more.
    """
    rows = connection.execute(
        select(journal).where(journal.c.number > after).order_by(journal.c.number).limit(limit)
    )
    found: list[JournalEntry] = []
    for row in rows:
        try:
            event = event_from_text(row.event)
        except (KeyError, TypeError, ValueError) as error:
            raise JournalBrokenError(str(row.number), cause="not an event") from error
        found.append(JournalEntry(row.number, event, row.previous, row.hash))
    return found


def check(connection: Connection, *, kept: Head | None) -> JournalCheck:
    """Walk the whole chain and compare its end with the head kept outside, which must have been read before.

    Raises:
        JournalBrokenError: names the first entry that does not hold.
    """
    head = Head(0, GENESIS)
    query = select(journal).order_by(journal.c.number).execution_options(yield_per=_WALK_ROWS)
    rows = connection.execute(query)
    for row in rows:
        expected = head.number + 1
        if row.number != expected or row.previous != head.hash or row.hash != _recomputed(row.event, head):
            raise JournalBrokenError(str(expected), cause="changed, removed, doubled or reordered")
        head = Head(expected, row.hash)
        if kept is not None and kept.number == head.number and kept.hash != head.hash:
            raise JournalBrokenError(str(expected), cause="another entry than the kept head")
    if kept is None:
        raise JournalBrokenError(str(head.number), cause="the kept head is gone")
    if kept.number > head.number:
        raise JournalBrokenError(str(head.number + 1), cause="cut off at the end")
    return JournalCheck(head.number, head.hash)


def _recomputed(event: str, head: Head) -> str:
    """The hash the next entry must have; empty when its text is not even canonical JSON."""
    try:
        data = json.loads(event)
        if canonical_json(data) != event:
            return ""
    except ValueError:
        return ""
    return entry_hash(head.number + 1, head.hash, event=data)
