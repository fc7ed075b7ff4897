"""Work in SQL: taken by one, taken over when its holder is gone, parked when it never ends.

Takers take turns, which is short, so that the cap of an office and the order of lanes hold exactly; rows that
somebody writes on are passed by (``SKIP LOCKED``). None of this waits for the turn of those who add to the
journal, nor for the lock of the one writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, func, insert, or_, select, update

from dossier.events import Event
from dossier.ids import BatchId, ItemId
from dossier.work import (
    FairRules,
    Lane,
    Lease,
    ParkedWork,
    Pool,
    WorkReason,
    WorkStand,
    lanes_in_order,
    streak_after,
)
from dossier.work_errors import WorkNotParkedError
from storage.bodies import moment_from_text
from storage.database import Database
from storage.database_clock import now_ms
from storage.schema import items
from storage.work_fence import HELD
from storage.work_rows import KEPT, PARKED, READY, lock_in_order, need_known, turn_for
from storage.work_tables import work, work_holders, work_turns
from storage.writing import Writing

LEASE_SECONDS: Final = 40.0
"""Without a sign of life for so long a holder counts as gone."""

_FAR_MILLISECONDS: Final = 3_600_000
"""A lease never ends so late: where one seems to, the clock of the database was put back."""


class _WritingSource(Protocol):
    def __call__(self) -> AbstractContextManager[Writing]: ...


class SqlWork:
    """What is owed on files, and who has it in hand. Safe for threads and machines."""

    def __init__(self, database: Database, *, writing: _WritingSource) -> None:
        self._database = database
        self._writing = writing

    # holders

    def enter(self, holder: str, *, seconds: float = LEASE_SECONDS) -> None:
        """Be known as one who holds work, for so many seconds from now."""
        with self._database.queueing() as connection:
            ends = now_ms(connection) + int(seconds * 1000)
            connection.execute(insert(work_holders).values(id=holder, ends=ends))

    def beat(self, holder: str, *, seconds: float = LEASE_SECONDS) -> bool:
        """Give a sign of life. False: others took the holder for gone, and what it held is theirs."""
        with self._database.queueing() as connection:
            ends = now_ms(connection) + int(seconds * 1000)
            changed = connection.execute(
                update(work_holders).where(work_holders.c.id == holder).values(ends=ends)
            )
            return bool(changed.rowcount)

    def leave(self, holder: str) -> None:
        """Give everything back in order: a try that goes on is not counted."""
        with self._database.queueing() as connection:
            # First, as everybody does who locks both: the holder, then what it holds.
            connection.execute(delete(work_holders).where(work_holders.c.id == holder))
            mine = (work.c.holder == holder, work.c.state == HELD)
            lock_in_order(connection, *mine)
            connection.execute(
                update(work)
                .where(*mine)
                .values(state=READY, holder="", tries=work.c.tries - work.c.begun, begun=0)
            )

    def holders(self) -> Sequence[str]:
        """Everybody who is known, alive or not."""
        with self._database.reading() as connection:
            return list(connection.execute(select(work_holders.c.id)).scalars())

    def living(self) -> frozenset[str]:
        """Holders who gave a sign of life in time."""
        with self._database.reading() as connection:
            now = now_ms(connection)
            return frozenset(
                connection.execute(select(work_holders.c.id).where(work_holders.c.ends >= now)).scalars()
            )

    def take_over(self, gone: Iterable[str] = ()) -> int:
        """Make free what holders have who are gone; gives how many files.

        Args:
            gone: holders of whom it is known; others are gone once their lease has ended.
        """
        with self._database.queueing() as connection:
            return _take_over(connection, gone, now=now_ms(connection))

    # work

    def waits(self, pools: Sequence[Pool]) -> bool:
        """Whether there may be something to take in these pools."""
        of_pools = work.c.pool.in_([pool.value for pool in pools])
        with self._database.reading() as connection:
            now = now_ms(connection)
            ready = select(work.c.serial).where(work.c.state == READY, of_pools, _is_due(now)).limit(1)
            late = select(work_holders.c.id).where(work_holders.c.ends < now).limit(1)
            kept = select(work.c.serial).where(work.c.state == KEPT, of_pools).limit(1)
            return any(connection.execute(query).first() is not None for query in (ready, late, kept))

    def is_scarce(self, pool: Pool) -> bool:
        """Whether no more files wait in a pool than holders live: who has one leaves those to others.

        Also to one more, who holds nothing yet and looks every few seconds.
        """
        with self._database.reading() as connection:
            now = now_ms(connection)
            living = select(func.count()).select_from(work_holders).where(work_holders.c.ends >= now)
            holders = int(connection.execute(living).scalar_one())
            ready = select(work.c.serial).where(
                work.c.state == READY, work.c.pool == pool.value, _is_due(now)
            )
            some = ready.limit(holders + 1).subquery()
            return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) <= holders

    def take(self, pool: Pool, holder: str, *, rules: FairRules) -> Lease | None:
        """The file whose turn it is; nothing when none may be taken now.

        Counter before backlog but for a share; in a lane the lowest turn of an office below its cap.

        Raises:
            WorkLostError: others took the holder for gone.
        """
        with self._database.queueing(alone=True) as connection:
            need_known(connection, holder)
            now = now_ms(connection)
            _take_over(connection, (), now=now)
            if pool is Pool.SIGN:
                _free_kept(connection)
            turns = connection.execute(select(work_turns).where(work_turns.c.pool == pool.value)).first()
            streak = turns.streak if turns is not None else 0
            busy = _busy_offices(connection, pool, cap=rules.cap)
            for lane in lanes_in_order(streak, rules.share):
                row = connection.execute(_next(pool, lane, now=now, besides=busy)).first()
                if row is None:
                    continue
                backlog = _next(pool, Lane.BACKLOG, now=now, besides=busy)
                waits = connection.execute(backlog).first() is not None
                _served(connection, turns, row, streak=streak_after(streak, lane, backlog_waits=waits))
                return _begin(connection, row, holder=holder, rules=rules)
        return None

    def take_item(self, item: ItemId, holder: str, *, rules: FairRules) -> Lease | None:
        """One file, out of turn: it is done in the batch that its holder works through.

        Nothing when nothing is owed on it, or another one has it: ``is_owed`` tells which.

        Raises:
            WorkLostError: others took the holder for gone.
        """
        with self._database.queueing() as connection:
            need_known(connection, holder)
            free = (work.c.state == READY) & _is_due(now_ms(connection))
            mine = or_(free, (work.c.state == HELD) & (work.c.holder == holder))
            row = connection.execute(
                select(work).where(work.c.item_id == item, mine).with_for_update(skip_locked=True)
            ).first()
            return _begin(connection, row, holder=holder, rules=rules, goes_on=True) if row else None

    def has_unread(self, batch: BatchId) -> bool:
        """Whether a file that came with a batch first is still to be read."""
        query = select(work.c.serial).join(items, items.c.id == work.c.item_id)
        query = query.where(items.c.batch_id == batch, work.c.pool == Pool.READ.value, work.c.state != PARKED)
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def is_owed(self, item: ItemId) -> bool:
        """Whether something is owed on a file that nobody parked."""
        with self._database.reading() as connection:
            query = select(work.c.serial).where(work.c.item_id == item, work.c.state != PARKED)
            return connection.execute(query).first() is not None

    def open_items(self, among: Sequence[ItemId]) -> frozenset[ItemId]:
        """Those of these files on which something is owed that nobody parked."""
        found: set[ItemId] = set()
        with self._database.reading() as connection:
            for start in range(0, len(among), _AT_ONCE):
                some = among[start : start + _AT_ONCE]
                query = select(work.c.item_id).where(work.c.item_id.in_(some), work.c.state != PARKED)
                found |= {ItemId(row) for row in connection.execute(query).scalars()}
        return frozenset(found)

    def give_back(self, lease: Lease, *, failed: WorkReason | None = None, rest: float = 0.0) -> None:
        """Let somebody take it again; the try counts only where it failed.

        Args:
            lease: of the file.
            failed: why this try did not end; nothing where it was given back in order.
            rest: seconds for which nobody takes it.
        """
        changes: dict[str, object] = {"tries": work.c.tries - work.c.begun}
        if failed is not None:
            changes = {"reason": failed.value}
        self._let_go(lease, changes, rest=rest)

    def got_on(self, lease: Lease, pages: int) -> None:
        """Note how many pages of a file are finished; where no try had so many, this one counts as its first.

        A file of thousands of pages outlives many a worker: what ends it for good is a page, and that is
        seen when nobody gets beyond it. The mark is the file's, not the machine's, and only grows, so a try
        that begins anew elsewhere has got on only where it comes further than all others.
        """
        with self._database.queueing() as connection:
            connection.execute(
                update(work).where(*_is_held(lease), work.c.furthest < pages).values(furthest=pages, tries=1)
            )

    def uncount(self, leases: Sequence[Lease]) -> None:
        """Give back what a holder has, or had, who could not say that it lives: none of these tries counts.

        Others may have taken over meanwhile, and even begun: theirs counts, ours does not. Only the holder
        itself can know that it was not the file that kept it.
        """
        by_row = {lease.serial: lease for lease in leases}
        with self._database.queueing() as connection:
            for row in lock_in_order(connection, work.c.serial.in_(by_row)):
                lease = by_row[row.serial]
                if row.pool == lease.pool and row.state != PARKED and not lease.is_spent:
                    connection.execute(
                        update(work).where(work.c.serial == row.serial).values(_without_try(row, lease))
                    )

    def _let_go(self, lease: Lease, changes: Mapping[str, object], *, rest: float = 0.0) -> None:
        with self._database.queueing() as connection:
            after = now_ms(connection) + int(rest * 1000) if rest else 0
            connection.execute(
                update(work)
                .where(*_is_held(lease))
                .values({"state": READY, "holder": "", "begun": 0, "after": after, **changes})
            )

    def keep_for_batch(self, lease: Lease) -> None:
        """Let a file that was read wait until all of its batch were: they are counted together."""
        self._let_go(lease, {"state": KEPT, "tries": 0})

    # for people

    def has_room(self, *, most: int) -> bool:
        """Whether fewer files than so many are owed something."""
        with self._database.reading() as connection:
            some = select(work.c.serial).where(work.c.state != PARKED).limit(most).subquery()
            return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) < most

    def parked(self, *, after: ItemId | None = None, limit: int = 100) -> Sequence[ParkedWork]:
        """Files that were parked, the longest waiting first; from behind one of them on."""
        query = select(work, items.c.batch_id).join(items, items.c.id == work.c.item_id)
        query = query.where(work.c.state == PARKED)
        if after is not None:
            before = select(work.c.serial).where(work.c.item_id == after).scalar_subquery()
            query = query.where(work.c.serial > before)
        with self._database.reading() as connection:
            return [_parked(row) for row in connection.execute(query.order_by(work.c.serial).limit(limit))]

    def release(self, item: ItemId, *, events: Sequence[Event]) -> None:
        """Let a parked file be tried again, in a process of its own.

        Raises:
            WorkNotParkedError.
        """
        with self._writing() as writing:
            row = _need_parked(writing.connection, item)
            changes = {"state": READY, "tries": 0, "furthest": 0, "after": 0, "pool": Pool.READ.value}
            turn = turn_for(writing.connection, pool=Pool.READ, lane=row.lane, office=row.office)
            writing.connection.execute(
                update(work).where(work.c.serial == row.serial).values(turn=turn, **changes)
            )
            writing.add(events)

    def refuse(self, item: ItemId, *, events: Sequence[Event]) -> None:
        """Nothing is owed on a parked file any more; it stays among the refused ones.

        Raises:
            WorkNotParkedError.
        """
        with self._writing() as writing:
            row = _need_parked(writing.connection, item)
            writing.connection.execute(delete(work).where(work.c.serial == row.serial))
            writing.add(events)

    def stand(self) -> Sequence[WorkStand]:
        """How much there is of each kind. Rows go when they are done, so there are few."""
        counts = {state: func.sum(case((work.c.state == state, 1), else_=0)) for state in _STATES}
        query = select(work.c.pool, work.c.lane, *(counts[state].label(state) for state in _STATES))
        with self._database.reading() as connection:
            return [
                WorkStand(
                    pool=Pool(row.pool),
                    lane=Lane(row.lane),
                    ready=row.ready + row.kept,
                    held=row.held,
                    parked=row.parked,
                )
                for row in connection.execute(
                    query.group_by(work.c.pool, work.c.lane).order_by(work.c.pool, work.c.lane.desc())
                )
            ]


_STATES: Final = (READY, KEPT, HELD, PARKED)
_AT_ONCE: Final = 500


def _is_held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    """The row of a lease, as long as nobody took it over."""
    return (
        work.c.serial == lease.serial,
        work.c.fence == lease.fence,
        work.c.holder == lease.holder,
        work.c.state == HELD,
    )


def _is_due(now: int) -> ColumnElement[bool]:
    """Rests no longer; one that would for hours was given back before the clock was set right."""
    return or_(work.c.after <= now, work.c.after > now + _FAR_MILLISECONDS)


def _take_over(connection: Connection, gone: Iterable[str], *, now: int) -> int:
    ended = or_(work_holders.c.ends < now, work_holders.c.ends > now + _FAR_MILLISECONDS)
    dead = {*connection.execute(select(work_holders.c.id).where(ended)).scalars(), *gone}
    if not dead:
        return 0
    # First: whoever takes work locks this row, so nothing comes to a holder that was freed already.
    of_dead = select(work_holders.c.id).where(work_holders.c.id.in_(dead))
    connection.execute(of_dead.order_by(work_holders.c.id).with_for_update()).all()
    connection.execute(delete(work_holders).where(work_holders.c.id.in_(dead)))
    theirs = (work.c.holder.in_(dead), work.c.state == HELD)
    lock_in_order(connection, *theirs)
    freed = connection.execute(
        update(work)
        .where(*theirs)
        .values(
            state=READY,
            holder="",
            reason=case((work.c.begun == 1, WorkReason.DIED.value), else_=work.c.reason),
            begun=0,
        )
    )
    return int(freed.rowcount)


def _free_kept(connection: Connection) -> None:
    """Files whose batch has nothing left to read go on."""
    if connection.execute(select(work.c.serial).where(work.c.state == KEPT).limit(1)).first() is None:
        return
    unread, its_items = work.alias(), items.alias()
    still_read = (
        select(unread.c.serial)
        .join(its_items, its_items.c.id == unread.c.item_id)
        .where(its_items.c.batch_id == items.c.batch_id, unread.c.pool == Pool.READ.value)
        .where(unread.c.state != PARKED)
    )
    free = (
        select(work.c.serial)
        .join(items, items.c.id == work.c.item_id)
        .where(work.c.state == KEPT, ~still_read.exists())
    )
    serials = [row.serial for row in lock_in_order(connection, work.c.serial.in_(free))]
    connection.execute(update(work).where(work.c.serial.in_(serials)).values(state=READY))


def _busy_offices(connection: Connection, pool: Pool, *, cap: int) -> Sequence[str]:
    """Offices that have as many files in work as they may."""
    if not cap:
        return ()
    held = select(work.c.office).where(work.c.state == HELD, work.c.pool == pool.value)
    return list(connection.execute(held.group_by(work.c.office).having(func.count() >= cap)).scalars())


def _next(pool: Pool, lane: Lane, *, now: int, besides: Sequence[str]) -> Select[Any]:
    query = select(work).where(work.c.state == READY, work.c.pool == pool.value, work.c.lane == lane.value)
    query = query.where(_is_due(now))
    if besides:
        query = query.where(work.c.office.not_in(besides))
    return query.order_by(work.c.turn, work.c.serial).limit(1).with_for_update(skip_locked=True)


def _served(connection: Connection, turns: Row[Any] | None, row: Row[Any], *, streak: int) -> None:
    """Note how far the pool has come."""
    if turns is None:
        connection.execute(insert(work_turns).values(pool=row.pool, streak=0, counter=0, backlog=0))
    known = 0 if turns is None else (turns.counter if row.lane == Lane.COUNTER else turns.backlog)
    connection.execute(
        update(work_turns)
        .where(work_turns.c.pool == row.pool)
        .values({"streak": streak, str(row.lane): max(known, row.turn)})
    )


def _begin(
    connection: Connection, row: Row[Any], *, holder: str, rules: FairRules, goes_on: bool = False
) -> Lease:
    """Count the try before anything is done: a process that is killed cannot count it afterwards."""
    is_spent = row.tries >= rules.tries
    lease = Lease(
        item=ItemId(row.item_id),
        serial=row.serial,
        pool=Pool(row.pool),
        holder=holder,
        fence=row.fence + 1,
        tries=row.tries if is_spent else row.tries + 1,
        reason=WorkReason(row.reason) if row.reason else None,
        is_spent=is_spent,
        goes_on=goes_on,
        furthest=row.furthest,
    )
    connection.execute(
        update(work)
        .where(work.c.serial == row.serial)
        .values(state=HELD, holder=holder, fence=lease.fence, tries=lease.tries, begun=int(not is_spent))
    )
    return lease


def _without_try(row: Row[Any], lease: Lease) -> Mapping[str, object]:
    changes: dict[str, object] = {"tries": max(row.tries - 1, 0)}
    if row.fence == lease.fence:
        # Nobody began since: not even a reason is left.
        before = lease.reason.value if lease.reason else ""
        changes |= {"state": READY, "holder": "", "begun": 0, "reason": before}
    return changes


def _need_parked(connection: Connection, item: ItemId) -> Row[Any]:
    row = connection.execute(
        select(work).where(work.c.item_id == item, work.c.state == PARKED).with_for_update()
    ).first()
    if row is None:
        raise WorkNotParkedError(item)
    return row


def _parked(row: Row[Any]) -> ParkedWork:
    return ParkedWork(
        item=ItemId(row.item_id),
        batch=BatchId(row.batch_id),
        office=row.office,
        lane=Lane(row.lane),
        tries=row.tries,
        reason=WorkReason(row.reason) if row.reason else None,
        since=moment_from_text(row.since),
    )
