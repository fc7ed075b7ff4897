"""Plain files in the work folder: gone with their block, swept after a kill, left to whoever still reads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from storage.drafts import draft_in, sweep_drafts
from tests.processes import start

TEXT = b"invented"


def _hold_a_draft(folder: Path, told: Connection) -> None:
    with draft_in(folder) as file:
        file.write(TEXT)
        file.flush()
        told.send("there")
        threading.Event().wait()


def test_a_plain_file_of_a_killed_process_is_swept_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = start(_hold_a_draft, tmp_path, theirs)
    ours.recv()
    (held,) = list(tmp_path.iterdir())
    assert held.stat().st_mode & 0o077 == 0
    sweep_drafts(tmp_path)
    assert held.read_bytes() == TEXT
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    sweep_drafts(tmp_path)
    assert list(tmp_path.iterdir()) == []
