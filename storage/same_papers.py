"""Papers that may be one, in SQL; see ``dossier.same.SamePapers``.

A new paper is compared with those that one range of an index gives: the same bytes, the same type, number and
date, or the same owner and type. There is no search by fingerprint, so the cost does not grow with the store.
Fingerprints are sealed with the key of their paper, and go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from dossier.aside import ToldAside, tell_nobody
from dossier.documents import Document, PartyRole
from dossier.errors import RecordDamagedError, RecordMissingError
from dossier.events import Event
from dossier.fingerprints import BITS, Fingerprint
from dossier.ids import DocumentId, PairId
from dossier.same import MOST_CANDIDATES, Known, SameAnswer, SamePair
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.documents import GONE, bodies, key_of, number_reference, serial_of
from storage.old_papers import NO_PRINTS, walk
from storage.paper_numbers import paper_number_reference
from storage.ready import Additions, Ready
from storage.same_tables import paper_prints, same_pairs, same_pending
from storage.schema import documents, items, parties, versions
from storage.set_aside import AsideStep, open_each, put_aside, take_up
from storage.vault import vault_of
from storage.writing import Writing

_PRINTS_PLACE: Final = "paper_prints/prints"
_ROWS: Final = 200
_TURNED: Final = {SameAnswer.NEWER: SameAnswer.OLDER, SameAnswer.OLDER: SameAnswer.NEWER}
"""The same answer about the two papers in the other order."""
_DIGITS: Final = BITS // 4
_NEWEST: Final = bodies().where(documents.c.version == versions.c.version)
_IS_PENDING: Final = Ready(
    select(same_pending.c.document_serial).where(same_pending.c.document_serial == bindparam("serial"))
)
_EARLIER, _LATER = documents.alias("earlier"), documents.alias("later")
_PAIRS: Final = (
    select(same_pairs, _EARLIER.c.id.label("earlier_id"), _LATER.c.id.label("later_id"))
    .join(_EARLIER, _EARLIER.c.serial == same_pairs.c.earlier)
    .join(_LATER, _LATER.c.serial == same_pairs.c.later)
    .order_by(same_pairs.c.serial)
)


class SqlSamePapers:
    """``dossier.same.SamePapers`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def pending(self, *, limit: int, told: ToldAside = tell_nobody) -> Sequence[Document]:
        """See ``SamePapers``."""
        wanted = (
            select(same_pending.c.document_serial)
            .order_by(same_pending.c.document_serial.desc())
            .limit(limit)
        )
        while True:
            with self._database.reading() as connection:
                whole, damaged = _load(connection, connection.execute(wanted).scalars().all())
            if damaged:
                self._go_past(damaged, code=RecordDamagedError.code, told=told)
            if whole or not damaged:
                return [known for _, known in whole]

    def set_aside(self, document: DocumentId, *, code: str, told: ToldAside = tell_nobody) -> None:
        """See ``SamePapers``."""
        with self._database.reading() as connection:
            serial = serial_of(connection, document)
        self._go_past([serial], code=code, told=told)

    def _go_past(self, serials: Sequence[int], *, code: str, told: ToldAside) -> None:
        with self._writing() as writing:
            gone = same_pending.c.document_serial.in_(list(serials))
            writing.connection.execute(delete(same_pending).where(gone))
            put_aside(writing.connection, serials, step=AsideStep.SAME, code=code, told=told)

    def look_back(self, *, limit: int) -> int:
        """See ``SamePapers``; the papers of before are gone through as ``storage.old_papers`` tells."""
        with self._writing() as writing:
            return walk(writing.connection, most=limit)

    def candidates(self, document: Document) -> Sequence[Known]:
        """See ``SamePapers``."""
        with self._database.reading() as connection:
            serial = serial_of(connection, document.id)
            found = {
                *_by_bytes(connection, document),
                *_by_number(connection, document),
                *_by_owner(connection, document),
            } - {serial}
            newest = sorted(found, reverse=True)[:MOST_CANDIDATES]
            prints = {
                row.document_serial: row.prints
                for row in connection.execute(
                    select(paper_prints).where(paper_prints.c.document_serial.in_(newest))
                )
            }
            return [
                Known(known, _unsealed(connection, found_serial, prints))
                # One that is damaged is nothing to compare with; that keeps nobody from the others.
                for found_serial, known in _load(connection, newest)[0]
                if not known.state.is_gone and known.type == document.type
            ]

    def settle(
        self,
        document: Document,
        prints: Sequence[Fingerprint],
        found: Sequence[SamePair],
        *,
        events: Sequence[Event] = (),
    ) -> Sequence[SamePair]:
        """See ``SamePapers``."""
        with self._writing() as writing:
            connection = writing.connection
            serial = serial_of(connection, document.id)
            connection.execute(delete(same_pending).where(same_pending.c.document_serial == serial))
            connection.execute(delete(paper_prints).where(paper_prints.c.document_serial == serial))
            take_up(connection, serial, step=AsideStep.SAME)
            if document.state.is_gone:
                return []
            text = "".join(map(str, prints))
            sealed = key_of(connection, serial).seal(text, place=_PRINTS_PLACE)
            row = {
                "document_serial": serial,
                "number_ref": paper_number_reference(vault_of(connection), document),
            }
            connection.execute(insert(paper_prints).values(**row, prints=sealed))
            new = [pair for pair in found if _add(connection, pair)]
            known = {pair.id for pair in found} - {pair.id for pair in new}
            writing.add([event for event in events if event.details.get("pair") not in known])
        return new

    def pairs(
        self, *, open_only: bool = True, after: PairId | None = None, limit: int = 50
    ) -> Sequence[SamePair]:
        """See ``SamePapers``.

        Raises:
            RecordMissingError: no such pair ``after``.
        """
        wanted = _PAIRS.limit(limit)
        if open_only:
            wanted = wanted.where(same_pairs.c.answer == SameAnswer.OPEN.value)
        with self._database.reading() as connection:
            if after is not None:
                place = select(same_pairs.c.serial).where(same_pairs.c.id == after)
                serial = connection.execute(place).scalar()
                if serial is None:
                    raise RecordMissingError(after)
                wanted = wanted.where(same_pairs.c.serial > serial)
            return [_pair(row) for row in connection.execute(wanted)]

    def pair(self, pair: PairId) -> SamePair:
        """See ``SamePapers``."""
        with self._database.reading() as connection:
            return _found(connection, pair)

    def pairs_of(self, document: DocumentId) -> Sequence[SamePair]:
        """See ``SamePapers``."""
        with self._database.reading() as connection:
            serial = select(documents.c.serial).where(documents.c.id == document).scalar_subquery()
            either = or_(same_pairs.c.earlier == serial, same_pairs.c.later == serial)
            return [_pair(row) for row in connection.execute(_PAIRS.where(either))]

    def answer(
        self, pair: PairId, answer: SameAnswer, *, at: datetime, by: str, events: Sequence[Event]
    ) -> SamePair:
        """See ``SamePapers``."""
        with self._writing() as writing:
            if _found(writing.connection, pair).answer is not answer:
                said = {"answer": answer.value, "answered_at": moment_to_text(at), "answered_by": by}
                writing.connection.execute(update(same_pairs).where(same_pairs.c.id == pair).values(**said))
                writing.add(events)
            return _found(writing.connection, pair)

    def scans_of(self, documents_: Sequence[DocumentId]) -> Mapping[DocumentId, tuple[DocumentId, ...]]:
        """See ``SamePapers``: answered pairs are followed from paper to paper."""
        if not documents_:
            return {}
        with self._database.reading() as connection:
            asked = select(documents.c.serial).where(documents.c.id.in_(documents_))
            groups = _groups(connection, connection.execute(asked).scalars().all())
            living = select(documents.c.serial, documents.c.id).where(
                documents.c.serial.in_({serial for group in groups for serial in group}),
                documents.c.state.not_in(GONE),
            )
            ids = {row.serial: DocumentId(row.id) for row in connection.execute(living)}
        found: dict[DocumentId, tuple[DocumentId, ...]] = {}
        for group in groups:
            scans = tuple(ids[serial] for serial in sorted(group) if serial in ids)
            if len(scans) > 1:
                found |= {scan: scans for scan in scans if scan in documents_}
        return found

    def open_count(self) -> int:
        """See ``SamePapers``."""
        wanted = select(func.count()).where(same_pairs.c.answer == SameAnswer.OPEN.value)
        with self._database.reading() as connection:
            return int(connection.execute(wanted).scalar_one())


def answered(connection: Connection, *, living: bool = False) -> Iterator[SamePair]:
    """Pairs that a person answered, in the order they were found; ``living``: of papers that are there."""
    wanted = _PAIRS.where(same_pairs.c.answer != SameAnswer.OPEN.value)
    if living:
        wanted = wanted.where(_EARLIER.c.state.not_in(GONE), _LATER.c.state.not_in(GONE))
    for row in connection.execute(wanted.execution_options(yield_per=_ROWS)):
        yield _pair(row)


def take_answer(connection: Connection, pair: SamePair) -> None:
    """Keep what was answered elsewhere about a pair; of several answers the later one counts."""
    if _add(connection, pair):
        return
    known = _found(connection, pair.id)
    if known.answered_at is not None and (pair.answered_at is None or _weight(known) >= _weight(pair)):
        return
    said = pair.answer if known.earlier == pair.earlier else _TURNED.get(pair.answer, pair.answer)
    connection.execute(
        update(same_pairs)
        .where(same_pairs.c.id == pair.id)
        .values(
            answer=said.value,
            answered_at=moment_to_text(pair.answered_at) if pair.answered_at else None,
            answered_by=pair.answered_by,
        )
    )


def _weight(pair: SamePair) -> tuple[datetime, str, str, str]:
    """What decides between two answers; it says the same whichever paper is called the earlier."""
    instead = {SameAnswer.NEWER: pair.later, SameAnswer.OLDER: pair.earlier}.get(pair.answer)
    at = pair.answered_at or datetime.min.replace(tzinfo=UTC)
    return at, instead or "", "" if instead else pair.answer.value, pair.answered_by


def pend(adding: Additions, serial: int, *, is_new: bool = False) -> None:
    """Have a paper compared; within the transaction that puts it down or changes it."""
    if is_new or _IS_PENDING.first(adding.connection, {"serial": serial}) is None:
        adding.add(same_pending, {"document_serial": serial})


def forget(connection: Connection, serial: int) -> None:
    """The paper is destroyed: its fingerprints go, and questions about it that nobody answered."""
    connection.execute(delete(paper_prints).where(paper_prints.c.document_serial == serial))
    take_up(connection, serial, step=AsideStep.SAME)
    either = or_(same_pairs.c.earlier == serial, same_pairs.c.later == serial)
    is_open = same_pairs.c.answer == SameAnswer.OPEN.value
    connection.execute(delete(same_pairs).where(either, is_open))


def leave(connection: Connection, serial: int) -> None:
    """There is no such paper any more, and nothing of it was destroyed: nobody compares it from now on."""
    forget(connection, serial)
    connection.execute(delete(same_pending).where(same_pending.c.document_serial == serial))


def _by_bytes(connection: Connection, document: Document) -> Iterable[int]:
    own = select(items.c.sha256).where(items.c.id == document.item).scalar_subquery()
    wanted = (
        select(documents.c.serial)
        .join(items, items.c.id == documents.c.item_id)
        .where(items.c.sha256 == own)
        .order_by(documents.c.serial.desc())
        .limit(MOST_CANDIDATES)
    )
    return connection.execute(wanted).scalars().all()


def _by_number(connection: Connection, document: Document) -> Iterable[int]:
    reference = paper_number_reference(vault_of(connection), document)
    if not reference:
        return ()
    wanted = (
        select(paper_prints.c.document_serial)
        .where(paper_prints.c.number_ref == reference)
        .order_by(paper_prints.c.document_serial.desc())
        .limit(MOST_CANDIDATES // 2)
    )
    return connection.execute(wanted).scalars().all()


def _by_owner(connection: Connection, document: Document) -> Iterable[int]:
    vault = vault_of(connection)
    references = [number_reference(vault, party.number) for party in document.owners if party.number]
    if not references:
        return ()
    wanted = (
        select(parties.c.document_serial)
        .join(documents, documents.c.serial == parties.c.document_serial)
        .where(
            parties.c.number_ref.in_(references),
            parties.c.role == PartyRole.OWNER.value,
            documents.c.type == document.type,
            documents.c.state.not_in(GONE),
        )
        .order_by(parties.c.document_serial.desc())
        .limit(MOST_CANDIDATES)
    )
    return connection.execute(wanted).scalars().all()


def _load(connection: Connection, serials: Sequence[int]) -> tuple[list[tuple[int, Document]], list[int]]:
    rows = connection.execute(_NEWEST.where(documents.c.serial.in_(serials))).all()
    return open_each(connection, serials, rows)


def _unsealed(connection: Connection, serial: int, kept: Mapping[int, bytes]) -> tuple[Fingerprint, ...]:
    if kept.get(serial, NO_PRINTS) == NO_PRINTS:
        return ()
    text = key_of(connection, serial).unseal(kept[serial], place=_PRINTS_PLACE)
    if len(text) % _DIGITS:
        raise RecordDamagedError(f"paper_prints/{serial}")
    return tuple(
        Fingerprint.from_text(text[start : start + _DIGITS]) for start in range(0, len(text), _DIGITS)
    )


def _add(connection: Connection, pair: SamePair) -> bool:
    """Keep a pair unless it is known; whether it was new."""
    known = select(same_pairs.c.serial).where(same_pairs.c.id == pair.id)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(same_pairs).values(
            id=pair.id,
            earlier=serial_of(connection, pair.earlier),
            later=serial_of(connection, pair.later),
            found_at=moment_to_text(pair.found_at),
            because=" ".join(pair.because),
            answer=pair.answer.value,
            answered_at=moment_to_text(pair.answered_at) if pair.answered_at else None,
            answered_by=pair.answered_by,
        )
    )
    return True


def _found(connection: Connection, pair: PairId) -> SamePair:
    row = connection.execute(_PAIRS.where(same_pairs.c.id == pair)).first()
    if row is None:
        raise RecordMissingError(pair)
    return _pair(row)


def _pair(row: Row[Any]) -> SamePair:
    return SamePair(
        id=PairId(row.id),
        earlier=DocumentId(row.earlier_id),
        later=DocumentId(row.later_id),
        because=tuple(row.because.split()),
        found_at=moment_from_text(row.found_at),
        answer=SameAnswer(row.answer),
        answered_at=moment_from_text(row.answered_at) if row.answered_at else None,
        answered_by=row.answered_by,
    )


def _groups(connection: Connection, serials: Sequence[int]) -> list[set[int]]:
    """Papers that answers make one, for those given; papers that stand alone are left out."""
    edges: dict[int, set[int]] = {}
    asked: set[int] = set()
    fresh = set(serials)
    while fresh:
        wanted = select(same_pairs.c.earlier, same_pairs.c.later).where(
            same_pairs.c.answer == SameAnswer.SAME.value,
            or_(same_pairs.c.earlier.in_(fresh), same_pairs.c.later.in_(fresh)),
        )
        asked |= fresh
        for row in connection.execute(wanted):
            edges.setdefault(row.earlier, set()).add(row.later)
            edges.setdefault(row.later, set()).add(row.earlier)
        fresh = set(edges) - asked
    groups: list[set[int]] = []
    left = set(edges)
    while left:
        group, queue = set[int](), [left.pop()]
        while queue:
            one = queue.pop()
            group.add(one)
            queue += edges[one] - group
        left -= group
        groups.append(group)
    return groups
