"""The scanner button before a real SANE device: its ``test`` backend, which feeds ten pages of no one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.trays import ScanState
from flows.trays.scanning import TrayScanner
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from tests.web.station.trays import begin, come_in, tray_of

pytestmark = pytest.mark.skipif(
    shutil.which("scanimage") is None, reason="!! SANE is not installed (sane-utils): no button is tried"
)
PAGES = 10
"""What the feeder of the test backend holds."""


@pytest.fixture
def device() -> str:
    return "test:0"


@pytest.fixture
def office(empty_store: Path, tmp_path: Path, clock: Clock, device: str) -> Iterator[Office]:
    scanner = {"device": device, "width_mm": 50, "height_mm": 50, "options": ["--test-picture=Grid"]}
    settings = {"MOTLAN_SCANNERS": json.dumps({"quay1": scanner}), "MOTLAN_WORKERS": "1"}
    made = Office(copy_of(empty_store, tmp_path / "data"), clock, **settings)
    yield made
    made.close()


def press(browser: Browser, office: Office, address: str) -> None:
    """The button, and the working process that does what it asks for."""
    browser.open(address)
    browser.send(f"{address}/scan", {"scanner": "quay1", "resolution": "200", "sides": "simplex"})
    scanner = TrayScanner(office.services)
    try:
        assert scanner.turn()
    finally:
        scanner.close(within_s=10)


def test_the_button_scans_all_that_lies_in_the_feeder_of_a_real_device(
    office: Office, browser: Browser, staff: Staff
) -> None:
    come_in(staff, browser)
    address = begin(browser)
    press(browser, office, address)
    tray = tray_of(office, address)
    assert (tray.scan_state, tray.scan_trouble) == (ScanState.IDLE, None)
    page = browser.open(address).text
    assert page.count('class="sheet ') == PAGES


@pytest.mark.parametrize("device", ["test:7"])
def test_a_device_that_is_not_there_is_told_and_the_batch_stays(
    office: Office, browser: Browser, staff: Staff
) -> None:
    come_in(staff, browser)
    address = begin(browser)
    press(browser, office, address)
    trouble = tray_of(office, address).scan_trouble
    assert trouble is not None
    assert trouble.code.startswith("scan.")
    assert '<p class="note bad">' in browser.open(address).text
