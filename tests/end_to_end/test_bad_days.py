"""Bad days of the machine: no engine, an engine that hangs, a full disk. Nothing is lost, and it says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.line import DOSSIERS, installation

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

PAPER = DOSSIERS / "1-dang-ky-khai-sinh" / "xac-nhan-cu-tru-ct07.jpg"
OWNER = "010091999101"


def ingest(data: Path, *paths: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "ingest", *map(str, paths), "--owner", OWNER, "--json"],
        env={**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", **more},
        capture_output=True,
        text=True,
        check=False,
    )


def items_and_papers(data: Path) -> tuple[int, int]:
    with installation(data) as services:
        kinds = [entry.event.kind.value for entry in services.store.records.journal(limit=10_000)]
        services.store.records.check_journal()
    return kinds.count("item.received"), kinds.count("document.filed") + kinds.count("document.waiting")


def test_without_tesseract_print_is_read_all_the_same(tmp_path: Path, runs_told_to: str) -> None:
    done = ingest(tmp_path / "data", PAPER, PATH="/nowhere", MOTLAN_PREFECT_URL=runs_told_to)
    assert done.returncode == 0, done.stderr
    assert items_and_papers(tmp_path / "data") == (1, 1)


def test_an_office_that_reads_with_tesseract_is_told_what_to_install_and_keeps_what_was_handed_in(
    tmp_path: Path, runs_told_to: str
) -> None:
    office = {"MOTLAN_ENGINE": "tesseract", "MOTLAN_PREFECT_URL": runs_told_to}
    done = ingest(tmp_path / "data", PAPER, PATH="/nowhere", **office)
    assert done.returncode == 11
    assert "apt-get install tesseract-ocr tesseract-ocr-vie" in done.stderr
    assert "[engine.missing]" in done.stderr
    assert "Traceback" not in done.stderr
    assert items_and_papers(tmp_path / "data") == (1, 0)
    assert ingest(tmp_path / "data", PAPER, **office).returncode == 0
    assert items_and_papers(tmp_path / "data") == (1, 1)


def test_an_engine_that_hangs_costs_one_page_its_time_limit_and_the_rest_goes_on(
    tmp_path: Path, runs_told_to: str
) -> None:
    real = shutil.which("tesseract")
    assert real is not None
    tools = tmp_path / "bin"
    tools.mkdir()
    hanging = tools / "tesseract"
    # Hangs on pages, answers questions about itself.
    hanging.write_text(
        f'#!/bin/sh\ncase "$*" in *--version*|*--list-langs*) exec {real} "$@";; esac\nexec sleep 600\n'
    )
    hanging.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    slow = {"MOTLAN_ENGINE": "tesseract", "MOTLAN_PAGE_SECONDS": "1", "MOTLAN_PREFECT_URL": runs_told_to}
    done = ingest(tmp_path / "data", PAPER, PATH=path, **slow)
    assert_timed_out(done)


def test_a_page_that_takes_the_networks_too_long_is_refused_with_the_setting_to_raise(
    tmp_path: Path, runs_told_to: str
) -> None:
    short = {"MOTLAN_PAGE_SECONDS": "0.001", "MOTLAN_PREFECT_URL": runs_told_to}
    assert_timed_out(ingest(tmp_path / "data", PAPER, **short))


def assert_timed_out(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 10
    (told,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert told["error"]["code"] == "engine.timeout"
    assert PAPER.name in told["error"]["message"]
    assert "MOTLAN_PAGE_SECONDS" in told["error"]["message"]
