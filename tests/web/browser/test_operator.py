"""A day of the scanner operator: files, the scanner button, a page that is scanned again, handing in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.feeding import Feeder
from dossier.staff import StaffRole, Stage
from dossier.trays import TrayState
from flows.staff import sessions
from flows.trays.loop import serving_trays
from ocr.feeders.folder import FolderFeeder
from tests.ocr.pages import TEXT, coloured, draw_page, save
from tests.web.browser.person import Person
from tests.web.office import Clock, Office, copy_of
from tests.web.station.people import Staff
from tests.web.station.trays import DOSSIER, paper, work
from wiring.scan_settings import ScannerSettings
from wiring.services import Services

pytestmark = pytest.mark.slow


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    """What lies in the feeder: a good page, and one that is too dark."""
    folder = tmp_path / "khay"
    folder.mkdir()
    page = coloured(draw_page((*TEXT, *TEXT), dpi=200))
    save(page, folder / "1.png", dpi=200)
    save((page * 0.35).astype("uint8"), folder / "2.png", dpi=200)
    return folder


@pytest.fixture
def open_office(empty_store: Path, tmp_path: Path) -> Iterator[Office]:
    settings = {"MOTLAN_SCANNERS": '{"quay1": {"device": "test:0"}}', "MOTLAN_WORKERS": "1"}
    office = Office(copy_of(empty_store, tmp_path / "data"), Clock(), **settings)
    yield office
    office.close()


@pytest.fixture(autouse=True)
def working(open_office: Office, sheets: Path) -> Iterator[None]:
    """The working process, with a folder for a scanner."""

    def feeder(scanner: ScannerSettings) -> Feeder:
        return FolderFeeder(sheets, dpi=scanner.wish.resolution)

    with (
        Services(open_office.services.settings, clock=open_office.clock) as services,
        serving_trays(services, hand_in=work, feeder=feeder),
    ):
        yield


def test_a_day_of_the_operator_by_the_keyboard_alone(
    person: Person, people: Staff, open_office: Office, sheets: Path, tmp_path: Path
) -> None:
    sit_down(person, people)
    person.open("/")
    person.go("Alt+7")
    person.look("70-batches")
    person.write(DOSSIER)
    person.press("Tab")
    person.write("1.001193")
    person.go("Enter")
    assert person.path().startswith("/intake/")
    page = person.page
    # A chooser of files is the system's own: the field takes what it gives.
    sent = tmp_path / "Giấy khai sinh.pdf"
    sent.write_bytes(paper())
    zipped = tmp_path / "anh.pdf"
    zipped.write_bytes(b"PK\x03\x04" + bytes(100))
    page.set_input_files("#files", [sent, zipped])
    page.wait_for_function("() => document.querySelectorAll('.tray-files li').length === 2")
    page.wait_for_function("() => document.querySelector('.tray-files .fault')")
    # The scanner gives two pages; one is too dark and is scanned again.
    person.press("Alt+s")
    page.wait_for_function("() => document.querySelectorAll('.sheet').length === 2", timeout=20_000)
    page.wait_for_function("() => document.querySelector('.sheet.rescan .advice')")
    page.wait_for_function(
        "() => !document.querySelector('#tray').innerText.includes('đang chạy')", timeout=30_000
    )
    page.evaluate("() => scrollTo(0, 0)")
    person.look("72-gathered")
    save(coloured(draw_page((*TEXT, *TEXT[:3]), dpi=200)), sheets / "3.png", dpi=200)
    person.tab_to("Quét lại trang 2")
    person.press("Enter")
    page.wait_for_function("() => document.querySelector('.sheet.back')", timeout=20_000)
    page.wait_for_function(
        "() => !document.querySelector('#tray').innerText.includes('đang chạy')", timeout=30_000
    )
    person.tab_to("Bỏ ra: anh.pdf", back=True)
    person.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.tray-files li').length === 1")
    person.go("Alt+g")
    page.wait_for_function("() => document.querySelector('#tray').dataset.state === 'done'", timeout=60_000)
    person.look("74-done")
    assert "đã lưu" in person.text()
    (tray,) = open_office.services.store.records.trays.of(people_actor(open_office))
    assert tray.state is TrayState.DONE
    assert tray.batch is not None
    assert len(open_office.services.store.records.items(tray.batch)) == 2
    assert open_office.services.store.scans.unfinished() == ()
    assert not open_office.services.store.trays.has(tray.id)
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_a_folder_that_is_dropped_gives_all_of_its_files(
    person: Person, people: Staff, open_office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "hồ sơ"
    (folder / "trang" / "sau").mkdir(parents=True)
    for place in ("mot.pdf", "trang/hai.pdf", "trang/sau/ba.pdf"):
        (folder / place).write_bytes(paper() + f"% {place}\n".encode())
    # What a system leaves in folders is no file of the dossier.
    (folder / ".DS_Store").write_bytes(b"\x00")
    sit_down(person, people)
    person.open("/intake")
    page = person.page
    page.fill("[name=dossier]", DOSSIER)
    person.go("Enter")
    box = page.locator("[data-drop-many]").bounding_box()
    assert box is not None
    devices = page.context.new_cdp_session(page)
    for act in ("dragEnter", "dragOver", "drop"):
        devices.send(
            "Input.dispatchDragEvent",
            {
                "type": act,
                "x": box["x"] + 20,
                "y": box["y"] + 20,
                "data": {"items": [], "files": [str(folder)], "dragOperationsMask": 1},
            },
        )
    page.wait_for_function("() => document.querySelectorAll('.tray-files li').length === 3")
    (tray,) = open_office.services.store.records.trays.of(people_actor(open_office))
    kept = open_office.services.store.records.trays.files(tray.id)
    assert sorted(file.name for file in kept) == ["ba.pdf", "hai.pdf", "mot.pdf"]
    assert person.errors == []


def sit_down(person: Person, people: Staff) -> None:
    """An operator who has signed in; the way through the door is walked by others."""
    account = people.add("mau.quet", StaffRole.SCANNER).account
    held = sessions.begin(people.office.services, actor=account.actor, stage=Stage.OPEN)
    person.page.context.add_cookies(
        [
            {
                "name": "motlan-station",
                "value": held.token,
                "url": person.address,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )


def people_actor(office: Office) -> str:
    """The only person of the office."""
    (account,) = office.services.store.records.staff.accounts()
    return account.actor
