"""A working day in one go: what the processes hold after it is what they held soon after its beginning.

Files are dropped as fast as they are taken, and meanwhile a served station is asked for pages and a stranger
has files judged. Every file is signed, stamped and filed by the real processes; only reading is left out,
whose memory has a test of its own. ``FAULT_SOAK_FILES`` sets how many: six hours of an office that files a
paper every two seconds are some ten thousand.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import httpx
import pytest

from bench.reading.usage import family, resident_at_most
from storage.layout import DATABASE
from tests.end_to_end.line import installation
from tests.faults.dropping import scans
from tests.faults.test_watch import Process, done_with

pytestmark = [pytest.mark.slow, pytest.mark.timeout(12 * 3600)]

FILES = int(os.environ.get("FAULT_SOAK_FILES", "12"))
LOOKS = 12 if FILES > 500 else 6
"""How often the processes are looked at; the first third is their getting ready."""
AHEAD = 40 if FILES > 500 else 8
MOST_OF_A_PAPER = 40_000
"""Bytes of the records of one paper, its journal included."""
LOG = 6_000_000
"""Bytes by which the log beside the database comes and goes."""
_LISTENING = re.compile(r"127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class Held:
    """What the processes hold at one moment.

    Attributes:
        files: how many were filed by then.
        watch: resident memory of the watch and its working process, in MB.
        serve: resident memory of the served station, in MB.
        handles: open files of all of them.
        records: bytes of the database with its log.
    """

    files: int
    watch: float
    serve: float
    handles: int
    records: int


def handles(pids: Sequence[int]) -> int:
    """Open files, sockets and their like."""
    found = 0
    for pid in pids:
        try:
            found += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            continue
    return found


@contextmanager
def serving(data: Path, folder: Path) -> Iterator[tuple[int, str]]:
    """The served station as a process: its pid and address."""
    said = folder / "serve.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--listen", "127.0.0.1:0"],
            env={
                **os.environ,
                "MOTLAN_DATA": str(data),
                "MOTLAN_PREFECT_URL": "http://127.0.0.1:1/api",
                "MOTLAN_STATION_VERIFY_PER_MINUTE": "10000",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while not (found := _LISTENING.search(said.read_text("utf-8"))):
            assert process.poll() is None, said.read_text("utf-8")
            sleep(0.05)
        yield process.pid, f"http://{found[0]}"
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0, said.read_text("utf-8")


def ask(address: str, scan: bytes, ended: threading.Event, came: list[int]) -> None:
    """A stranger: pages, and a file judged, until the end."""
    origin = {"Origin": address}
    with httpx.Client(base_url=address, headers=origin, timeout=60) as client:
        while not ended.wait(0.02):
            came.append(client.get("/verify").status_code)
            came.append(client.get("/sign-in").status_code)
            came.append(client.get("/nowhere").status_code)
            came.append(client.post("/verify", files={"file": ("to.pdf", scan)}).status_code)


def drop(folder: Path, places: Sequence[Path], content: Sequence[bytes], ended: threading.Event) -> None:
    """So many files ahead of what was taken, never more: the folder itself stays small."""
    for number, scan in enumerate(content):
        while number - done_with(folder, places) > AHEAD:
            if ended.wait(0.05):
                return
        part = folder / f"to-{number}.pdf.part"
        part.write_bytes(scan)
        part.rename(folder / f"to-{number}.pdf")


def test_a_day_of_work_leaves_memory_handles_and_bytes_a_paper_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, folder = tmp_path / "data", tmp_path / "vao"
    places = (tmp_path / "vao-da-nhan", tmp_path / "vao-loi")
    folder.mkdir()
    with installation(data):
        pass
    content = scans(tmp_path / "scratch", FILES)
    watch, ended, came = Process(data, folder), threading.Event(), list[int]()
    seen: list[Held] = []
    with serving(data, tmp_path) as (served, address):
        pid = watch.begin().pid
        threads = [
            threading.Thread(target=drop, args=(folder, places, content, ended)),
            threading.Thread(target=ask, args=(address, content[0], ended, came)),
        ]
        for thread in threads:
            thread.start()
        try:
            for look in range(1, LOOKS + 1):
                while (done := done_with(folder, places)) < FILES * look // LOOKS:
                    assert watch.runs, watch.end()
                    sleep(0.05)
                pids = [*family(pid), *family(served)]
                stored = sum(path.stat().st_size for path in data.glob(f"{DATABASE}*"))
                one = Held(done, resident_at_most(pid), resident_at_most(served), handles(pids), stored)
                seen.append(one)
                with capsys.disabled():
                    print(f"\n{one}", end="", flush=True)  # noqa: T201 - the measure itself
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        assert watch.stop() == (0, "")
    settled, last = seen[LOOKS // 3 :], seen[-1]
    assert set(came) == {200, 404}
    assert list(places[1].rglob("*")) == []
    assert last.files == FILES
    # What a garbage collector has not taken yet comes and goes; what grows with the work does not go.
    room = 15 + 0.0005 * FILES
    assert max(one.watch for one in settled) - settled[0].watch < room
    assert max(one.serve for one in settled) - settled[0].serve < room
    assert max(one.handles for one in settled) - min(one.handles for one in settled) < 24
    middle = seen[LOOKS // 3]
    grown, papers = last.records - middle.records, last.files - middle.files
    assert grown < LOG + MOST_OF_A_PAPER * papers
    if FILES > 500:
        assert grown / papers < 1.25 * middle.records / middle.files
