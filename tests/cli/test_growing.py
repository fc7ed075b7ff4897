"""A desk grows into an office and an office shrinks to a desk: two commands each, no record more or less."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_commands import Desk
from tests.storage.pg_server import PgServer, missing, pg_server

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")
KEYS = ("--keys", "env:BACKUP_WORDS")


@pytest.fixture
def server() -> Iterator[PgServer]:
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as made:
        yield made


def test_a_desk_becomes_an_office_and_comes_back(
    server: PgServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BACKUP_WORDS", "mật khẩu MẪU")
    desk, office = Desk(tmp_path / "desk", capsys), Desk(tmp_path / "office", capsys)
    assert desk.run("init") == 0
    assert desk.run("journal", "seal") == 0
    assert desk.run("backup", "-o", tmp_path / "one", *KEYS) == 0

    monkeypatch.setenv("MOTLAN_DATABASE", server.new_database(language="vi"))
    monkeypatch.setenv("MOTLAN_FIRST_PLACE", json.dumps({"kind": "folder", "path": str(tmp_path / "bytes")}))
    assert office.run("restore", tmp_path / "one", office.data, *KEYS, "--json") == 0
    assert desk_like(office) == (True, 0)
    assert not (office.data / "store.sqlite3").exists()
    assert not (office.data / "objects").exists()
    assert office.run("journal", "verify", "--json") == 0
    entries = office.lines[0]["entries"]
    assert office.run("journal", "seal") == 0
    assert office.run("backup", "-o", tmp_path / "two", *KEYS) == 0
    assert office.run("backup", "check", tmp_path / "two", "--against", office.data, "--json") == 0
    assert office.lines[0]["kept"] is True

    # A second restore into the same database is refused; the same backup may be looked at as a desk.
    again = Desk(tmp_path / "again", capsys)
    assert again.run("restore", tmp_path / "two", again.data, *KEYS) == 12
    assert "[backup.target_database]" in again.complained
    assert not again.data.exists()
    assert again.run("restore", tmp_path / "two", again.data, *KEYS, "--desk", "--json") == 0
    assert desk_like(again) == (True, 0)
    monkeypatch.delenv("MOTLAN_DATABASE")
    monkeypatch.delenv("MOTLAN_FIRST_PLACE")
    assert again.run("journal", "verify", "--json") == 0
    assert again.lines[0]["entries"] > entries


def desk_like(restored: Desk) -> tuple[bool, int]:
    (told,) = restored.lines
    return told["equal"], told["missing_objects"]
