"""Rows of work follow the files: in with the batch, on to the next pool, out when nothing is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from dossier.codes import office_of
from dossier.documents import Batch, Item, ItemState
from dossier.ids import ItemId
from dossier.work import Lane, Pool, next_turn
from dossier.work_errors import WorkLostError, WorkParkedError
from storage.bodies import moment_to_text
from storage.schema import items
from storage.work_fence import HELD, lease_in_hand
from storage.work_tables import work, work_holders, work_turns

READY: Final = "ready"
PARKED: Final = "parked"
KEPT: Final = "kept"
"""Was read, and waits until all files of its batch were."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """How files of a batch that is taken in are put down as work.

    Attributes:
        lane: who waits for them.
        holder: works on them itself, from now on; anybody's when empty.
    """

    lane: Lane
    holder: str = ""


def owe(connection: Connection, batch: Batch, *, members: Sequence[Item], owed: Owed) -> None:
    """Put down what is owed on files that were handed in, in the transaction that takes them in.

    Handed in again, a file that a person waits for now goes to the counter's lane, and one that was parked is
    tried again. What somebody has in hand stays there.

    Raises:
        WorkLostError: others took the holder for gone.
    """
    if owed.holder:
        need_known(connection, owed.holder)
    office = office_of(batch.dossier)
    rows = _locked(connection, [item.id for item in members])
    for item in members:
        state = _state(connection, item.id)
        if state is ItemState.DONE:
            continue
        known = rows.get(item.id)
        if known is None:
            _add(connection, item.id, office=office, at=batch.received_at, state=state, owed=owed)
        elif known.state != HELD:
            _again(connection, known.serial, was_parked=known.state == PARKED, pool=known.pool, owed=owed)


def follow(connection: Connection, item: Item) -> None:
    """Let the row of a file follow the state that is being saved."""
    mine = work.c.item_id == item.id
    if item.state is ItemState.READ:
        _pass_on(connection, item.id)
    elif item.state is ItemState.QUARANTINED and item.error_code == WorkParkedError.code:
        connection.execute(update(work).where(mine).values(state=PARKED, holder="", begun=0))
    elif item.state in (ItemState.DONE, ItemState.QUARANTINED):
        connection.execute(delete(work).where(mine))


def need_known(connection: Connection, holder: str) -> None:
    """Let nothing come to a holder who is not known: nobody would ever take it over.

    Raises:
        WorkLostError: others took the holder for gone.
    """
    query = select(work_holders.c.id).where(work_holders.c.id == holder).with_for_update()
    if connection.execute(query).first() is None:
        raise WorkLostError(holder)


def turn_for(connection: Connection, *, pool: str, lane: str, office: str) -> int:
    """The number that a file of an office waits with."""
    served = connection.execute(
        select(work_turns.c.counter if lane == Lane.COUNTER else work_turns.c.backlog).where(
            work_turns.c.pool == pool
        )
    ).scalar()
    last = connection.execute(
        select(func.max(work.c.turn)).where(
            work.c.office == office, work.c.pool == pool, work.c.lane == lane, work.c.state != PARKED
        )
    ).scalar()
    return next_turn(served or 0, last)


def lock_in_order(connection: Connection, *these: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Rows of work, locked until the transaction ends: always the lowest first.

    Takers and whoever hands in again lock several rows at a time; in one order none waits for another who
    waits for them. A row that somebody had meanwhile is read as it is then.
    """
    query = select(work).where(*these).order_by(work.c.serial).with_for_update()
    return connection.execute(query).all()


def _locked(connection: Connection, wanted: Sequence[ItemId]) -> Mapping[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    # In stretches, for a statement takes only so many values; numbers of files that came together are close.
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found |= {row.item_id: row for row in lock_in_order(connection, work.c.item_id.in_(some))}
    return found


def _state(connection: Connection, item: ItemId) -> ItemState:
    return ItemState(connection.execute(select(items.c.state).where(items.c.id == item)).scalar_one())


def _add(  # noqa: PLR0913 - the columns of a row
    connection: Connection, item: ItemId, *, office: str, at: datetime, state: ItemState, owed: Owed
) -> None:
    pool = Pool.SIGN if state is ItemState.READ else Pool.READ
    connection.execute(
        insert(work).values(
            item_id=item,
            pool=pool.value,
            lane=owed.lane.value,
            office=office,
            turn=turn_for(connection, pool=pool, lane=owed.lane, office=office),
            state=HELD if owed.holder else READY,
            tries=0,
            begun=0,
            reason="",
            holder=owed.holder,
            fence=0,
            since=moment_to_text(at),
        )
    )


def _again(connection: Connection, serial: int, *, was_parked: bool, pool: str, owed: Owed) -> None:
    changes: dict[str, object] = {"state": HELD if owed.holder else READY, "holder": owed.holder, "begun": 0}
    if was_parked or pool == Pool.READ:
        # A person decides by handing it in again. One whose try never ended is read in a process of its own.
        changes |= {"tries": 0, "furthest": 0, "after": 0}
    if owed.lane is Lane.COUNTER:
        changes["lane"] = Lane.COUNTER.value
    connection.execute(update(work).where(work.c.serial == serial).values(**changes))


def _pass_on(connection: Connection, item: ItemId) -> None:
    """From reading to signing: a new start, and a new place in line."""
    mine = (work.c.item_id == item, work.c.pool == Pool.READ)
    row = connection.execute(select(work).where(*mine).with_for_update()).first()
    if row is None:
        return
    lease = lease_in_hand()
    stays = lease is not None and lease.goes_on and lease.serial == row.serial
    connection.execute(
        update(work)
        .where(work.c.serial == row.serial)
        .values(
            pool=Pool.SIGN.value,
            turn=turn_for(connection, pool=Pool.SIGN, lane=row.lane, office=row.office),
            state=HELD if stays else READY,
            holder=row.holder if stays else "",
            tries=int(stays),
            begun=int(stays),
            reason="",
        )
    )
