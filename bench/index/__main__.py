"""``python -m bench.index --documents N --on sqlite|postgresql``: the citizen index at full size.

The store is made in ``--folder`` and kept there, so that a second run measures without filling.
"""

from __future__ import annotations

import argparse
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from sqlalchemy import select

from bench.index.fill import fill, record_text, to_stderr
from bench.index.measure import Timing, measure, sealing
from bench.index.people import Shape
from bench.index.sinks import postgresql_sink, sqlite_sink
from storage import schema
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.records import SqlRecords
from storage.sqlite import make_private_file
from storage.vault import Vault

_SECRET: Final = bytes(range(32))
_NAMESPACE: Final = uuid.UUID(int=7)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.index", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--url", default="", help="a PostgreSQL database, empty or filled by this; else a server is started"
    )
    parser.add_argument("--folder", type=Path, default=Path("bench/out/index"))
    parser.add_argument("--times", type=int, default=500, help="look-ups of each kind")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    shape = Shape(asked.documents)
    opened = _sqlite(asked.folder, shape) if asked.on == "sqlite" else _postgresql(asked.url, shape)
    with opened as database:
        records = SqlRecords(
            database, heads=MemoryHead(), namespace=_NAMESPACE, key=_SECRET, result_type_code=str
        )
        timings = measure(records, shape, times=asked.times)
        timings.append(sealing(_vault(), record_text(1, "Mẫu Thị Thử"), times=asked.times))
        records.close()
    if asked.json:
        print(json.dumps([asdict(timing) for timing in timings], ensure_ascii=False))
    else:
        print(_table(timings, f"{asked.on}, {asked.documents:,} papers, load {os.getloadavg()[0]:.1f}"))


def _vault() -> Vault:
    return Vault(secret=_SECRET, ring=ring_of_store(_SECRET))


@contextmanager
def _sqlite(folder: Path, shape: Shape) -> Iterator[Database]:
    path = folder / f"{shape.papers}.sqlite3"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.unlink(missing_ok=True)
        make_private_file(draft)
        made = Database.on_disk(draft)
        made.upgrade()
        made.close()
        with sqlite_sink(draft) as sink:
            fill(sink, _vault(), shape, tell=to_stderr)
        draft.rename(path)
        for side in folder.glob(f"{draft.name}-*"):
            side.unlink()
    to_stderr(f"{path.stat().st_size / 1e9:.2f} GB")
    yield Database.on_disk(path)


@contextmanager
def _postgresql(url: str, shape: Shape) -> Iterator[Database]:
    with _server(url) as address:
        database = Database.on_server(address)
        database.upgrade()
        if not _is_filled(database):
            with postgresql_sink(address) as sink:
                fill(sink, _vault(), shape, tell=to_stderr)
        yield database


def _is_filled(database: Database) -> bool:
    """Whether a run before this one left its papers there."""
    with database.reading() as connection:
        return connection.execute(select(schema.documents.c.serial).limit(1)).first() is not None


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    from tests.storage.pg_server import pg_server  # noqa: PLC0415  only without a server of one's own

    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:  # noqa: S108  short path
        yield server.new_database()


def _table(timings: Sequence[Timing], title: str) -> str:
    head = f"{'ms':<28}{'p50':>9}{'p99':>9}{'CPU p50':>10}{'CPU p99':>10}{'found':>8}"
    rows = [
        f"{each.what:<28}{each.p50:>9.2f}{each.p99:>9.2f}{each.cpu_p50:>10.2f}{each.cpu_p99:>10.2f}"
        f"{each.found:>8.1f}"
        for each in timings
    ]
    return "\n".join((title, head, *rows))


if __name__ == "__main__":
    main()
