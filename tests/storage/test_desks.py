"""Lists of the desks are ranges of indexes: with ten million papers none reads or sorts a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event

from dossier.events import EventKind
from dossier.keeping import Act
from storage import filed_rows, journal_search, keeping_acts
from storage.schema import metadata

LISTS: dict[str, Callable[[Connection], object]] = {
    "due papers": lambda connection: filed_rows.of_type(
        connection, "birth_certificate", until=date(2020, 12, 31), after=(date(2016, 1, 1), 5), limit=50
    ),
    "proposals": lambda connection: keeping_acts.cases(
        connection, Act.DISPOSAL_PROPOSED, before=100, limit=30
    ),
    "entries about": lambda connection: journal_search.about(connection, ["x", "y"], before=100, limit=50),
    "entries of a kind": lambda connection: journal_search.walk_back(
        connection, kind=EventKind.CANARY_RUN, actor="x", first=1, before=10**7, limit=50, steps=20_000
    ),
    "entries of a day": lambda connection: journal_search.number_at(connection, datetime.now(UTC)),
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_reads_no_whole_table_and_sorts_nothing(name: str) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with engine.connect() as connection:
        LISTS[name](connection)
        plans = [
            row[3]
            for statement, parameters in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert plans
    slow = [plan for plan in plans if re.search(r"SCAN (?!CONSTANT|\(sub)|TEMP B-TREE", plan)]
    assert slow == []


def test_the_end_of_the_journal_is_one_look_at_its_key() -> None:
    """``max`` of a key of rows is no walk, though the plan calls it a search without a bound."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT max(number) FROM journal").all()
    assert [row[3] for row in plan] == ["SEARCH journal"]
