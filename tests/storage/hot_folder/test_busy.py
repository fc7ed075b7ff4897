"""Whether somebody still writes a file: asked of a real system, with real other processes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.hot_folder.busy import is_busy, is_held_elsewhere
from storage.hot_folder.look import Seen
from storage.hot_folder.settling import Rest, judge_end

HOLD = """
import fcntl, os, sys
how, path = sys.argv[1:]
file = open(path, "rb" if how == "reads" else "r+b")
if how == "flock": fcntl.flock(file, fcntl.LOCK_EX)
if how == "lockf": fcntl.lockf(file, fcntl.LOCK_EX)
print("holds", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, how: str) -> Iterator[None]:
    """Another process has the file open."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, how, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"holds\n"
        yield
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def busy(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return is_busy(descriptor)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("how", ["writes", "flock", "lockf"])
def test_a_file_that_another_process_writes_or_locks_is_busy_until_it_lets_go(
    tmp_path: Path, how: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 %%EOF")
    with held(path, how):
        assert busy(path)
        found = path.stat()
        assert judge_end(path, Seen("a.pdf", found.st_size, found.st_mtime_ns)) is Rest.BUSY
    assert not busy(path)


def test_who_only_reads_does_not_make_a_file_busy_and_asking_locks_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 %%EOF")
    with held(path, "reads"):
        assert not busy(path)
    for _ in range(100):
        assert not busy(path)
        with path.open("ab") as file:
            file.write(b" ")
    assert path.stat().st_size == len(b"%PDF-1.7 %%EOF") + 100


def test_a_file_that_another_client_of_the_share_keeps_to_itself_is_held_elsewhere() -> None:
    assert is_held_elsewhere(OSError(errno.EBUSY, "busy"))
    assert not is_held_elsewhere(OSError(errno.ENOENT, "gone"))


def test_what_the_open_file_says_counts_and_not_what_the_share_remembers(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 %%EOF")
    found = path.stat()
    assert judge_end(path, Seen("a.pdf", found.st_size - 1, found.st_mtime_ns)) is Rest.CHANGING
    assert judge_end(tmp_path / "gone.pdf", Seen("gone.pdf", 1, 1)) is Rest.UNFINISHED
