"""Files leave the watched folder: only the ones that were worked on, and never one over another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.hot_folder.look import Seen
from storage.hot_folder.moving import (
    GOING,
    Gone,
    bring_back,
    free_name,
    put_away,
    remove_empty,
    retire,
)


def seen(path: Path) -> Seen:
    found = path.stat()
    return Seen(path.name, found.st_size, found.st_mtime_ns)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "vao" / "a.pdf"
    path.parent.mkdir()
    path.write_bytes(b"one")
    return path


@pytest.fixture
def done(tmp_path: Path) -> Path:
    return tmp_path / "done"


def test_a_file_is_moved_once_and_asking_again_is_fine(source: Path, done: Path) -> None:
    before, target = seen(source), free_name(done, "x/a.pdf", like=source)
    assert put_away(source, target, seen=before) is Gone.MOVED
    assert put_away(source, target, seen=before) is Gone.MISSING
    assert (done / "x" / "a.pdf").read_bytes() == b"one"


def test_another_file_under_the_name_stays(source: Path, done: Path) -> None:
    before = seen(source)
    source.write_bytes(b"another")
    assert put_away(source, done / "a.pdf", seen=before) is Gone.CHANGED
    assert retire(source, seen=before) is Gone.CHANGED
    assert source.read_bytes() == b"another"
    assert list(source.parent.iterdir()) == [source]


def test_a_name_that_is_taken_gets_a_number_and_the_same_bytes_none(source: Path, done: Path) -> None:
    done.mkdir()
    (done / "a.pdf").write_bytes(b"other")
    assert free_name(done, "a.pdf", like=source) == done / "a (2).pdf"
    (done / "a (2).pdf").write_bytes(b"one")
    assert free_name(done, "a.pdf", like=source) == done / "a (2).pdf"
    assert put_away(source, done / "a (2).pdf", seen=seen(source)) is Gone.MOVED
    assert not source.exists()


def test_no_name_leads_out_of_the_folder(source: Path, done: Path) -> None:
    assert free_name(done, "../../etc/a.pdf", like=source) == done / "etc" / "a.pdf"
    assert free_name(done, "/etc/a.pdf", like=source) == done / "etc" / "a.pdf"


def test_onto_another_file_system_a_file_is_copied_whole_before_it_goes(source: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == source.stat().st_dev:
        pytest.skip("KHÔNG CHẠY: không có hệ thống tệp thứ hai để chuyển sang")
    target = memory / f"motlan-test-{os.getpid()}" / "a.pdf"
    try:
        before = seen(source)
        assert put_away(source, target, seen=before) is Gone.MOVED
        assert (target.read_bytes(), seen(target)) == (b"one", before)
        assert not source.exists()
        assert list(target.parent.iterdir()) == [target]
    finally:
        target.unlink(missing_ok=True)
        target.parent.rmdir()


def test_a_file_that_a_killed_process_was_removing_gets_its_name_again(source: Path) -> None:
    going = source.with_name(f"{GOING}a.pdf")
    source.rename(going)
    source.write_bytes(b"newer")
    bring_back(source.parent)
    assert {path.name: path.read_bytes() for path in source.parent.iterdir()} == {
        "a.pdf": b"newer",
        "a (2).pdf": b"one",
    }


def test_only_empty_folders_of_the_group_are_removed(tmp_path: Path) -> None:
    (tmp_path / "may-1" / "ho-so" / "mat-sau").mkdir(parents=True)
    (tmp_path / "may-1" / "khac").mkdir()
    (tmp_path / "may-1" / "khac" / "con.pdf").write_bytes(b"x")
    remove_empty(tmp_path, "may-1/ho-so")
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "may-1",
        "may-1/khac",
        "may-1/khac/con.pdf",
    ]
    remove_empty(tmp_path, "")
    assert (tmp_path / "may-1").is_dir()


def test_a_folder_that_cannot_be_written_leaves_the_file_where_it_is(source: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    with pytest.raises(FileExistsError):
        put_away(source, blocked / "a.pdf", seen=seen(source))
    assert source.read_bytes() == b"one"
