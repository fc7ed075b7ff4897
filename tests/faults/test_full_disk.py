"""A disk that is full before, at intake, or in the middle of a batch."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import DOSSIERS, installation
from tests.end_to_end.test_bad_days import ingest, items_and_papers

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


def remount(place: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)


def test_nothing_is_begun_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    with installation(tmp_path / "data"):
        pass
    done = ingest(tmp_path / "data", DOSSIERS / "2-dang-ky-ket-hon", MOTLAN_MIN_FREE_BYTES=str(10**18))
    assert done.returncode == 12
    assert "[store.full]" in done.stderr
    assert items_and_papers(tmp_path / "data") == (0, 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system whose size can be changed."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("KHÔNG CHẠY: cần quyền gắn hệ thống tệp (mount) để thử ổ đĩa đầy")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("megabytes", [2, 3, 4] if "FAULT_KILLS" in os.environ else [3])
def test_a_full_disk_is_said_and_the_same_command_goes_on_when_there_is_room(
    small_disk: Path, megabytes: int, runs_told_to: str
) -> None:
    data = small_disk / "data"
    folder = DOSSIERS / "2-dang-ky-ket-hon"
    with installation(data):
        pass
    room = {"MOTLAN_MIN_FREE_BYTES": "0", "MOTLAN_PREFECT_URL": runs_told_to}
    remount(small_disk, f"{megabytes}m")
    done = ingest(data, folder, **room)
    assert done.returncode == 12, done.stderr
    assert "[store.full]" in done.stderr
    assert "Traceback" not in done.stderr
    remount(small_disk, "400m")
    done = ingest(data, folder, **room)
    assert done.returncode == 0, done.stderr
    received, papers = items_and_papers(data)
    assert (received, papers) == (4, 4)
    with installation(data) as services:
        for kept in services.store.blobs:
            services.store.blobs.check(kept)
