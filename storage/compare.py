"""Two databases compared record by record, in the order of their keys and in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Row, String, Table, collate, select

from storage.schema import metadata

ONLY_GROW: Final = (
    "journal",
    "document_versions",
    "owner_links",
    "keeping_acts",
    "carried_journal",
    "carried_versions",
)
_ROWS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDifference:
    """How two tables of one name differ.

    Attributes:
        table: its name.
        same: rows that are equal.
        missing: rows of the first that the second lacks.
        added: rows that only the second has.
        changed: rows of one key with other content.
    """

    table: str
    same: int = 0
    missing: int = 0
    added: int = 0
    changed: int = 0

    @property
    def equal(self) -> bool:
        """Whether every row of the one is in the other."""
        return not (self.missing or self.added or self.changed)

    @property
    def kept(self) -> bool:
        """Whether nothing of the first was lost or altered; more may have come."""
        return not (self.missing or self.changed)


def compare_records(
    first: Connection, second: Connection, *, tables: tuple[str, ...] = ()
) -> tuple[TableDifference, ...]:
    """Compare table by table.

    Args:
        first: usually the backup.
        second: usually the store.
        tables: names of those to compare; all by default.
    """
    return tuple(
        _compare(first, second, table)
        for table in metadata.sorted_tables
        if not tables or table.name in tables
    )


def _compare(first: Connection, second: Connection, table: Table) -> TableDifference:
    keys = [column.name for column in table.primary_key]
    left, right = _rows(first, table), _rows(second, table)
    same = missing = added = changed = 0
    one, two = next(left, None), next(right, None)
    while one is not None or two is not None:
        order = _order(one, two, keys)
        if order == 0:
            same, changed = (same + 1, changed) if one == two else (same, changed + 1)
        missing, added = missing + (order < 0), added + (order > 0)
        one = next(left, None) if order <= 0 else one
        two = next(right, None) if order >= 0 else two
    return TableDifference(table=table.name, same=same, missing=missing, added=added, changed=changed)


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    order = [_by_code_points(column, connection.dialect.name) for column in table.primary_key]
    query = select(table).order_by(*order).execution_options(yield_per=_ROWS)
    yield from connection.execute(query)


def _by_code_points(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """As SQLite and Python order text, whatever language the server of the database speaks."""
    is_text = isinstance(column.type, String)
    return collate(column, "C") if is_text and dialect == "postgresql" else column


def _order(one: Row[Any] | None, two: Row[Any] | None, keys: list[str]) -> int:
    """Which of the two comes first: below zero the first, above it the second; zero for one key."""
    if one is None or two is None:
        return 1 if one is None else -1
    left, right = ([getattr(row, key) for key in keys] for row in (one, two))
    return (left > right) - (left < right)
