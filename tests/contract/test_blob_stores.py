from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from dossier.errors import InputNotAFileError, InputNotFoundError, ObjectMissingError
from dossier.ids import Sha256
from dossier.ports import BlobRef, BlobStore

SCAN = b"\xff\xd8\xff one page"
NOTHING = Sha256("0" * 64)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "trang 1.jpg"
    path.write_bytes(SCAN)
    return path


def sha256(content: bytes) -> Sha256:
    return Sha256(hashlib.sha256(content).hexdigest())


def test_what_is_put_is_found_under_its_hash(blobs: BlobStore, scan: Path) -> None:
    ref = blobs.put(scan)
    assert ref == BlobRef(sha256(SCAN), len(SCAN))
    assert blobs.contains(ref.sha256)
    assert list(blobs) == [ref.sha256]
    assert blobs.check(ref.sha256) == ref


def test_the_bytes_come_back_as_a_seekable_stream(blobs: BlobStore, scan: Path) -> None:
    with blobs.open(blobs.put(scan).sha256) as stream:
        assert stream.read() == SCAN
        stream.seek(4)
        assert stream.read(3) == SCAN[4:7]


def test_the_bytes_come_back_as_a_file(blobs: BlobStore, scan: Path) -> None:
    with blobs.path(blobs.put(scan).sha256) as path:
        assert path.read_bytes() == SCAN


def test_the_source_stays_as_it_was(blobs: BlobStore, scan: Path) -> None:
    mode = scan.stat().st_mode
    blobs.put(scan)
    assert (scan.read_bytes(), scan.stat().st_mode) == (SCAN, mode)


def test_the_same_bytes_twice_are_one_object(blobs: BlobStore, scan: Path, tmp_path: Path) -> None:
    other = tmp_path / "copy.jpg"
    other.write_bytes(SCAN)
    assert blobs.put(scan) == blobs.put(other)
    assert len(list(blobs)) == 1


def test_an_empty_file_and_one_of_several_pieces_are_kept_whole(blobs: BlobStore, tmp_path: Path) -> None:
    for content in (b"", bytes(range(256)) * 4096 * 3 + b"end"):
        path = tmp_path / "file"
        path.write_bytes(content)
        ref = blobs.put(path)
        assert ref == BlobRef(sha256(content), len(content))
        with blobs.open(ref.sha256) as stream:
            assert stream.read() == content


@pytest.mark.parametrize("wanted", [NOTHING, Sha256("../../../etc/passwd"), Sha256("")])
def test_what_was_never_put_is_missing(blobs: BlobStore, wanted: Sha256) -> None:
    assert not blobs.contains(wanted)
    with pytest.raises(ObjectMissingError):
        blobs.open(wanted)
    with pytest.raises(ObjectMissingError), blobs.path(wanted):
        pass
    with pytest.raises(ObjectMissingError):
        blobs.check(wanted)


def test_a_link_or_a_folder_is_no_source(blobs: BlobStore, scan: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jpg"
    link.symlink_to(scan)
    for source in (link, tmp_path):
        with pytest.raises(InputNotAFileError):
            blobs.put(source)
    with pytest.raises(InputNotFoundError):
        blobs.put(tmp_path / "gone.jpg")
    assert list(blobs) == []


def test_threads_that_put_the_same_file_get_the_same_object(blobs: BlobStore, scan: Path) -> None:
    refs: list[BlobRef] = []
    threads = [threading.Thread(target=lambda: refs.append(blobs.put(scan))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refs == [BlobRef(sha256(SCAN), len(SCAN))] * 6
    assert len(list(blobs)) == 1
