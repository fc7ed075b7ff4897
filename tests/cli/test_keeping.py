"""The commands about keeping, as a clerk and a program meet them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import InputUnreadableError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage.store import open_store
from tests.cli.test_commands import Desk
from tests.storage.builders import Clock
from tests.storage.copies import object_in, spoil
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path / "data", capsys)
    assert made.run("init") == 0
    return made


def test_the_journal_is_sealed_proven_and_exported(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("journal", "verify") == 0
    assert "Chưa có đầu chuỗi nào được ký niêm phong" in desk.said
    assert desk.run("journal", "seal") == 0
    assert "đến mục 2" in desk.said
    assert desk.run("journal", "seal", "--json") == 0
    assert desk.lines == [{"sealed": False, "entries": None}]
    assert desk.run("journal", "verify", "--json") == 0
    (proof,) = desk.lines
    assert (proof["conclusion"], proof["entries"], proof["sealed"]) == ("passed", 3, 1)
    target = tmp_path / "journal.jsonl"
    assert desk.run("journal", "export", "-o", target, "--json") == 0
    assert desk.lines[0]["lines"] == len(target.read_text().splitlines()) == 5
    assert desk.run("journal", "export", "-o", target) == 10


def test_a_journal_that_misses_nothing_is_not_recovered(desk: Desk) -> None:
    assert desk.run("journal", "recover", "--lost", "1", "--reason", "diễn tập MẪU") == 10
    assert "không thiếu mục nào" in desk.complained
    assert desk.run("journal", "recover", "--lost", "1", "--reason", "x") == 10
    assert desk.run("journal", "verify") == 0


def test_a_backup_is_made_checked_and_restored(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_WORDS", "mật khẩu MẪU")
    target, into = tmp_path / "backups", tmp_path / "again"
    assert desk.run("backup", "-o", target, "--keys", "env:BACKUP_WORDS", "--json") == 0
    assert desk.lines[0]["keys"] is True
    assert desk.run("backup", "check", target, "--against", desk.data, "--json") == 0
    assert (desk.lines[0]["trusted_by"], desk.lines[0]["kept"]) == ("installation", True)
    assert desk.run("restore", target, into) == 10
    assert desk.run("restore", target, into, "--keys", "env:BACKUP_WORDS", "--json") == 0
    assert desk.lines[0]["equal"] is True
    assert Desk(into, desk._capture).run("journal", "verify") == 0
    assert desk.run("restore", target, into, "--keys", "env:BACKUP_WORDS") == 12
    assert "không trống" in desk.complained


def test_lists_of_an_empty_store_are_empty_and_unknown_ids_are_told(desk: Desk) -> None:
    for command in (
        ("disposal", "list"),
        ("disposal", "list", "--all"),
        ("hold", "list"),
        ("requests", "list"),
    ):
        assert desk.run(*command) == 0
        assert desk.said == ""
    unknown = "00000000-0000-4000-8000-000000000000"
    assert desk.run("disposal", "execute", unknown) == 12
    assert desk.run("requests", "add", unknown, "--kind", "erase") == 12
    assert desk.run("requests", "add", unknown, "--kind", "forget") == 10


def test_a_dossier_is_held_and_let_go(desk: Desk) -> None:
    assert desk.run("hold", "add", "H26.5.12-261120-0001", "--reason", "thanh tra MẪU", "--json") == 0
    hold = desk.lines[0]["hold"]
    assert desk.run("hold", "lift", hold, "--reason", "xong", "--json") == 0
    assert desk.lines[0]["active"] is False


def test_what_was_refused_is_listed_until_it_is_taken_after_all(desk: Desk) -> None:
    name = "Đỗ Thị MẪU.pdf"
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services, services.writing():
        kept = services.store.quarantine
        note = kept.keep(InputUnreadableError(name), name=name, content=BlobRef(Sha256("a" * 64), 9))
    assert desk.run("quarantine") == 0
    assert name in desk.said
    assert "[input.unreadable]" in desk.said
    assert desk.run("quarantine", "--json") == 0
    assert (desk.lines[0]["note"], desk.lines[0]["file"], desk.lines[0]["size"]) == (note.id, name, 9)
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services, services.writing():
        services.store.quarantine.resolve(note.code, Sha256("a" * 64))
    assert desk.run("quarantine") == 0
    assert desk.said == ""
    assert desk.run("quarantine", "--all", "--json") == 0
    assert desk.lines[0]["resolved_at"] is not None


def test_objects_of_before_are_enciphered_and_told_as_what_they_are(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trang.jpg").write_bytes(b"\xff\xd8\xff invented")
    with open_store(desk.data, clock=Clock(), read_only=False) as store:
        taken = store.inbox.take_in([tmp_path / "trang.jpg"])
        assert taken.batch is not None
        store.records.save_batch(taken.batch, taken.items)
    assert desk.run("encryption", "status") == 0
    assert "0 đã mã hóa, 1 chưa mã hóa; đối tượng mới KHÔNG mã hóa" in desk.said
    assert desk.run("encryption", "objects") == 2
    assert "MOTLAN_ENCRYPT_OBJECTS" in desk.complained
    monkeypatch.setenv("MOTLAN_ENCRYPT_OBJECTS", "true")
    assert desk.run("encryption", "objects") == 0
    assert "Đã mã hóa 1 đối tượng; đã xóa 0 bản chưa mã hóa" in desk.said
    assert "1 bản chưa mã hóa còn giữ 7 ngày" in desk.said
    assert desk.run("encryption", "objects", "--grace-days", "0", "--json") == 0
    assert desk.lines == [
        {
            "enciphered": 0,
            "unreadable": 0,
            "plain_copies": {
                "removed": 1,
                "in_grace": 0,
                "waiting_for_enciphered_copy": 0,
                "locked": 0,
                "locked_until": None,
            },
        }
    ]
    assert desk.run("encryption", "status", "--json") == 0
    assert desk.lines[0]["objects"] == {
        "new_are_enciphered": True,
        "enciphered": 1,
        "plain": 0,
        "keyless": 0,
    }
    assert desk.run("fixity", "--all") == 0
    assert desk.run("journal", "list", "--json") == 0
    assert "objects.enciphered" in desk.said


def test_a_damaged_plain_object_is_told_and_not_enciphered(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trang.jpg").write_bytes(b"\xff\xd8\xff invented")
    with open_store(desk.data, clock=Clock(), read_only=False) as store:
        taken = store.inbox.take_in([tmp_path / "trang.jpg"])
        assert taken.batch is not None
        store.records.save_batch(taken.batch, taken.items)
    spoil(object_in(desk.data / "objects", taken.items[0].sha256))
    monkeypatch.setenv("MOTLAN_ENCRYPT_OBJECTS", "true")
    assert desk.run("encryption", "objects") == 12
    assert "motlan repair" in desk.complained


def test_a_sweep_of_an_empty_store_removes_nothing(desk: Desk) -> None:
    assert desk.run("disposal", "sweep", "--json") == 0
    assert desk.lines == [{"removed": 0, "locked": 0}]
    assert desk.run("disposal", "sweep") == 0
    assert "Đã xóa 0 đối tượng không còn khóa" in desk.said
