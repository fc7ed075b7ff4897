"""What a centre remembers of its desks and their bundles, and what it has to ask people after merging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from dossier.bundle_errors import BundleKeyError
from dossier.bundles import MOST_DESKS, Arrival, Desk, Question, QuestionKind
from dossier.documents import DocumentState
from dossier.events import Event
from storage.bodies import moment_from_text, moment_to_text
from storage.bundle_tables import bundles, desks, merge_questions
from storage.centre import centre_of
from storage.database import Database
from storage.schema import documents
from storage.writing import Writing


class SqlDesks:
    """The centre's side of bundles in SQL. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def enrol(self, desk: Desk, *, events: Sequence[Event]) -> Desk:
        """Know a desk from now on; one that is known keeps what it was given, also when it had been retired.

        Args:
            desk: its ``part`` is chosen here.
            events: for the journal, when the desk is new.

        Raises:
            BundleKeyError: there are too many desks.
        """
        with self._writing() as writing:
            connection = writing.connection
            before = _desk_of(connection, desk.id)
            if before is not None and before.retired_at is None:
                return before
            if before is not None:
                connection.execute(update(desks).where(desks.c.id == desk.id).values(retired_at=None))
                writing.add(events)
                return replace(before, retired_at=None)
            taken = set(connection.execute(select(desks.c.part)).scalars())
            centre = centre_of(connection)
            if centre is not None:
                # A centre that is a desk itself counts within a part of its own.
                taken.add(centre.part)
            free = next((part for part in range(1, MOST_DESKS + 1) if part not in taken), None)
            if free is None:
                raise BundleKeyError(desk.name, reason=f"đã đủ {MOST_DESKS} bàn")
            made = replace(desk, part=free)
            connection.execute(
                insert(desks).values(
                    id=made.id,
                    part=made.part,
                    name=made.name,
                    signing_key=made.signing_key,
                    receiving_key=made.receiving_key,
                    enrolled_at=moment_to_text(made.enrolled_at),
                    retired_at=None,
                )
            )
            writing.add(events)
            return made

    def retire(self, desk: str, *, at: datetime, events: Sequence[Event]) -> Desk | None:
        """Take nothing more from a desk; nothing when it is not known."""
        with self._writing() as writing:
            connection = writing.connection
            done = connection.execute(
                update(desks)
                .where(desks.c.id == desk, desks.c.retired_at.is_(None))
                .values(retired_at=moment_to_text(at))
            )
            if done.rowcount:
                writing.add(events)
            return _desk_of(connection, desk)

    def desk(self, desk: str) -> Desk | None:
        """A desk by its id."""
        with self._database.reading() as connection:
            return _desk_of(connection, desk)

    def desks(self) -> Sequence[Desk]:
        """All desks, in the order they were enrolled."""
        with self._database.reading() as connection:
            return [_desk(row) for row in connection.execute(select(desks).order_by(desks.c.part))]

    def arrivals(self, desk: str) -> Sequence[Arrival]:
        """The bundles of a desk of which anything was taken, the oldest first."""
        query = select(bundles).where(bundles.c.desk == desk).order_by(bundles.c.number)
        with self._database.reading() as connection:
            return [_arrival(row) for row in connection.execute(query)]

    def begin(self, arrival: Arrival) -> None:
        """Note that a bundle is being taken; begun before, it goes on."""
        with self._writing() as writing:
            this = (bundles.c.desk == arrival.desk) & (bundles.c.number == arrival.number)
            if writing.connection.execute(select(bundles.c.number).where(this)).first() is None:
                writing.connection.execute(
                    insert(bundles).values(
                        desk=arrival.desk,
                        number=arrival.number,
                        base=arrival.base,
                        manifest_sha256=arrival.manifest,
                        entries=arrival.entries,
                        begun_at=moment_to_text(arrival.begun_at),
                        imported_at=None,
                    )
                )

    def finish(self, arrival: Arrival, *, at: datetime, events: Sequence[Event]) -> None:
        """Note that all of a bundle was taken."""
        with self._writing() as writing:
            writing.connection.execute(
                update(bundles)
                .where(bundles.c.desk == arrival.desk, bundles.c.number == arrival.number)
                .values(imported_at=moment_to_text(at))
            )
            writing.add(events)

    def questions(self, *, limit: int = 200) -> Sequence[Question]:
        """What is still to be settled; a paper's question goes when the paper waits no longer."""
        waits = select(documents.c.id).where(documents.c.state == DocumentState.WAITING.value)
        is_open = (merge_questions.c.kind != QuestionKind.DOCUMENT.value) | merge_questions.c.subject.in_(
            waits
        )
        query = (
            select(merge_questions)
            .where(is_open)
            .order_by(merge_questions.c.kind, merge_questions.c.subject)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                Question(kind=QuestionKind(row.kind), subject=row.subject, differs=tuple(row.differs.split()))
                for row in connection.execute(query)
            ]

    def count_questions(self) -> int:
        """How many questions merging raised, settled ones included."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(merge_questions)).scalar_one())


def ask(connection: Connection, question: Question) -> None:
    """Keep a question; the one about the same subject says what it says now."""
    unask(connection, question.kind, question.subject)
    connection.execute(
        insert(merge_questions).values(
            kind=question.kind.value, subject=question.subject, differs=" ".join(question.differs)
        )
    )


def unask(connection: Connection, kind: QuestionKind, subject: str) -> None:
    """Nothing differs about a subject any more."""
    connection.execute(
        delete(merge_questions).where(
            merge_questions.c.kind == kind.value, merge_questions.c.subject == subject
        )
    )


def _desk_of(connection: Connection, desk: str) -> Desk | None:
    row = connection.execute(select(desks).where(desks.c.id == desk)).first()
    return _desk(row) if row is not None else None


def _desk(row: Row[Any]) -> Desk:
    return Desk(
        id=row.id,
        part=row.part,
        name=row.name,
        signing_key=row.signing_key,
        receiving_key=row.receiving_key,
        enrolled_at=moment_from_text(row.enrolled_at),
        retired_at=moment_from_text(row.retired_at) if row.retired_at else None,
    )


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(
        desk=row.desk,
        number=row.number,
        base=row.base,
        manifest=row.manifest_sha256,
        entries=row.entries,
        begun_at=moment_from_text(row.begun_at),
        imported_at=moment_from_text(row.imported_at) if row.imported_at else None,
    )
