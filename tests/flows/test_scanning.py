"""A scan at the desk with a tray that plays every trouble: no page lost, none doubled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dossier.coaching import Advice
from dossier.feeding import FedPage
from dossier.legal_form import Origin
from dossier.scan_errors import FeederEmptyError, PaperJamError, ScanInUseError
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.progress import silent
from flows.scan_handing import hand_in
from flows.scanned import pages_of_scan
from flows.scanning import PageSeen, ScanDesk, ScanWay
from ocr.feeders.sane import feeding_alone
from ocr.reader import Reader
from storage.inbox import Declaration
from storage.scans import Scan
from tests.ocr.pages import TEXT, FixedEngine, StillClock, coloured, draw_page, engine_word
from wiring.services import Services
from wiring.settings import read_settings

SIDES = 6


class Desk(Services):
    """An installation whose engine reads one word on every page and counts how often it is asked."""

    @cached_property
    def fixed(self) -> FixedEngine:
        return FixedEngine(words=(engine_word("Căn", (60, 60, 120, 90)),))

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.fixed, workers=2, cpu_clock=StillClock())


class Tray:
    """Plays a stack: pages by number, and trouble before some of them, each once."""

    def __init__(self, sides: Sequence[Path], trouble: Mapping[int, Exception] | None = None) -> None:
        self.waiting = list(sides)
        self.trouble = dict(trouble or {})
        self.given = 0
        self.stopped = 0

    def feed(self, *, first: int, into: Path) -> Iterator[FedPage]:
        del first, into
        if not self.waiting:
            raise FeederEmptyError("khay")
        try:
            while self.waiting:
                error = self.trouble.pop(self.given + 1, None)
                if error is not None:
                    raise error
                self.given += 1
                yield FedPage(path=self.waiting.pop(0), dpi=150, passing=False)
        finally:
            self.stopped += 1

    def put_back(self, *sides: Path) -> None:
        """What the clerk does with the sheet that did not come through."""
        self.waiting[:0] = sides


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Six sides, each with print of its own."""
    folder = tmp_path_factory.mktemp("sides")
    made = []
    for number in range(1, SIDES + 1):
        lines = tuple(f"{number}. {line}" for line in (*TEXT[number:], *TEXT[:number]))
        path = folder / f"{number}.jpg"
        Image.fromarray(coloured(draw_page(lines[:3], size=(6.0, 1.8)))).save(
            path, dpi=(150, 150), quality=90
        )
        made.append(path)
    return made


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Desk]:
    with Desk(read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_WORKERS": "2"})) as made:
        made.create()
        yield made


def desk_of(services: Desk, scan: Scan, heard: list[PageSeen], *, duplex: bool = False) -> ScanDesk:
    return ScanDesk(services, scan, way=ScanWay(dpi=150, duplex=duplex), hear=heard.append)


def digests(paths: Sequence[Path]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def kept(desk: ScanDesk) -> list[str]:
    return [facts.sha256 for facts in desk.pages]


def test_every_page_is_kept_told_and_read_in_order(services: Desk, sides: Sequence[Path]) -> None:
    heard: list[PageSeen] = []
    scan = services.store.scans.begin({})
    with desk_of(services, scan, heard) as desk:
        assert desk.feed(Tray(sides)) == SIDES
        assert [seen.number for seen in heard] == [1, 2, 3, 4, 5, 6]
        assert kept(desk) == digests(sides)
        assert [reading.page.page for reading in desk.readings()] == [1, 2, 3, 4, 5, 6]
    assert [facts.sha256 for facts in scan.pages()] == digests(sides)
    assert all(seen.told_s >= seen.kept_s for seen in heard)


@pytest.mark.parametrize("page", [1, 3, 6])
def test_after_a_jam_at_any_page_the_scan_goes_on_without_loss_or_double(
    services: Desk, sides: Sequence[Path], page: int
) -> None:
    tray = Tray(sides, {page: PaperJamError(str(page))})
    with desk_of(services, services.store.scans.begin({}), []) as desk:
        with pytest.raises(PaperJamError):
            desk.feed(tray)
        assert kept(desk) == digests(sides[: page - 1])
        desk.feed(tray)
        assert kept(desk) == digests(sides)
    assert tray.stopped == 2


@pytest.mark.parametrize("page", [1, 2, 3, 6])
def test_of_a_sheet_that_came_half_through_both_sides_come_once(
    services: Desk, sides: Sequence[Path], page: int
) -> None:
    tray = Tray(sides, {page: PaperJamError(str(page))})
    scan = services.store.scans.begin({})
    with desk_of(services, scan, [], duplex=True) as desk:
        with pytest.raises(PaperJamError):
            desk.feed(tray)
        whole = (page - 1) // 2 * 2
        assert kept(desk) == digests(sides[:whole])
        tray.put_back(*sides[whole : page - 1])
        desk.feed(tray)
        assert kept(desk) == digests(sides)
        assert [reading.page.page for reading in desk.readings()] == list(range(1, SIDES + 1))


def test_a_page_fed_twice_around_a_pause_is_told_and_can_be_dropped(
    services: Desk, sides: Sequence[Path]
) -> None:
    heard: list[PageSeen] = []
    tray = Tray(sides, {3: PaperJamError("3")})
    scan = services.store.scans.begin({})
    with desk_of(services, scan, heard) as desk:
        with pytest.raises(PaperJamError):
            desk.feed(tray)
        tray.waiting = [sides[1]]
        desk.feed(tray)
        assert "coach.page_again" in [one.code for one in heard[2].advice]
        assert "coach.page_again" not in [one.code for one in heard[1].advice]
        assert desk.drop_last() == 3
        tray.waiting = list(sides[2:])
        desk.feed(tray)
        assert kept(desk) == digests(sides)
        assert [reading.page.page for reading in desk.readings()] == [1, 2, 3, 4, 5, 6]


def test_a_killed_scan_goes_on_with_the_pages_that_are_there(
    services: Desk, sides: Sequence[Path], tmp_path: Path
) -> None:
    scan = services.store.scans.begin({"dossier": ""})
    with desk_of(services, scan, []) as desk:
        desk.feed(Tray(sides[:2]))
    # The scanning program outlived this one by a page and a half.
    pixels = np.asarray(Image.open(sides[2]))
    height, width = pixels.shape[:2]
    whole = b"P6 %d %d 255\n" % (width, height) + pixels.tobytes()
    (scan.raw / "page-00003.pnm").write_bytes(whole)
    (scan.raw / "page-00004.pnm").write_bytes(whole[:-9])
    (scan.raw / "page-00005.pnm.part").write_bytes(b"P6")
    again = services.store.scans.open(scan.id)
    heard: list[PageSeen] = []
    with desk_of(services, again, heard) as desk:
        assert desk.take_up() == 3
        assert kept(desk)[:2] == digests(sides[:2])
        assert [seen.number for seen in heard] == [3]
        assert list(scan.raw.glob("page-*")) == []
        desk.feed(Tray(sides[3:]))
        assert kept(desk)[3:] == digests(sides[3:])
        assert [reading.page.page for reading in desk.readings()] == [1, 2, 3, 4, 5, 6]


def test_half_a_sheet_of_a_killed_scan_is_fed_again(services: Desk, sides: Sequence[Path]) -> None:
    scan = services.store.scans.begin({})
    with desk_of(services, scan, [], duplex=True) as desk:
        desk.feed(Tray(sides[:3]))
    with desk_of(services, services.store.scans.open(scan.id), [], duplex=True) as desk:
        assert desk.take_up() == 2
        desk.feed(Tray(sides[2:]))
        assert kept(desk) == digests(sides)


def test_a_scanning_program_that_still_runs_is_not_read_from(services: Desk) -> None:
    scan = services.store.scans.begin({})
    with desk_of(services, scan, []) as desk, feeding_alone(scan.raw), pytest.raises(ScanInUseError):
        desk.take_up()


def handed_over(services: Desk, scan: Scan, desk: ScanDesk, *, crash: bool = False) -> Handed:
    def take(file: Path) -> Handed:
        with services.writing():
            handed = take_in(services, [file], declared=Declaration(operator="ha.tran", device="test:0"))
            for item in handed.items:
                read_item(services, item, listen=silent)
        if crash:
            raise KeyboardInterrupt
        return handed

    return hand_in(services, scan, desk.pages, desk.readings(), hand_over=take)


def test_what_was_read_while_the_feeder_ran_is_not_read_again(services: Desk, sides: Sequence[Path]) -> None:
    scan = services.store.scans.begin({})
    with desk_of(services, scan, []) as desk:
        desk.feed(Tray(sides))
        desk.readings()
        asked = len(services.fixed.asked)
        handed = handed_over(services, scan, desk)
    assert len(services.fixed.asked) == asked
    (item,) = handed.items
    assert services.store.records.item(item).pages == SIDES
    assert services.store.records.item(item).name.startswith("quet-2")
    assert services.store.scans.unfinished() == ()


def test_the_file_tells_when_each_page_came_out_and_the_hash_of_its_picture(
    services: Desk, sides: Sequence[Path]
) -> None:
    scan = services.store.scans.begin({})
    with desk_of(services, scan, []) as desk:
        desk.feed(Tray(sides[:3]))
        # Set aside and scanned again, as after a jam: the numbers of the file go on without a gap.
        desk.drop_last()
        desk.feed(Tray(sides[2:4]))
        facts = desk.pages
        (item_id,) = handed_over(services, scan, desk).items
    item = services.store.records.item(item_id)
    told = pages_of_scan(services, item)
    assert [(one.number, one.sha256) for one in told] == list(enumerate(digests(sides[:4]), start=1))
    assert [one.at for one in told] == [one.at.replace(microsecond=0) for one in facts]
    assert (item.origin.operator, item.origin.device) == ("ha.tran", "test:0")
    # Of a file that came through no device, nothing is told, and it is not opened for it.
    assert pages_of_scan(services, replace(item, origin=Origin())) == ()


def test_a_scan_handed_in_twice_is_one_file(services: Desk, sides: Sequence[Path]) -> None:
    scan = services.store.scans.begin({})
    with desk_of(services, scan, []) as desk:
        desk.feed(Tray(sides[:2]))
        with pytest.raises(KeyboardInterrupt):
            handed_over(services, scan, desk, crash=True)
    again = services.store.scans.open(scan.id)
    with desk_of(services, again, []) as desk:
        desk.take_up()
        handed = handed_over(services, again, desk)
    records = services.store.records
    assert handed.batch is not None
    assert [item.id for item in records.items(handed.batch)] == list(handed.items)
    assert list(services.store.work.iterdir()) == []


def test_counts_and_components_that_are_missing_are_told_before_handing_in(
    services: Desk, sides: Sequence[Path]
) -> None:
    told = {"procedure": "1.001193", "papers": "", "pages": "5"}
    scan = services.store.scans.begin(told)
    with desk_of(services, scan, []) as desk:
        desk.feed(Tray(sides))
        advice = desk.stack_advice()
    assert Advice(code="coach.pages_differ", page=0, value=1.0) in advice
    missing = [one.about for one in advice if one.code == "coach.component_missing"]
    assert any("KS-01" in about for about in missing)
    assert "+1" in advice[0].sentence("vi")
