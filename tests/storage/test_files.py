"""The blob store on a folder when things go wrong. What goes right is in ``tests/contract``."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import (
    InputChangedError,
    ObjectDamagedError,
    StoreFullError,
    StoreReadOnlyError,
)
from dossier.ids import Sha256
from storage.files import FolderBlobs
from storage.filesystem import SystemFiles
from storage.sources import CHUNK_BYTES, read_source
from tests.storage.faults import FaultyFiles, PowerCut

SCAN = b"\xff\xd8\xff" + bytes(1000)
HASH = Sha256(hashlib.sha256(SCAN).hexdigest())


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "trang.jpg"
    path.write_bytes(SCAN)
    return path


def fresh(folder: Path, *, files: FaultyFiles | None = None) -> FolderBlobs:
    blobs = FolderBlobs(folder, files=files)
    blobs.prepare()
    return blobs


def drafts(folder: Path) -> list[Path]:
    return list((folder / "incoming").iterdir())


def calls_of_one_put(tmp_path: Path, scan: Path) -> int:
    files = FaultyFiles(tmp_path / "graves-count")
    blobs = fresh(tmp_path / "count", files=files)
    before = files.calls
    blobs.put(scan)
    return files.calls - before


def cut_points(tmp_path: Path, scan: Path) -> Iterator[tuple[Path, FaultyFiles]]:
    """A store of its own for every point at which the power can go while a file is put."""
    for point in range(1, calls_of_one_put(tmp_path, scan) + 1):
        world = tmp_path / f"world-{point}"
        world.mkdir()
        fresh(world / "objects")
        yield world / "objects", FaultyFiles(world / "graves", cut_at=point)


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_power_cut_at_any_call_leaves_the_whole_object_or_none(
    tmp_path: Path, scan: Path, is_lost: bool
) -> None:
    seen = 0
    for folder, files in cut_points(tmp_path, scan):
        with pytest.raises(PowerCut):
            FolderBlobs(folder, files=files).put(scan)
        if is_lost:
            files.lose_unsynced()
        after = fresh(folder)
        for sha256 in after:
            assert after.check(sha256).size == len(SCAN)
        assert drafts(folder) == []
        assert after.put(scan).sha256 == HASH
        assert list(after) == [HASH]
        seen += 1
    assert seen >= 8


def test_an_object_survives_a_power_cut_once_put_returned(tmp_path: Path, scan: Path) -> None:
    fresh(tmp_path / "objects")
    files = FaultyFiles(tmp_path / "graves")
    FolderBlobs(tmp_path / "objects", files=files).put(scan)
    files.lose_unsynced()
    assert fresh(tmp_path / "objects").check(HASH).size == len(SCAN)


def test_an_object_found_there_is_made_lasting_before_it_counts(tmp_path: Path, scan: Path) -> None:
    """The first writer died after the name was given and before the folder was synced."""
    total = calls_of_one_put(tmp_path, scan)
    fresh(tmp_path / "objects")
    files = FaultyFiles(tmp_path / "graves", cut_at=total)
    with pytest.raises(PowerCut):
        FolderBlobs(tmp_path / "objects", files=files).put(scan)
    assert list(FolderBlobs(tmp_path / "objects")) == [HASH]
    files.power_is_back()
    FolderBlobs(tmp_path / "objects", files=files).put(scan)
    files.lose_unsynced()
    assert list(fresh(tmp_path / "objects")) == [HASH]


@settings(max_examples=20)
@given(room=st.integers(0, len(SCAN) - 1))
def test_a_full_disk_leaves_nothing_behind(tmp_path_factory: pytest.TempPathFactory, room: int) -> None:
    world = tmp_path_factory.mktemp("full")
    scan = world / "trang.jpg"
    scan.write_bytes(SCAN)
    fresh(world / "objects")
    blobs = FolderBlobs(world / "objects", files=FaultyFiles(world / "graves", room=room))
    with pytest.raises(StoreFullError):
        blobs.put(scan)
    assert list(blobs) == []
    assert drafts(world / "objects") == []
    assert fresh(world / "objects").put(scan).sha256 == HASH


class RefusingFiles(SystemFiles):
    """A folder that may not be written."""

    def create(self, path: Path) -> int:
        raise PermissionError(errno.EACCES, "refused", str(path))


def test_a_folder_that_may_not_be_written_is_said_to_be_so(tmp_path: Path, scan: Path) -> None:
    fresh(tmp_path / "objects")
    with pytest.raises(StoreReadOnlyError):
        FolderBlobs(tmp_path / "objects", files=RefusingFiles()).put(scan)


class LyingFiles(SystemFiles):
    """A disk that keeps other bytes than it was given."""

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        super().write(descriptor, bytes(len(data)))


def test_bytes_that_read_back_differently_are_never_kept(tmp_path: Path, scan: Path) -> None:
    fresh(tmp_path / "objects")
    blobs = FolderBlobs(tmp_path / "objects", files=LyingFiles())
    with pytest.raises(ObjectDamagedError):
        blobs.put(scan)
    assert list(blobs) == []
    assert drafts(tmp_path / "objects") == []


def place(folder: Path) -> Path:
    return folder / HASH[:2] / HASH[2:4] / HASH


def damage(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(b"x" * len(SCAN))


def test_damage_is_found_by_every_way_of_reading_and_by_the_next_put(tmp_path: Path, scan: Path) -> None:
    blobs = fresh(tmp_path / "objects")
    blobs.put(scan)
    damage(place(tmp_path / "objects"))
    with pytest.raises(ObjectDamagedError):
        blobs.open(HASH)
    with pytest.raises(ObjectDamagedError), blobs.path(HASH):
        pass
    with pytest.raises(ObjectDamagedError):
        blobs.check(HASH)
    with pytest.raises(ObjectDamagedError):
        blobs.put(scan)
    assert place(tmp_path / "objects").read_bytes() == b"x" * len(SCAN)


def test_an_object_is_read_only_and_its_folders_are_private(tmp_path: Path, scan: Path) -> None:
    fresh(tmp_path / "objects").put(scan)
    found = place(tmp_path / "objects")
    assert stat.S_IMODE(found.stat().st_mode) == 0o444
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in list(found.parents)[:3]] == [0o700] * 3


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    big = tmp_path / "big.tif"
    with big.open("wb") as stream:
        stream.truncate(24 * CHUNK_BYTES)
    blobs = fresh(tmp_path / "objects")
    tracemalloc.start()
    sha256 = blobs.put(big).sha256
    blobs.open(sha256).close()
    blobs.check(sha256)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * CHUNK_BYTES


def test_a_store_opened_for_reading_takes_nothing(tmp_path: Path, scan: Path) -> None:
    fresh(tmp_path / "objects").put(scan)
    reader = FolderBlobs(tmp_path / "objects", read_only=True)
    with pytest.raises(StoreReadOnlyError):
        reader.put(scan)
    assert reader.check(HASH).size == len(SCAN)


def test_a_draft_left_with_our_number_is_no_obstacle(tmp_path: Path, scan: Path) -> None:
    blobs = fresh(tmp_path / "objects")
    (tmp_path / "objects" / "incoming" / f"{os.getpid()}-1").write_bytes(b"left")
    assert blobs.put(scan).sha256 == HASH


def test_a_file_that_grows_while_it_is_copied_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(bytes(CHUNK_BYTES * 2))
    pieces = read_source(path)
    next(pieces)
    with path.open("ab") as scanner:
        scanner.write(b"more")
    with pytest.raises(InputChangedError):
        list(pieces)


def test_a_changed_source_leaves_nothing_in_the_store(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(bytes(CHUNK_BYTES * 2))

    class Scanner(SystemFiles):
        def write(self, descriptor: int, data: bytes | memoryview) -> None:
            super().write(descriptor, data)
            with path.open("ab") as scanner:
                scanner.write(b"more")

    fresh(tmp_path / "objects")
    blobs = FolderBlobs(tmp_path / "objects", files=Scanner())
    with pytest.raises(InputChangedError):
        blobs.put(path)
    assert list(blobs) == []
    assert drafts(tmp_path / "objects") == []
