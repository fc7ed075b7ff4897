"""``motlan asking`` as an officer at the counter and whoever counts meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk

OWNER = "011190000001"  # invented
QUESTION = ("--procedure", "1.001193", "--owner", OWNER, "--on", "2026-11-20")
WORDS = "Dữ liệu nơi cư trú trong cơ sở dữ liệu bị sai"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk without a store."""
    return Desk(tmp_path / "data", capsys)


def test_asking_for_what_a_database_holds_needs_a_written_reason_and_is_counted(desk: Desk) -> None:
    assert desk.run("init") == 0
    assert desk.run("asking", "insist", "KS-05", *QUESTION) == 15
    assert "dữ liệu đã có trong cơ sở dữ liệu" in desk.complained
    assert desk.run("asking", "insist", "KS-05", *QUESTION, "--because", "vi_sao", "--words", WORDS) == 10
    assert desk.run("asking", "insist", "KS-05", *QUESTION, "--because", "data_wrong", "--words", WORDS) == 0
    assert "Đã ghi lý do yêu cầu nộp KS-05 (dữ liệu thiếu hoặc sai)" in desk.said
    assert desk.json("asking", "insist", "KS-04", *QUESTION) == {"recorded": False}
    assert desk.run("asking", "list") == 0
    assert desk.said == "     1  1.001193  KS-05  dữ liệu thiếu hoặc sai\n1 lần.\n"
    (record,) = desk.json("asking", "list")["records"]
    assert (record["status"], record["reason"], record["words"]) == ("data", "data_wrong", WORDS)
    assert desk.json("asking", "list", "--to", "2020-01-01")["count"] == 0
    # The journal knows that it happened and why, by codes; the words are not in it.
    exported = desk.data.parent / "journal.jsonl"
    assert desk.run("journal", "export", "-o", exported) == 0
    told = exported.read_text(encoding="utf-8")
    assert "asking.insisted" in told
    assert WORDS not in told
    assert OWNER not in told


def test_a_dossier_keeps_the_rules_of_the_day_it_was_received(desk: Desk) -> None:
    assert desk.run("init") == 0
    question = ("reuse", "--procedure", "1.001193", "--owner", OWNER, "--dossier")
    before = desk.json(*question, "H26.5.12-251120-0001")
    after = desk.json(*question, "H26.5.12-261120-0001")
    assert (before["on"], before["components"][4]["status"]) == ("2025-11-20", "ask")
    assert (after["on"], after["components"][4]["status"]) == ("2026-11-20", "data")
