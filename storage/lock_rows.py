"""The register of locks: what each object needs in each place, what it has there, and when to look again.

Two tables. ``locks_pending`` names the papers whose objects have to be looked at: a row comes in the very
transaction that files a paper, corrects it or holds it, so a crash in between forgets none. ``locks`` has a
row for each object and place; a run touches only rows that are due, by index, however many there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from dossier.documents import DocumentState
from dossier.ids import Sha256, is_id
from dossier.locking import LockNeed
from storage.bodies import moment_from_text, moment_to_text
from storage.database import Database
from storage.ready import Additions, Ready
from storage.schema import document_index, documents, facts, locks, locks_pending
from storage.writing import Writing

PAGE: Final = 500
LONGEST_PAUSE: Final = timedelta(hours=1)

_FIRST_PAUSE: Final = timedelta(seconds=30)
_MOST_DOUBLINGS: Final = 10
_NEVER: Final = "9999"
_TERMS: Final = "locks.terms"
_SERIALS: Final = 20_000
_NOTHING_KNOWN: Final = {"until": "", "holds": 0, "tries": 0, "error_code": ""}
# Statements of every filing stand ready: to build one costs more than to run it.
_IS_PENDING: Final = Ready(
    select(locks_pending.c.since).where(locks_pending.c.document_serial == bindparam("serial"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRow:
    """One object in one place.

    Attributes:
        sha256: the object.
        need: what its papers ask for.
        until: end of the lock that the place was last known to keep; nothing when none is known.
        holds: whether the place was last known to hold it; nothing when that is not known.
        tries: failures since it last went well.
    """

    sha256: Sha256
    need: LockNeed
    until: datetime | None
    holds: bool | None
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBacklog:
    """What waits.

    Attributes:
        papers: filed, corrected or held, and their objects not looked at yet.
        objects: known to need a longer lock or a hold, in any place.
        oldest: since when the oldest of both waits, if any does.
        next_try: when the next object may be tried, if any waits.
    """

    papers: int = 0
    objects: int = 0
    oldest: datetime | None = None
    next_try: datetime | None = None


class LockRows:
    """The register in the database. Safe for threads and processes."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self.database = database
        self.writing = writing

    def follow_terms(self, terms: Mapping[str, str], *, places: Sequence[str], at: datetime) -> int:
        """Have every paper looked at whose term changed since the last time; all when a place is new.

        Killed half-way it begins again: a paper that waits already stays where it is.

        Args:
            terms: of each paper type, as opaque text.
            places: names of those that can lock.
            at: now.

        Returns:
            How many papers were put down.
        """
        now = {"places": sorted(places), "terms": dict(terms)}
        with self.database.reading() as connection:
            text = connection.execute(select(facts.c.value).where(facts.c.name == _TERMS)).scalar()
        before = json.loads(text) if text else {"places": [], "terms": {}}
        if before == now:
            return 0
        types: list[str] | None = None
        if set(places) <= set(before["places"]):
            known = before["terms"]
            types = sorted(name for name in {*terms, *known} if terms.get(name) != known.get(name))
        count = self._pend_all(types, at=at) if places else 0
        with self.writing() as writing:
            writing.connection.execute(delete(facts).where(facts.c.name == _TERMS))
            writing.connection.execute(insert(facts).values(name=_TERMS, value=json.dumps(now)))
        return count

    def review_all(self, *, at: datetime) -> None:
        """Forget what places are known to keep: every lock and hold is asked for again."""
        after = ("", "")
        while True:
            with self.writing() as writing:
                page = (
                    select(locks.c.place, locks.c.sha256)
                    .where(or_(locks.c.place > after[0], _here(after[0]) & (locks.c.sha256 > after[1])))
                    .order_by(locks.c.place, locks.c.sha256)
                    .limit(PAGE)
                )
                found = [(row.place, row.sha256) for row in writing.connection.execute(page)]
                for place, sha256 in found:
                    writing.connection.execute(
                        update(locks)
                        .where(_is(place, sha256))
                        .values(until="", holds=None, due=moment_to_text(at), since=moment_to_text(at))
                    )
            if len(found) < PAGE:
                return
            after = found[-1]

    def due(self, place: str, *, at: datetime, limit: int = PAGE) -> Sequence[LockRow]:
        """Objects of a place whose turn has come, the longest waiting first."""
        query = (
            select(locks)
            .where(_here(place), locks.c.due <= moment_to_text(at))
            .order_by(locks.c.due, locks.c.sha256)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return [_row(found) for found in connection.execute(query)]

    def settle(
        self,
        connection: Connection,
        place: str,
        row: LockRow,
        *,
        until: datetime | None,
        next_look: datetime | None,
    ) -> None:
        """The place keeps what was asked for. What is asked for since then stays due."""
        is_same = (
            _is(place, row.sha256)
            & (locks.c.wanted == _day_text(row.need.until))
            & (locks.c.is_open == int(row.need.is_open))
            & (locks.c.hold == int(row.need.hold))
        )
        kept: dict[str, object] = {
            "until": moment_to_text(until) if until else "",
            "holds": int(row.need.hold),
        }
        connection.execute(update(locks).where(_is(place, row.sha256)).values(**kept))
        look = moment_to_text(next_look) if next_look else _NEVER
        connection.execute(update(locks).where(is_same).values(due=look, since="", tries=0, error_code=""))

    def postpone(self, connection: Connection, place: str, row: LockRow, *, code: str, at: datetime) -> None:
        """It failed: look again after a pause that doubles each time, up to an hour."""
        pause = min(LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(row.tries, _MOST_DOUBLINGS))
        connection.execute(
            update(locks)
            .where(_is(place, row.sha256))
            .values(
                tries=row.tries + 1,
                due=moment_to_text(at + pause),
                since=case((locks.c.since == "", moment_to_text(at)), else_=locks.c.since),
                error_code=code,
            )
        )

    def put_off(self, connection: Connection, place: str, hashes: Iterable[Sha256], *, at: datetime) -> None:
        """The place does not hold these yet: look again when their copies may be there."""
        connection.execute(
            update(locks)
            .where(_here(place), locks.c.sha256.in_(list(hashes)))
            .values(due=moment_to_text(at + LONGEST_PAUSE))
        )

    def backlog(self, places: Sequence[str]) -> LockBacklog:
        """What waits for these places."""
        pending = select(func.count(), func.min(locks_pending.c.since))
        waiting = select(func.count(), func.min(locks.c.since), func.min(locks.c.due)).where(
            locks.c.place.in_(places), locks.c.since > ""
        )
        with self.database.reading() as connection:
            papers, first = connection.execute(pending).one()
            objects, second, next_try = connection.execute(waiting).one()
        oldest = min((one for one in (first, second) if one), default=None)
        return LockBacklog(
            papers=int(papers),
            objects=int(objects),
            oldest=moment_from_text(oldest) if oldest else None,
            next_try=moment_from_text(next_try) if next_try else None,
        )

    def _pend_all(self, types: Sequence[str] | None, *, at: datetime) -> int:
        """Filed papers of these types, or all, by ranges of capture: no transaction is long."""
        with self.database.reading() as connection:
            last = int(connection.execute(select(func.max(documents.c.serial))).scalar() or 0)
        count = 0
        for start in range(0, last, _SERIALS):
            wanted = select(documents.c.serial).where(
                documents.c.serial > start,
                documents.c.serial <= start + _SERIALS,
                documents.c.state == DocumentState.FILED.value,
            )
            if types is not None:
                wanted = wanted.where(documents.c.type.in_(types))
            with self.writing() as writing:
                count += _pend(writing.connection, wanted, at=at)
        return count


def pend(adding: Additions, serial: int, *, at: datetime | None, is_new: bool = False) -> None:
    """Have the objects of a paper looked at; within the transaction that gives the reason.

    Args:
        adding: in that transaction.
        serial: of the paper.
        at: since when it waits, if it does not wait already.
        is_new: nothing can have put it down before.
    """
    if is_new or _IS_PENDING.first(adding.connection, {"serial": serial}) is None:
        adding.add(locks_pending, {"document_serial": serial, "since": moment_to_text(at) if at else ""})


def pend_target(connection: Connection, target: str, *, at: datetime) -> None:
    """The same for what a legal hold is about: a paper, or the papers of a dossier."""
    wanted = select(documents.c.serial)
    if is_id(target):
        wanted = wanted.where(documents.c.id == target)
    else:
        wanted = wanted.join(document_index, document_index.c.document_serial == documents.c.serial).where(
            document_index.c.dossier == target
        )
    _pend(connection, wanted.where(documents.c.state == DocumentState.FILED.value), at=at)


def pending(connection: Connection, *, limit: int) -> Sequence[int]:
    """Papers that wait to be looked at, by their rows, in the order of capture."""
    query = select(locks_pending.c.document_serial).order_by(locks_pending.c.document_serial).limit(limit)
    return list(connection.execute(query).scalars())


def looked_at(connection: Connection, serials: Sequence[int]) -> None:
    """Take papers from the queue."""
    connection.execute(delete(locks_pending).where(locks_pending.c.document_serial.in_(serials)))


def want(connection: Connection, place: str, needs: Mapping[Sha256, LockNeed], *, at: datetime) -> int:
    """Enter what objects need in a place; what is so already is left alone. Gives how many changed."""
    found = {
        row.sha256: row
        for row in connection.execute(select(locks).where(_here(place), locks.c.sha256.in_(list(needs))))
    }
    moment = moment_to_text(at)
    new: list[dict[str, object]] = []
    changed = 0
    for sha256, need in needs.items():
        row = found.get(sha256)
        if row is None and need != LockNeed():
            new.append(
                {"place": place, "sha256": sha256, **_asked(need, moment), **_NOTHING_KNOWN, "since": moment}
            )
        elif row is not None and _need(row) != need:
            values = {**_asked(need, moment), "since": row.since or moment, "tries": 0}
            connection.execute(update(locks).where(_is(place, sha256)).values(**values))
            changed += 1
    if new:
        connection.execute(insert(locks), new)
    return changed + len(new)


def forget_locks(connection: Connection, hashes: Sequence[Sha256]) -> None:
    """The objects are destroyed: nothing of them is locked any more."""
    connection.execute(delete(locks).where(locks.c.sha256.in_(list(hashes))))


def forget_lock(connection: Connection, place: str, sha256: Sha256) -> None:
    """The place no longer has the object."""
    connection.execute(delete(locks).where(_is(place, sha256)))


def which_are_known(connection: Connection, place: str, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the objects that the register names in that place."""
    query = select(locks.c.sha256).where(_here(place), locks.c.sha256.in_(hashes))
    return frozenset(Sha256(found) for found in connection.execute(query).scalars())


def pass_on(connection: Connection, plain: Sha256, stored: Sha256, *, at: datetime) -> None:
    """The enciphered bytes are what counts from now on: they need in every place what the plain ones needed.

    The plain ones are to go when their lock ends: it is not prolonged again, and a legal hold stays.
    """
    moment = moment_to_text(at)
    found = list(connection.execute(select(locks).where(locks.c.sha256 == plain)))
    for row in found:
        values = {"place": row.place, "sha256": stored, **_asked(_need(row), moment), **_NOTHING_KNOWN}
        connection.execute(insert(locks).values(**values, since=moment))
    connection.execute(update(locks).where(locks.c.sha256 == plain).values(wanted="", is_open=0))


def _pend(connection: Connection, wanted: Select[Any], *, at: datetime) -> int:
    known = select(locks_pending.c.document_serial)
    rows = wanted.add_columns(literal(moment_to_text(at))).where(documents.c.serial.not_in(known))
    added = insert(locks_pending).from_select(["document_serial", "since"], rows)
    done = connection.execute(added.execution_options(preserve_rowcount=True))
    return int(done.rowcount)


def _row(row: Row[Any]) -> LockRow:
    return LockRow(
        sha256=Sha256(row.sha256),
        need=_need(row),
        until=moment_from_text(row.until) if row.until else None,
        holds=None if row.holds is None else bool(row.holds),
        tries=int(row.tries),
    )


def _need(row: Row[Any]) -> LockNeed:
    until = date.fromisoformat(row.wanted) if row.wanted else None
    return LockNeed(until=until, is_open=bool(row.is_open), hold=bool(row.hold))


def _asked(need: LockNeed, moment: str) -> dict[str, object]:
    return {
        "wanted": _day_text(need.until),
        "is_open": int(need.is_open),
        "hold": int(need.hold),
        "due": moment,
    }


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _here(place: str) -> ColumnElement[bool]:
    return locks.c.place == place


def _is(place: str, sha256: str) -> ColumnElement[bool]:
    return _here(place) & (locks.c.sha256 == sha256)
