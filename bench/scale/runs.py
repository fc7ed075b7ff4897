"""Real runs: so many ``motlan work`` on machines of their own, one PostgreSQL, one place for the bytes.

Each worker has its own data folder and its own Prefect, as a machine does; PostgreSQL is asked over its
socket and the bytes lie in one folder, as on a share. What a worker needs to come up is not counted: the
stack is handed in when all are there.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from bench.pages import write_pages
from bench.reading.usage import cpu_by_process
from bench.scale.costs import UnitCosts
from bench.scale.hosts import host, is_prefect, worker
from dossier.ids import ItemId
from dossier.work import Lane
from flows.capture import load_reading
from flows.operating.work_done import CPU, FILING, PAPERS
from flows.work.accepting import take_in_as_said
from storage.inbox import Declaration
from storage.work_rows import Owed
from tests.storage.pg_server import pg_server
from wiring.services import Services
from wiring.settings import read_settings

COMMAND: Final = "python -m bench.scale_model --workers 1 --check --write"
_SECONDS: Final = 1800.0
_LOOK: Final = 0.1
_OWNER: Final = "079186999401"  # invented


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a real run gave.

    Attributes:
        workers: how many.
        pages: read and filed.
        wall: seconds from the hand-in to the last file's rest.
        cpu: CPU seconds of the workers' processes, without Prefect's servers.
        prefect: of these.
        database: of PostgreSQL.
        read: CPU seconds of reading, by page.
        file: CPU seconds of filing, all pages together.
        papers: that came of it.
        load: of the machine when it ended.
        object_bytes, objects: that the place of the bytes has more than before.
    """

    workers: int
    pages: int
    wall: float
    cpu: float
    prefect: float
    database: float
    read: tuple[float, ...]
    file: float
    papers: int
    load: float
    object_bytes: int
    objects: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.wall

    @property
    def cpu_page(self) -> float:
        """CPU seconds a page, Prefect's servers among them."""
        return (self.cpu + self.prefect) / self.pages

    def told(self) -> str:
        """For people."""
        return (
            f"{self.pages} pages in {self.wall:.1f} s, {self.rate:.3f} pages/s; CPU s a page: "
            f"{self.cpu_page:.3f}, of which Prefect's server {self.prefect / self.pages:.3f} "
            f"({self.prefect / (self.cpu + self.prefect):.1%}); "
            f"PostgreSQL {self.database / self.pages:.3f} beside; load {self.load:.1f}"
        )


def costs_of(run: Run) -> UnitCosts:
    """The unit costs that a run with one worker shows."""
    rest = run.cpu - sum(run.read) - run.file
    return UnitCosts(
        measured_on=datetime.now(UTC).date(),
        machine=f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        command=COMMAND,
        pages=run.pages,
        read=tuple(round(seconds, 4) for seconds in run.read),
        file=(round(run.file / run.papers, 4),),
        pages_of_paper=round(run.pages / run.papers, 3),
        rest=round(max(0.0, rest) / run.pages, 4),
        prefect=round(run.prefect / run.pages, 4),
        database=round(run.database / run.pages, 4),
        object_bytes=round(run.object_bytes / run.pages),
        objects=round(run.objects / run.pages, 2),
    )


def measure(workers: int, pages: int) -> Run:
    """Run so many workers over so many single pages.

    Raises:
        RuntimeError: they do not come up, or do not come to an end.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motlan-bench-")))
        server = stack.enter_context(pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}"))  # noqa: S108
        postmaster = int((server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        base = {
            **os.environ,
            "MOTLAN_DATABASE": server.new_database(),
            "MOTLAN_FIRST_PLACE": json.dumps({"kind": "folder", "path": str(folder / "objects")}),
            "MOTLAN_WORKERS": "1",
            "OMP_THREAD_LIMIT": "1",
        }
        office = stack.enter_context(Services(read_settings({**base, "MOTLAN_DATA": str(folder / "office")})))
        office.create()
        processes = [_machine(stack, number, folder, base) for number in range(workers)]
        _warm(office, folder, processes)
        pids = [process.pid for process in processes]
        return _run(office, _stack(folder, pages), pids, postmaster, objects=folder / "objects")


def _machine(stack: ExitStack, number: int, folder: Path, base: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """One more machine that works."""
    data = folder / f"machine-{number}"
    data.mkdir()
    shutil.copy(folder / "office" / "store.key", data)
    start = stack.enter_context(host(number))
    return stack.enter_context(
        worker(start, {**base, "MOTLAN_DATA": str(data)}, folder / f"machine-{number}.log")
    )


def _warm(office: Services, folder: Path, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Small files until every machine has its engine and its Prefect up."""
    begun, number = time.monotonic(), 0
    marks = [folder / f"machine-{one}" / "prefect" / "server.pid" for one in range(len(processes))]
    while not all(mark.exists() for mark in marks):
        _need_all(processes, folder)
        paths = []
        for _ in processes:
            number += 1
            paths.append(folder / f"warm-{number}.png")
            Image.new("L", (200, 100 + number), 255).save(paths[-1], dpi=(100, 100))
        _through(office, paths, begun, lambda: _need_all(processes, folder))


def _need_all(processes: Sequence[subprocess.Popen[bytes]], folder: Path) -> None:
    for number, process in enumerate(processes):
        if process.poll() is not None:
            said = (folder / f"machine-{number}.log").read_text(encoding="utf-8", errors="replace")
            msg = f"worker {number} ended: {said[-500:]}"
            raise RuntimeError(msg)


def _run(
    office: Services, paths: Sequence[Path], processes: Sequence[int], postmaster: int, *, objects: Path
) -> Run:
    before, database, done = _cpu(processes), sum(cpu_by_process(postmaster).values()), _done(office)
    sizes = _sizes(objects)
    begun = time.monotonic()
    items = _through(office, paths, begun)
    wall = time.monotonic() - begun
    after = _cpu(processes)
    time.sleep(1.0)  # what a stretch did is added up at its end
    readings = [load_reading(office, item) for item in items]
    sums = _done(office)
    kept = _sizes(objects)[len(sizes) :]
    return Run(
        workers=len(processes),
        pages=len(paths),
        wall=wall,
        cpu=after[0] - before[0],
        prefect=after[1] - before[1],
        database=sum(cpu_by_process(postmaster).values()) - database,
        read=tuple(stages.total for reading in readings for stages in reading.stages),
        file=sums[0] - done[0],
        papers=round(sums[1] - done[1]),
        load=os.getloadavg()[0],
        object_bytes=sum(kept),
        objects=len(kept),
    )


def _sizes(folder: Path) -> Sequence[int]:
    """Bytes of all objects, in the order in which they came."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return [one.st_size for one in sorted(found, key=lambda one: one.st_mtime_ns)]


def _through(
    office: Services, paths: Sequence[Path], begun: float, look: Callable[[], None] = lambda: None
) -> Sequence[ItemId]:
    """Hand in, and wait until all has come to rest; look after the workers meanwhile."""
    with office.writing():
        handed = take_in_as_said(
            office, paths, declared=Declaration(owner=_OWNER), base=None, owed=Owed(lane=Lane.BACKLOG)
        )
    while office.looking.records.work.open_items(handed.items):
        if time.monotonic() - begun > _SECONDS:
            msg = f"no end after {_SECONDS:.0f} s"
            raise RuntimeError(msg)
        look()
        time.sleep(_LOOK)
    return handed.items


def _cpu(processes: Sequence[int]) -> tuple[float, float]:
    """Of the workers, and of Prefect's servers below them."""
    own = prefect = 0.0
    for process in processes:
        for pid, seconds in cpu_by_process(process).items():
            if is_prefect(pid):
                prefect += seconds
            else:
                own += seconds
    return own, prefect


def _done(office: Services) -> tuple[float, float]:
    """CPU seconds of filing and papers, of all machines so far."""
    sums = office.looking.records.upkeep.operating.done()
    papers = sum(number for name, number in sums.items() if name.startswith(f"{PAPERS}."))
    return sums.get(f"{CPU}.{FILING}", 0.0), papers


def _stack(folder: Path, pages: int) -> Sequence[Path]:
    """Sample pages, each a file; copies of them, with other bytes, where more are wanted."""
    scans = folder / "pages"
    scans.mkdir()
    own = write_pages(scans)
    made = list(own[:pages])
    for number in range(len(made), pages):
        source = own[number % len(own)].read_bytes()
        note = f"copy {number}".encode()
        # A comment behind the start of a JPEG (ITU-T T.81, B.2.4.5): other bytes, the same picture.
        comment = b"\xff\xfe" + (len(note) + 2).to_bytes(2) + note
        made.append(scans / f"copy-{number:04d}.jpg")
        made[-1].write_bytes(source[:2] + comment + source[2:])
    return made


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
