"""A campaign whose runs are killed: every file once, counts as undisturbed, the counter never shut out."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import monotonic, sleep

import pytest

from dossier.campaigns import BoxState, Progress
from flows.campaigns import import_inventory, new_campaign, stand_of
from flows.priority import at_counter, counter_waits
from flows.progress import silent
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS, installation
from tests.faults.campaign_line import run
from tests.faults.dropping import GOOD, bad, scans
from tests.faults.store_picture import picture
from tests.faults.watch_line import hand_in
from wiring.services import Services
from wiring.settings import read_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]

FILES = int(os.environ.get("FAULT_CAMPAIGN_FILES", "8"))
KILLS = int(os.environ.get("FAULT_CAMPAIGN_KILLS", "2"))
SEED = 20261127
NAME = "Kết quả cũ"
BOXES = ("H-1", "H-2")
COUNTER_FILES = 2
NO_SCAN = ".docx"
"""What lies in a box and is no scan is left out with a word."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands on the shelf: a folder for each box, papers for the counter, what must come of it.

    Attributes:
        boxes: folder of each box, by its label.
        counter: folders that are handed in at the counter, one after each kill.
        files: scans in all boxes.
        refused: of them, those that cannot be taken.
        papers: that must come of the boxes; bytes that lie in both count once.
    """

    boxes: dict[str, Path]
    counter: Sequence[Path]
    files: int
    refused: int
    papers: int


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("shelf")
    made = scans(folder / "scratch", FILES + KILLS * COUNTER_FILES)
    old, fresh = made[:FILES], made[FILES:]
    # The first one of the first box lies in the second one too.
    boxes = {BOXES[0]: old[: FILES // 2], BOXES[1]: [old[0], *old[FILES // 2 :]]}
    refused = 0
    for label, contents in boxes.items():
        for number, scan in enumerate(contents):
            ending, content, code = (
                bad(number // 10, scan, folder / "scratch") if number % 10 == 3 else (".pdf", scan, GOOD)
            )
            refused += code != GOOD and ending != NO_SCAN
            inside = "H26.5.12-151102-0001/" if number % 3 == 1 else ""
            path = folder / label / f"{inside}to-{number:04}{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    counter = [folder / f"quay-{number}" for number in range(KILLS)]
    for number, scan in enumerate(fresh):
        place = counter[number // COUNTER_FILES]
        place.mkdir(exist_ok=True)
        (place / f"to-{number}.pdf").write_bytes(scan)
    files = sum(scans_below(folder / label) for label in BOXES)
    return Shelf({label: folder / label for label in BOXES}, counter, files, refused, files - refused - 1)


def scans_below(folder: Path) -> int:
    """How many files of a folder a campaign has to take or refuse."""
    return sum(path.is_file() and path.suffix != NO_SCAN for path in folder.rglob("*"))


class Run:
    """One of the two processes, in a process group of its own."""

    def __init__(self, data: Path, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.campaign_line", *map(str, arguments)],
            env={**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", "MOTLAN_LOCK_SECONDS": "600"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def began(self) -> None:
        """Wait for its first line."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def end(self) -> None:
        _, complaint = self._process.communicate()
        assert (self._process.returncode, complaint.decode()) == (0, "")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a campaign of two boxes, to be copied."""
    folder = tmp_path_factory.mktemp("begun")
    inventory = folder / "danh-muc.csv"
    inventory.write_text(f"hộp,năm,số kết quả\nH-1,2015,{FILES}\nH-2,2016,{FILES}\n", encoding="utf-8")
    with installation(folder / "data") as services:
        made = new_campaign(services, NAME, office="H26.5.12", types=(), targets={2026: Fraction(1, 2)})
        import_inventory(services, made, inventory)
    return folder / "data"


@contextlib.contextmanager
def looked_at(data: Path) -> Iterator[Services]:
    """The store as it is; who writes here does not wait for anybody."""
    settings = {"MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", "MOTLAN_LOCK_SECONDS": "0"}
    with Services(read_settings(settings)) as services:
        yield services


def done(services: Services) -> int:
    """How many files of the campaign are worked through."""
    campaigns = services.store.records.campaigns
    return sum(box.done for box in campaigns.boxes(campaigns.campaign(NAME).id))


def run_to(data: Path, shelf: Shelf, mark: float) -> Run:
    """A run that goes on until so many files are done; boxes follow each other."""
    with looked_at(data) as services:
        for label, folder in shelf.boxes.items():
            process = Run(data, "run", NAME, label, folder)
            while process.runs and done(services) < mark:
                sleep(0.02)
            if done(services) >= mark:
                return process
            process.end()
    pytest.fail("the campaign came to its end before it could be killed")


def counter_hands_in(data: Path, folder: Path) -> None:
    """Somebody at the counter hands in, and finds nobody in the way."""
    with looked_at(data) as services:
        assert not counter_waits(services)
        with at_counter(services):
            hand_in(services, [folder], Declaration(), folder, silent)


def to_the_end(data: Path, shelf: Shelf) -> None:
    """The same command as ever, for each box."""
    with looked_at(data) as services:
        for label, folder in shelf.boxes.items():
            run(services, NAME, label, folder)


def progress(services: Services) -> Progress:
    return stand_of(services, services.store.records.campaigns.campaign(NAME)).progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an undisturbed campaign leaves."""

    store: dict[str, object]
    by_year: dict[int, tuple[int, int]]


@pytest.fixture(scope="module")
def calm(shelf: Shelf, begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    data = tmp_path_factory.mktemp("calm") / "data"
    shutil.copytree(begun, data)
    to_the_end(data, shelf)
    for papers in shelf.counter:
        counter_hands_in(data, papers)
    with looked_at(data) as services:
        return Outcome(picture(services), dict(progress(services).by_year))


def test_a_killed_campaign_does_every_file_once_and_never_shuts_the_counter_out(
    tmp_path: Path, shelf: Shelf, begun: Path, calm: Outcome
) -> None:
    data = tmp_path / "data"
    shutil.copytree(begun, data)
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    marks = sorted(chance.uniform(0.0, 0.9) * shelf.files for _ in range(KILLS))
    for number, (mark, papers) in enumerate(zip(marks, shelf.counter, strict=True)):
        process = run_to(data, shelf, mark)
        sleep(chance.uniform(0, 0.3))
        if number % 2:
            # Somebody comes to the counter, and the campaign dies while they wait or are served.
            counter = Run(data, "counter", papers)
            counter.began()
            sleep(chance.uniform(0, 0.1))
            process.kill()
            counter.end()
        else:
            process.kill()
        counter_hands_in(data, papers)
    to_the_end(data, shelf)
    with looked_at(data) as services:
        stand = stand_of(services, services.store.records.campaigns.campaign(NAME))
        assert [(box.state, box.next_file) for box in stand.boxes] == [(BoxState.DONE, "")] * 2
        assert [box.done for box in stand.boxes] == [box.files for box in stand.boxes]
        assert (done(services), stand.progress.papers) == (shelf.files, shelf.papers)
        assert sum(stand.progress.by_day.values()) == shelf.papers
        assert dict(stand.progress.by_year) == calm.by_year
        assert picture(services) == calm.store
        services.store.records.check_journal()
        assert not counter_waits(services)


def test_a_counter_that_dies_leaves_the_campaign_its_way(tmp_path: Path, shelf: Shelf, begun: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(begun, data)
    counter = Run(data, "counter", shelf.boxes["H-1"])
    counter.began()
    with looked_at(data) as services:
        assert counter_waits(services)
        counter.kill()
        assert not counter_waits(services)
        run(services, NAME, "H-2", shelf.boxes["H-2"])
        assert done(services) == scans_below(shelf.boxes["H-2"])


# --- the command itself, with its reading and its flow runs


REAL_KILLS = int(os.environ.get("FAULT_CAMPAIGN_REAL_KILLS", "0"))
SCANS = ("xac-nhan-cu-tru-ct07.jpg", "can-cuoc-cha.tif")
AT_COUNTER = "giay-chung-nhan-ket-hon.jpg"


def motlan(data: Path, runs_told_to: str, *arguments: object, kill_after: float | None = None) -> bool:
    """Whether the command came to its end; killed after so many seconds, it alone, without what it began."""
    environment = {
        **os.environ,
        "MOTLAN_DATA": str(data),
        "MOTLAN_LANG": "vi",
        "MOTLAN_PREFECT_URL": runs_told_to,
        "MOTLAN_LOCK_SECONDS": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _, complaint = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    assert process.returncode == 0, complaint.decode()
    return True


@pytest.mark.prefect
@pytest.mark.skipif(not REAL_KILLS, reason="the real command is killed in make faults; the line above always")
def test_the_real_command_killed_while_it_reads_goes_on_and_leaves_the_counter_free(
    tmp_path: Path, begun: Path, runs_told_to: str
) -> None:
    box, papers = tmp_path / "H-1", tmp_path / "quay"
    for folder, names in ((box, SCANS), (papers, (AT_COUNTER,))):
        folder.mkdir()
        for name in names:
            shutil.copy(DOSSIERS / "1-dang-ky-khai-sinh" / name, folder / name)
    campaign = ("campaign", "run", NAME, box)
    calm = tmp_path / "calm"
    shutil.copytree(begun, calm)
    started = monotonic()
    assert motlan(calm, runs_told_to, *campaign)
    whole = monotonic() - started
    assert motlan(calm, runs_told_to, "ingest", papers)
    with looked_at(calm) as services:
        wanted, counted = picture(services), progress(services)
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    kills = 0
    while kills < REAL_KILLS:
        data = tmp_path / f"killed-{kills}"
        shutil.copytree(begun, data)
        while kills < REAL_KILLS:
            if motlan(data, runs_told_to, *campaign, kill_after=chance.uniform(0.1, 0.95) * whole):
                break
            kills += 1
            # Nobody waits at the counter, whatever the dead command had begun.
            assert motlan(data, runs_told_to, "ingest", papers)
        assert motlan(data, runs_told_to, *campaign)
        with looked_at(data) as services:
            assert picture(services) == wanted
            assert progress(services) == counted
            boxes = services.store.records.campaigns.boxes(services.store.records.campaigns.campaign(NAME).id)
            assert [box.state for box in boxes] == [BoxState.DONE, BoxState.FREE]
            services.store.records.check_journal()
