"""The scanner of a tray: pages in their place, trouble told, and what was taken back is not handed in."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

from dossier.documents import Item
from dossier.feeding import Device
from dossier.scan_errors import PaperJamError
from dossier.tray_errors import TrayBusyError, TrayClosedError, TrayManyError
from dossier.trays import ScanState, Tray, TrayState, TrayWish
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.progress import Listener
from flows.scanned import pages_of_scan
from flows.trays import desk
from flows.trays.desk import Operator
from flows.trays.line import TrayLine
from flows.trays.scanners import KnownScanners
from flows.trays.scanning import TrayScanner
from storage.inbox import Declaration
from tests.flows.test_scanning import Desk, digests
from tests.flows.test_scanning import Tray as Sheets
from tests.ocr.pages import TEXT, coloured, draw_page
from wiring.services import Services
from wiring.settings import read_settings

OPERATOR = Operator(actor="user-1", offices=("*",), procedures=("*",))
WISH = TrayWish(scanner="quay1")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    folder = tmp_path_factory.mktemp("sides")
    made = []
    for number in range(1, 5):
        path = folder / f"{number}.jpg"
        lines = tuple(f"{number}. {line}" for line in (*TEXT[number:], *TEXT[:number]))
        Image.fromarray(coloured(draw_page(lines))).save(path, dpi=(150, 150), quality=90)
        made.append(path)
    return made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the demo keys cost more than all the rest."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    with Desk(read_settings({"MOTLAN_DATA": str(folder)})) as made:
        made.create()
    return folder


@pytest.fixture
def services(empty: Path, tmp_path: Path) -> Iterator[Desk]:
    settings = {
        "MOTLAN_DATA": str(shutil.copytree(empty, tmp_path / "data")),
        "MOTLAN_WORKERS": "1",
        "MOTLAN_SCANNERS": '{"quay1": {"device": "test:0"}}',
    }
    with Desk(read_settings(settings)) as made:
        yield made


def begin(services: Services, dossier: str = "H26.5.12-261120-0001") -> Tray:
    return desk.begin(services, OPERATOR, dossier=dossier, procedure="")


def now(services: Services, tray: Tray) -> Tray:
    return desk.find(services, OPERATOR, tray.id)


def scanned(services: Services, tray: Tray, scanner: TrayScanner, instead: int = 0) -> Tray:
    """Press the button and wait for the scanner; the tray as it is then."""
    desk.press(services, now(services, tray), TrayWish(scanner="quay1", instead=instead))
    assert scanner.turn()
    return now(services, tray)


def kept(services: Services, tray: Tray) -> Mapping[int, bool]:
    """Numbers of the scanned pages in order, and whether each was taken back."""
    return {page.number: page.back for page in services.store.records.trays.pages(tray.id)}


def read(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
    with services.writing():
        handed = take_in(services, paths, declared=declared)
        for item in handed.items:
            read_item(services, item, listen=listen)
    return handed


def handed_in(services: Desk, tray: Tray, scanner: TrayScanner) -> Item:
    """Hand in; the item that the scanned pages became."""
    desk.hand_in(services, tray, papers=0, pages=0)
    found: list[Item] = []

    def hand_in(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
        handed = read(services, paths, declared, listen)
        found.extend(services.store.records.item(item) for item in handed.items)
        return handed

    assert TrayLine(services, hand_in=hand_in, readings=scanner.readings).turn()
    return found[0]


def test_pages_are_shown_in_order_and_become_one_file_that_is_not_read_twice(
    services: Desk, sides: Sequence[Path]
) -> None:
    sheets = Sheets(sides[:2])
    scanner, tray = TrayScanner(services, feeder=lambda _: sheets), begin(services)
    after = scanned(services, tray, scanner)
    assert (after.scan_state, after.scan_trouble) == (ScanState.IDLE, None)
    assert kept(services, tray) == {1: False, 2: False}
    asked = services.fixed.asked
    item = handed_in(services, after, scanner)
    assert [page.sha256 for page in pages_of_scan(services, item)] == digests(sides[:2])
    assert services.fixed.asked == asked


def test_a_page_that_is_scanned_again_stands_where_the_bad_one_stood(
    services: Desk, sides: Sequence[Path]
) -> None:
    sheets = Sheets(sides[:3])
    scanner, tray = TrayScanner(services, feeder=lambda _: sheets), begin(services)
    scanned(services, tray, scanner)
    sheets.put_back(sides[3])
    after = scanned(services, tray, scanner, instead=2)
    assert list(kept(services, tray).items()) == [(1, False), (2, True), (4, False), (3, False)]
    item = handed_in(services, after, scanner)
    wanted = [sides[0], sides[3], sides[2]]
    assert [page.sha256 for page in pages_of_scan(services, item)] == digests(wanted)


def test_a_page_that_was_taken_back_is_not_handed_in_unless_it_is_put_in_again(
    services: Desk, sides: Sequence[Path]
) -> None:
    sheets = Sheets(sides[:3])
    scanner, tray = TrayScanner(services, feeder=lambda _: sheets), begin(services)
    after = scanned(services, tray, scanner)
    desk.take_page_back(services, after, 1, back=True)
    desk.take_page_back(services, after, 2, back=True)
    desk.take_page_back(services, after, 2, back=False)
    item = handed_in(services, after, scanner)
    assert [page.sha256 for page in pages_of_scan(services, item)] == digests(sides[1:3])
    # It was read and not filed: until everything is at rest the pages stay.
    assert services.store.scans.unfinished() == (after.scan,)


def test_after_a_jam_the_trouble_is_told_and_the_next_press_goes_on(
    services: Desk, sides: Sequence[Path]
) -> None:
    sheets = Sheets(sides, {3: PaperJamError("3")})
    scanner, tray = TrayScanner(services, feeder=lambda _: sheets), begin(services)
    after = scanned(services, tray, scanner)
    assert after.scan_trouble is not None
    assert (after.scan_trouble.code, after.scan_trouble.item) == ("scan.paper_jam", "3")
    assert list(kept(services, tray)) == [1, 2]
    after = scanned(services, tray, scanner)
    assert after.scan_trouble is None
    assert list(kept(services, tray)) == [1, 2, 3, 4]


def test_what_a_killed_process_had_scanned_is_there_for_the_next_one(
    services: Desk, sides: Sequence[Path]
) -> None:
    sheets = Sheets(sides[:2])
    scanner, tray = TrayScanner(services, feeder=lambda _: sheets), begin(services)
    scanned(services, tray, scanner)
    scanner.close()
    # As a kill leaves it: the scanner was at work, and the row of the second page was not written.
    table = services.store.records.trays
    table.change(tray.id, {"scan_state": ScanState.FEEDING}, only=(TrayState.OPEN,))
    table.keep_only_pages(tray.id, 0, [1])
    with pytest.raises(TrayBusyError):
        desk.press(services, tray, WISH)
    following = TrayScanner(services, feeder=lambda _: sheets)
    assert following.turn()
    assert now(services, tray).scan_state is ScanState.IDLE
    assert list(kept(services, tray)) == [1, 2]
    assert not following.turn()
    following.close()


def test_a_tray_takes_nothing_more_once_it_was_handed_in(services: Desk) -> None:
    tray = begin(services)
    desk.add(services, tray, name="a.pdf", size=5, stream=io.BytesIO(b"%PDF-"))
    desk.hand_in(services, tray, papers=0, pages=0)
    with pytest.raises(TrayClosedError):
        desk.add(services, tray, name="b.pdf", size=5, stream=io.BytesIO(b"%PDF."))
    with pytest.raises(TrayClosedError):
        desk.take_file_back(services, tray, 1)
    with pytest.raises(TrayClosedError):
        desk.press(services, tray, WISH)
    with pytest.raises(TrayClosedError):
        desk.discard(services, tray)


def test_nobody_leaves_trays_without_end(services: Desk) -> None:
    for number in range(desk.MOST_OPEN):
        begin(services, f"H26.5.12-261120-{number:04}")
    with pytest.raises(TrayManyError):
        begin(services)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("C:\\Hồ sơ\\to.pdf", "to.pdf"),
        ("../../etc/passwd", "passwd"),
        (" .pdf ", "pdf"),
        ("", "tep"),
        ("a\u202egnp.pdf", "a\ufffdgnp.pdf"),
        (f"{'ơ' * 200}.tiff", f"{'ơ' * 114}….tiff"),
    ],
    ids=["windows", "above", "hidden", "none", "turned", "long"],
)
def test_a_name_is_its_last_part_as_people_may_see_it(told: str, shown: str) -> None:
    assert desk.shown_name(told) == shown


def test_while_somebody_looks_for_scanners_others_do_not_wait_for_it() -> None:
    begun, go_on, looks = threading.Event(), threading.Event(), list[int]()

    def find() -> Sequence[Device]:
        looks.append(1)
        begun.set()
        assert go_on.wait(30)
        return (Device("mau:1"),)

    known = KnownScanners(find=find)
    first = threading.Thread(target=known.look)
    first.start()
    assert begun.wait(30)
    known.look()
    assert (len(looks), known.has_looked) == (1, False)
    go_on.set()
    first.join(30)
    assert known.has_looked
    known.look()
    assert len(looks) == 2
