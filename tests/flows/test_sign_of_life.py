"""A worker that gets on says so by a file, whatever else goes wrong; one that hangs does not."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dossier.work import Pool
from flows.copy_loop import CopyLoop
from flows.operating.sign_of_life import give_sign, sign_file
from flows.stamp_loop import StampLoop
from flows.work.worker import Worker
from tests.flows.fed import open_desk
from wiring.services import Services

LONG_AGO = 1_000_000_000.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    with open_desk(tmp_path) as made:
        yield made


def old_sign(desk: Services) -> Path:
    """One that was given long ago."""
    give_sign(desk.settings.data)
    file = sign_file(desk.settings.data)
    os.utime(file, (LONG_AGO, LONG_AGO))
    return file


def until_newer(file: Path) -> None:
    while file.stat().st_mtime == LONG_AGO:
        pass


def test_a_worker_with_nothing_to_do_gives_signs_and_one_whose_records_are_away_too(desk: Services) -> None:
    stopping = threading.Event()
    worker = Worker(desk, (Pool.READ,), stopping=stopping, poll_seconds=0.01)
    file = old_sign(desk)
    thread = threading.Thread(target=worker.run)
    thread.start()
    until_newer(file)
    os.utime(file, (LONG_AGO, LONG_AGO))
    until_newer(file)
    # A worker that is restarted because its database is away would find it away again.
    with desk.looking.records.upkeep.database.writing() as connection:
        connection.execute(text("ALTER TABLE work RENAME TO away"))
    os.utime(file, (LONG_AGO, LONG_AGO))
    until_newer(file)
    stopping.set()
    thread.join()


def test_what_keeps_gives_signs_too(desk: Services) -> None:
    file = old_sign(desk)
    with StampLoop(desk):
        until_newer(file)
    os.utime(file, (LONG_AGO, LONG_AGO))
    with CopyLoop(desk):
        until_newer(file)
    assert file.stat().st_mtime > LONG_AGO


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("no folder")
    give_sign(tmp_path)
    assert not sign_file(tmp_path).exists()
