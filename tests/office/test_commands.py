"""Every command that keeps the store works at the office size as it does at a desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import SettingsError
from dossier.ids import Sha256
from tests.cli.test_commands import Desk, only
from tests.office.office import Office
from wiring.services import Services


def take_in(office: Office, content: bytes = b"\xff\xd8\xff scan") -> Sha256:
    """A file in the first bucket, named by a record; nothing is read."""
    folder = office.folder / "scans"
    folder.mkdir(exist_ok=True)
    (folder / "trang.jpg").write_bytes(content)
    with office.services() as services, services.writing():
        taken = services.store.inbox.take_in([folder])
        assert taken.batch is not None
        services.store.records.save_batch(taken.batch, taken.items)
    return taken.items[0].sha256


def test_an_office_is_made_once_and_keeps_no_records_and_no_bytes_in_its_folder(
    desk: Desk, office: Office
) -> None:
    assert desk.run("init", "--json") == 0
    assert only(desk.lines)["made"] is True
    assert desk.run("init", "--json") == 0
    assert only(desk.lines)["made"] is False
    sha256 = take_in(office)
    assert office.first.objects() == {sha256}
    names = {path.name for path in office.data.iterdir()}
    assert not names & {"store.sqlite3", "objects"}
    assert {"store.key", "journal.head", "motlan-store.json"} <= names


def test_copies_fixity_canary_journal_and_repair_work_on_buckets(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    sha256 = take_in(office)
    assert desk.run("copies", "--json") == 0
    assert only(desk.lines)["copied"] == 1
    assert office.second.objects() == {sha256}
    assert desk.run("fixity", "--all", "--json") == 0
    assert [place["damaged"] for place in only(desk.lines)["places"]] == [0, 0]
    assert desk.run("canary") == 0
    assert "KHÔNG ĐẠT" not in desk.said
    assert desk.run("journal", "verify", "--json") == 0
    assert desk.run("encryption", "rotate", "--json") == 0
    assert desk.run("disposal", "list", "--json") == 0
    assert desk.run("store", "buckets", "luu-tru", "--plan") == 0
    key = f"objects/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    office.first.bucket.versions[key][0].body = b"\xff\xd8\xff spoilt"
    assert desk.run("fixity", "--all") == 12
    assert desk.run("repair", "--json") == 0
    assert only(desk.lines)["repaired"] == 1
    assert desk.run("fixity", "--all") == 0


def test_what_a_killed_command_was_sending_is_swept_up(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    draft = office.data / "work" / "s3-left"
    draft.mkdir()
    (draft / "draft").write_bytes(b"half")
    assert desk.run("repair", "--uploads-hours", "0") == 0
    assert not draft.exists()


def test_a_second_machine_needs_the_key_of_the_first(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    other = Path(f"{office.data}-2")
    desk.data = other
    assert desk.run("init") == 12
    assert "[store.foreign_database]" in desk.complained
    assert "store.key" in desk.complained
    (other / "store.key").write_bytes((office.data / "store.key").read_bytes())
    assert desk.run("init", "--json") == 0
    assert desk.run("journal", "verify") == 0


def test_a_key_of_another_store_is_not_taken_for_the_one_of_this_database(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    desk.data = Path(f"{office.data}-2")
    desk.data.mkdir()
    (desk.data / "store.key").write_text("00" * 32)
    assert desk.run("init") == 12
    assert "[store.foreign_database]" in desk.complained


def test_a_folder_that_has_a_store_is_not_given_another_database(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    office.sql("DROP SCHEMA public CASCADE")
    office.sql("CREATE SCHEMA public AUTHORIZATION motlan")
    assert desk.run("init") == 12
    assert "[store.foreign_database]" in desk.complained


def refused(services: Services) -> str:
    with pytest.raises(SettingsError) as told:
        services.create()
    return told.value.message("vi")


def test_production_wants_two_places_or_a_locked_first_one(
    desk: Desk, office: Office, tmp_path: Path
) -> None:
    office.more = {"MOTLAN_FIRST_PLACE": "{}", "MOTLAN_SECOND_PLACE": "{}"}
    with office.services() as services:
        services.create()
    keys = {
        f"MOTLAN_{role}_KEY": str(office.data / "demo-pki" / "officer.p12")
        for role in ("OFFICER", "ORGANISATION")
    }
    office.more |= {"MOTLAN_PRODUCTION": "true", **keys}
    with office.services() as services:
        told = refused(services)
    assert "nơi lưu thứ hai" in told
    office.more["MOTLAN_SECOND_PLACE"] = f'{{"kind": "folder", "path": "{tmp_path}/second"}}'
    with office.services() as services:
        assert services.create() is False
