"""What whoever runs an installation wants to know of the records, by index: nothing walks a big table.

Two things are written here, as facts: when a job ran last and how it ended, and how much work was done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, case, delete, func, insert, select

from dossier.documents import DocumentState
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.database_clock import now_ms
from storage.fixity_rows import BAD
from storage.schema import batches, documents, facts, fixity, items, journal
from storage.set_aside import SetAside, named
from storage.set_aside import count as count_aside
from storage.work_fence import HELD
from storage.work_rows import READY
from storage.work_tables import work, work_holders
from storage.writing import Writing

_RAN: Final = "ran."
_DONE: Final = "done"
_MOST: Final = 10_000
"""Further than this nothing is counted: whether more wait makes no difference to what has to be done."""
_RECENT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """The last run of a job.

    Attributes:
        at: when it ended, aware.
        code: of what it ended with; empty when it went well.
    """

    at: datetime
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Papers that wait for a person.

    Attributes:
        count: how many, ten thousand at most.
        oldest: when the file of the oldest came, if any waits.
    """

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of the objects of one place.

    Attributes:
        oldest: the oldest last check, if anything was checked.
        bad: damaged or missing at their last check, ten thousand at most.
        unchecked: never checked, ten thousand at most.
        unchecked_since: since when one of those is known.
    """

    oldest: datetime | None
    bad: int
    unchecked: int
    unchecked_since: datetime | None


class Operating:
    """One store's records as an operator sees them. Safe for threads and processes."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a writing transaction."""
        self._database = database
        self._writing = writing

    def note_run(self, job: str, *, at: datetime, code: str = "") -> None:
        """A job ended.

        Args:
            job: its name.
            at: aware.
            code: of what it ended with; empty when it went well.
        """
        with self._writing() as writing:
            _keep(writing.connection, f"{_RAN}{job}", {"at": moment_to_text(at), "code": code})

    def runs(self) -> Mapping[str, JobRun]:
        """The last run of every job that ever ran."""
        query = select(facts).where(facts.c.name >= _RAN, facts.c.name < f"{_RAN[:-1]}/")
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.name.removeprefix(_RAN): _run(row.value) for row in rows}

    def add_done(self, more: Mapping[str, float]) -> None:
        """More work was done.

        Args:
            more: by name, how much; what is not known yet begins.
        """
        with self._writing() as writing:
            done = _done(writing.connection)
            summed = {name: round(done.get(name, 0) + more.get(name, 0), 3) for name in {*done, *more}}
            _keep(writing.connection, _DONE, dict(sorted(summed.items())))

    def done(self) -> Mapping[str, float]:
        """How much work was done in all, on all machines, by name; numbers only grow."""
        with self._database.reading() as connection:
            return _done(connection)

    def entries(self) -> int:
        """Number of the last entry of the journal."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(journal.c.number))).scalar() or 0)

    def waiting(self) -> Waiting:
        """Papers that wait for a person."""
        theirs = select(documents.c.serial).where(documents.c.state == DocumentState.WAITING.value)
        came = (
            select(batches.c.received_at)
            .join(items, items.c.batch_id == batches.c.id)
            .join(documents, documents.c.item_id == items.c.id)
            .where(documents.c.state == DocumentState.WAITING.value)
            .order_by(documents.c.serial)
            .limit(1)
        )
        with self._database.reading() as connection:
            oldest = connection.execute(came).scalar()
            count = _count(connection, theirs)
        return Waiting(count=count, oldest=moment_from_text(oldest) if oldest else None)

    def begun(self) -> datetime | None:
        """When the store was made: the first entry of its journal says so."""
        with self._database.reading() as connection:
            first = connection.execute(select(journal.c.event).order_by(journal.c.number).limit(1)).scalar()
        return moment_from_text(str(json.loads(first)["at"])) if first else None

    def unattended(self) -> Mapping[str, datetime]:
        """By pool that nobody works for who gives a sign of life: since when its first file is as it is.

        What a machine that died has in hand counts as waiting: with nobody left, nobody gives it back.
        """
        with self._database.reading() as connection:
            now = now_ms(connection)
            alive = work.c.holder.in_(select(work_holders.c.id).where(work_holders.c.ends >= now))
            query = (
                select(work.c.pool, func.min(work.c.since))
                .where(work.c.state.in_((READY, HELD)))
                .group_by(work.c.pool)
                .having(func.max(case((alive, 1), else_=0)) == 0)
            )
            return {str(pool): moment_from_text(since) for pool, since in connection.execute(query)}

    def work_since(self) -> datetime | None:
        """Since when the first file in line waits; nothing when none does. The line is bounded."""
        with self._database.reading() as connection:
            since = connection.execute(select(func.min(work.c.since)).where(work.c.state == READY)).scalar()
        return moment_from_text(since) if since else None

    def set_aside(self) -> int:
        """How many papers a step behind the filing went past; see ``storage.set_aside``."""
        with self._database.reading() as connection:
            return count_aside(connection)

    def named_aside(self, *, limit: int = 20) -> Sequence[SetAside]:
        """Those papers, the newest first."""
        with self._database.reading() as connection:
            return named(connection, limit=limit)

    def recent(self) -> Mapping[str, int]:
        """The states of the newest thousand papers."""
        newest = select(documents.c.state).order_by(documents.c.serial.desc()).limit(_RECENT).subquery()
        with self._database.reading() as connection:
            rows = connection.execute(select(newest.c.state, func.count()).group_by(newest.c.state))
            return {str(state): int(count) for state, count in rows}

    def checked(self, place: str) -> Checked:
        """What is known of the objects of a place."""
        here, checked = fixity.c.place == place, fixity.c.checked_at
        never = select(fixity.c.since).where(here, checked == "").limit(_MOST).subquery()
        with self._database.reading() as connection:
            oldest = connection.execute(select(func.min(checked)).where(here, checked > "")).scalar()
            unchecked, since = connection.execute(select(func.count(), func.min(never.c.since))).one()
            bad = _count(connection, select(fixity.c.sha256).where(fixity.c.outcome.in_(BAD), here))
        return Checked(
            oldest=moment_from_text(oldest) if oldest else None,
            bad=bad,
            unchecked=int(unchecked),
            unchecked_since=moment_from_text(since) if since else None,
        )


def _count(connection: Connection, query: Select[Any]) -> int:
    found = query.limit(_MOST).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def _keep(connection: Connection, name: str, value: Mapping[str, object]) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts).values(name=name, value=json.dumps(value)))


def _run(text: str) -> JobRun:
    told = json.loads(text)
    return JobRun(at=moment_from_text(told["at"]), code=str(told["code"]))


def _done(connection: Connection) -> dict[str, float]:
    text = connection.execute(select(facts.c.value).where(facts.c.name == _DONE)).scalar()
    return dict(json.loads(text)) if text else {}
