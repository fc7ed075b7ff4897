"""``motlan copies``, ``fixity``, ``repair``, ``canary`` and ``store buckets`` as an operator meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import ArgumentError, SettingsError, StoreFrozenError, StoreNotLiftedError
from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.ports import Clock
from flows.upkeep import check_fixity, copies_are_late, failed_place, lift, make_copies, repair, try_places
from storage.copies import CopyLimits
from storage.fixity import Extent
from storage.folder_place import folder_place
from storage.places import Place
from storage.repair import RepairOrder
from tests.cli.test_commands import Desk
from tests.storage.canaries import OverwritingFiles
from tests.storage.copies import object_in, spoil
from wiring.services import Services
from wiring.settings import Settings, read_settings


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path / "data", capsys)
    assert made.run("init") == 0
    return made


def installation(tmp_path: Path) -> Services:
    def second(_settings: Settings, _clock: Clock) -> Place:
        return folder_place("ban-sao", tmp_path / "second")

    settings = read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_LOCK_SECONDS": "0"})
    return Services(settings, second_place=second)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """An installation with a folder for second copies."""
    with installation(tmp_path) as made:
        made.create()
        yield made


def take_in(services: Services, tmp_path: Path, content: bytes = b"\xff\xd8\xff scan") -> Sha256:
    folder = tmp_path / "scans"
    folder.mkdir(exist_ok=True)
    (folder / "trang.jpg").write_bytes(content)
    with services.writing():
        taken = services.store.inbox.take_in([folder])
        assert taken.batch is not None
        services.store.records.save_batch(taken.batch, taken.items)
    return taken.items[0].sha256


def kinds(services: Services) -> set[EventKind]:
    return {entry.event.kind for entry in services.store.records.journal()}


def test_an_object_goes_through_copy_damage_reading_and_repair(services: Services, tmp_path: Path) -> None:
    sha256 = take_in(services, tmp_path)
    assert make_copies(services, wait=True).copied == 1
    first = object_in(tmp_path / "data" / "objects", sha256)
    content = first.read_bytes()
    spoil(first)
    with services.store.blobs.open(sha256) as stream:
        assert stream.read() == content
    assert EventKind.OBJECT_FELL_OVER in kinds(services)
    log = (tmp_path / "data" / "logs" / "motlan.jsonl").read_text("utf-8")
    assert json.loads(log.splitlines()[-1])["code"] == "store.object_damaged"
    first_report, _ = check_fixity(services, Extent())
    assert first_report.damaged == 1
    assert repair(services, RepairOrder()).repaired == 1
    assert first.read_bytes() == content
    services.store.records.check_journal()


def test_copies_that_wait_too_long_are_in_the_log_and_in_the_journal(
    services: Services, tmp_path: Path
) -> None:
    take_in(services, tmp_path)
    (tmp_path / "second").rename(tmp_path / "aside")
    (tmp_path / "second").write_text("a file where the folder should be")
    with pytest.raises(Exception, match="store"):
        make_copies(services, wait=False)
    (tmp_path / "second").unlink()
    (tmp_path / "aside").rename(tmp_path / "second")
    take_in(services, tmp_path, b"\xff\xd8\xff another")
    spoil(object_in(tmp_path / "data" / "objects", take_in(services, tmp_path, b"\xff\xd8\xff third")))
    report = make_copies(services, wait=False)
    assert (report.copied, report.backlog.blocked) == (2, 1)
    assert not copies_are_late(services, report, CopyLimits(count=1))
    assert copies_are_late(services, report, CopyLimits(count=0))
    assert EventKind.COPIES_LATE in kinds(services)


def test_a_failed_canary_makes_the_store_read_only_until_it_is_lifted_with_a_reason(
    services: Services, tmp_path: Path
) -> None:
    def bad(_settings: Settings, _clock: Clock) -> Place:
        return folder_place("ban-sao", tmp_path / "second", files=OverwritingFiles())

    make_copies(services, wait=False)
    with Services(services.settings, second_place=bad) as broken:
        found = try_places(broken)
        assert failed_place(found) == "ban-sao"
        with pytest.raises(StoreNotLiftedError):
            lift(broken, found, reason="đã thay ổ đĩa")
    with pytest.raises(StoreFrozenError) as told, services.writing():
        pass
    assert told.value.item == "ban-sao"
    assert "motlan canary --lift" in told.value.next_step("vi")
    with pytest.raises(StoreFrozenError):
        make_copies(services, wait=False)
    with pytest.raises(StoreFrozenError):
        repair(services, RepairOrder())
    # Looking is still possible.
    assert services.store.records.documents_waiting() == []
    found = try_places(services)
    for reason in ("", "ngắn", "theo yêu cầu của 001185000017"):
        with pytest.raises(ArgumentError):
            lift(services, found, reason=reason)
    assert lift(services, found, reason="đã thay ổ đĩa")
    assert not lift(services, found, reason="đã thay ổ đĩa")
    take_in(services, tmp_path)
    assert {EventKind.STORE_FROZEN, EventKind.STORE_LIFTED, EventKind.CANARY_RUN} <= kinds(services)


def test_a_second_place_that_is_gone_is_not_made_anew(services: Services, tmp_path: Path) -> None:
    make_copies(services, wait=False)
    (tmp_path / "second").rename(tmp_path / "unplugged")
    with pytest.raises(Exception, match=r"store\.unavailable"):
        make_copies(services, wait=False)
    assert not (tmp_path / "second").exists()


def test_without_a_second_place_copies_cannot_be_made(tmp_path: Path) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as alone:
        alone.create()
        with pytest.raises(SettingsError):
            make_copies(alone, wait=False)


def test_fixity_speaks_json_and_fails_loudly_when_an_object_is_damaged(desk: Desk, tmp_path: Path) -> None:
    services = Services(read_settings({"MOTLAN_DATA": str(desk.data)}))
    sha256 = take_in(services, tmp_path)
    services.close()
    assert desk.run("fixity", "--all", "--json") == 0
    (place,) = desk.lines[0]["places"]
    assert (place["place"], place["checked"], place["damaged"]) == ("kho", 1, 0)
    assert (place["plan"]["total"], place["plan"]["cycle_days"], place["plan"]["late"]) == (1, 1, False)
    spoil(object_in(desk.data / "objects", sha256))
    assert desk.run("fixity", "--all") == 12
    assert "hỏng 1" in desk.said
    assert "✗" in desk.complained
    assert "motlan repair" in desk.complained
    assert "store.fixity_failed" in desk.complained
    assert desk.run("repair") == 12
    assert "store.repair_impossible" in desk.complained


@pytest.mark.parametrize(
    "arguments",
    [
        ("--share", "0"),
        ("--share", "2/3"),
        ("--for", "30"),
        ("--all", "--share", "1/2"),
        ("--place", "không-có"),
    ],
)
def test_an_extent_that_cannot_be_is_refused(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk.run("fixity", *arguments) == 10


def test_repair_of_a_sound_store_does_nothing(desk: Desk) -> None:
    assert desk.run("repair", "--json") == 0
    assert desk.lines == [
        {
            "dry_run": False,
            "repaired": 0,
            "lost": [],
            "undecided": 0,
            "leftovers": 0,
            "orphans": 0,
            "orphans_removed": 0,
            "orphans_locked": 0,
            "orphans_spared": 0,
            "remains_removed": 0,
            "remains_locked": 0,
            "keys_removed": 0,
            "stopped": {},
        }
    ]


def test_the_canary_tells_each_trial(desk: Desk) -> None:
    assert desk.run("canary") == 0
    assert "flipped_byte" in desk.said
    assert desk.run("canary", "--json") == 0
    (line,) = desk.lines
    assert line["places"]["kho"]["overwrite"] == "held"
    assert (line["frozen"], line["lifted"]) == (False, False)


def test_copies_without_a_second_place_say_what_is_missing(desk: Desk) -> None:
    assert desk.run("copies") == 2
    assert "nơi lưu thứ hai" in desk.complained


def test_the_plan_of_buckets_lets_the_service_put_and_never_delete(desk: Desk) -> None:
    assert desk.run("store", "buckets", "luu-tru-1", "luu-tru-2", "--user", "motlan", "--plan", "--json") == 0
    first, second = json.loads(desk.said)
    assert (first["bucket"], second["bucket"]) == ("luu-tru-1", "luu-tru-2")
    statements = json.loads(first["policy"])["Statement"]
    allowed = {action for one in statements if one["Effect"] == "Allow" for action in one["Action"]}
    assert {"s3:PutObject", "s3:PutObjectRetention", "s3:GetObjectVersion"} <= allowed
    assert not any("Delete" in action or "Bypass" in action or "*" in action for action in allowed)
    denied = [one for one in statements if one["Effect"] == "Deny"]
    assert [(one["Principal"], one["Action"]) for one in denied] == [("*", ["s3:BypassGovernanceRetention"])]
    assert json.loads(first["object_lock"])["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Years": 10}


def test_buckets_are_never_made_by_the_program_itself(desk: Desk) -> None:
    assert desk.run("store", "buckets", "luu-tru") == 10
    assert desk.run("store", "buckets", "Luu Tru; rm", "--plan") == 10
    assert desk.run("store", "buckets", "luu-tru", "--plan") == 0
    assert "--object-lock-enabled-for-bucket" in desk.said


def test_a_rescue_and_a_sweep_of_the_same_objects_are_not_asked_for_together(
    desk: Desk, tmp_path: Path
) -> None:
    assert desk.run("repair", "--rescue", tmp_path / "lost", "--lost-too") == 10
    assert desk.run("repair", "--rescue", tmp_path / "lost") == 0
    assert not (tmp_path / "lost").exists()
