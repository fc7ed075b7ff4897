"""The last check of every object in every place, and which of them comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from dossier.events import Event
from dossier.ids import Sha256
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.schema import facts, fixity
from storage.writing import Writing

Outcome = Literal["", "ok", "damaged", "missing"]
"""What a check found; empty: never checked."""

BAD: Final = ("damaged", "missing")
_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: which object, when, with what outcome."""

    sha256: Sha256
    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How old the checks of one place are.

    Attributes:
        total: objects it is to hold.
        never: of them, never checked.
        bad: of them, damaged or missing at their last check.
        oldest: the oldest last check; for one never checked, since when it is known.
        recent: checked since the moment asked about.
        overdue: neither checked nor first known since the limit.
    """

    total: int
    never: int
    bad: int
    oldest: datetime | None
    recent: int
    overdue: int


class FixityRows:
    """The register in the database. Safe for threads and processes."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self._database = database
        self._writing = writing

    def due(self, place: str, *, before: datetime, limit: int) -> Sequence[Sha256]:
        """Objects not checked since that moment: those never checked first, then the oldest."""
        query = (
            select(fixity.c.sha256)
            .where(fixity.c.place == place, fixity.c.checked_at < moment_to_text(before))
            .order_by(fixity.c.checked_at, fixity.c.sha256)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def save(self, place: str, checks: Sequence[Check], *, events: Sequence[Event] = ()) -> None:
        """Record checks and their events in one transaction."""
        with self._writing() as writing:
            for check in checks:
                save_check(writing.connection, place, check.sha256, outcome=check.outcome, at=check.at)
            writing.add(events)

    def forget(self, place: str, hashes: Sequence[Sha256]) -> None:
        """The place need not hold these any more."""
        with self._writing() as writing:
            forget(writing.connection, place, hashes)

    def bad(self, *, after: str = "", limit: int = _PAGE) -> Sequence[Sha256]:
        """Objects some place holds damaged or not at all, by hash, each once."""
        query = (
            select(fixity.c.sha256)
            .where(fixity.c.outcome.in_(BAD), fixity.c.sha256 > after)
            .distinct()
            .order_by(fixity.c.sha256)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def bad_checks(self, *, limit: int) -> Sequence[tuple[str, Check]]:
        """Objects that are damaged or missing in a place, by hash, with that place."""
        query = (
            select(fixity)
            .where(fixity.c.outcome.in_(BAD))
            .order_by(fixity.c.sha256, fixity.c.place)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                (
                    row.place,
                    Check(
                        sha256=Sha256(row.sha256), at=moment_from_text(row.checked_at), outcome=row.outcome
                    ),
                )
                for row in connection.execute(query)
            ]

    def span(self, place: str) -> tuple[datetime | None, datetime | None, datetime | None]:
        """The newest and the oldest last check of a place, and since when an unchecked object is known.

        Each is one end of an index; of the unchecked ones a few stand for all.
        """
        here, checked = fixity.c.place == place, fixity.c.checked_at
        some = select(fixity.c.since).where(here, checked == "").limit(_PAGE).subquery()
        with self._database.reading() as connection:
            found = [
                connection.execute(select(func.max(checked)).where(here, checked > "")).scalar(),
                connection.execute(select(func.min(checked)).where(here, checked > "")).scalar(),
                connection.execute(select(func.min(some.c.since))).scalar(),
            ]
        newest, oldest, since = (moment_from_text(text) if text else None for text in found)
        return newest, oldest, since

    def walk(self, place: str, *, after: str = "") -> Iterator[tuple[Sha256, str]]:
        """Hash and last outcome of everything a place is to hold, in order of hash."""
        while True:
            query = (
                select(fixity.c.sha256, fixity.c.outcome)
                .where(fixity.c.place == place, fixity.c.sha256 > after)
                .order_by(fixity.c.sha256)
                .limit(_PAGE)
            )
            with self._database.reading() as connection:
                page = [(Sha256(row.sha256), str(row.outcome)) for row in connection.execute(query)]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def knows(self, place: str, sha256: Sha256) -> bool:
        """Whether the place is known to have held the object."""
        query = select(fixity.c.sha256).where(_among(place, [sha256]))
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def count(self, place: str) -> int:
        """How many objects the place is to hold, as far as known."""
        query = select(func.count()).select_from(fixity).where(fixity.c.place == place)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def ages(self, place: str, *, recent_since: datetime, limit_since: datetime) -> Ages:
        """How old the checks of a place are."""
        checked, since = fixity.c.checked_at, fixity.c.since
        limit = moment_to_text(limit_since)
        with self._database.reading() as connection:

            def count(*conditions: ColumnElement[bool]) -> int:
                query = select(func.count()).select_from(fixity).where(fixity.c.place == place, *conditions)
                return int(connection.execute(query).scalar_one())

            here = fixity.c.place == place
            oldest = [
                connection.execute(select(func.min(checked)).where(here, checked > "")).scalar(),
                connection.execute(select(func.min(since)).where(here, checked == "")).scalar(),
            ]
            return Ages(
                total=count(),
                never=count(checked == ""),
                bad=count(fixity.c.outcome.in_(BAD)),
                oldest=min((moment_from_text(text) for text in oldest if text), default=None),
                recent=count(checked >= moment_to_text(recent_since)),
                overdue=count(checked < limit, since < limit),
            )

    def cursor(self, place: str) -> str:
        """Up to which hash the place was compared with the records; empty at the beginning of a pass."""
        query = select(facts.c.value).where(facts.c.name == _cursor(place))
        with self._database.reading() as connection:
            return str(connection.execute(query).scalar() or "")

    def keep_cursor(self, place: str, after: str) -> None:
        """Remember it."""
        with self._writing() as writing:
            writing.connection.execute(delete(facts).where(facts.c.name == _cursor(place)))
            writing.connection.execute(insert(facts).values(name=_cursor(place), value=after))


def enrol(connection: Connection, place: str, hashes: Sequence[Sha256], *, at: datetime) -> None:
    """The place holds these as well; they wait for their first check."""
    known = frozenset(connection.execute(select(fixity.c.sha256).where(_among(place, hashes))).scalars())
    rows = [
        {"place": place, "sha256": sha256, "since": moment_to_text(at), "checked_at": "", "outcome": ""}
        for sha256 in hashes
        if sha256 not in known
    ]
    if rows:
        connection.execute(insert(fixity), rows)


def forget(connection: Connection, place: str, hashes: Sequence[Sha256]) -> None:
    """The place need not hold these any more."""
    connection.execute(delete(fixity).where(_among(place, hashes)))


def save_check(connection: Connection, place: str, sha256: Sha256, *, outcome: str, at: datetime) -> None:
    """Record a check, of an object that may not have been known to be there."""
    moment = moment_to_text(at)
    changed = connection.execute(
        update(fixity)
        .where(fixity.c.place == place, fixity.c.sha256 == sha256)
        .values(checked_at=moment, outcome=outcome)
    )
    if not changed.rowcount:
        connection.execute(
            insert(fixity).values(
                place=place, sha256=sha256, since=moment, checked_at=moment, outcome=outcome
            )
        )


def _among(place: str, hashes: Sequence[Sha256]) -> ColumnElement[bool]:
    return (fixity.c.place == place) & fixity.c.sha256.in_(hashes)


def _cursor(place: str) -> str:
    return f"census.{place}"
