"""Long work that people at the station ask for: ``dossier.archive_orders.OrderTable``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from dossier.archive_orders import PAPERS, Order, OrderKind, OrderState
from dossier.events import Event
from dossier.ids import DocumentId
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.database import Database
from storage.desk_tables import archive_orders
from storage.vault import vault_of
from storage.writing import Writing

_BEGUN: Final = "begun"
"""Stands in the result until there is one."""
_OF_PAPERS: Final = (OrderKind.PACKAGE.value, OrderKind.PACKAGE_CHECK.value)
_STAYS: Final = ("kind", "offices", "dossier", "order")
"""What was asked for, without the papers and without values that people typed."""


def wanted_place(order: str) -> str:
    """What a wish is bound to."""
    return f"archive_orders/{order}/wanted"


def result_place(order: str) -> str:
    """What a result is bound to."""
    return f"archive_orders/{order}/result"


class SqlOrders:
    """``dossier.archive_orders.OrderTable`` on SQLAlchemy. Safe for threads and processes."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def ask(self, order: Order, *, events: Sequence[Event]) -> bool:
        """See ``OrderTable``."""
        wish = canonical_json(dict(order.wanted))
        same = hashlib.sha256(f"{order.kind.value}\x1f{wish}".encode()).hexdigest()
        with self._writing() as writing:
            connection = writing.connection
            there = select(archive_orders.c.serial).where(archive_orders.c.same == same).limit(1)
            if connection.execute(there).first() is not None:
                return False
            vault = vault_of(connection)
            connection.execute(
                insert(archive_orders).values(
                    id=order.id,
                    kind=order.kind.value,
                    actor=order.actor,
                    asked_at=moment_to_text(order.asked_at),
                    same=same,
                    state=OrderState.WAITING.value,
                    seen_at="",
                    ended_at="",
                    wanted=vault.seal(wish, place=wanted_place(order.id)),
                    result=vault.seal(canonical_json({}), place=result_place(order.id)),
                )
            )
            writing.add(events)
            return True

    def order(self, order: str) -> Order | None:
        """See ``OrderTable``."""
        with self._database.reading() as connection:
            row = connection.execute(select(archive_orders).where(archive_orders.c.id == order)).first()
            return None if row is None else _record(connection, row)

    def orders(self, kinds: Sequence[OrderKind], *, before: int = 0, limit: int = 20) -> Sequence[Order]:
        """See ``OrderTable``."""
        query = select(archive_orders).where(archive_orders.c.kind.in_([kind.value for kind in kinds]))
        if before:
            query = query.where(archive_orders.c.serial < before)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(archive_orders.c.serial.desc()).limit(limit)).all()
            return [_record(connection, row) for row in rows]

    def claim(self, *, at: datetime, dead_before: datetime) -> Order | None:
        """See ``OrderTable``."""
        state, seen = archive_orders.c.state, archive_orders.c.seen_at
        dead = and_(state == OrderState.RUNNING.value, seen < moment_to_text(dead_before))
        query = select(archive_orders).where(or_(state == OrderState.WAITING.value, dead))
        query = query.order_by(archive_orders.c.serial).limit(1)
        with self._database.reading() as connection:
            if connection.execute(query).first() is None:
                return None
        with self._writing() as writing:
            connection = writing.connection
            row = connection.execute(query).first()
            if row is None:
                return None
            mine = archive_orders.c.serial == row.serial
            # Counted before anything is done: a process that is killed cannot count it afterwards.
            counted = canonical_json({_BEGUN: _record(connection, row).begun + 1})
            values = {
                "state": OrderState.RUNNING.value,
                "seen_at": moment_to_text(at),
                "result": vault_of(connection).seal(counted, place=result_place(row.id)),
            }
            connection.execute(update(archive_orders).where(mine).values(**values))
            return _record(connection, connection.execute(select(archive_orders).where(mine)).one())

    def beat(self, order: Order, *, at: datetime) -> bool:
        """See ``OrderTable``."""
        with self._writing() as writing:
            if not _is_held(writing.connection, order):
                return False
            mine = archive_orders.c.id == order.id
            writing.connection.execute(update(archive_orders).where(mine).values(seen_at=moment_to_text(at)))
            return True

    def finish(
        self,
        order: Order,
        *,
        state: OrderState,
        at: datetime,
        result: Mapping[str, object],
    ) -> bool:
        """See ``OrderTable``."""
        with self._writing() as writing:
            if not _is_held(writing.connection, order):
                return False
            sealed = vault_of(writing.connection).seal(
                canonical_json(dict(result)), place=result_place(order.id)
            )
            moment = moment_to_text(at)
            writing.connection.execute(
                update(archive_orders)
                .where(archive_orders.c.id == order.id)
                .values(state=state.value, seen_at=moment, ended_at=moment, same="", result=sealed)
            )
            return True

    def withdrawn(self, orders: Sequence[str]) -> Sequence[str]:
        """See ``OrderTable``."""
        gone = archive_orders.c.state == OrderState.WITHDRAWN.value
        query = select(archive_orders.c.id).where(archive_orders.c.id.in_(list(orders)), gone)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())


def withdraw(connection: Connection, document: DocumentId, *, dossier: str) -> None:
    """A paper is destroyed: of packages that hold it, and of what was asked for them, nothing is left.

    The whole table is gone through, since what an order is about is sealed; papers are destroyed rarely.
    """
    rows = connection.execute(
        select(archive_orders)
        .where(archive_orders.c.kind.in_(_OF_PAPERS), archive_orders.c.state != OrderState.WITHDRAWN.value)
        .order_by(archive_orders.c.serial)
    ).all()
    gone: set[str] = set()
    for row in rows:
        order = _record(connection, row)
        if order.wanted.get("order") in gone or _holds(order, document, dossier):
            gone.add(order.id)
            _strip(connection, order)


def _holds(order: Order, document: DocumentId, dossier: str) -> bool:
    papers = f"{order.wanted.get('papers', '')} {order.result.get(PAPERS, '')}".split()
    return document in papers or bool(dossier and order.wanted.get("dossier") == dossier)


def _strip(connection: Connection, order: Order) -> None:
    """What people typed goes; who asked for what kind of thing stays."""
    vault = vault_of(connection)
    left = {name: value for name, value in order.wanted.items() if name in _STAYS}
    connection.execute(
        update(archive_orders)
        .where(archive_orders.c.id == order.id)
        .values(
            state=OrderState.WITHDRAWN.value,
            same="",
            wanted=vault.seal(canonical_json(left), place=wanted_place(order.id)),
            result=vault.seal(canonical_json({}), place=result_place(order.id)),
        )
    )


def _is_held(connection: Connection, order: Order) -> bool:
    """Whether it still runs as it was claimed: others begin it anew once its worker counts as gone."""
    row = connection.execute(select(archive_orders).where(archive_orders.c.id == order.id)).first()
    if row is None or row.state != OrderState.RUNNING.value:
        return False
    return _record(connection, row).begun == order.begun


def _record(connection: Connection, row: Row[Any]) -> Order:
    vault = vault_of(connection)
    result = json.loads(vault.unseal(row.result, place=result_place(row.id)))
    begun = result.pop(_BEGUN, 0)
    return Order(
        serial=row.serial,
        id=row.id,
        kind=OrderKind(row.kind),
        actor=row.actor,
        asked_at=moment_from_text(row.asked_at),
        wanted=json.loads(vault.unseal(row.wanted, place=wanted_place(row.id))),
        state=OrderState(row.state),
        seen_at=moment_from_text(row.seen_at) if row.seen_at else None,
        ended_at=moment_from_text(row.ended_at) if row.ended_at else None,
        result=result,
        begun=begun,
    )
