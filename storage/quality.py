"""Promises about errors, batches, groups and verdicts in SQL; see ``dossier.quality.QualityTable``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, or_, select, update

from dossier.admission import EVERYTHING
from dossier.codes import office_of
from dossier.documents import DocumentState, ItemState
from dossier.errors import RecordMissingError
from dossier.events import Event
from dossier.ids import BatchId
from dossier.quality import (
    Group,
    Key,
    KeyState,
    Lot,
    LotState,
    Promise,
    Route,
    Step,
    Tallies,
    Tally,
    Verdict,
)
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.database import Database
from storage.quality_keys import SqlQualityKeys, in_offices, key_row, tallies_of
from storage.quality_tables import (
    quality_groups,
    quality_keys,
    quality_lots,
    quality_promises,
    quality_steps,
)
from storage.schema import batches, documents, items
from storage.writing import Writing

_LATE: Final = timedelta(days=30)
"""Batches that came from elsewhere may be older than the newest one that is known."""


class SqlQuality(SqlQualityKeys):
    """``dossier.quality.QualityTable`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        super().__init__(database, writing=writing)

    # promises and steps

    def promises(self) -> Sequence[Promise]:
        """See ``QualityTable``."""
        with self._database.reading() as connection:
            rows = connection.execute(select(quality_promises).order_by(quality_promises.c.serial))
            return [_promise(row) for row in rows]

    def add_promise(self, promise: Promise, *, events: Sequence[Event]) -> Promise:
        """See ``QualityTable``."""
        with self._writing() as writing:
            added = writing.connection.execute(
                insert(quality_promises)
                .values(
                    office=promise.office,
                    error=promise.error,
                    confidence=promise.confidence,
                    share=promise.share,
                    days=promise.days,
                    since=moment_to_text(promise.since),
                    actor=promise.actor,
                )
                .returning(quality_promises)
            ).one()
            writing.add(events)
            return _promise(added)

    def steps(self) -> Sequence[Step]:
        """See ``QualityTable``."""
        with self._database.reading() as connection:
            rows = connection.execute(select(quality_steps).order_by(quality_steps.c.serial))
            return [_step(row) for row in rows]

    def add_step(self, step: Step, *, seen: int, events: Sequence[Event]) -> bool:
        """See ``QualityTable``."""
        with self._writing() as writing:
            if _newest_step(writing.connection) != seen:
                return False
            _add_step(writing.connection, step)
            writing.add(events)
            return True

    # batches

    def note_batches(self, *, since: datetime, limit: int) -> int:
        """See ``QualityTable``."""
        with self._writing() as writing:
            connection = writing.connection
            newest = connection.execute(select(func.max(quality_lots.c.received_at))).scalar()
            begin = moment_to_text(since)
            if newest:
                begin = max(begin, moment_to_text(moment_from_text(newest) - _LATE))
            rows = connection.execute(
                select(batches.c.id, batches.c.received_at, batches.c.dossier)
                .outerjoin(quality_lots, quality_lots.c.batch_id == batches.c.id)
                .where(batches.c.received_at >= begin, quality_lots.c.batch_id.is_(None))
                .order_by(batches.c.received_at, batches.c.id)
                .limit(limit)
            ).all()
            made = [
                {
                    "batch_id": row.id,
                    "received_at": row.received_at,
                    "office": office_of(row.dossier),
                    "state": LotState.WAITING.value,
                    "group_serial": 0,
                    "promise": 0,
                    "drawn_at": "",
                    "seed": "",
                    "frame": "",
                    "own": 0,
                    "alone": 0,
                    "person": 0,
                }
                for row in rows
            ]
            if made:
                connection.execute(insert(quality_lots), made)
            return len(made)

    def ready(self, *, after: int, limit: int) -> Sequence[tuple[int, Lot]]:
        """See ``QualityTable``."""
        under_way = (ItemState.RECEIVED.value, ItemState.READ.value)
        unread = exists().where(items.c.batch_id == quality_lots.c.batch_id, items.c.state.in_(under_way))
        waiting = exists().where(
            items.c.batch_id == quality_lots.c.batch_id,
            documents.c.item_id == items.c.id,
            documents.c.state == DocumentState.WAITING.value,
        )
        asked = (
            select(quality_lots)
            .where(
                quality_lots.c.state == LotState.WAITING.value,
                quality_lots.c.serial > after,
                ~unread,
                ~waiting,
            )
            .order_by(quality_lots.c.serial)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(row.serial, _lot(connection, row)) for row in connection.execute(asked)]

    def draw(self, lot: Lot, keys: Sequence[Key], *, group: Group | None, events: Sequence[Event]) -> bool:
        """See ``QualityTable``."""
        with self._writing() as writing:
            connection = writing.connection
            same = and_(quality_lots.c.batch_id == lot.batch, quality_lots.c.state == LotState.WAITING.value)
            if not connection.execute(select(quality_lots.c.serial).where(same)).first():
                return False
            serial, promise = lot.group, 0
            if group is not None:
                serial, promise = _add_group(connection, group), group.promise
            elif serial:
                row = connection.execute(
                    select(quality_groups.c.promise, quality_groups.c.closed_at).where(
                        quality_groups.c.serial == serial
                    )
                ).one()
                if row.closed_at:
                    return False
                promise = row.promise
            populations = {route: lot.tallies.get(route, Tally()).population for route in Route}
            connection.execute(
                update(quality_lots)
                .where(same)
                .values(
                    state=lot.state.value,
                    group_serial=serial,
                    promise=promise,
                    drawn_at=_text(lot.drawn_at),
                    seed=lot.seed,
                    frame=lot.frame,
                    own=lot.own,
                    alone=populations[Route.ALONE],
                    person=populations[Route.PERSON],
                )
            )
            if keys:
                connection.execute(insert(quality_keys), [key_row(key, group=serial) for key in keys])
            writing.add(events)
            return True

    def lot(self, batch: BatchId) -> Lot:
        """See ``QualityTable``."""
        with self._database.reading() as connection:
            row = connection.execute(select(quality_lots).where(quality_lots.c.batch_id == batch)).first()
            if row is None:
                raise RecordMissingError(batch)
            return _lot(connection, row)

    def lots(
        self, *, before: str = "", limit: int = 50, offices: Sequence[str] = (EVERYTHING,)
    ) -> Sequence[Lot]:
        """See ``QualityTable``."""
        asked = select(quality_lots).where(
            quality_lots.c.drawn_at != "", *in_offices(quality_lots.c.office, offices)
        )
        if before:
            at, _, batch = before.partition(" ")
            asked = asked.where(
                or_(
                    quality_lots.c.drawn_at < at,
                    and_(quality_lots.c.drawn_at == at, quality_lots.c.batch_id < batch),
                )
            )
        asked = asked.order_by(quality_lots.c.drawn_at.desc(), quality_lots.c.batch_id.desc())
        return self._lots(asked.limit(limit))

    def place_of(self, lot: Lot) -> str:
        """See ``QualityTable``."""
        return f"{_text(lot.drawn_at)} {lot.batch}"

    def lots_of(self, group: int) -> Sequence[Lot]:
        """See ``QualityTable``."""
        asked = select(quality_lots).where(quality_lots.c.group_serial == group)
        return self._lots(asked.order_by(quality_lots.c.received_at, quality_lots.c.serial))

    def _lots(self, asked: Select[Any]) -> Sequence[Lot]:
        with self._database.reading() as connection:
            return [_lot(connection, row) for row in connection.execute(asked).all()]

    # groups

    def close_group(self, group: int, *, at: datetime) -> None:
        """See ``QualityTable``."""
        with self._writing() as writing:
            writing.connection.execute(
                update(quality_groups)
                .where(quality_groups.c.serial == group, quality_groups.c.closed_at == "")
                .values(closed_at=moment_to_text(at))
            )

    def group(self, serial: int) -> Group:
        """See ``QualityTable``."""
        found = self._groups(select(quality_groups).where(quality_groups.c.serial == serial))
        if not found:
            raise RecordMissingError(str(serial))
        return found[0]

    def open_groups(self) -> Sequence[Group]:
        """See ``QualityTable``."""
        asked = select(quality_groups).where(
            quality_groups.c.judged_at == "", quality_groups.c.closed_at == ""
        )
        return self._groups(asked.order_by(quality_groups.c.serial))

    def unjudged(self) -> Sequence[Group]:
        """See ``QualityTable``."""
        full = and_(quality_groups.c.judged_at == "", quality_groups.c.closed_at != "")
        whole = and_(quality_groups.c.whole_done_at == "", quality_groups.c.whole_at != "")
        return self._groups(select(quality_groups).where(or_(full, whole)).order_by(quality_groups.c.serial))

    def judged(self, *, promise: int, since: datetime, limit: int = 20) -> Sequence[Group]:
        """See ``QualityTable``."""
        asked = select(quality_groups).where(
            quality_groups.c.promise == promise,
            quality_groups.c.judged_at != "",
            quality_groups.c.received_from >= moment_to_text(since),
        )
        return self._groups(asked.order_by(quality_groups.c.judged_at.desc()).limit(limit))

    def _groups(self, asked: Select[Any]) -> list[Group]:
        with self._database.reading() as connection:
            return [_group(row) for row in connection.execute(asked)]

    def judge(
        self, group: Group, *, events: Sequence[Event], step: Step | None = None, seen: int = 0
    ) -> bool:
        """See ``QualityTable``."""
        told = {route.value: _counts(tally) for route, tally in group.tallies.items()}
        with self._writing() as writing:
            if step is not None and _newest_step(writing.connection) != seen:
                return False
            changed = writing.connection.execute(
                update(quality_groups)
                .where(quality_groups.c.serial == group.serial, quality_groups.c.judged_at == "")
                .values(
                    judged_at=_text(group.judged_at),
                    verdict=group.verdict.value if group.verdict else "",
                    tallies=canonical_json(told),
                    upper=group.upper,
                )
            )
            if not changed.rowcount:
                return False
            if step is not None:
                _add_step(writing.connection, step)
            writing.add(events)
            return True

    def want_whole(self, group: int, keys: Sequence[Key], *, at: datetime, events: Sequence[Event]) -> bool:
        """See ``QualityTable``."""
        with self._writing() as writing:
            changed = writing.connection.execute(
                update(quality_groups)
                .where(quality_groups.c.serial == group, quality_groups.c.whole_at == "")
                .values(whole_at=moment_to_text(at))
            )
            if not changed.rowcount:
                return False
            if keys:
                rows = [key_row(key, group=group) for key in keys]
                writing.connection.execute(insert(quality_keys), rows)
            writing.add(events)
            return True

    def end_whole(self, group: int, *, at: datetime, events: Sequence[Event]) -> None:
        """See ``QualityTable``."""
        with self._writing() as writing:
            changed = writing.connection.execute(
                update(quality_groups)
                .where(quality_groups.c.serial == group, quality_groups.c.whole_done_at == "")
                .values(whole_done_at=moment_to_text(at))
            )
            if changed.rowcount:
                writing.add(events)

    def window(self, *, promise: int, since: datetime) -> Tallies:
        """See ``QualityTable``."""
        untold = exists().where(
            quality_keys.c.batch_id == quality_lots.c.batch_id,
            quality_keys.c.whole == 0,
            quality_keys.c.state == KeyState.SECOND.value,
        )
        these = and_(
            quality_lots.c.promise == promise,
            quality_lots.c.received_at >= moment_to_text(since),
            quality_lots.c.state == LotState.DRAWN.value,
            # A large batch was drawn for more densely than the others and would weigh too much.
            quality_lots.c.own == 0,
            ~untold,
        )
        with self._database.reading() as connection:
            sums = connection.execute(
                select(func.sum(quality_lots.c.alone), func.sum(quality_lots.c.person)).where(these)
            ).one()
            chosen = select(quality_lots.c.batch_id).where(these)
            found = tallies_of(
                connection, quality_keys.c.batch_id.in_(chosen), quality_keys.c.whole == 0, differing=True
            )
        populations = {Route.ALONE: int(sums[0] or 0), Route.PERSON: int(sums[1] or 0)}
        return {route: Tally(population=populations[route]) + found.get(route, Tally()) for route in Route}


def _newest_step(connection: Connection) -> int:
    return int(connection.execute(select(func.max(quality_steps.c.serial))).scalar() or 0)


def _add_step(connection: Connection, step: Step) -> None:
    connection.execute(
        insert(quality_steps).values(
            office=step.office,
            at=moment_to_text(step.at),
            step=step.step,
            group_serial=step.group,
            actor=step.actor,
        )
    )


def _add_group(connection: Connection, group: Group) -> int:
    return int(
        connection.execute(
            insert(quality_groups)
            .values(
                promise=group.promise,
                single=int(group.single),
                opened_at=moment_to_text(group.opened_at),
                received_from=moment_to_text(group.received_from),
                closed_at=_text(group.closed_at),
                judged_at="",
                verdict="",
                tallies="",
                upper=0,
                whole_at="",
                whole_done_at="",
            )
            .returning(quality_groups.c.serial)
        ).scalar_one()
    )


def _promise(row: Row[Any]) -> Promise:
    return Promise(
        serial=row.serial,
        office=row.office,
        error=row.error,
        confidence=row.confidence,
        share=row.share,
        days=row.days,
        since=moment_from_text(row.since),
        actor=row.actor,
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        serial=row.serial,
        office=row.office,
        at=moment_from_text(row.at),
        step=row.step,
        group=row.group_serial,
        actor=row.actor,
    )


def _lot(connection: Connection, row: Row[Any]) -> Lot:
    found = tallies_of(connection, quality_keys.c.batch_id == row.batch_id, quality_keys.c.whole == 0)
    populations = {Route.ALONE: row.alone, Route.PERSON: row.person}
    return Lot(
        batch=BatchId(row.batch_id),
        received_at=moment_from_text(row.received_at),
        office=row.office,
        state=LotState(row.state),
        group=row.group_serial,
        drawn_at=_moment(row.drawn_at),
        seed=row.seed,
        frame=row.frame,
        own=row.own,
        tallies={route: Tally(population=populations[route]) + found.get(route, Tally()) for route in Route},
    )


def _group(row: Row[Any]) -> Group:
    told = json.loads(row.tallies) if row.tallies else {}
    return Group(
        serial=row.serial,
        promise=row.promise,
        single=bool(row.single),
        opened_at=moment_from_text(row.opened_at),
        received_from=moment_from_text(row.received_from),
        closed_at=_moment(row.closed_at),
        judged_at=_moment(row.judged_at),
        verdict=Verdict(row.verdict) if row.verdict else None,
        tallies={Route(route): Tally(**counts) for route, counts in told.items()},
        upper=row.upper,
        whole_at=_moment(row.whole_at),
        whole_done_at=_moment(row.whole_done_at),
    )


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "population": tally.population,
        "sample": tally.sample,
        "keyed": tally.keyed,
        "errors": tally.errors,
        "unreadable": tally.unreadable,
    }


def _text(at: datetime | None) -> str:
    return moment_to_text(at) if at else ""


def _moment(text: str) -> datetime | None:
    return moment_from_text(text) if text else None
