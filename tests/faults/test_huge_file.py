"""A file of thousands of pages, and a worker that runs out of memory again and again: it is filed once.

``motlan work`` itself in a control group, whose memory the kernel takes away at many moments: whoever needs
some then is killed. ``FAULT_HUGE_PAGES`` and ``FAULT_HUGE_KILLS`` set how many (``make faults``).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bench.huge_file import write_pdf
from dossier.documents import ItemState
from dossier.events import EventKind
from dossier.ids import ItemId
from dossier.work import Lane
from flows.capture import pages_folder
from flows.intake import take_in
from storage.inbox import Declaration
from storage.records import SqlRecords
from storage.work_rows import Owed
from tests.end_to_end.line import installation

PAGES = int(os.environ.get("FAULT_HUGE_PAGES", "60"))
KILLS = int(os.environ.get("FAULT_HUGE_KILLS", "2"))
_GROUPS: Final = Path("/sys/fs/cgroup/memory")
_LEFT: Final = 1_000_000
"""Bytes of memory that are left when it runs out."""
_NO_LIMIT: Final = "-1"
_OWNER: Final = "079186999401"  # invented
_FULL: Final = 25
"""One page in so many has lines, the others a number alone: what is long here is the file."""
_LOOK_SECONDS: Final = 0.1


def why_not() -> str:
    """Why no memory can be taken away here; empty when it can."""
    mine = _GROUPS / f"motlan-look-{os.getpid()}"
    try:
        mine.mkdir()
        mine.rmdir()
    except OSError:
        return "taking memory away needs root and control groups (version 1)"
    return ""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(6 * 3600),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
]


class Machine:
    """A control group with one worker in it."""

    def __init__(self, group: Path, data: Path) -> None:
        self._group, self._data = group, data
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def killed(self) -> int:
        """Processes that the kernel ended for want of memory."""
        told = dict(line.split() for line in (self._group / "memory.oom_control").read_text().splitlines())
        return int(told["oom_kill"])

    @property
    def used(self) -> int:
        """Bytes, and those of files that the kernel could forget."""
        return int((self._group / "memory.usage_in_bytes").read_text())

    def limit(self, value: str) -> None:
        with contextlib.suppress(OSError):
            (self._group / "memory.limit_in_bytes").write_text(value)

    def keep_working(self) -> None:
        """Start a worker where none runs, as whoever keeps services running does."""
        if self._running is not None and self._running.poll() is None:
            return
        command = (sys.executable, "-m", "cli", "work", "--pool", "read", "--pool", "sign")
        self._running = subprocess.Popen(
            ("sh", "-c", f'echo $$ > {self._group}/cgroup.procs; exec "$@"', "sh", *command),
            env={
                **os.environ,
                "MOTLAN_DATA": str(self._data),
                "MOTLAN_PREFECT_URL": "http://127.0.0.1:1/api",
                "MOTLAN_WORK_REST_SECONDS": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run_out_of_memory(self) -> None:
        """Take memory away until the kernel has ended somebody for it."""
        before, look = self.killed, threading.Event()
        while self.killed == before:
            self.limit(str(self.used + _LEFT))
            look.wait(_LOOK_SECONDS)
        self.limit(_NO_LIMIT)

    def stop(self) -> int:
        """End the worker in order; gives its exit code."""
        assert self._running is not None
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait()

    def end(self) -> None:
        """Whatever still runs is killed."""
        if self._running is not None and self._running.poll() is None:
            self._running.kill()
            self._running.wait()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    group = _GROUPS / f"motlan-huge-{os.getpid()}"
    group.mkdir()
    made = Machine(group, tmp_path / "data")
    yield made
    made.end()
    # Processes that lost their parent end by themselves.
    look = threading.Event()
    while (group / "cgroup.procs").read_text():
        look.wait(_LOOK_SECONDS)
    group.rmdir()


def test_a_file_of_thousands_of_pages_outlives_workers_that_run_out_of_memory(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = tmp_path / "data", tmp_path / "huge.pdf"
    write_pdf(file, PAGES, full=_FULL)
    with installation(data) as services:
        with services.writing():
            declared = Declaration(owner=_OWNER)
            (item,) = take_in(services, [file], declared=declared, owed=Owed(lane=Lane.BACKLOG)).items
        records = services.looking.records
        kept = pages_folder(services, item)
        look, most = threading.Event(), 0
        for number in range(1, KILLS + 1):
            while finished_pages(kept) < PAGES * number // (KILLS + 1):
                machine.keep_working()
                look.wait(_LOOK_SECONDS)
            machine.run_out_of_memory()
            before, most = most, finished_pages(kept)
            with capsys.disabled():
                print(f"\nout of memory with {most} of {PAGES} pages", end="")  # noqa: T201
            assert most >= before
        while records.work.is_owed(item):
            machine.keep_working()
            look.wait(_LOOK_SECONDS)
        assert machine.killed >= KILLS
        assert machine.stop() == 0
        need_filed_once(services.store.records, item)


def finished_pages(kept: Path) -> int:
    return sum(1 for _ in kept.glob("*.json"))


def need_filed_once(records: SqlRecords, item: ItemId) -> None:
    """The file is done with all of its pages, in one paper, and the journal says so once.

    Nothing can be read of a number alone, so where one is the back of a page with lines it is a blank back,
    which is no page of the paper.
    """
    backs = {page + 1 for page in range(1, PAGES, _FULL) if page % 2}
    assert (records.item(item).state, records.item(item).error_code) == (ItemState.DONE, "")
    assert records.item(item).pages == PAGES
    (paper,) = records.documents_of_item(item)
    assert list(paper.pages) == [page for page in range(1, PAGES + 1) if page not in backs]
    kinds = [entry.event.kind for entry in records.journal_about(item)]
    assert kinds.count(EventKind.ITEM_READ) == 1
    assert records.work.parked() == []
    records.check_journal()
