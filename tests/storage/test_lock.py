from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dossier.errors import StoreBusyError, StoreError
from storage.lock import writer_lock
from tests.processes import start


def test_a_second_writer_is_told_that_the_store_is_in_use(tmp_path: Path) -> None:
    with (
        writer_lock(tmp_path / "writer.lock"),
        pytest.raises(StoreBusyError),
        writer_lock(tmp_path / "writer.lock"),
    ):
        pass
    with writer_lock(tmp_path / "writer.lock"):
        pass


def test_a_writer_waits_as_long_as_it_was_told(tmp_path: Path) -> None:
    waited: list[float] = []
    with (
        writer_lock(tmp_path / "writer.lock"),
        pytest.raises(StoreBusyError),
        writer_lock(tmp_path / "writer.lock", wait_seconds=1, pause=waited.append),
    ):
        pass
    assert sum(waited) == pytest.approx(1)


def test_a_writer_goes_on_as_soon_as_the_other_is_done(tmp_path: Path) -> None:
    first = writer_lock(tmp_path / "writer.lock")
    first.__enter__()

    def pause(_seconds: float) -> None:
        first.__exit__(None, None, None)

    with writer_lock(tmp_path / "writer.lock", wait_seconds=60, pause=pause):
        assert (tmp_path / "writer.lock").stat().st_mode & 0o777 == 0o600


def hold(path: Path, ready: Connection) -> None:
    with writer_lock(path):
        ready.send("held")
        signal.pause()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    path = tmp_path / "writer.lock"
    process = start(hold, path, theirs)
    assert ours.recv() == "held"
    with pytest.raises(StoreBusyError), writer_lock(path):
        pass
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with writer_lock(path):
        pass
    ours.close()
    theirs.close()


def test_a_link_in_place_of_the_lock_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "writer.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError), writer_lock(tmp_path / "writer.lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()
