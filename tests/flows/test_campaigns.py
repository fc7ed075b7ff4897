"""A campaign goes file by file, gives way to the counter after every page, and goes on after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from cli.campaign_words import worked_text
from dossier.campaign_errors import BoxTakenError, CampaignStateError, CounterWaitsError
from dossier.campaigns import Box, BoxState, Campaign, CampaignState
from dossier.documents import ItemState
from dossier.errors import ArgumentError
from dossier.ids import ItemId
from flows.campaign_run import LeftOut, Worked, box_to_run, run_box
from flows.campaigns import import_inventory, new_campaign, set_state, stand_of, take_boxes
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.issue import file_item
from flows.priority import at_counter, counter_waits, give_way, patiently
from flows.progress import Listener, silent
from storage.inbox import Declaration
from tests.flows.papers import written
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OFFICE = "H26.5.12"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


@pytest.fixture
def campaign(services: Services, tmp_path: Path) -> Campaign:
    made = new_campaign(services, "Kết quả cũ", office=OFFICE, types=(), targets={2026: Fraction(1, 2)})
    inventory = tmp_path / "danh-muc.csv"
    inventory.write_text("hộp,năm,số kết quả\nH-1,2015,3\nH-2,2016,5\n", encoding="utf-8")
    assert import_inventory(services, made, inventory) == (2, 2)
    return made


def folder_of(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "scans"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        written(folder / name, [(24.0, "ỦY BAN NHÂN DÂN XÃ MẪU"), (24.0, f"Giấy tờ mẫu {name}")])
    return folder


class Line:
    """The whole line without Prefect; somebody may come to the counter while a file is read."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.handed: list[str] = []
        self.items: list[ItemId] = []
        self.comes_at_page_of = ""

    def __call__(self, path: Path, declared: Declaration) -> Handed:
        give_way(self.services)
        with self.services.writing():
            handed = take_in(self.services, [path], declared=declared)
            for item in handed.items:
                listen: Listener = silent
                if path.name == self.comes_at_page_of:
                    self.comes_at_page_of = ""
                    listen = self._somebody_comes
                read_item(self.services, item, listen=patiently(self.services, listen))
                file_item(self.services, item, listen=silent)
        self.handed.append(path.name)
        self.items += handed.items
        return handed

    def _somebody_comes(self, _told: object) -> None:
        self.came = at_counter(self.services)
        self.came.__enter__()

    def leaves(self, _seconds: float) -> None:
        """The counter is done: what waiting does in this test."""
        self.came.__exit__(None, None, None)


def run(services: Services, campaign: Campaign, folder: Path, line: Line, *, most: int = 0) -> Worked:
    (box,) = take_boxes(services, campaign, ["H-1"])
    return run_box(services, campaign, box, folder, ingest=line, pause=line.leaves, most=most)


def box_now(services: Services, campaign: Campaign) -> Box:
    return services.store.records.campaigns.boxes(campaign.id)[0]


def test_a_box_is_worked_through_in_order_and_goes_on_where_it_stopped(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "02/b.pdf", "01/a.pdf", "03.pdf")
    line = Line(services)
    first = run(services, campaign, folder, line, most=2)
    assert (first.files, first.left, first.box.next_file, first.box.files) == (2, 1, "03.pdf", 3)
    second = run(services, campaign, folder, line)
    assert (second.files, second.before, second.left) == (1, 2, 0)
    assert line.handed == ["a.pdf", "b.pdf", "03.pdf"]
    assert second.box.state is BoxState.DONE
    stand = stand_of(services, campaign)
    assert (stand.progress.results, stand.progress.papers, stand.to_target.left) == (8, 3, 1)
    assert stand.progress.by_year == {2015: (3, 3), 2016: (5, 0)}
    assert stand.progress.by_operator == {services.settings.actor: 3}
    assert [services.store.records.item(item).origin.operator for item in line.items] == ["ban-so-hoa"] * 3


def test_a_file_killed_before_it_was_noted_is_not_two_papers(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.pdf")
    line = Line(services)
    line(folder / "a.pdf", Declaration())
    worked = run(services, campaign, folder, line)
    assert (worked.files, worked.papers) == (1, 1)
    assert stand_of(services, campaign).progress.papers == 1


def test_the_same_command_after_the_last_file_finds_the_box_done_and_fills_no_other(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.pdf")
    line = Line(services)
    # Killed after the box was finished, before anybody was told.
    run(services, campaign, folder, line)
    for label in ("", "H-1"):
        box = box_to_run(services, campaign, folder, label=label)
        worked = run_box(services, campaign, box, folder, ingest=line, pause=line.leaves)
        assert (worked.box.declared.label, worked.files, worked.before) == ("H-1", 0, 1)
    assert [box.state for box in services.store.records.campaigns.boxes(campaign.id)] == [
        BoxState.DONE,
        BoxState.FREE,
    ]
    # Another folder is another box, and a box that somebody else finished stays theirs.
    (tmp_path / "next").mkdir()
    written(tmp_path / "next" / "b.pdf", [(24.0, "Giấy tờ mẫu b")])
    assert box_to_run(services, campaign, tmp_path / "next").declared.label == "H-2"
    assert box_to_run(services, campaign, folder).declared.label == "H-2"
    with (
        Services(
            read_settings({"MOTLAN_DATA": str(services.settings.data), "MOTLAN_ACTOR": "ha.tran"}),
            clock=lambda: NOW,
        ) as other,
        pytest.raises(BoxTakenError),
    ):
        box_to_run(other, campaign, folder, label="H-1")


def test_the_counter_comes_first_after_the_page_that_is_being_read(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.pdf", "b.pdf")
    line = Line(services)
    line.comes_at_page_of = "a.pdf"
    seen: list[tuple[ItemState, bool]] = []
    leaves = line.leaves

    def served(seconds: float) -> None:
        # While somebody is at the counter, the lock of the one writer is free and the file lies unfinished.
        with services.writing():
            (item,) = take_in(services, [folder / "a.pdf"], declared=Declaration()).items
        seen.append((services.store.records.item(item).state, counter_waits(services)))
        leaves(seconds)

    (box,) = take_boxes(services, campaign, ["H-1"])
    worked = run_box(services, campaign, box, folder, ingest=line, pause=served)
    assert seen == [(ItemState.RECEIVED, True)]
    assert (worked.files, worked.papers, worked.gave_way, worked.left) == (2, 2, 1, 0)
    assert line.handed == ["a.pdf", "b.pdf"]


def test_somebody_at_the_counter_is_seen_by_other_processes_and_gone_when_done(services: Services) -> None:
    assert not counter_waits(services)
    with at_counter(services), at_counter(services):
        assert counter_waits(services)
        with pytest.raises(CounterWaitsError):
            give_way(services)
    assert not counter_waits(services)


def test_a_paused_campaign_stops_before_the_next_file(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.pdf", "b.pdf")
    line = Line(services)

    def pausing(path: Path, declared: Declaration) -> Handed:
        handed = line(path, declared)
        set_state(services, campaign, CampaignState.PAUSED)
        return handed

    (box,) = take_boxes(services, campaign, ["H-1"])
    with pytest.raises(CampaignStateError):
        run_box(services, campaign, box, folder, ingest=pausing, pause=line.leaves)
    assert (box_now(services, campaign).done, line.handed) == (1, ["a.pdf"])
    set_state(services, campaign, CampaignState.OPEN)
    assert run(services, campaign, folder, line).left == 0


def test_a_file_that_cannot_be_taken_is_counted_and_stops_nothing(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "b.pdf")
    (folder / "a.pdf").write_bytes(b"")
    worked = run(services, campaign, folder, Line(services))
    assert (worked.files, worked.papers, worked.refused, worked.left) == (2, 1, 1, 0)


def test_what_is_left_out_is_told_and_a_box_with_something_unread_is_not_done(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.pdf")
    (folder / "ghi chú.docx").write_bytes(b"no scan")
    (folder / "Thumbs.db").write_bytes(b"system")
    (folder / "02").symlink_to(tmp_path)
    line = Line(services)
    worked = run(services, campaign, folder, line)
    assert worked.left_out == (
        LeftOut("02", "input.not_a_file", unread=True),
        LeftOut("ghi chú.docx", "not_a_scan", unread=False),
    )
    assert (worked.files, worked.refused, worked.box.state) == (1, 1, BoxState.TAKEN)
    told = worked_text(worked, "vi")
    assert "Không đọc được, hộp chưa xong: 02  [input.not_a_file]" in told
    assert "Không phải bản quét, bỏ qua: ghi chú.docx  [not_a_scan]" in told
    (folder / "02").unlink()
    assert run(services, campaign, folder, line).box.state is BoxState.DONE


def test_a_folder_called_by_a_dossier_declares_it(
    services: Services, campaign: Campaign, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "H26.5.12-151102-0001/a.pdf", "khac/b.pdf")
    told: list[str] = []
    line = Line(services)

    def hearing(path: Path, declared: Declaration) -> Handed:
        told.append(declared.dossier)
        return line(path, declared)

    (box,) = take_boxes(services, campaign, ["H-1"])
    run_box(services, campaign, box, folder, ingest=hearing, pause=line.leaves)
    assert told == ["H26.5.12-151102-0001", ""]


@pytest.mark.parametrize(
    ("name", "office", "types"),
    [(" ", OFFICE, ()), ("x" * 121, OFFICE, ()), ("a", "xa", ()), ("a", OFFICE, ("poem",))],
)
def test_a_campaign_that_cannot_be_is_refused(
    services: Services, name: str, office: str, types: tuple[str, ...]
) -> None:
    with pytest.raises(ArgumentError):
        new_campaign(services, name, office=office, types=types, targets={})
