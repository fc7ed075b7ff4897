"""``kill -9`` while SANE's test scanner feeds: the pages that came are there once, and the scan goes on."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dossier.feeding import ScanWish
from flows.scanning import ScanDesk, ScanWay
from ocr.feeders.sane import SaneFeeder, feeding_alone
from tests.flows.test_scanning import Desk
from wiring.settings import read_settings

pytestmark = [
    pytest.mark.skipif(
        shutil.which("scanimage") is None, reason="!! SANE is not installed (sane-utils): no scan is killed"
    ),
    pytest.mark.timeout(600),
]
KILLS = int(os.environ.get("FAULT_KILLS", "2"))
SLOW = ("--test-picture=Color pattern", "--read-delay=yes", "--read-delay-duration=20000")
SCANNER = {"device": "test:0", "resolution": 100, "width_mm": 60, "height_mm": 60, "options": SLOW}


@pytest.mark.parametrize("page", [1 + 3 * kill for kill in range(min(KILLS, 4))])
def test_a_scan_killed_in_the_middle_goes_on_with_the_pages_that_are_there(tmp_path: Path, page: int) -> None:
    data = tmp_path / "data"
    environment = {
        **os.environ,
        "MOTLAN_DATA": str(data),
        "MOTLAN_SCANNERS": json.dumps({"thu": SCANNER}),
        # Nothing is handed in here, so no Prefect has to come up.
        "MOTLAN_PREFECT_URL": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "scan", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    heard = 0
    while heard < page:
        heard = int(json.loads(process.stdout.readline())["page"])
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Desk(read_settings({"MOTLAN_DATA": str(data), "MOTLAN_WORKERS": "1"})) as services:
        (name,) = services.store.scans.unfinished()
        scan = services.store.scans.open(name)
        # The scanning program notices that nobody reads its names any more, and ends.
        _until_quiet(scan.raw)
        with scan.alone(), ScanDesk(services, scan, way=ScanWay(dpi=100), hear=lambda _seen: None) as desk:
            there = desk.take_up()
            assert there >= page
            wish = ScanWish(resolution=100, width_mm=60, height_mm=60, options=SLOW[:1])
            fed = desk.feed(SaneFeeder("test:0", wish))
            assert fed == 10
            assert scan.numbers() == tuple(range(1, there + fed + 1))
            assert len({facts.sha256 for facts in scan.pages()}) == 1
            assert [reading.page.page for reading in desk.readings()] == list(scan.numbers())


def _until_quiet(raw: Path) -> None:
    """The lock is the kernel's: waiting for it needs no clock."""
    with (raw / "feeding.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    with feeding_alone(raw):
        pass
