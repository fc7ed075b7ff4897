"""The queue of second copies: which object a place does not hold yet, since when, and when to try next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from dossier.ids import Sha256
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.expected import standing_of, walk_wanted
from storage.fixity_rows import save_check
from storage.schema import copies, facts, fixity
from storage.writing import Writing

WAITING: Final = "waiting"
BLOCKED: Final = "blocked"
_PAGE: Final = 500
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for one place.

    Attributes:
        waiting: objects that are tried again by themselves.
        blocked: objects whose first copy is missing or damaged: repair is asked for.
        oldest: since when the oldest of both waits, if any does.
        next_try: when the next of the waiting may be tried, if any waits.
    """

    waiting: int = 0
    blocked: int = 0
    oldest: datetime | None = None
    next_try: datetime | None = None


class CopyQueue:
    """The queue in the database. Safe for threads and processes."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self._database = database
        self._writing = writing

    def add(self, place: str, hashes: Sequence[Sha256], *, at: datetime) -> int:
        """Note that the place is to get these objects; one that waits already stays where it is.

        Returns:
            How many were new.
        """
        with self._writing() as writing:
            return add_within(writing.connection, place, hashes, at=at)

    def due(self, place: str, *, at: datetime, limit: int = _PAGE) -> Sequence[Sha256]:
        """Objects whose turn has come, the longest waiting first.

        What was never tried is due, however wrong the clock of whoever queued it is.
        """
        is_due = or_(copies.c.next_try <= moment_to_text(at), copies.c.tries == 0)
        query = (
            select(copies.c.sha256)
            .where(copies.c.place == place, copies.c.state == WAITING, is_due)
            .order_by(copies.c.next_try, copies.c.sha256)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def done(self, place: str, sha256: Sha256, *, at: datetime) -> None:
        """The place holds the object, read back at that moment: its first fixity check."""
        with self._writing() as writing:
            writing.connection.execute(delete(copies).where(_is(place, sha256)))
            save_check(writing.connection, place, sha256, outcome="ok", at=at)

    def postpone(self, place: str, sha256: Sha256, *, code: str, at: datetime) -> None:
        """It failed: try again after a pause that doubles each time, up to an hour."""
        with self._writing() as writing:
            query = select(copies.c.tries).where(_is(place, sha256))
            tries = int(writing.connection.execute(query).scalar() or 0)
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries, _MOST_DOUBLINGS))
            writing.connection.execute(
                update(copies)
                .where(_is(place, sha256))
                .values(tries=tries + 1, next_try=moment_to_text(at + pause), error_code=code)
            )

    def block(self, place: str, sha256: Sha256, *, code: str) -> None:
        """There is nothing good to copy: nothing is tried until the first copy is repaired."""
        with self._writing() as writing:
            writing.connection.execute(
                update(copies).where(_is(place, sha256)).values(state=BLOCKED, error_code=code)
            )

    def release(self, sha256: Sha256, *, at: datetime) -> None:
        """The first copy is good again: all that waited for it may be tried."""
        with self._writing() as writing:
            writing.connection.execute(
                update(copies)
                .where(copies.c.sha256 == sha256, copies.c.state == BLOCKED)
                .values(state=WAITING, next_try=moment_to_text(at))
            )

    def backlog(self, place: str) -> Backlog:
        """What waits for a place."""
        counts = (
            select(copies.c.state, func.count(), func.min(copies.c.since), func.min(copies.c.next_try))
            .where(copies.c.place == place)
            .group_by(copies.c.state)
        )
        with self._database.reading() as connection:
            found = {row[0]: row for row in connection.execute(counts)}
        oldest = min((row[2] for row in found.values()), default=None)
        waiting = found.get(WAITING)
        return Backlog(
            waiting=int(waiting[1]) if waiting else 0,
            blocked=int(found[BLOCKED][1]) if BLOCKED in found else 0,
            oldest=moment_from_text(oldest) if oldest else None,
            next_try=moment_from_text(waiting[3]) if waiting else None,
        )

    def catch_up(self, place: str, *, at: datetime) -> int:
        """Queue what places are to hold and this was never known to hold: from before it was set up, or lost
        between the object and its row by a killed writer.

        Returns:
            How many were queued.
        """  # noqa: D205  the sentence does not fit one line
        added, wanted = 0, walk_wanted(self._database)
        while page := list(islice(wanted, _PAGE)):
            with self._writing() as writing:
                known = _known(writing.connection, place, page)
                still = standing_of(writing.connection, page).wanted
                missing = [one for one in page if one in still and one not in known]
                added += add_within(writing.connection, place, missing, at=at)
        with self._writing() as writing:
            _keep_fact(writing.connection, _caught_up(place), moment_to_text(at))
        return added

    def caught_up(self, place: str) -> datetime | None:
        """When ``catch_up`` went through last."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(facts.c.value).where(facts.c.name == _caught_up(place))
            ).scalar()
        return moment_from_text(found) if found else None


def which_wait(connection: Connection, place: str, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the hashes that wait to be copied to the place."""
    query = select(copies.c.sha256).where(copies.c.place == place, copies.c.sha256.in_(hashes))
    return frozenset(connection.execute(query).scalars())


def add_within(connection: Connection, place: str, hashes: Sequence[Sha256], *, at: datetime) -> int:
    """``CopyQueue.add`` within the caller's writing transaction."""
    waiting = which_wait(connection, place, hashes) if hashes else frozenset()
    moment = moment_to_text(at)
    rows = [
        {
            "place": place,
            "sha256": sha256,
            "state": WAITING,
            "since": moment,
            "tries": 0,
            "next_try": moment,
            "error_code": "",
        }
        for sha256 in dict.fromkeys(hashes)
        if sha256 not in waiting
    ]
    if rows:
        connection.execute(insert(copies), rows)
    return len(rows)


def drop_within(connection: Connection, hashes: Sequence[Sha256]) -> None:
    """No place needs a copy of these any more, within the caller's writing transaction."""
    connection.execute(delete(copies).where(copies.c.sha256.in_(hashes)))


def _known(connection: Connection, place: str, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    query = select(fixity.c.sha256).where(fixity.c.place == place, fixity.c.sha256.in_(hashes))
    return frozenset(connection.execute(query).scalars()) | which_wait(connection, place, hashes)


def _is(place: str, sha256: Sha256) -> ColumnElement[bool]:
    return (copies.c.place == place) & (copies.c.sha256 == sha256)


def _caught_up(place: str) -> str:
    return f"copies.caught_up.{place}"


def _keep_fact(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts).values(name=name, value=value))
