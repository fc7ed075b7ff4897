"""Papers of before comparisons: ``python -m bench.old_papers --url URL [--papers 20000]``.

On a PostgreSQL database that ``bench.index`` filled. The queue compares papers one by one, as it does with
new ones; the walk passes them in groups. Told are papers for each second of CPU of this process, and for each
second that went by. What was read on the pages is not there, so the queue is cheaper here than in a store;
nor are numbers of papers. Each way begins with the newest papers and takes back what it did.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from dossier.ids import DocumentId
from flows.same_papers import AT_ONCE, OLD_AT_ONCE
from storage.database import Database
from storage.heads import MemoryHead
from storage.old_papers import MARK
from storage.records import SqlRecords
from storage.same_tables import paper_prints, same_pending
from storage.schema import documents, facts

_SECRET: Final = bytes(range(32))
_NAMESPACE: Final = uuid.UUID(int=7)
_QUEUED: Final = 500


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(prog="python -m bench.old_papers", description=__doc__)
    parser.add_argument("--url", required=True, help="a PostgreSQL database that bench.index filled")
    parser.add_argument("--papers", type=int, default=20_000, help="that the walk passes")
    asked = parser.parse_args(arguments)
    database = Database.on_server(asked.url)
    database.upgrade()
    records = SqlRecords(
        database, heads=MemoryHead(), namespace=_NAMESPACE, key=_SECRET, result_type_code=str
    )
    with _taken_back(database, queued=_QUEUED):
        _told("one by one", lambda: _compare(records))
    with _taken_back(database, queued=0):
        _told(f"in groups of {OLD_AT_ONCE}", lambda: _walk(records, asked.papers))
        with database.reading() as connection:
            waiting = connection.execute(select(func.count()).select_from(same_pending)).scalar_one()
        sys.stdout.write(f"of these wait to be compared: {waiting:,}\n")
    records.close()
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")


def _compare(records: SqlRecords) -> int:
    """Without what was read: the papers that may be the same are looked up and opened, the words are not."""
    done = 0
    while waiting := records.same.pending(limit=AT_ONCE):
        for document, own in zip(waiting, _ids(records, len(waiting)), strict=True):
            # A few bodies stand for all papers there, with ids of their own.
            paper = replace(document, id=own)
            records.same.candidates(paper)
            records.same.settle(paper, (), ())
            done += 1
    return done


def _ids(records: SqlRecords, papers: int) -> Sequence[DocumentId]:
    query = select(documents.c.id).join(same_pending).order_by(documents.c.serial.desc()).limit(papers)
    with records.upkeep.database.reading() as connection:
        return [DocumentId(found) for found in connection.execute(query).scalars()]


def _walk(records: SqlRecords, papers: int) -> int:
    passed = 0
    while passed < papers and (group := records.same.look_back(limit=OLD_AT_ONCE)):
        passed += group
    return passed


@contextmanager
def _taken_back(database: Database, *, queued: int) -> Iterator[None]:
    """The newest papers wait in the queue, all of them behind the mark; nothing of it is left afterwards."""
    with database.writing() as connection:
        _clear(connection)
        newest = select(documents.c.serial).order_by(documents.c.serial.desc())
        queue = insert(same_pending).from_select(["document_serial"], newest.limit(queued))
        connection.execute(queue)
        last = connection.execute(newest.limit(1)).scalar_one()
        connection.execute(insert(facts).values(name=MARK, value=str(last + 1)))
    yield
    with database.writing() as connection:
        _clear(connection)


def _clear(connection: Connection) -> None:
    for table in (same_pending, paper_prints):
        connection.execute(delete(table))
    connection.execute(delete(facts).where(facts.c.name == MARK))


def _told(name: str, work: Callable[[], int]) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    papers = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sys.stdout.write(
        f"{name}: {papers:,} papers, {papers / cpu:,.0f} a CPU second, {papers / wall:,.0f} a second\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
