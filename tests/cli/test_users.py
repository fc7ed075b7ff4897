"""``motlan users``: made with a password that is shown once, listed, given other roles, locked and reset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_api_key import run

PEOPLE = ("--name", "Mẫu Văn Cửa", "--role", "one_stop", "--office", "h26.5.12")


def test_an_account_is_made_listed_changed_locked_and_reset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    run(capsys, data, "init")
    made = json.loads(run(capsys, data, "users", "add", "mau.cua", *PEOPLE, "--json"))
    password = made.pop("password")
    assert len(password) == 19
    assert (made["roles"], made["offices"], made["fields"]) == (["one_stop"], ["H26.5.12"], "basic")
    assert (made["must_change_password"], made["second_factor"]) == (True, False)
    assert json.loads(run(capsys, data, "users", "list", "--json")) == made
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    for hidden in (password, "mau.cua", "Mẫu Văn Cửa"):
        assert hidden.encode() not in kept

    roles = ("--role", "manager", "--role", "archivist", "--office", "*", "--fields", "sensitive")
    changed = json.loads(run(capsys, data, "users", "roles", "MAU.CUA", *roles, "--json"))
    assert (changed["roles"], changed["offices"]) == (["archivist", "manager"], ["*"])
    locked = json.loads(run(capsys, data, "users", "disable", made["user"], "--json"))
    assert locked["disabled_at"] is not None
    assert "đã khóa" in run(capsys, data, "users", "list")
    said = run(capsys, data, "users", "reset", "mau.cua")
    assert "Mật khẩu dùng một lần của mau.cua" in said
    assert password not in said
    assert "đang dùng" in run(capsys, data, "users", "list")
    assert "[staff.known]" in run(capsys, data, "users", "add", "mau.cua", *PEOPLE, code=17)
    assert "[staff.unknown]" in run(capsys, data, "users", "disable", "khong.co", code=17)


@pytest.mark.parametrize(
    "arguments",
    [
        ("Nguyễn", *PEOPLE),
        ("ab", *PEOPLE),
        ("mau.cua", "--name", " ", "--role", "one_stop", "--office", "H26"),
        ("mau.cua", "--name", "Mẫu", "--role", "king", "--office", "H26"),
        ("mau.cua", "--name", "Mẫu", "--office", "H26"),
        ("mau.cua", "--name", "Mẫu", "--role", "one_stop"),
        ("mau.cua", "--name", "Mẫu", "--role", "archivist", "--office", "H26", "--fields", "all"),
    ],
    ids=str,
)
def test_an_account_that_says_too_little_or_too_much_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert "[input.argument]" in run(capsys, tmp_path / "none", "users", "add", *arguments, code=10)


def test_who_only_looks_after_accounts_or_papers_needs_no_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    run(capsys, data, "init")
    said = run(capsys, data, "users", "add", "mau.qt", "--name", "Mẫu Quản Trị", "--role", "administrator")
    assert "Trao tận tay" in said
