"""The commands about keeping, as a clerk and a program meet them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import InputUnreadableError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from tests.cli.test_commands import Desk
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
