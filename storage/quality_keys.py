"""Fields that are keyed a second time, in SQL: the half of ``dossier.quality.QualityTable`` at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from dossier.admission import EVERYTHING
from dossier.events import Event
from dossier.ids import BatchId, DocumentId
from dossier.quality import WRONG, Fix, Key, KeyQuery, KeyState, Outcome, Route, Tallies, Tally
from storage.bodies import moment_to_text
from storage.database import Database
from storage.quality_tables import quality_keys
from storage.vault import vault_of
from storage.writing import Writing

_RIGHT: Final = "="
"""Before a value that the record is to be put right to: the paper may not have it, so it may be empty."""
_WAITING: Final = (KeyState.SECOND.value, KeyState.THIRD.value)


def key_told_place(serial: str) -> str:
    """What a second value is bound to."""
    return f"quality_keys/{serial}/told"


class SqlQualityKeys:
    """The queue of fields, who has which on the table, and what they said."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def waiting(self) -> Mapping[KeyState, int]:
        """See ``QualityTable``."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(quality_keys.c.state, func.count())
                .where(quality_keys.c.state.in_(_WAITING))
                .group_by(quality_keys.c.state)
            )
            found = {KeyState(row[0]): int(row[1]) for row in rows}
        return {state: found.get(state, 0) for state in (KeyState.SECOND, KeyState.THIRD)}

    def offered(self, query: KeyQuery, *, after: int, limit: int) -> Sequence[Key]:
        """See ``QualityTable``."""
        free = or_(
            quality_keys.c.holder == "",
            quality_keys.c.holder.in_(sorted(query.accounts)),
            quality_keys.c.seen_at < moment_to_text(query.free_before),
        )
        asked = (
            select(quality_keys)
            .where(
                quality_keys.c.state.in_(sorted(turn.value for turn in query.turns)),
                quality_keys.c.serial > after,
                quality_keys.c.second_by.not_in(sorted(query.accounts)),
                *(
                    ~quality_keys.c.not_by.contains(f" {account} ", autoescape=True)
                    for account in sorted(query.accounts)
                ),
                free,
                *in_offices(quality_keys.c.office, query.offices),
            )
            .order_by(quality_keys.c.serial)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_key(connection, row) for row in connection.execute(asked)]

    def take(self, key: int, actor: str, *, turn: KeyState, at: datetime, free_before: datetime) -> bool:
        """See ``QualityTable``."""
        free = or_(
            quality_keys.c.holder.in_(("", actor)), quality_keys.c.seen_at < moment_to_text(free_before)
        )
        with self._writing() as writing:
            # One field lies on a table.
            writing.connection.execute(
                update(quality_keys)
                .where(quality_keys.c.holder == actor, quality_keys.c.serial != key)
                .values(holder="")
            )
            changed = writing.connection.execute(
                update(quality_keys)
                .where(
                    quality_keys.c.serial == key,
                    # Offered for a second look, it may wait for a third one by now: of somebody else.
                    quality_keys.c.state == turn.value,
                    quality_keys.c.second_by != actor,
                    free,
                )
                .values(holder=actor, seen_at=moment_to_text(at))
            )
            return bool(changed.rowcount)

    def held(self, actor: str, *, free_before: datetime) -> Key | None:
        """See ``QualityTable``."""
        theirs = and_(quality_keys.c.holder == actor, quality_keys.c.seen_at >= moment_to_text(free_before))
        with self._database.reading() as connection:
            row = connection.execute(select(quality_keys).where(theirs)).first()
            return _key(connection, row) if row is not None else None

    def leave(self, actor: str) -> None:
        """See ``QualityTable``."""
        with self._writing() as writing:
            writing.connection.execute(
                update(quality_keys).where(quality_keys.c.holder == actor).values(holder="")
            )

    def tell(self, key: Key, *, actor: str, at: datetime, events: Sequence[Event]) -> bool:
        """See ``QualityTable``."""
        third = bool(key.third_by)
        moment = {"third_at" if third else "second_at": moment_to_text(at)}
        with self._writing() as writing:
            sealed = ""
            to_fix = _RIGHT if key.outcome in WRONG else ""
            if key.state is KeyState.THIRD or to_fix:
                place = key_told_place(str(key.serial))
                sealed = vault_of(writing.connection).seal(f"{to_fix}{key.told}", place=place)
            changed = writing.connection.execute(
                update(quality_keys)
                .where(
                    quality_keys.c.serial == key.serial,
                    quality_keys.c.holder == actor,
                    quality_keys.c.state == (KeyState.THIRD if third else KeyState.SECOND).value,
                )
                .values(
                    holder="",
                    state=key.state.value,
                    told=sealed,
                    second_read=int(key.second_read),
                    second_by=key.second_by,
                    third_by=key.third_by,
                    outcome=key.outcome.value if key.outcome else "",
                    **moment,
                )
            )
            if changed.rowcount:
                writing.add(events)
            return bool(changed.rowcount)

    def note_fix(self, key: int, fix: Fix) -> None:
        """See ``QualityTable``."""
        with self._writing() as writing:
            writing.connection.execute(
                update(quality_keys).where(quality_keys.c.serial == key).values(fix=fix.value, told="")
            )

    def to_fix(self, *, limit: int) -> Sequence[Key]:
        """See ``QualityTable``."""
        asked = select(quality_keys).where(quality_keys.c.told != "", quality_keys.c.third_by != "")
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(quality_keys.c.serial).limit(limit)).all()
            return [_key(connection, row) for row in rows]

    def tallies(self, group: int, *, whole: bool = False) -> Tallies:
        """See ``QualityTable``."""
        these = [quality_keys.c.group_serial == group]
        if not whole:
            these.append(quality_keys.c.whole == 0)
        with self._database.reading() as connection:
            return tallies_of(connection, *these)

    def found(self, group: int) -> Sequence[Key]:
        """See ``QualityTable``."""
        wrong = quality_keys.c.outcome.in_(sorted(outcome.value for outcome in WRONG))
        asked = select(quality_keys).where(quality_keys.c.group_serial == group, wrong)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(quality_keys.c.serial)).all()
            return [_key(connection, row) for row in rows]

    def drawn_fields(self, batch: BatchId, *, whole: bool = True) -> frozenset[tuple[DocumentId, str]]:
        """See ``QualityTable``."""
        these = [quality_keys.c.batch_id == batch]
        if not whole:
            these.append(quality_keys.c.whole == 0)
        asked = select(quality_keys.c.document_id, quality_keys.c.field).where(*these)
        with self._database.reading() as connection:
            return frozenset((DocumentId(row[0]), str(row[1])) for row in connection.execute(asked))

    def keyed_by(self, group: int) -> Sequence[str]:
        """See ``QualityTable``."""
        names: set[str] = set()
        with self._database.reading() as connection:
            for column in (quality_keys.c.second_by, quality_keys.c.third_by):
                asked = select(column).where(quality_keys.c.group_serial == group, column != "").distinct()
                names |= {str(name) for name in connection.execute(asked).scalars()}
        return sorted(names)


def key_row(key: Key, *, group: int) -> dict[str, object]:
    """A new field as its row."""
    return {
        "batch_id": key.batch,
        "group_serial": group,
        "document_id": key.document,
        "version": key.version,
        "field": key.field,
        "route": key.route.value,
        "whole": int(key.whole),
        "office": key.office,
        "not_by": f" {' '.join(key.not_by)} ",
        "state": key.state.value,
        "holder": "",
        "seen_at": "",
        "told": "",
        "second_read": 1,
        "second_by": "",
        "second_at": "",
        "third_by": "",
        "third_at": "",
        "outcome": "",
        "fix": "",
    }


def tallies_of(connection: Connection, *these: ColumnElement[bool], differing: bool = False) -> Tallies:
    """Counts of fields by route; populations are not known here.

    Args:
        connection: of the records.
        these: which fields.
        differing: a value about which two people differ counts as wrong until a third has looked.
    """
    rows = connection.execute(
        select(quality_keys.c.route, quality_keys.c.state, quality_keys.c.outcome, func.count())
        .where(*these)
        .group_by(quality_keys.c.route, quality_keys.c.state, quality_keys.c.outcome)
    )
    found: dict[Route, Tally] = {}
    for route, state, outcome, count in rows:
        differs = differing and state == KeyState.THIRD.value
        done = state == KeyState.DONE.value
        wrong = done and Outcome(outcome) in WRONG
        one = Tally(
            sample=count,
            keyed=count if done or differs else 0,
            errors=count if wrong or differs else 0,
            unreadable=count if done and outcome == Outcome.UNREADABLE.value else 0,
        )
        found[Route(route)] = found.get(Route(route), Tally()) + one
    return found


def in_offices(column: ColumnElement[str], offices: Sequence[str]) -> Sequence[ColumnElement[bool]]:
    """Rows whose office is one of these or below one; of all where they are all."""
    if EVERYTHING in offices:
        return []
    below = [column.startswith(f"{office}.", autoescape=True) for office in offices]
    return [or_(column.in_(sorted(offices)), *below)]


def _key(connection: Connection, row: Row[Any]) -> Key:
    told = ""
    if row.told:
        told = vault_of(connection).unseal(row.told, place=key_told_place(str(row.serial)))
        if row.third_by:
            told = told.removeprefix(_RIGHT)
    return Key(
        serial=row.serial,
        batch=BatchId(row.batch_id),
        group=row.group_serial,
        document=DocumentId(row.document_id),
        version=row.version,
        field=row.field,
        route=Route(row.route),
        whole=bool(row.whole),
        office=row.office,
        not_by=tuple(row.not_by.split()),
        state=KeyState(row.state),
        told=told,
        second_read=bool(row.second_read),
        second_by=row.second_by,
        third_by=row.third_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        fix=Fix(row.fix),
    )
