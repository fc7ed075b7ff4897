"""A watched folder while its processes are killed: every good file filed once, every bad one explained."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import sleep

import pytest

from dossier.documents import Document, DocumentState, Item, ItemState
from dossier.events import EventKind
from dossier.ids import ItemId
from flows.watching.notes import NOTE_ENDING
from tests.end_to_end.line import installation
from tests.faults.dropping import GOOD, Fate, Scanner, bad, clutter, scans
from wiring.services import Services

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]

FILES = int(os.environ.get("FAULT_WATCH_FILES", "30"))
KILLS = int(os.environ.get("FAULT_WATCH_KILLS", "3"))
SEED = 20261127
BAD_SHARE = 0.02 if FILES > 500 else 0.1
FOLDER_OF = 12
SETTINGS = {
    "MOTLAN_WATCH_POLL_SECONDS": "0.1",
    "MOTLAN_WATCH_QUIET_SECONDS": "0.4",
    "MOTLAN_WATCH_FOLDER_QUIET_SECONDS": "1.5",
    "MOTLAN_WATCH_LOOSE_SECONDS": "0.5",
    "MOTLAN_WATCH_PATIENCE_SECONDS": "20",
    "MOTLAN_WATCH_BATCH_FILES": "25",
    "MOTLAN_LOCK_SECONDS": "600",
}


def fates(scratch: Path) -> list[Fate]:
    """The files that will be dropped: half in sub-folders of a dossier each, half loose."""
    chance = random.Random(SEED)  # noqa: S311 - a mixture, not secrets
    made = scans(scratch, FILES)
    wrong = set(chance.sample(range(FILES), round(BAD_SHARE * FILES)))
    found = []
    for number, scan in enumerate(made):
        ending, content, code = bad(number, scan, scratch) if number in wrong else (".pdf", scan, GOOD)
        dossier = f"H26.5.12-261127-{number // FOLDER_OF:04}"
        place = f"{dossier}_1.004222" if number % FOLDER_OF < FOLDER_OF // 2 else ""
        name = f"{place}/to {number}{ending}" if place else f"to-{number}{ending}"
        found.append(Fate(name, content, code))
    return found


class Process:
    """The watch, begun again after each kill."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._command = [sys.executable, "-m", "tests.faults.watch_line", "watch", str(folder)]
        self._environment = {**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", **SETTINGS}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, *more: str) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [*self._command, *more],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        return self._process

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self, *, whole: bool) -> None:
        """``kill -9``: both processes, as a power cut does, or the watch alone."""
        process = self._process
        assert process is not None
        with contextlib.suppress(ProcessLookupError):
            if whole:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()

    def stop(self) -> tuple[int, str]:
        """SIGTERM, as systemd does it; it ends in the middle of a batch without a word."""
        assert self._process is not None
        self._process.terminate()
        return self.end()

    def end(self) -> tuple[int, str]:
        """How it ended, and what it complained of."""
        assert self._process is not None
        _, complaint = self._process.communicate()
        return self._process.returncode, complaint.decode()


def drop(folder: Path, outside: Path, wanted: Sequence[Fate], ended: threading.Event) -> None:
    """Everything, a few files at a time in steps that interleave; ``ended`` is set at the end."""
    chance = random.Random(SEED + 1)  # noqa: S311 - moments, not secrets
    scanner = Scanner(folder, outside, seed=SEED)
    try:
        waiting = [scanner.steps(fate) for fate in wanted]
        going: list[list[object]] = []
        while waiting or going:
            while waiting and len(going) < 8:
                going.append([*waiting.pop()])
            steps = chance.choice(going)
            step = steps.pop(0)
            assert callable(step)
            step()
            going = [left for left in going if left]
            sleep(chance.uniform(0, 0.02))
    finally:
        ended.set()


def done_with(folder: Path, places: Sequence[Path]) -> int:
    """How many files were put away."""
    return sum(
        not name.endswith(NOTE_ENDING) for place in places for _, _, files in os.walk(place) for name in files
    )


def test_every_good_file_is_filed_once_and_every_bad_one_explained_whatever_is_killed(
    tmp_path: Path,
) -> None:
    data, folder, outside = tmp_path / "data", tmp_path / "vao", tmp_path / "ngoai"
    done, quarantine = tmp_path / "vao-da-nhan", tmp_path / "vao-loi"
    folder.mkdir()
    outside.mkdir()
    with installation(data):
        pass
    wanted = fates(tmp_path / "scratch")
    clutter(folder)
    ended = threading.Event()
    dropping = threading.Thread(target=drop, args=(folder, outside, wanted, ended))
    dropping.start()
    chance = random.Random(SEED + 2)  # noqa: S311 - moments, not secrets
    process = Process(data, folder)
    marks = sorted(chance.uniform(0.0, 0.95) * FILES for _ in range(KILLS))
    for number, mark in enumerate(marks):
        process.begin()
        while done_with(folder, (done, quarantine)) < mark:
            assert process.runs, process.end()
            sleep(0.05)
        sleep(chance.uniform(0, 3))
        if number % 4 == 3:
            # A signal that comes before the watch began ends it the system's way.
            assert process.stop() in {(0, ""), (-signal.SIGTERM, "")}
        else:
            process.kill(whole=number % 4 != 0)
    dropping.join()
    process.begin("--once")
    assert process.end() == (0, "")
    check_folders(folder, done, quarantine, wanted)
    with installation(data) as services:
        check_store(services, wanted)


def check_folders(folder: Path, done: Path, quarantine: Path, wanted: Sequence[Fate]) -> None:
    """Good files lie in the folder of the day, bad ones in the other with a note, nothing else anywhere."""
    left = sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    assert left == [
        ".DS_Store",
        ".motlan-watch",
        "Thumbs.db",
        "dang-chep.pdf.filepart",
        "desktop.ini",
        "~$khai.docx",
    ]
    good = {hashlib.sha256(fate.content).hexdigest() for fate in wanted if fate.code == GOOD}
    taken = [path for path in done.rglob("*") if path.is_file()]
    assert Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in taken) == Counter(good)
    refused = {fate.name: fate for fate in wanted if fate.code != GOOD}
    lying = {str(path.relative_to(quarantine)) for path in quarantine.rglob("*") if path.is_file()}
    assert lying == {*refused, *(f"{name}{NOTE_ENDING}" for name in refused)}
    for name, fate in refused.items():
        assert (quarantine / name).read_bytes() == fate.content
        assert f": {fate.code}\r\n" in (quarantine / f"{name}{NOTE_ENDING}").read_bytes().decode("utf-8-sig")


def check_store(services: Services, wanted: Sequence[Fate]) -> None:
    """One item and one filed paper for each good file, one batch for each dossier, a sound journal."""
    records = services.store.records
    events = [entry.event for entry in records.journal(limit=100 * FILES)]
    items = [records.item(ItemId(event.subject)) for event in events if event.kind is EventKind.ITEM_RECEIVED]
    by_bytes = {hashlib.sha256(fate.content).hexdigest(): fate for fate in wanted if fate.content}
    assert Counter(item.sha256 for item in items) == Counter(list(by_bytes))
    papers: list[Document] = []
    for item in items:
        fate = by_bytes[item.sha256]
        assert item.name == fate.name
        assert item.state is (ItemState.DONE if fate.code == GOOD else ItemState.QUARANTINED)
        assert item.error_code == fate.code
        papers += records.documents_of_item(item.id)
    assert len(papers) == sum(fate.code == GOOD for fate in wanted)
    assert {paper.state for paper in papers} == {DocumentState.FILED}
    filed = Counter(event.subject for event in events if event.kind is EventKind.DOCUMENT_FILED)
    assert filed == Counter(paper.id for paper in papers)
    assert len({paper.result_code for paper in papers}) == len(papers)
    check_batches(services, items)
    records.check_journal()


def check_batches(services: Services, items: Sequence[Item]) -> None:
    """What lay in one sub-folder is one batch, for the dossier that its name told."""
    groups: dict[str, set[str]] = {}
    for item in items:
        folder, _, rest = item.name.partition("/")
        batch = services.store.records.batch(item.batch)
        told = (batch.dossier, batch.procedure)
        assert told == ((folder.partition("_")[0], "1.004222") if rest else ("", ""))
        if rest:
            groups.setdefault(folder, set()).add(item.batch)
    assert {folder: len(batches) for folder, batches in groups.items()} == dict.fromkeys(groups, 1)
