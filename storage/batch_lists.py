"""Batches by day, the newest first, with what their files and acts say; nothing sealed is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from dossier.batches import BatchRow, BatchState
from dossier.documents import ItemState
from dossier.ids import BatchId
from dossier.keeping import Act
from dossier.totals import Count
from storage.bodies import moment_from_text, moment_to_text
from storage.schema import batch_items, batches, declared_counts, item_origins, items, keeping_acts

_PAGE: Final = 200
_ROW: Final = (
    select(
        batches.c.id,
        batches.c.received_at,
        batches.c.dossier,
        batches.c.procedure,
        func.coalesce(declared_counts.c.papers, 0).label("papers"),
        func.coalesce(declared_counts.c.pages, 0).label("pages"),
    )
    .outerjoin(declared_counts, declared_counts.c.batch_id == batches.c.id)
    .order_by(batches.c.received_at.desc(), batches.c.id.desc())
)


def rows(connection: Connection, *, first: datetime | None, until: datetime | None) -> Iterator[BatchRow]:
    """Batches received from ``first`` (included) to ``until`` (excluded), the newest first, page by page."""
    within: list[ColumnElement[bool]] = []
    if first is not None:
        within.append(batches.c.received_at >= moment_to_text(first))
    if until is not None:
        within.append(batches.c.received_at < moment_to_text(until))
    after: list[ColumnElement[bool]] = []
    while page := connection.execute(_ROW.where(*within, *after).limit(_PAGE)).all():
        yield from _with_files(connection, page)
        last = page[-1]
        after = [tuple_(batches.c.received_at, batches.c.id) < tuple_(last.received_at, last.id)]


def _with_files(connection: Connection, page: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[BatchRow]:
    ids = [row.id for row in page]
    files = _files(connection, ids)
    closed = _closed(connection, ids)
    for row in page:
        own = files[row.id]
        yield BatchRow(
            id=BatchId(row.id),
            received_at=moment_from_text(row.received_at),
            dossier=row.dossier,
            procedure=row.procedure,
            files=sum(each.files for each in own),
            refused=_sum(own, ItemState.QUARANTINED),
            unfinished=_sum(own, ItemState.RECEIVED, ItemState.READ),
            operators=_each_once(each.operator for each in own),
            devices=_each_once(each.device for each in own),
            declared=Count(row.papers, row.pages),
            state=BatchState.CLOSED if row.id in closed else BatchState.OPEN,
        )


def _files(connection: Connection, ids: Sequence[str]) -> defaultdict[str, list[Row[*tuple[Any, ...]]]]:
    """Files of each batch, counted by state, operator and device."""
    grouped = (batch_items.c.batch_id, items.c.state, item_origins.c.operator, item_origins.c.device)
    wanted = (
        select(*grouped, func.count().label("files"))
        .join(items, items.c.id == batch_items.c.item_id)
        .outerjoin(item_origins, item_origins.c.item_id == items.c.id)
        .where(batch_items.c.batch_id.in_(ids))
        .group_by(*grouped)
    )
    found: defaultdict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(wanted):
        found[row.batch_id].append(row)
    return found


def _sum(own: Sequence[Row[*tuple[Any, ...]]], *states: ItemState) -> int:
    return sum(each.files for each in own if each.state in states)


def _each_once(values: Iterator[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _closed(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those whose last closing or reopening, in the order of time, is a closing."""
    wanted = (
        select(keeping_acts.c.case_id, keeping_acts.c.act)
        .where(
            keeping_acts.c.case_id.in_(ids),
            keeping_acts.c.act.in_([Act.BATCH_CLOSED.value, Act.BATCH_REOPENED.value]),
        )
        .order_by(keeping_acts.c.at, keeping_acts.c.serial)
    )
    last = {row.case_id: row.act for row in connection.execute(wanted)}
    return {case for case, act in last.items() if act == Act.BATCH_CLOSED.value}
