"""A real browser on a real socket: Debian's Chromium by Playwright; skipped loudly where either lacks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.browser.person import Person
from tests.web.office import Clock, Office, copy_of
from tests.web.station.conftest import CHEAP
from tests.web.station.people import Staff
from web.serve_api import answering

CHROMIUM: Final = shutil.which("chromium") or ""
SIZES: Final = {"office": (1366, 768), "phone": (390, 844)}
ALL: Final = bool(os.environ.get("STATION_DAYS"))
"""Every day on both screens takes minutes: ``make days``. Otherwise the longest, on an office's screen."""
SOME: Final = ("test_checker.py",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what only ``make days`` runs."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not ALL and item.path.name not in SOME:
            item.add_marker(pytest.mark.skip(reason="KHÔNG CHẠY: một ngày khác của trạm, make days chạy đủ"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module: its loop must be gone before other tests run theirs."""
    if not CHROMIUM:
        pytest.skip("KHÔNG CHẠY: cần gói Debian chromium để thử trang web bằng trình duyệt thật")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def open_office(empty_store: Path, tmp_path: Path) -> Iterator[Office]:
    """An installation whose station is served on this machine."""
    office = Office(copy_of(empty_store, tmp_path / "data"), Clock())
    yield office
    office.close()


@pytest.fixture
def address(open_office: Office) -> Iterator[str]:
    """Where it is served."""
    with answering(open_office.services, ("127.0.0.1", 0)) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture
def people(open_office: Office) -> Staff:
    return Staff(open_office, CHEAP)


@pytest.fixture(params=sorted(SIZES) if ALL else ["office"])
def person(
    request: pytest.FixtureRequest, chromium: Browser, address: str, tmp_path: Path
) -> Iterator[Person]:
    """Somebody before the browser, on a screen of an office and on a telephone."""
    width, height = SIZES[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        locale="vi-VN",
        reduced_motion="reduce",
        # Whoever looks at the pictures sees what a telephone shows.
        device_scale_factor=1,
    )
    place = Path(os.environ.get("STATION_PICTURES") or tmp_path / "pictures") / request.param
    page = context.new_page()
    yield Person(page, address, pictures=place)
    context.close()
