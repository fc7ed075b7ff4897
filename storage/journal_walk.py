"""Walking the journal: does every entry follow the one before, and does the chain run through its heads?

What does not hold is told apart, because a removed entry, an edited one and a whole chain made anew point to
different people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from dossier.errors import JournalBrokenError
from dossier.keeping_errors import (
    JournalEditedError,
    JournalForkedError,
    JournalHeadError,
    JournalInsertedError,
    JournalRemovedError,
    JournalReorderedError,
    JournalTruncatedError,
)
from dossier.ports import JournalCheck
from storage.bodies import canonical_json
from storage.heads import GENESIS, Head
from storage.journal import entry_hash
from storage.schema import journal

_WALK_ROWS = 1000


def check(
    connection: Connection,
    *,
    kept: Head | None,
    since: JournalCheck | None = None,
    sealed: Sequence[JournalCheck] = (),
) -> JournalCheck:
    """Walk the chain from its first entry, or from a head that was checked before.

    Args:
        connection: reads one state of the database.
        kept: the head as kept outside the database.
        since: where to begin; the entry must still be the one that was checked.
        sealed: heads the chain must run through.

    Returns:
        How many entries there are, and the hash of the last.

    Raises:
        JournalBrokenError: one of its kinds; names the first entry that does not hold.
    """
    anchors = _Anchors(kept, sealed)
    head = Head(since.entries, since.head) if since else Head(0, GENESIS)
    if since is not None:
        _need_start(connection, head)
    query = select(journal).where((journal.c.number > head.number) | (journal.c.number < 1))
    rows = connection.execute(query.order_by(journal.c.number).execution_options(yield_per=_WALK_ROWS))
    for row in rows:
        expected = head.number + 1
        if row.number != expected or row.previous != head.hash or row.hash != _recomputed(row, head):
            raise _fault(connection, row, head)
        head = Head(expected, row.hash)
        anchors.compare(head)
    anchors.need_reached(head)
    return JournalCheck(head.number, head.hash)


class _Anchors:
    """The heads a chain must run through."""

    def __init__(self, kept: Head | None, sealed: Sequence[JournalCheck]) -> None:
        self._kept = kept
        self._wanted = {one.entries: {one.head} for one in sealed}
        if kept is not None and kept.number:
            self._wanted.setdefault(kept.number, set()).add(kept.hash)
        self._agreed = 0

    def compare(self, head: Head) -> None:
        wanted = self._wanted.get(head.number)
        if wanted is None:
            return
        if wanted != {head.hash}:
            raise JournalForkedError(str(head.number), since=self._agreed)
        self._agreed = head.number

    def need_reached(self, head: Head) -> None:
        if self._kept is None:
            raise JournalHeadError(str(head.number), reason="thiếu hoặc hỏng tệp journal.head")
        if max(self._wanted, default=0) > head.number:
            raise JournalTruncatedError(str(head.number + 1))


def _need_start(connection: Connection, head: Head) -> None:
    """The entry a walk begins behind."""
    found = connection.execute(select(journal.c.hash).where(journal.c.number == head.number)).scalar()
    if found is None and head.number:
        raise JournalTruncatedError(str(head.number))
    if found is not None and found != head.hash:
        raise JournalForkedError(str(head.number), since=0)


def _fault(connection: Connection, row: Row[Any], head: Head) -> JournalBrokenError:
    """What happened to the entry that should follow the head."""
    expected = head.number + 1
    if row.number < expected or _is_double(connection, row):
        return JournalInsertedError(str(row.number))
    moved = _stands_elsewhere(connection, head)
    # Chained as the entry behind the one that is gone, and given that one's number afterwards.
    renumbered = not moved and row.hash == _recomputed(row, Head(head.number + 1, row.previous))
    if row.number > expected or renumbered:
        return JournalRemovedError(str(expected))
    if moved:
        return JournalReorderedError(str(expected))
    if row.previous != head.hash and row.hash == _recomputed(row, Head(head.number, row.previous)):
        return JournalForkedError(str(expected), since=head.number)
    return JournalEditedError(str(expected))


def _is_double(connection: Connection, row: Row[Any]) -> bool:
    count = select(func.count()).where(journal.c.hash == row.hash, journal.c.number < row.number)
    return bool(connection.execute(count).scalar())


def _stands_elsewhere(connection: Connection, head: Head) -> bool:
    """Whether the entry that was chained behind the head is in the table at another place."""
    elsewhere = select(journal.c.number).where(
        journal.c.previous == head.hash, journal.c.number > head.number + 1
    )
    return connection.execute(elsewhere.limit(1)).first() is not None


def _recomputed(row: Row[Any], head: Head) -> str:
    """The hash the next entry must have; empty when its text is not even canonical JSON."""
    try:
        data = json.loads(row.event)
        if canonical_json(data) != row.event:
            return ""
    except ValueError:
        return ""
    return entry_hash(head.number + 1, head.hash, event=data)
