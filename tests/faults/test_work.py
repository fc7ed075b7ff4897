"""``kill -9`` of workers in the middle of a file: the next one goes on, and every file is done once."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dossier.documents import ItemState
from dossier.ids import ItemId
from dossier.work import Lane
from flows.intake import take_in
from storage.inbox import Declaration
from storage.work_rows import Owed
from tests.end_to_end.line import DOSSIERS, installation
from tests.flows.stamping import pages
from wiring.services import Services

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]

FILES = int(os.environ.get("FAULT_WORK_FILES", "6"))
KILLS = int(os.environ.get("FAULT_WORK_KILLS", "2"))
REAL_KILLS = int(os.environ.get("FAULT_WORK_REAL_KILLS", "1"))
SEED = 20261128


def hand_in(services: Services, folder: Path) -> tuple[ItemId, ...]:
    with services.writing():
        return take_in(services, [folder], declared=Declaration(), owed=Owed(lane=Lane.COUNTER)).items


def process(data: Path, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill(running: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def need_done_once(services: Services, items: tuple[ItemId, ...]) -> None:
    """Every file is at rest, has its papers once, and nothing is owed or half done."""
    records = services.store.records
    assert [records.item(item).state for item in items] == [ItemState.DONE] * len(items)
    assert records.work.stand() == []
    assert all(records.documents_of_item(item) for item in items)
    records.check_journal()
    done = [
        entry.event.subject for entry in records.journal(limit=100_000) if entry.event.kind == "item.split"
    ]
    assert len(done) == len(set(done))
    for kept in services.store.blobs:
        services.store.blobs.check(kept)


def test_what_killed_workers_left_is_done_once_by_those_who_come_after(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    data = tmp_path / "data"
    with installation(data) as services:
        items = hand_in(services, pages(tmp_path / "in", FILES))
    for _ in range(KILLS):
        running = process(data, "tests.faults.work_line")
        assert running.stdout is not None
        # In hand now; killed a moment later, somewhere in its work.
        running.stdout.readline()
        timer = threading.Timer(chance.uniform(0, 0.4), kill, [running])
        timer.start()
        timer.join()
    last = process(data, "tests.faults.work_line")
    _, complaint = last.communicate()
    assert (last.returncode, complaint.decode()) == (0, "")
    with installation(data) as services:
        need_done_once(services, items)
        assert all(len(services.store.records.documents_of_item(item)) == 1 for item in items)


@pytest.mark.prefect
def test_a_killed_worker_of_the_program_is_followed_by_another_one(tmp_path: Path, runs_told_to: str) -> None:
    data, folder = tmp_path / "data", tmp_path / "in"
    folder.mkdir()
    shutil.copy(DOSSIERS / "1-dang-ky-khai-sinh" / "can-cuoc-cha.tif", folder)
    with installation(data) as services:
        items = hand_in(services, folder)
        work = services.looking.records.work
        settings = {"MOTLAN_PREFECT_URL": runs_told_to}
        pools = ("cli", "work", "--pool", "read", "--pool", "sign")
        look = threading.Event()
        for _ in range(REAL_KILLS):
            running = process(data, *pools, **settings)
            while not work.living() and running.poll() is None:
                look.wait(0.1)
            kill(running)
        running = process(data, *pools, **settings)
        while any(work.open_items(items)) and running.poll() is None:
            look.wait(0.2)
        running.send_signal(signal.SIGTERM)
        _, complaint = running.communicate()
        assert (running.returncode, complaint.decode()) == (0, "")
        need_done_once(services, items)
        assert work.holders() == []
