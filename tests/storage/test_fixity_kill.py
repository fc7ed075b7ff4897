"""A real process is killed in the middle of a fixity run; the next one goes on where it stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

from dossier.events import EventKind
from storage.fixity import Extent, Fixity
from storage.pace import Pace
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.processes import start

OBJECTS = 120
KILLED_AFTER = 80


def now() -> datetime:
    return datetime.now(UTC)


def fixity_of(store: Store, *, pause: Callable[[float], None]) -> Fixity:
    # Every object costs more than a second's worth, so each check pauses once.
    return Fixity(
        store.places,
        store.records.upkeep,
        named_elsewhere=lambda _sha256: False,
        clock=now,
        actor="quay-1",
        pace=Pace(1.0, elapsed=lambda: 0.0, pause=pause),
    )


def check_and_hang(folder: Path, told: Connection) -> None:
    """Check some objects, say so, and never end."""
    checked = iter(range(1, OBJECTS + 1))

    def pause(_seconds: float) -> None:
        if next(checked) == KILLED_AFTER:
            told.send("there")
            threading.Event().wait()

    with open_store(folder, clock=now, read_only=True) as store:
        fixity_of(store, pause=pause).run(Extent())


def test_a_run_that_is_killed_keeps_what_it_checked_and_the_next_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    create_store(folder, clock=now, actor="quay-1")
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(OBJECTS):
        (scans / f"trang {number}.jpg").write_bytes(b"\xff\xd8\xff scan %d" % number)
    with open_store(folder, clock=now, read_only=False) as store:
        taken = store.inbox.take_in([scans])
        assert taken.batch is not None
        store.records.save_batch(taken.batch, taken.items)
    ours, theirs = multiprocessing.Pipe()
    process = start(check_and_hang, folder, theirs)
    ours.recv()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with open_store(folder, clock=now, read_only=True) as store:
        fixity = fixity_of(store, pause=lambda _seconds: None)
        kept = fixity.plan("kho")
        # Results are written by fifties; what was checked since is checked again.
        assert (kept.total, kept.never) == (OBJECTS, OBJECTS - 50)
        (report,) = fixity.run(Extent(share=Fraction(1, 2)))
        assert (report.checked, report.plan.never) == (60, 10)
        runs = [entry for entry in store.records.journal() if entry.event.kind is EventKind.FIXITY_RUN]
        assert len(runs) == 1
        store.records.check_journal()
