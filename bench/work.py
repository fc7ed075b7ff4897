"""What the line of work costs: ``python -m bench.work [FILES] [WAITING]``.

CPU milliseconds of this process for each file from its row to its end (put down, taken, read, taken, done),
beside the same records without work; and how long a take lasts with many files of many offices in line. On
SQLite, and on PostgreSQL where there is one; the server's own time shows in the wall clock of a take alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from dossier.documents import Batch, Item, ItemState
from dossier.ids import BatchId, ItemId, Sha256
from dossier.work import FairRules, Lane, Pool
from storage.database import Database
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.schema import items
from storage.sqlite import make_private_file
from storage.work_fence import holding
from storage.work_rows import Owed
from storage.work_tables import work
from tests.storage.pg_server import missing, pg_server

_AT: Final = datetime(2026, 11, 27, tzinfo=UTC)
_RULES: Final = FairRules(cap=32, share=5, tries=3)
_OFFICES: Final = 3000
_TAKES: Final = 200
_SPACE: Final = uuid.UUID(int=16)


def main(files: int = 200, waiting: int = 100_000) -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder:
        path = Path(folder) / "store.sqlite3"
        make_private_file(path)
        _measure("SQLite", Database.on_disk(path), files=files, waiting=waiting)
    if missing():
        sys.stdout.write(f"PostgreSQL: {missing()}\n")
        return 0
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:  # noqa: S108  a socket's path is short
        _measure("PostgreSQL", Database.on_server(server.new_database()), files=files, waiting=waiting)
    return 0


def _measure(name: str, database: Database, *, files: int, waiting: int) -> None:
    with _records(database) as records:
        records.work.enter("bench", seconds=3000)
        without = _cpu(lambda: _through(records, "plain", files, owed=None), files)
        owed = _cpu(lambda: _through(records, "work", files, owed=Owed(lane=Lane.COUNTER)), files)
        _fill(database, records, waiting)
        times = []
        spent = time.process_time()
        for _ in range(_TAKES):
            began = time.perf_counter()
            lease = records.work.take(Pool.READ, "bench", rules=_RULES)
            times.append(time.perf_counter() - began)
            if lease is None:
                break
        spent = 1000 * (time.process_time() - spent) / len(times)
        times.sort()
        median, worst = times[len(times) // 2], times[int(len(times) * 0.99)]
        sys.stdout.write(
            f"{name}: {owed:.2f} ms CPU a file, {without:.2f} without work; "
            f"take with {waiting:,} in line: {spent:.1f} ms CPU, "
            f"median {1000 * median:.1f} ms, 99th {1000 * worst:.1f} ms\n"
        )


@contextmanager
def _records(database: Database) -> Iterator[SqlRecords]:
    database.upgrade()
    made = SqlRecords(database, heads=MemoryHead(), namespace=_SPACE, key=bytes(32), result_type_code=str)
    yield made
    made.close()


def _cpu(do: Callable[[], None], files: int) -> float:
    began = time.process_time()
    do()
    return 1000 * (time.process_time() - began) / files


def _through(records: SqlRecords, kind: str, files: int, *, owed: Owed | None) -> None:
    for number in range(files):
        item = _item(f"{kind}-{number}")
        batch = Batch(id=item.batch, received_at=_AT, dossier="H26.5.12-261127-0001")
        records.save_batch(batch, [item], owed=owed)
        for pool, state in ((Pool.READ, ItemState.READ), (Pool.SIGN, ItemState.DONE)):
            lease = records.work.take(pool, "bench", rules=_RULES) if owed else None
            if lease is None:
                records.save_item(replace(item, state=state))
                continue
            with holding(lease):
                records.save_item(replace(item, state=state))


def _item(name: str) -> Item:
    made = str(uuid.uuid5(_SPACE, name))
    batch = BatchId(str(uuid.uuid5(_SPACE, f"batch of {name}")))
    sha256 = Sha256(uuid.uuid5(_SPACE, name).hex * 2)
    return Item(id=ItemId(made), batch=batch, order=1, sha256=sha256, size=1, name="giay.jpg")


def _fill(database: Database, records: SqlRecords, waiting: int) -> None:
    """Rows as hand-ins of many offices leave them."""
    first = _item("first of all")
    records.save_batch(Batch(id=first.batch, received_at=_AT), [first])
    with database.writing() as connection:
        names = [str(uuid.uuid5(_SPACE, f"waiting {number}")) for number in range(waiting)]
        rows = [
            {"id": name, "batch_id": first.batch, "position": 1, "sha256": "0" * 64, "size": 1}
            | {"name": "", "state": "received", "error_code": "", "pages": 0}
            for name in names
        ]
        connection.execute(insert(items), rows)
        connection.execute(
            insert(work),
            [
                {"item_id": name, "pool": "read", "lane": "counter" if number % 3 else "backlog"}
                | {"office": f"H26.{number % _OFFICES}", "turn": number // _OFFICES, "state": "ready"}
                | {"tries": 0, "begun": 0, "reason": "", "holder": "", "fence": 0, "since": _AT.isoformat()}
                for number, name in enumerate(names)
            ],
        )


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
