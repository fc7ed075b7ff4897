"""``kill -9`` at random moments of a batch, then the same command: the store of an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.line import DOSSIERS, installation
from tests.faults.store_picture import picture

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(3000),
]

KILLS = int(os.environ.get("FAULT_KILLS", "1"))
SEED = 20261121
FILES = ("xac-nhan-cu-tru-ct07.jpg", "can-cuoc-cha.tif", "giay-chung-nhan-ket-hon.jpg")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dossier: three files, four pages; two files where one kill is tried."""
    folder = tmp_path_factory.mktemp("papers")
    for name in FILES[: 2 if KILLS == 1 else 3]:
        shutil.copy(DOSSIERS / "1-dang-ky-khai-sinh" / name, folder / name)
    return folder


def run(data: Path, papers: Path, *, runs_told_to: str, kill_after: float | None = None) -> int | None:
    """``motlan ingest`` in a process group of its own; killed whole after so many seconds, or left to end."""
    environment = {
        **os.environ,
        "MOTLAN_DATA": str(data),
        "MOTLAN_LANG": "vi",
        "MOTLAN_PREFECT_URL": runs_told_to,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "ingest", str(papers), "--owner", "010091999101", "--json"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, complaint = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    assert process.returncode == 0, complaint.decode()
    return process.returncode


def test_a_killed_batch_ends_in_the_store_of_an_undisturbed_one(
    tmp_path: Path, papers: Path, runs_told_to: str
) -> None:
    with installation(tmp_path / "calm"):
        pass
    started = time.monotonic()
    run(tmp_path / "calm", papers, runs_told_to=runs_told_to)
    whole = time.monotonic() - started
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    with installation(tmp_path / "calm") as calm:
        wanted = picture(calm)
    kills = 0
    while kills < KILLS:
        data = tmp_path / f"killed-{kills}"
        with installation(data):
            pass
        # Killed again and again in one store until a run gets through, then a fresh store.
        while kills < KILLS:
            after = moments.uniform(0.05, 0.9) * whole
            if run(data, papers, runs_told_to=runs_told_to, kill_after=after) is not None:
                break
            kills += 1
        run(data, papers, runs_told_to=runs_told_to)
        with installation(data) as disturbed:
            assert picture(disturbed) == wanted
            disturbed.store.records.check_journal()
            for kept in disturbed.store.blobs:
                disturbed.store.blobs.check(kept)
