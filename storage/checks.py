"""Who has which waiting paper on the table, and answers not saved yet: ``dossier.checking.CheckTable``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, insert, or_, select, update

from dossier.admission import EVERYTHING, covers
from dossier.checking import CheckDraft, CheckHold, CheckLine, CheckQuery
from dossier.codes import office_of
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event
from dossier.ids import DocumentId
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.check_tables import check_drafts, check_holds
from storage.database import Database
from storage.desk_tables import sign_waits
from storage.documents import bodies, opened
from storage.schema import batches, documents, item_origins, items, versions
from storage.vault import vault_of
from storage.writing import Writing

_FORGOTTEN: Final = timedelta(days=30)
"""Answers that nobody came back to for so long are no answers."""
_LOOKED_AT: Final = 200
"""Papers that are opened at a time to see for which office they are."""


def draft_id(document: DocumentId, actor: str) -> str:
    """The row of somebody's answers about a paper."""
    return f"{document}/{actor}"


def draft_place(row: str) -> str:
    """What answers are bound to."""
    return f"check_drafts/{row}/told"


class SqlChecks:
    """``dossier.checking.CheckTable`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def queue(self, query: CheckQuery, *, after: int = 0, limit: int = 50) -> Sequence[CheckLine]:
        """See ``CheckTable``."""
        found: list[CheckLine] = []
        with self._database.reading() as connection:
            while len(found) < limit:
                asked = _waiting().where(documents.c.serial > after, *_narrowed(query))
                rows = connection.execute(asked.order_by(documents.c.serial).limit(_LOOKED_AT)).all()
                lines = (_line(connection, row) for row in rows)
                found += [line for line in lines if _is_theirs(line.document, query)]
                if len(rows) < _LOOKED_AT:
                    break
                after = rows[-1].document_serial
        return found[:limit]

    def line(self, document: DocumentId) -> CheckLine:
        """See ``CheckTable``."""
        with self._database.reading() as connection:
            row = connection.execute(_waiting().where(documents.c.id == document)).first()
            if row is None:
                raise RecordMissingError(document)
            return _line(connection, row)

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> CheckHold:
        """See ``CheckTable``."""
        # Writing transactions come one after the other: who reads here reads what counts.
        with self._writing() as writing:
            connection, same = writing.connection, check_holds.c.document_id == document
            row = connection.execute(select(check_holds).where(same)).first()
            now, before = moment_to_text(at), _hold(row)
            if before is not None and before.holder not in ("", actor) and before.seen_at >= free_before:
                return before
            aside = before.aside if before else 0
            since = before.since if before and before.holder == actor else at
            values = {"holder": actor, "since": moment_to_text(since), "seen_at": now, "aside": aside}
            if row is None:
                connection.execute(insert(check_holds).values(document_id=document, **values))
            else:
                connection.execute(update(check_holds).where(same).values(**values))
            return CheckHold(document=document, holder=actor, since=since, seen_at=at, aside=aside)

    def leave(self, actor: str) -> int:
        """See ``CheckTable``."""
        with self._writing() as writing:
            connection = writing.connection
            changed = connection.execute(
                update(check_holds).where(check_holds.c.holder == actor).values(holder="")
            )
            # What was laid aside stays so.
            connection.execute(
                delete(check_holds).where(check_holds.c.holder == "", check_holds.c.aside == 0)
            )
            return int(changed.rowcount)

    def held_by(self, actor: str, *, free_before: datetime) -> Sequence[DocumentId]:
        """See ``CheckTable``."""
        theirs = (check_holds.c.holder == actor, check_holds.c.seen_at >= moment_to_text(free_before))
        with self._database.reading() as connection:
            rows = connection.execute(
                select(check_holds.c.document_id).where(*theirs).order_by(check_holds.c.since)
            )
            return [DocumentId(row.document_id) for row in rows]

    def draft(self, document: DocumentId, actor: str) -> CheckDraft | None:
        """See ``CheckTable``."""
        with self._database.reading() as connection:
            same = check_drafts.c.id == draft_id(document, actor)
            row = connection.execute(select(check_drafts).where(same)).first()
            return _draft(connection, row) if row is not None else None

    def keep(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """See ``CheckTable``."""
        told = {
            "values": dict(draft.values),
            "stood_by": sorted(draft.stood_by),
            "unreadable": sorted(draft.unreadable),
            "type": draft.type_,
            "owner": draft.owner,
            "done": list(draft.done),
        }
        with self._writing() as writing:
            connection, row = writing.connection, draft_id(draft.document, draft.actor)
            held = connection.execute(
                update(check_holds)
                .where(
                    check_holds.c.document_id == draft.document,
                    check_holds.c.holder == draft.actor,
                    check_holds.c.seen_at >= moment_to_text(free_before),
                )
                .values(seen_at=moment_to_text(draft.saved_at))
            )
            if not held.rowcount:
                return False
            old = check_drafts.c.saved_at < moment_to_text(draft.saved_at - _FORGOTTEN)
            connection.execute(delete(check_drafts).where(or_(check_drafts.c.id == row, old)))
            connection.execute(
                insert(check_drafts).values(
                    id=row,
                    document_id=draft.document,
                    actor=draft.actor,
                    version=draft.version,
                    told=vault_of(connection).seal(canonical_json(told), place=draft_place(row)),
                    saved_at=moment_to_text(draft.saved_at),
                )
            )
            return True

    def forget(self, document: DocumentId, *, aside: int = 0, events: Sequence[Event] = ()) -> None:
        """See ``CheckTable``."""
        with self._writing() as writing:
            connection, same = writing.connection, check_holds.c.document_id == document
            connection.execute(delete(check_drafts).where(check_drafts.c.document_id == document))
            if aside:
                connection.execute(update(check_holds).where(same).values(holder="", aside=aside))
            else:
                connection.execute(delete(check_holds).where(same))
            writing.add(events)


def _waiting() -> Select[Any]:
    """Waiting papers in their newest version, with their file's arrival and whoever has them."""
    return (
        bodies()
        .add_columns(
            batches.c.received_at,
            item_origins.c.operator,
            check_holds.c.document_id.label("held"),
            check_holds.c.holder,
            check_holds.c.since,
            check_holds.c.seen_at,
            check_holds.c.aside,
        )
        .join(items, items.c.id == documents.c.item_id)
        .join(batches, batches.c.id == items.c.batch_id)
        .outerjoin(item_origins, item_origins.c.item_id == items.c.id)
        .outerjoin(check_holds, check_holds.c.document_id == documents.c.id)
        .where(
            documents.c.version == versions.c.version,
            documents.c.state == DocumentState.WAITING.value,
            # Checked already; a signer has it.
            ~exists().where(sign_waits.c.document_serial == documents.c.serial),
        )
    )


def _narrowed(query: CheckQuery) -> Sequence[ColumnElement[bool]]:
    """What can be told without opening a paper; what it was handed in for stands beside its file."""
    found: list[ColumnElement[bool]] = []
    if query.type_:
        found.append(documents.c.type == query.type_)
    if query.not_by:
        operator = item_origins.c.operator
        found.append(or_(operator.is_(None), operator.not_in(sorted(query.not_by))))
    offices = [query.office] if query.office else query.offices
    if EVERYTHING not in offices:
        # A sheet before the paper may name the dossier that its batch does not.
        told = [batches.c.dossier.startswith(office, autoescape=True) for office in offices]
        found.append(or_(batches.c.dossier == "", *told))
    return found


def _is_theirs(document: Document, query: CheckQuery) -> bool:
    """Whether a paper is of their offices; one without a dossier is for those of all."""
    office = office_of(document.dossier)
    asked = not query.office or office == query.office or office.startswith(f"{query.office}.")
    return asked and not document.restricted and covers(query.offices, office or "-")


def _line(connection: Connection, row: Row[Any]) -> CheckLine:
    return CheckLine(
        serial=row.document_serial,
        document=opened(connection, row),
        received_at=moment_from_text(row.received_at),
        hold=_hold(row, document=row.held) if row.held else None,
        operator=row.operator or "",
    )


def _hold(row: Row[Any] | None, *, document: str = "") -> CheckHold | None:
    if row is None:
        return None
    return CheckHold(
        document=DocumentId(document or row.document_id),
        holder=row.holder,
        since=moment_from_text(row.since),
        seen_at=moment_from_text(row.seen_at),
        aside=row.aside,
    )


def _draft(connection: Connection, row: Row[Any]) -> CheckDraft:
    told = json.loads(vault_of(connection).unseal(row.told, place=draft_place(row.id)))
    return CheckDraft(
        document=DocumentId(row.document_id),
        version=row.version,
        actor=row.actor,
        values=told["values"],
        stood_by=frozenset(told["stood_by"]),
        unreadable=frozenset(told["unreadable"]),
        type_=told["type"],
        owner=told["owner"],
        done=tuple(told["done"]),
        saved_at=moment_from_text(row.saved_at),
    )
