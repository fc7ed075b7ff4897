"""Two writers on one record: one wins, the other is told, and nothing anybody wrote is lost.

``MOTLAN_STRESS`` is the number of races on each database; 1,000 before a release.
"""

from __future__ import annotations

import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dossier.documents import Document
from dossier.errors import VersionConflictError
from dossier.ids import DocumentId
from storage.database import Database
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.sqlite import make_private_file
from tests.processes import start
from tests.storage.builders import KEY, NAMESPACE, batch, document, item, party
from tests.storage.pg_server import missing, pg_server

RACES = int(os.environ.get("MOTLAN_STRESS", "40"))
WRITERS = ("a", "b")

Open = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    if request.param == "sqlite":
        make_private_file(tmp_path / "store.sqlite3")
        yield partial(Database.on_disk, tmp_path / "store.sqlite3")
        return
    why = missing()
    if why:
        pytest.skip(why)
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:
        url = server.new_database()
        yield partial(Database.on_server, url)


def records_on(database: Database) -> SqlRecords:
    return SqlRecords(database, heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str)


def write(open_database: Open, mark: str, line: Connection) -> None:
    """Save the version after the one that is sent, until nothing is sent any more; answers how it went."""
    records = records_on(open_database())
    while (base := line.recv()) is not None:
        line.send("ready")
        line.recv()
        try:
            records.save_document(base.next_version(dossier=mark, parties=(party(f"Mẫu {mark}"),)))
        except VersionConflictError:
            line.send("told")
        else:
            line.send("won")
    records.close()


def test_of_two_writers_of_one_version_one_wins_and_the_other_is_told(open_database: Open) -> None:
    database = open_database()
    database.upgrade()
    records = records_on(database)
    records.save_batch(batch(), [item()])
    current = records.save_document(document())
    # Children are made while the parent holds no connection that they could share.
    records.close()
    lines: list[Connection] = []
    processes = []
    for mark in WRITERS:
        ours, theirs = multiprocessing.Pipe()
        process = start(write, open_database, mark, theirs)
        lines.append(ours)
        processes.append(process)
    winners: list[str] = []
    for _ in range(RACES):
        outcome = race(lines, current)
        assert sorted(outcome) == ["told", "won"]
        winners.append(WRITERS[outcome.index("won")])
        current = records.document(current.id)
        assert current.dossier == winners[-1]
    for line in lines:
        line.send(None)
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert current.version == RACES + 1
    assert written(records, current.id) == winners
    assert list(records.documents_named(f"Mẫu {winners[-1]}")) == [current]
    records.close()


def race(lines: list[Connection], base: Document) -> list[str]:
    for line in lines:
        line.send(base)
    for line in lines:
        assert line.recv() == "ready"
    for line in lines:
        line.send("go")
    return [str(line.recv()) for line in lines]


def written(records: SqlRecords, paper: DocumentId) -> list[str]:
    """Who wrote each version after the first."""
    return [records.document(paper, version=each + 2).dossier for each in range(RACES)]


def test_writers_that_try_again_lose_no_change(open_database: Open) -> None:
    database = open_database()
    database.upgrade()
    records = records_on(database)
    records.save_batch(batch(), [item()])
    saved = records.save_document(document())
    counts = max(5, RACES // 4)
    # Children are made while the parent holds no connection that they could share.
    records.close()
    processes = [start(add_questions, open_database, saved.id, mark, counts) for mark in WRITERS]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    records = records_on(open_database())
    found = records.document(saved.id)
    assert sorted(found.questions) == sorted(f"{mark}{n}" for mark in WRITERS for n in range(counts))
    assert found.version == 1 + 2 * counts
    records.close()


def add_questions(open_database: Open, paper: DocumentId, mark: str, counts: int) -> None:
    """Add each question to what is there now, again and again until nobody came between."""
    records = records_on(open_database())
    for number in range(counts):
        while True:
            current = records.document(paper)
            try:
                records.save_document(current.next_version(questions=(*current.questions, f"{mark}{number}")))
            except VersionConflictError:
                continue
            break
    records.close()
