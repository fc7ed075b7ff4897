"""Papers that wait for the signature of the office, and batches: ``dossier.signing_desk.SignTable``."""

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
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from dossier.admission import EVERYTHING, covers
from dossier.codes import office_of
from dossier.documents import Document
from dossier.errors import RecordMissingError
from dossier.events import Event
from dossier.ids import DocumentId
from dossier.signing_desk import SignBatch, SignLine, SignQuery
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.desk_tables import sign_batches, sign_waits
from storage.documents import bodies, opened
from storage.schema import document_index, documents, versions
from storage.sign_rows import FREE as _FREE
from storage.writing import Writing

_LOOKED_AT: Final = 200


class SqlSigning:
    """``dossier.signing_desk.SignTable`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    # the queue

    def queue(
        self, query: SignQuery, *, after: tuple[datetime, int] | None = None, limit: int = 50
    ) -> Sequence[SignLine]:
        """See ``SignTable``."""
        found: list[SignLine] = []
        place = (_text(after[0]), after[1]) if after is not None else ("", -1)
        with self._database.reading() as connection:
            while len(found) < limit:
                behind = tuple_(sign_waits.c.since, sign_waits.c.document_serial) > tuple_(*place)
                asked = _lines().where(behind, *_narrowed(query))
                asked = asked.order_by(sign_waits.c.since, sign_waits.c.document_serial).limit(_LOOKED_AT)
                rows = connection.execute(asked).all()
                lines = (_line(connection, row) for row in rows)
                found += [line for line in lines if _is_theirs(line.document, query)]
                if len(rows) < _LOOKED_AT:
                    break
                place = (rows[-1].since, rows[-1].document_serial)
        return found[:limit]

    def line(self, document: DocumentId) -> SignLine:
        """See ``SignTable``."""
        with self._database.reading() as connection:
            return _the_line(connection, document)

    def count(self, *, most: int) -> int:
        """See ``SignTable``."""
        some = select(sign_waits.c.document_serial).limit(most).subquery()
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(some)).scalar_one())

    # looking through

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> SignLine:
        """See ``SignTable``."""
        with self._writing() as writing:
            connection = writing.connection
            line = _the_line(connection, document)
            connection.execute(
                update(sign_waits)
                .where(
                    sign_waits.c.document_serial == line.serial,
                    *_free_for(actor, free_before=free_before),
                )
                .values(holder=actor, seen_at=moment_to_text(at))
            )
            return _the_line(connection, document)

    def mark(self, document: DocumentId, actor: str, *, at: datetime, marked: bool) -> bool:
        """See ``SignTable``."""
        with self._writing() as writing:
            row = _row(writing.connection, document)
            if row is None or row.holder != actor or row.batch:
                return False
            mine = sign_waits.c.document_serial == row.document_serial
            values = {"marked": int(marked), "seen_at": moment_to_text(at)}
            writing.connection.execute(update(sign_waits).where(mine).values(**values))
            return True

    def leave(self, actor: str) -> int:
        """See ``SignTable``."""
        with self._writing() as writing:
            given = writing.connection.execute(
                update(sign_waits)
                .where(sign_waits.c.holder == actor, sign_waits.c.batch == "")
                .values(**_FREE)
            )
            return int(given.rowcount)

    # batches

    def begin(
        self,
        batch: SignBatch,
        documents: Sequence[DocumentId],
        *,
        free_before: datetime,
        events: Sequence[Event],
    ) -> Sequence[DocumentId]:
        """See ``SignTable``."""
        with self._writing() as writing:
            connection, held = writing.connection, list[tuple[str, int, DocumentId]]()
            for document in dict.fromkeys(documents):
                row = _row(connection, document)
                if row is None:
                    continue
                taken = connection.execute(
                    update(sign_waits)
                    .where(
                        sign_waits.c.document_serial == row.document_serial,
                        *_free_for(batch.actor, free_before=free_before),
                    )
                    .values(
                        holder=batch.actor,
                        seen_at=moment_to_text(batch.began_at),
                        batch=batch.id,
                        error_code="",
                    )
                )
                if taken.rowcount:
                    held.append((row.since, row.document_serial, document))
            if held:
                connection.execute(insert(sign_batches).values(**_columns(batch, wanted=len(held))))
                writing.add(events)
            return [document for _, _, document in sorted(held)]

    def beat(self, batch: str, *, at: datetime) -> bool:
        """See ``SignTable``."""
        with self._writing() as writing:
            return _beat(writing.connection, batch, at=at)

    def holds(self, batch: str, document: DocumentId, *, at: datetime) -> bool:
        """See ``SignTable``."""
        with self._writing() as writing:
            if not _beat(writing.connection, batch, at=at):
                return False
            row = _row(writing.connection, document)
            return row is not None and row.batch == batch

    def failed(self, batch: str, document: DocumentId, *, code: str) -> None:
        """See ``SignTable``."""
        with self._writing() as writing:
            row = _row(writing.connection, document)
            if row is None or row.batch != batch:
                return
            mine = sign_waits.c.document_serial == row.document_serial
            writing.connection.execute(update(sign_waits).where(mine).values(**_FREE, error_code=code))
            counted = {"failed": sign_batches.c.failed + 1}
            writing.connection.execute(
                update(sign_batches).where(sign_batches.c.id == batch).values(**counted)
            )

    def end(self, batch: str, *, at: datetime, code: str, events: Sequence[Event]) -> SignBatch | None:
        """See ``SignTable``."""
        with self._writing() as writing:
            connection = writing.connection
            found = _batch(connection, batch)
            if found is None or found.ended_at is not None:
                return None
            moment = moment_to_text(at)
            connection.execute(
                update(sign_batches)
                .where(sign_batches.c.id == batch)
                .values(ended_at=moment, seen_at=moment, signed=found.signed, error_code=code)
            )
            connection.execute(update(sign_waits).where(sign_waits.c.batch == batch).values(**_FREE))
            writing.add(events)
            return _batch(connection, batch)

    def batch(self, batch: str) -> SignBatch | None:
        """See ``SignTable``."""
        with self._database.reading() as connection:
            return _batch(connection, batch)

    def batches(self, actor: str, *, limit: int = 10) -> Sequence[SignBatch]:
        """See ``SignTable``."""
        query = select(sign_batches).where(sign_batches.c.actor == actor)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sign_batches.c.serial.desc()).limit(limit)).all()
            return [_record(connection, row) for row in rows]

    def stale(self, *, before: datetime) -> Sequence[str]:
        """See ``SignTable``."""
        query = select(sign_batches.c.id).where(
            sign_batches.c.ended_at == "", sign_batches.c.seen_at < moment_to_text(before)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())


def _lines() -> Select[Any]:
    """Waiting papers in their newest version."""
    return (
        bodies()
        .add_columns(
            sign_waits.c.since,
            sign_waits.c.holder,
            sign_waits.c.seen_at,
            sign_waits.c.marked,
            sign_waits.c.batch,
            sign_waits.c.error_code,
        )
        .join(sign_waits, sign_waits.c.document_serial == documents.c.serial)
        .where(documents.c.version == versions.c.version)
    )


def _the_line(connection: Connection, document: DocumentId) -> SignLine:
    row = connection.execute(_lines().where(documents.c.id == document)).first()
    if row is None:
        raise RecordMissingError(document)
    return _line(connection, row)


def _row(connection: Connection, document: DocumentId) -> Row[Any] | None:
    serial = select(documents.c.serial).where(documents.c.id == document).scalar_subquery()
    return connection.execute(select(sign_waits).where(sign_waits.c.document_serial == serial)).first()


def _free_for(actor: str, *, free_before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither a batch signs it nor somebody else looks through it."""
    old = sign_waits.c.seen_at < moment_to_text(free_before)
    return sign_waits.c.batch == "", or_(sign_waits.c.holder.in_(("", actor)), old)


def _narrowed(query: SignQuery) -> Sequence[ColumnElement[bool]]:
    """What can be told without opening a paper."""
    serials = select(document_index.c.document_serial)
    index, found = document_index.c, list[ColumnElement[bool]]()
    if query.type_:
        found.append(index.type == query.type_)
    if query.types is not None:
        # Else whoever sees few types would have the whole queue opened, paper by paper.
        found.append(index.type.in_(sorted(query.types)))
    offices = [query.office] if query.office else list(query.offices)
    if EVERYTHING not in offices:
        below = [index.office.startswith(f"{office}.", autoescape=True) for office in offices]
        found.append(or_(index.office.in_(offices), *below))
    if not found:
        return ()
    mine = serials.where(index.document_serial == sign_waits.c.document_serial, *found)
    return (mine.correlate(sign_waits).exists(),)


def _is_theirs(document: Document, query: SignQuery) -> bool:
    """Whether a paper is of their offices; one without a dossier is for those of all."""
    return not document.restricted and covers(query.offices, office_of(document.dossier) or "-")


def _line(connection: Connection, row: Row[Any]) -> SignLine:
    return SignLine(
        serial=row.document_serial,
        document=opened(connection, row),
        since=moment_from_text(row.since),
        holder=row.holder,
        seen_at=_moment(row.seen_at),
        marked=bool(row.marked),
        batch=row.batch,
        error_code=row.error_code,
    )


def _beat(connection: Connection, batch: str, *, at: datetime) -> bool:
    running = (sign_batches.c.id == batch, sign_batches.c.ended_at == "")
    beaten = connection.execute(update(sign_batches).where(*running).values(seen_at=moment_to_text(at)))
    return bool(beaten.rowcount)


def _batch(connection: Connection, batch: str) -> SignBatch | None:
    row = connection.execute(select(sign_batches).where(sign_batches.c.id == batch)).first()
    return None if row is None else _record(connection, row)


def _record(connection: Connection, row: Row[Any]) -> SignBatch:
    signed = row.signed
    if not row.ended_at:
        # A paper leaves the queue in the transaction that saves it signed, so nothing is counted twice.
        held = select(func.count()).select_from(sign_waits).where(sign_waits.c.batch == row.id)
        signed = max(0, row.wanted - row.failed - int(connection.execute(held).scalar_one()))
    return SignBatch(
        id=row.id,
        actor=row.actor,
        began_at=moment_from_text(row.began_at),
        seen_at=moment_from_text(row.seen_at),
        ended_at=_moment(row.ended_at),
        wanted=row.wanted,
        signed=signed,
        failed=row.failed,
        error_code=row.error_code,
    )


def _columns(batch: SignBatch, *, wanted: int) -> dict[str, object]:
    return {
        "id": batch.id,
        "actor": batch.actor,
        "began_at": moment_to_text(batch.began_at),
        "seen_at": moment_to_text(batch.began_at),
        "ended_at": "",
        "wanted": wanted,
        "signed": 0,
        "failed": 0,
        "error_code": "",
    }


def _text(moment: datetime | None) -> str:
    return moment_to_text(moment) if moment is not None else ""


def _moment(text: str) -> datetime | None:
    return moment_from_text(text) if text else None
