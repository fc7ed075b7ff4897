"""``motlan watch`` as it is called: what is refused at once, what a log may hold, how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.watch_words import Teller
from flows.watching.happenings import Happening, Kind
from tests.cli.desk import Desk

NAME = "H26.5.12-261102-0001_010091999101 Trần Thị Mẫu"
MESSAGE = f"Tệp {NAME}/a.pdf bị hỏng, không đọc được."
REFUSED = Happening(kind=Kind.REFUSED, name=f"{NAME}/a.pdf", code="input.unreadable", message=MESSAGE)
TAKING = Happening(kind=Kind.TAKING, name=NAME, files=3)


def told(capsys: pytest.CaptureFixture[str], *happened: Happening, names: bool, as_json: bool = False) -> str:
    teller = Teller(
        "vi", as_json=as_json, names=names, live=False, clock=lambda: datetime(2026, 11, 27, tzinfo=UTC)
    )
    for one in happened:
        teller(one)
    return capsys.readouterr().out


def test_a_log_holds_codes_and_counts_and_neither_names_nor_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for as_json in (False, True):
        said = told(capsys, TAKING, REFUSED, names=False, as_json=as_json)
        assert "010091999101" not in said
        assert "9101" not in said
        assert "Mẫu" not in said
        assert "input.unreadable" in said
        assert "3" in said


def test_a_person_at_a_terminal_sees_names_and_no_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, TAKING, REFUSED, names=True)
    assert "Trần Thị Mẫu" in said
    assert "010091999101" not in said
    assert "••••••••9101" in said


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    wild = Happening(kind=Kind.TAKING, name="a\x1b[2Jb{code}", files=1)
    assert "\x1b" not in told(capsys, wild, names=True)


def test_every_kind_of_happening_has_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in Kind:
        assert len(told(capsys, Happening(kind=kind, reason="busy"), names=True).splitlines()) == (
            kind is not Kind.PAGE
        )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--after", "forget"], None),
        (["--dossier", "12"], "input.argument"),
        (["--done", "."], "watch.overlap"),
        (["--quarantine", "sub"], "watch.overlap"),
    ],
)
def test_what_cannot_be_watched_is_refused_before_anything_starts(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str | None
) -> None:
    folder = tmp_path / "vao"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert desk.run("watch", folder, *arguments) == (10 if code else 2)
    assert code is None or f"[{code}]" in desk.complained
    assert list(folder.iterdir()) == []


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path / "data", capsys)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "vao").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "watch", str(tmp_path / "vao"), "--json"],
        env={**os.environ, "MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_LANG": "vi"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def next_kind(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["kind"])


def modules_of(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.slow
def test_it_makes_the_store_watches_without_images_or_prefect_and_stops_on_a_signal(
    watching: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert next_kind(watching) == "started"
    assert (tmp_path / "data" / "motlan-store.json").is_file()
    loaded = modules_of(watching.pid)
    assert not any(name in loaded for name in ("cv2", "onnxruntime", "pikepdf"))
    second = subprocess.run(
        [sys.executable, "-m", "cli", "watch", str(tmp_path / "vao")],
        env={**os.environ, "MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_LANG": "vi"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 10
    assert "[watch.busy]" in second.stderr
    watching.send_signal(signal.SIGTERM)
    assert next_kind(watching) == "stopped"
    assert watching.wait(60) == 0
