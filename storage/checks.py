"""Who has which waiting paper on the table, and answers not saved yet: ``dossier.checking.CheckTable``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from dossier.admission import EVERYTHING, covers
from dossier.checking import CheckDraft, CheckHold, CheckLine, CheckQuery, OnHand
from dossier.codes import office_of
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event
from dossier.ids import DocumentId
from storage.arrange_tables import BEING_ARRANGED
from storage.bodies import moment_from_text, moment_to_text
from storage.check_drafts import draft_id, draft_of, keep_draft
from storage.check_saves import save_of
from storage.check_tables import check_drafts, check_holds, check_saves
from storage.database import Database
from storage.desk_tables import sign_waits
from storage.documents import bodies, opened
from storage.schema import batches, documents, item_origins, items, versions
from storage.writing import Writing

_ON_HAND: Final = (
    select(check_holds.c.seen_at, check_drafts, check_saves.c.code)
    .outerjoin(
        check_drafts,
        (check_drafts.c.document_id == check_holds.c.document_id)
        & (check_drafts.c.actor == check_holds.c.holder),
    )
    .outerjoin(
        check_saves,
        (check_saves.c.document_id == check_holds.c.document_id)
        & (check_saves.c.actor == check_holds.c.holder),
    )
    .where(check_holds.c.document_id == bindparam("paper"), check_holds.c.holder == bindparam("who"))
)


_WAITS: Final = (
    documents.c.state == DocumentState.WAITING.value,
    # A file whose pages are being arranged is on nobody's table: its papers are read again.
    documents.c.item_id.not_in(BEING_ARRANGED),
    # Checked already; a signer has it.
    ~exists().where(sign_waits.c.document_serial == documents.c.serial),
)


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
            while True:
                asked = _waiting().where(documents.c.serial > after, *_narrowed(query))
                # Papers that a sheet gives to another office are few: mostly as many rows are enough.
                rows = connection.execute(asked.order_by(documents.c.serial).limit(limit)).all()
                for row in rows:
                    line = _line(connection, row)
                    if _is_theirs(line.document, query):
                        found.append(line)
                        if len(found) == limit:
                            return found
                if len(rows) < limit:
                    return found
                after = rows[-1].document_serial

    def free(self, query: CheckQuery, *, after: int = 0, limit: int = 50) -> Sequence[tuple[int, DocumentId]]:
        """See ``CheckTable``."""
        wanted = _joined(select(documents.c.serial, documents.c.id).select_from(documents))
        asked = wanted.where(
            *_WAITS,
            documents.c.serial > after,
            *_narrowed(query),
            or_(
                check_holds.c.document_id.is_(None),
                and_(
                    or_(
                        check_holds.c.holder == "",
                        check_holds.c.seen_at < moment_to_text(query.free_before),
                    ),
                    check_holds.c.aside != documents.c.version,
                ),
            ),
            or_(check_saves.c.document_id.is_(None), check_saves.c.code != ""),
        )
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(documents.c.serial).limit(limit)).all()
        return [(row.serial, DocumentId(row.id)) for row in rows]

    def line(self, document: DocumentId, *, query: CheckQuery | None = None) -> CheckLine:
        """See ``CheckTable``."""
        with self._database.reading() as connection:
            row = connection.execute(_waiting().where(documents.c.id == document)).first()
            line = _line(connection, row) if row is not None else None
        if line is None or (query is not None and not _is_theirs(line.document, query)):
            raise RecordMissingError(document)
        return line

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> CheckHold:
        """See ``CheckTable``."""
        # Writing transactions come one after the other: who reads here reads what counts.
        with self._writing() as writing:
            connection, same = writing.connection, check_holds.c.document_id == document
            row = connection.execute(select(check_holds).where(same)).first()
            on_its_way = check_saves.c.document_id == document, check_saves.c.code == ""
            if connection.execute(select(check_saves.c.since).where(*on_its_way)).first() is not None:
                return CheckHold(document=document, holder="", since=at, seen_at=at)
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

    def leave(self, actor: str, *, document: DocumentId | None = None) -> int:
        """See ``CheckTable``."""
        with self._writing() as writing:
            connection, theirs = writing.connection, [check_holds.c.holder == actor]
            if document is not None:
                theirs.append(check_holds.c.document_id == document)
            gone = connection.execute(delete(check_holds).where(*theirs, check_holds.c.aside == 0))
            # What was laid aside stays so.
            left = connection.execute(update(check_holds).where(*theirs).values(holder=""))
            return int(gone.rowcount + left.rowcount)

    def seen(self, actor: str, *, at: datetime, free_before: datetime) -> None:
        """See ``CheckTable``."""
        theirs = (check_holds.c.holder == actor, check_holds.c.seen_at >= moment_to_text(free_before))
        with self._writing() as writing:
            writing.connection.execute(update(check_holds).where(*theirs).values(seen_at=moment_to_text(at)))

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
            return draft_of(connection, row) if row is not None else None

    def on_hand(self, document: DocumentId, actor: str, *, free_before: datetime) -> OnHand | None:
        """See ``CheckTable``."""
        with self._database.reading() as connection:
            row = connection.execute(_ON_HAND, {"paper": document, "who": actor}).first()
            if row is None or row.seen_at < moment_to_text(free_before):
                return None
            draft = draft_of(connection, row) if row.told is not None else None
            return OnHand(draft=draft, came_back=row.code or "")

    def keep(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """See ``CheckTable``."""
        with self._writing() as writing:
            return keep_draft(writing.connection, draft, free_before=free_before)

    def forget(self, document: DocumentId, *, aside: int = 0, events: Sequence[Event] = ()) -> None:
        """See ``CheckTable``."""
        with self._writing() as writing:
            connection, same = writing.connection, check_holds.c.document_id == document
            connection.execute(delete(check_drafts).where(check_drafts.c.document_id == document))
            connection.execute(delete(check_saves).where(check_saves.c.document_id == document))
            if aside:
                connection.execute(update(check_holds).where(same).values(holder="", aside=aside))
            else:
                connection.execute(delete(check_holds).where(same))
            writing.add(events)


def _waiting() -> Select[Any]:
    """Waiting papers in their newest version, with their file's arrival and whoever has them."""
    return _joined(
        bodies().add_columns(
            batches.c.received_at,
            item_origins.c.operator,
            check_holds.c.document_id.label("held"),
            check_holds.c.holder,
            check_holds.c.since,
            check_holds.c.seen_at,
            check_holds.c.aside,
            check_saves.c.actor.label("saved_by"),
            check_saves.c.since.label("saved_since"),
            check_saves.c.due_at,
            check_saves.c.code,
        )
    ).where(documents.c.version == versions.c.version, *_WAITS)


def _joined(wanted: Select[Any]) -> Select[Any]:
    """Papers beside where they are at the check station, their file, and its batch."""
    # In this order: thousands may be on their way before the first that is free, and no more is read of them.
    return (
        wanted.outerjoin(check_saves, check_saves.c.document_id == documents.c.id)
        .outerjoin(check_holds, check_holds.c.document_id == documents.c.id)
        .join(items, items.c.id == documents.c.item_id)
        .join(batches, batches.c.id == items.c.batch_id)
        .outerjoin(item_origins, item_origins.c.item_id == items.c.id)
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
    document = opened(connection, row)
    return CheckLine(
        serial=row.document_serial,
        document=document,
        received_at=moment_from_text(row.received_at),
        hold=_hold(row, document=row.held) if row.held else None,
        operator=row.operator or "",
        save=save_of(document.id, row.saved_by, row.saved_since, row) if row.saved_by else None,
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
