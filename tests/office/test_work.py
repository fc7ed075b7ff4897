"""Workers on several machines: taken over within a minute, and whoever comes back late is refused."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep

import pytest

from dossier.documents import ItemState
from dossier.ids import ItemId
from dossier.work import FairRules, Lane, Lease, Pool
from dossier.work_errors import WorkLostError
from flows.intake import take_in
from flows.work.holding import holding_work
from storage.inbox import Declaration
from storage.work import LEASE_SECONDS
from storage.work_fence import holding
from storage.work_rows import Owed
from tests.office.office import Office
from tests.processes import start
from wiring.services import Services
from wiring.settings import read_settings

LEASE = float(os.environ.get("FAULT_WORK_LEASE", "2"))
"""As the program has it in ``make faults``; shorter where time is short."""
RULES = FairRules(cap=0, share=5, tries=3)
MINUTE = 60.0


@pytest.fixture
def item(first: Services, tmp_path: Path) -> ItemId:
    file = tmp_path / "giay.png"
    file.write_bytes(b"not a picture, and nobody looks")
    with first.writing():
        handed = take_in(first, [file], declared=Declaration(), owed=Owed(lane=Lane.COUNTER))
    return handed.items[0] if handed.items else pytest.fail("not taken in")


def save(services: Services, lease: Lease, state: ItemState) -> None:
    with services.saving(), holding(lease):
        records = services.store.records
        records.save_item(replace(records.item(lease.item), state=state))


def work_on(environment: dict[str, str], line: Connection) -> None:
    """Take a file, say so, and save it as read when told to."""
    with (
        Services(read_settings(environment)) as services,
        holding_work(services, beat_seconds=LEASE / 4, lease_seconds=LEASE) as held,
    ):
        lease = services.looking.records.work.take(Pool.READ, held.holder, rules=RULES)
        line.send(lease is not None)
        line.recv()
        try:
            save(services, lease, ItemState.READ) if lease else None
            line.send("saved")
        except WorkLostError:
            line.send("refused")


@contextmanager
def worker(office: Office) -> Iterator[tuple[int, Connection]]:
    """A process of the first machine that has the file."""
    ours, theirs = multiprocessing.Pipe()
    process = start(work_on, office.environment, theirs)
    assert ours.recv()
    assert process.pid is not None
    try:
        yield process.pid, ours
    finally:
        process.kill()
        process.join()
        ours.close()
        theirs.close()


def taken_over(services: Services, holder: str) -> tuple[Lease, float]:
    """Look as a worker does until there is something; and how long that took, in seconds."""
    began = monotonic()
    work = services.looking.records.work
    while (lease := work.take(Pool.READ, holder, rules=RULES)) is None:
        assert monotonic() - began < MINUTE
        sleep(0.05)
    return lease, monotonic() - began


def test_the_lease_of_the_program_leaves_time_to_look() -> None:
    assert LEASE_SECONDS + 10 < MINUTE


def test_another_machine_takes_over_within_a_minute_when_a_worker_is_killed(
    second: Services, office: Office, item: ItemId
) -> None:
    with worker(office) as (process, _), holding_work(second) as held:
        os.kill(process, signal.SIGKILL)
        lease, seconds = taken_over(second, held.holder)
        assert (lease.item, lease.tries, lease.is_suspect) == (item, 2, True)
        assert seconds <= LEASE + 20
        save(second, lease, ItemState.READ)
    assert second.looking.records.item(item).state is ItemState.READ


def test_who_was_taken_for_gone_and_comes_back_changes_nothing(
    second: Services, office: Office, item: ItemId
) -> None:
    with worker(office) as (process, line), holding_work(second) as held:
        os.kill(process, signal.SIGSTOP)
        lease, _ = taken_over(second, held.holder)
        entries = second.looking.records.check_journal().entries
        os.kill(process, signal.SIGCONT)
        line.send("save it")
        assert line.recv() == "refused"
        assert second.looking.records.item(item).state is ItemState.RECEIVED
        assert second.looking.records.check_journal().entries == entries
        save(second, lease, ItemState.READ)


def test_a_living_worker_keeps_its_file_past_the_first_lease(
    second: Services, office: Office, item: ItemId
) -> None:
    with worker(office) as (_, line), holding_work(second) as held:
        until = monotonic() + 1.5 * LEASE
        while monotonic() < until:
            assert second.looking.records.work.take(Pool.READ, held.holder, rules=RULES) is None
            sleep(0.1)
        line.send("save it")
        assert line.recv() == "saved"
    assert second.looking.records.item(item).state is ItemState.READ
