"""The plan of renewals: one row for each filed document, found by when it is due or when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    delete,
    func,
    insert,
    select,
)

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.evidence import EndReason, Life, SignatureEvidence
from dossier.ids import DocumentId, Sha256
from dossier.ports import EndGroup
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.documents import bodies, opened
from storage.schema import documents, evidence, versions
from storage.writing import Writing

_YEAR_DIGITS: Final = 4
_MONTH_DIGITS: Final = 7
_AT_ONCE: Final = 500
"""How many values one statement is given; SQLite allows 32,766."""

Value = TypeVar("Value")


class SqlEvidence:
    """``dossier.ports.EvidenceRecords`` beside the records, in the same database."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self._database = database
        self._writing = writing

    def save(self, rows: Sequence[SignatureEvidence]) -> None:
        """See ``EvidenceRecords``."""
        if not rows:
            return
        with self._writing() as writing:
            serials = _serials(writing.connection, [row.document for row in rows])
            for part in _parts(list(serials.values())):
                writing.connection.execute(delete(evidence).where(evidence.c.document_serial.in_(part)))
            writing.connection.execute(
                insert(evidence),
                [{"document_serial": serials[row.document], **_columns(row)} for row in rows],
            )

    def of(self, document: DocumentId) -> SignatureEvidence | None:
        """See ``EvidenceRecords``."""
        with self._database.reading() as connection:
            row = connection.execute(_rows().where(documents.c.id == document)).first()
        return None if row is None else _record(row)

    def missing(self, *, after: DocumentId | None = None, limit: int = 100) -> Sequence[Document]:
        """See ``EvidenceRecords``."""
        query = (
            bodies()
            .outerjoin(evidence, evidence.c.document_serial == documents.c.serial)
            .where(
                versions.c.version == documents.c.version,
                _is_missing(),
                documents.c.serial > _serial_of(after),
            )
            .order_by(documents.c.serial)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [opened(connection, row) for row in connection.execute(query)]

    def count_missing(self) -> int:
        """See ``EvidenceRecords``."""
        query = (
            select(func.count())
            .select_from(documents)
            .outerjoin(evidence, evidence.c.document_serial == documents.c.serial)
            .where(_is_missing())
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def due(
        self,
        *,
        until: date,
        now: datetime,
        after: SignatureEvidence | None = None,
        limit: int = 100,
    ) -> Sequence[SignatureEvidence]:
        """See ``EvidenceRecords``."""
        query = _rows().where(evidence.c.due <= until.isoformat(), evidence.c.ends > moment_to_text(now))
        if after is not None and after.due is not None:
            last = after.due.isoformat()
            later = (evidence.c.due == last) & (evidence.c.document_serial > _serial_of(after.document))
            query = query.where((evidence.c.due > last) | later, evidence.c.due >= last)
        query = query.order_by(evidence.c.due, evidence.c.document_serial).limit(limit)
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(query)]

    def count_due(self, *, until: date, now: datetime) -> int:
        """See ``EvidenceRecords``."""
        query = select(func.count()).where(
            evidence.c.due <= until.isoformat(), evidence.c.ends > moment_to_text(now)
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def plans(self) -> Sequence[tuple[tuple[str, ...], str]]:
        """See ``EvidenceRecords``."""
        query = select(evidence.c.digests, evidence.c.rules).distinct()
        with self._database.reading() as connection:
            return [(_listed(row.digests), row.rules) for row in connection.execute(query)]

    def planned(
        self, digests: Sequence[str], rules: str, *, limit: int = 1000
    ) -> Sequence[SignatureEvidence]:
        """See ``EvidenceRecords``."""
        query = _rows().where(evidence.c.digests == _joined(digests), evidence.c.rules == rules).limit(limit)
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(query)]

    def ending(self, *, before: datetime) -> Mapping[EndReason, int]:
        """See ``EvidenceRecords``."""
        query = (
            select(evidence.c.reason, func.count())
            .where(evidence.c.ends < moment_to_text(before))
            .group_by(evidence.c.reason)
        )
        with self._database.reading() as connection:
            return {EndReason(reason): count for reason, count in connection.execute(query)}

    def by_year(self) -> Sequence[EndGroup]:
        """See ``EvidenceRecords``."""
        year = func.substr(evidence.c.ends, 1, _YEAR_DIGITS)
        query = (
            select(year, evidence.c.reason, func.count())
            .group_by(year, evidence.c.reason)
            .order_by(year.asc().nulls_first(), evidence.c.reason)
        )
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return [
            EndGroup(int(text) if text else None, EndReason(reason), count) for text, reason, count in found
        ]

    def due_by_month(self, *, now: datetime, limit: int = 24) -> Sequence[tuple[str, int]]:
        """See ``EvidenceRecords``."""
        month = func.substr(evidence.c.due, 1, _MONTH_DIGITS)
        query = (
            select(month, func.count())
            .where(evidence.c.due.is_not(None), evidence.c.ends > moment_to_text(now))
            .group_by(month)
            .order_by(month)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(text, count) for text, count in connection.execute(query)]

    def examples(
        self, reason: EndReason, *, before: datetime, limit: int = 10
    ) -> Sequence[SignatureEvidence]:
        """See ``EvidenceRecords``."""
        query = (
            _rows()
            .where(evidence.c.reason == reason.value, evidence.c.ends < moment_to_text(before))
            .order_by(evidence.c.ends, evidence.c.document_serial)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(query)]


def _rows() -> Select[Any]:
    return select(documents.c.id, evidence).join(documents, documents.c.serial == evidence.c.document_serial)


def _is_missing() -> ColumnElement[bool]:
    """A filed document whose newest version nobody looked at."""
    looked_at = func.coalesce(evidence.c.version, 0)
    return (documents.c.state == DocumentState.FILED.value) & (looked_at != documents.c.version)


def _serial_of(document: DocumentId | None) -> ScalarSelect[Any] | int:
    if document is None:
        return 0
    return select(documents.c.serial).where(documents.c.id == document).scalar_subquery()


def _serials(connection: Connection, ids: Sequence[DocumentId]) -> dict[DocumentId, int]:
    found: dict[DocumentId, int] = {}
    for part in _parts(ids):
        query = select(documents.c.id, documents.c.serial).where(documents.c.id.in_(part))
        found.update({DocumentId(id_): serial for id_, serial in connection.execute(query)})
    unknown = next((id_ for id_ in ids if id_ not in found), None)
    if unknown is not None:
        raise RecordMissingError(unknown)
    return found


def _parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _columns(row: SignatureEvidence) -> dict[str, object]:
    life = row.life
    return {
        "version": row.version,
        "object_sha256": row.object_sha256,
        "level": life.level,
        "life_reason": life.reason.value,
        "holds_until": _moment(life.holds_until),
        "stamped_at": _moment(life.stamped_at),
        "stamp_ends": _moment(life.stamp_ends),
        "digests": _joined(life.digests),
        "longest_days": life.longest_days,
        "ends": _moment(row.ends),
        "reason": row.reason.value,
        "due": row.due.isoformat() if row.due else None,
        "notes": _joined(row.notes),
        "rules": row.rules,
    }


def _record(row: Row[Any]) -> SignatureEvidence:
    life = Life(
        level=row.level,
        reason=EndReason(row.life_reason),
        holds_until=_parsed(row.holds_until),
        stamped_at=_parsed(row.stamped_at),
        stamp_ends=_parsed(row.stamp_ends),
        digests=_listed(row.digests),
        longest_days=row.longest_days,
    )
    return SignatureEvidence(
        document=DocumentId(row.id),
        version=row.version,
        object_sha256=Sha256(row.object_sha256),
        life=life,
        ends=_parsed(row.ends),
        reason=EndReason(row.reason),
        due=date.fromisoformat(row.due) if row.due else None,
        notes=_listed(row.notes),
        rules=row.rules,
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_to_text(moment)


def _parsed(text: str | None) -> datetime | None:
    return None if text is None else moment_from_text(text)


def _joined(parts: Sequence[str]) -> str:
    return ",".join(parts)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
