"""How pages of files are to be arranged, and the moment in which they are; see ``Arrangements``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from dossier.arrange_errors import ArrangingBusyError
from dossier.arranging import ArrangedVersion, Arranging, ArrangingState, plan_from_text
from dossier.check_errors import CheckHeldError
from dossier.documents import Document, DocumentState
from dossier.errors import VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId, Sha256
from dossier.keeping import KeepingAct
from dossier.moments import VIETNAM
from storage import batches, campaigns, keeping_acts, same_papers, sign_rows, word_index
from storage.arrange_tables import arrangements, arranging_place
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.check_tables import check_drafts, check_holds
from storage.database import Database
from storage.documents import serial_of
from storage.schema import documents
from storage.vault import vault_of
from storage.writing import Writing

_NEWEST: Final = select(arrangements).order_by(arrangements.c.number.desc()).limit(1)

Save = Callable[[Writing, Document, Sequence[Event]], Document]
"""Saves the next version of a paper within a transaction, with its events."""


class SqlArrangements:
    """``dossier.arranging.Arrangements`` on SQLAlchemy. Safe for threads."""

    def __init__(
        self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]], save: Save
    ) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing
        self._save = save

    def ask(self, wanted: Arranging, *, free_before: datetime) -> None:
        """See ``Arrangements``."""
        with self._writing() as writing:
            connection, papers = writing.connection, sorted(wanted.seen)
            before = connection.execute(_NEWEST.where(arrangements.c.item_id == wanted.item)).first()
            if before is not None and before.state == ArrangingState.ASKED.value:
                raise ArrangingBusyError
            if wanted.number != (before.number if before is not None else 0) + 1:
                raise VersionConflictError(wanted.item)
            _need_seen(connection, wanted)
            _need_free(connection, papers, wanted.actor, free_before=free_before)
            row = f"{wanted.item}/{wanted.number}"
            told = {
                "plan": wanted.plan.as_text(),
                "seen": dict(wanted.seen),
                "reason": wanted.reason,
            }
            connection.execute(
                insert(arrangements).values(
                    id=row,
                    item_id=wanted.item,
                    number=wanted.number,
                    actor=wanted.actor,
                    told=vault_of(connection).seal(canonical_json(told), place=arranging_place(row)),
                    state=ArrangingState.ASKED.value,
                    asked_at=moment_to_text(wanted.asked_at),
                    done_at="",
                    error_code="",
                )
            )
            # Answers about the versions before count for nothing afterwards; unless it is refused.
            connection.execute(delete(check_holds).where(check_holds.c.document_id.in_(papers)))
            writing.add([_event(EventKind.PAGES_ASKED, wanted, at=wanted.asked_at)])

    def asked(self, *, limit: int = 20) -> Sequence[Arranging]:
        """See ``Arrangements``."""
        wanted = (
            select(arrangements)
            .where(arrangements.c.state == ArrangingState.ASKED.value)
            .order_by(arrangements.c.asked_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_arranging(connection, row) for row in connection.execute(wanted)]

    def newest(self, item: ItemId) -> Arranging | None:
        """See ``Arrangements``."""
        with self._database.reading() as connection:
            row = connection.execute(_NEWEST.where(arrangements.c.item_id == item)).first()
            return _arranging(connection, row) if row is not None else None

    def last_done(self, item: ItemId) -> Arranging | None:
        """What was done with the pages of a file last."""
        done = arrangements.c.state == ArrangingState.DONE.value
        with self._database.reading() as connection:
            row = connection.execute(_NEWEST.where(arrangements.c.item_id == item, done)).first()
            return _arranging(connection, row) if row is not None else None

    def gone(self, item: ItemId) -> Sequence[DocumentId]:
        """Papers of a file whose pages went into others."""
        with self._database.reading() as connection:
            return [paper for _, paper in keeping_acts.dissolved(connection, item)]

    def apply(  # noqa: PLR0913 - what is changed together
        self,
        wanted: Arranging,
        versions: Sequence[ArrangedVersion],
        *,
        results: Mapping[str, Sha256],
        act: KeepingAct,
        events: Sequence[Event],
        at: datetime,
    ) -> None:
        """See ``Arrangements``."""
        with self._writing() as writing:
            connection = writing.connection
            if not _settle(connection, wanted, ArrangingState.DONE, at=at):
                return
            _need_seen(connection, wanted)
            for one in versions:
                self._save_version(writing, one, at=at)
            for key, sha256 in results.items():
                batches.save_step(connection, key, result=sha256)
            seen = len(keeping_acts.load(connection, case=act.case))
            keeping_acts.append(connection, act, seen=seen)
            writing.add(events)

    def refuse(self, wanted: Arranging, *, code: str, at: datetime, events: Sequence[Event]) -> None:
        """See ``Arrangements``."""
        with self._writing() as writing:
            if _settle(writing.connection, wanted, ArrangingState.REFUSED, at=at, code=code):
                writing.add(events)

    def _save_version(self, writing: Writing, one: ArrangedVersion, *, at: datetime) -> None:
        connection = writing.connection
        saved = self._save(writing, one.document, one.events)
        serial = serial_of(connection, saved.id)
        if saved.state is DocumentState.DISSOLVED:
            same_papers.leave(connection, serial)
            # Its words are those of other papers of the file from now on.
            word_index.forget(connection, serial)
        if one.source is not None and one.source != saved.id:
            campaigns.follow(connection, serial, like=serial_of(connection, one.source), at=at)
        connection.execute(delete(check_holds).where(check_holds.c.document_id == saved.id))
        connection.execute(delete(check_drafts).where(check_drafts.c.document_id == saved.id))
        sign_rows.look_again(connection, serial)


def _need_seen(connection: Connection, wanted: Arranging) -> None:
    """Raises VersionConflictError when a paper has another version than the person saw."""
    if not wanted.seen:
        return
    query = select(documents.c.id, documents.c.version).where(documents.c.id.in_(sorted(wanted.seen)))
    found = {row.id: row.version for row in connection.execute(query)}
    for document, version in wanted.seen.items():
        if found.get(document) != version:
            raise VersionConflictError(document)


def _need_free(connection: Connection, papers: Sequence[str], actor: str, *, free_before: datetime) -> None:
    """Raises CheckHeldError when somebody else has one of the papers on the table."""
    held = select(check_holds.c.since).where(
        check_holds.c.document_id.in_(papers),
        check_holds.c.holder.not_in(["", actor]),
        check_holds.c.seen_at >= moment_to_text(free_before),
    )
    row = connection.execute(held.order_by(check_holds.c.since).limit(1)).first()
    if row is not None:
        raise CheckHeldError(since=f"{moment_from_text(row.since).astimezone(VIETNAM):%H:%M}")


def _settle(
    connection: Connection, wanted: Arranging, state: ArrangingState, *, at: datetime, code: str = ""
) -> bool:
    """Say what became of it; ``False`` when that was said before."""
    waits = (
        arrangements.c.id == f"{wanted.item}/{wanted.number}",
        arrangements.c.state == ArrangingState.ASKED.value,
    )
    values = {"state": state.value, "done_at": moment_to_text(at), "error_code": code}
    return bool(connection.execute(update(arrangements).where(*waits).values(**values)).rowcount)


def _event(kind: EventKind, wanted: Arranging, *, at: datetime) -> Event:
    return Event(
        kind=kind,
        at=at,
        actor=wanted.actor,
        subject=wanted.item,
        details={"number": wanted.number, "papers": len(wanted.plan.papers)},
    )


def _arranging(connection: Connection, row: Row[Any]) -> Arranging:
    told = json.loads(vault_of(connection).unseal(row.told, place=arranging_place(row.id)))
    return Arranging(
        item=ItemId(row.item_id),
        number=row.number,
        plan=plan_from_text(told["plan"]),
        seen={DocumentId(document): version for document, version in told["seen"].items()},
        reason=told["reason"],
        actor=row.actor,
        asked_at=moment_from_text(row.asked_at),
        done_at=moment_from_text(row.done_at) if row.done_at else None,
        state=ArrangingState(row.state),
        code=row.error_code,
    )
