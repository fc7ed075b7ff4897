"""An upgrade is killed with ``kill -9`` at any statement or commit and goes on to the same records.

``MOTLAN_KILLS`` is how many points are tried on each database, spread over all; ``all`` tries each.
"""

from __future__ import annotations

import os
import shutil
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, make_url, text

from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.owner_filing import fill
from storage.records import SqlRecords
from storage.sealing import seal_old_rows
from storage.sqlite import make_private_file
from storage.vault import Vault
from tests.processes import start
from tests.storage.builders import KEY, MOMENT, NAMESPACE
from tests.storage.old_stores import write_old
from tests.storage.pg_server import missing, pg_server
from tests.storage.test_migration import PRINTED, everything, fill_today

pytestmark = pytest.mark.timeout(6 * 3600)
KILLS = os.environ.get("MOTLAN_KILLS", "4")
OLD = "0002"
"""The first schema whose links between owners keep their times."""

Open = Callable[[], Database]


@dataclass(frozen=True)
class Olds:
    """Copies of one filled database of an earlier schema; ``clear``: what a copy holds of PRINTED."""

    another: Callable[[], Open]
    expected: dict[str, object]
    head: MemoryHead
    clear: Callable[[], list[str]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def olds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Olds]:
    folder = tmp_path_factory.mktemp("old")
    make_private_file(folder / "today.sqlite3")
    today = Database.on_disk(folder / "today.sqlite3")
    today.upgrade()
    head = MemoryHead()
    records = SqlRecords(today, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str)
    fill_today(records)
    expected = everything(records)
    if request.param == "sqlite":
        yield _on_sqlite(folder, today, expected, head)
    else:
        yield from _on_postgresql(today, expected, head)
    today.close()


def _on_sqlite(folder: Path, today: Database, expected: dict[str, object], head: MemoryHead) -> Olds:
    path, copy = folder / "old.sqlite3", folder / "copy.sqlite3"
    old = Database.on_disk(path)
    write_old(today, old, revision=OLD)
    old.close()

    def another() -> Open:
        for left in folder.glob(f"{copy.name}*"):
            left.unlink()
        shutil.copy(path, copy)
        return partial(Database.on_disk, copy)

    def clear() -> list[str]:
        raw = b"".join(each.read_bytes() for each in folder.glob(f"{copy.name}*"))
        return [printed for printed in PRINTED if printed.encode() in raw]

    return Olds(another, expected, head, clear)


def _on_postgresql(today: Database, expected: dict[str, object], head: MemoryHead) -> Iterator[Olds]:
    why = missing()
    if why:
        pytest.skip(why)
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:
        url = server.new_database()
        old = Database.on_server(url)
        write_old(today, old, revision=OLD)
        old.close()
        template = make_url(url).database or ""
        yield Olds(
            lambda: partial(Database.on_server, server.new_database(like=template)),
            expected,
            head,
            list,
        )


def upgrade(open_database: Open) -> None:
    """As ``motlan init`` does it, a row in each batch."""
    database = open_database()
    database.unlock(Vault(secret=KEY, ring=ring_of_store(KEY)))
    database.upgrade()

    def make_owners(connection: Connection) -> None:
        fill(connection, namespace=NAMESPACE, actor="quay-1", at=MOMENT)

    seal_old_rows(database, then=make_owners, batch=1)
    database.close()


@dataclass
class Points:
    """Counts what an upgrade does; ``reached`` is called at each."""

    reached: Callable[[int], None]
    count: int = 0

    def listen(self) -> None:
        event.listen(Engine, "begin", self._pass)
        event.listen(Engine, "commit", self._pass)
        event.listen(Engine, "before_cursor_execute", self._statement)

    def close(self) -> None:
        event.remove(Engine, "begin", self._pass)
        event.remove(Engine, "commit", self._pass)
        event.remove(Engine, "before_cursor_execute", self._statement)

    def _pass(self, _connection: Connection) -> None:
        self.count += 1
        self.reached(self.count)

    def _statement(self, connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SELECT", "PRAGMA", "BEGIN", "SET")):
            self._pass(connection)


def upgrade_until(open_database: Open, point: int) -> None:
    """Killed at that point."""

    def kill(reached: int) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    Points(kill).listen()
    upgrade(open_database)


def chosen(count: int) -> list[int]:
    """The points to try, of so many."""
    wanted = count if KILLS == "all" else min(count, int(KILLS))
    return sorted({1 + round(place * (count - 1) / max(1, wanted - 1)) for place in range(wanted)})


def test_an_upgrade_killed_at_any_step_goes_on_to_the_same_records(
    olds: Olds, record_property: Callable[[str, object], None]
) -> None:
    open_database = olds.another()
    counted = Points(lambda _reached: None)
    counted.listen()
    upgrade(open_database)
    counted.close()
    need_upgraded(open_database, olds)
    points = chosen(counted.count)
    record_property("points", f"{len(points)} of {counted.count}")
    for point in points:
        open_database = olds.another()
        process = start(upgrade_until, open_database, point)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        upgrade(open_database)
        need_upgraded(open_database, olds)


def need_upgraded(open_database: Open, olds: Olds) -> None:
    """Every record as it was, nothing in clear, no table of the old program."""
    database = open_database()
    found = everything(
        SqlRecords(database, heads=olds.head, namespace=NAMESPACE, key=KEY, result_type_code=str)
    )
    with database.reading() as connection:
        assert not [
            name for name in connection.dialect.get_table_names(connection) if name.startswith("plain_")
        ]
        assert connection.execute(text("SELECT count(*) FROM facts WHERE name = 'sealing'")).scalar() == 0
    database.close()
    assert found == olds.expected
    assert olds.clear() == []
