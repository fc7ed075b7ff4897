"""Importing is killed in the middle, again and again; the same command gives the store of a calm import."""

from __future__ import annotations

import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlalchemy.engine import Engine

from dossier.events import EventKind
from flows.bundle_check import Turn
from tests.bundles.desks import MONDAY, Place, facts, introduce, place, receive, send, work
from tests.processes import start

SUNDAY: Final = MONDAY + timedelta(days=6)
KILLS: Final = int(os.environ.get("FAULT_KILLS", "5"))


def import_and_die(folder: Path, bundle: Path, after: int) -> None:
    """Import until so many transactions were committed, and die before or after the next one is."""
    seen = 0

    def count(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen > after:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", count)
    with place(folder, "trung-tam", start=SUNDAY) as centre:
        receive(centre, bundle)


def test_an_import_that_is_killed_again_and_again_ends_as_a_calm_one(tmp_path: Path) -> None:
    stores = tmp_path / "stores"
    with (
        place(stores, "trung-tam", start=MONDAY) as centre,
        place(stores, "ban-a", start=MONDAY) as desk,
    ):
        introduce(desk, centre)
        work(desk, tmp_path / "scans", dossiers=4, seed=2)
        bundle = send(desk, tmp_path / "usb")
    for way in ("calm", "killed"):
        shutil.copytree(stores / "trung-tam", tmp_path / way / "trung-tam")
    commits = 0

    def count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(Engine, "commit", count)
    with place(tmp_path / "calm", "trung-tam", start=SUNDAY) as calm:
        receive(calm, bundle)
        wanted = facts(calm)
    event.remove(Engine, "commit", count)
    for kill in range(KILLS):
        # From the first transaction to the last, spread evenly.
        process = start(import_and_die, tmp_path / "killed", bundle, kill * commits // KILLS)
        process.join()
        assert process.exitcode in (-signal.SIGKILL, 0)
    with place(tmp_path / "killed", "trung-tam", start=SUNDAY) as killed:
        receive(killed, bundle)
        assert facts(killed) == wanted
        records = killed.services.store.records
        records.check_journal()
        assert [arrival.imported_at is not None for arrival in records.desks.arrivals(desk_of(killed))] == [
            True
        ]
        assert len(records.journal_of(EventKind.BUNDLE_IMPORTED)) == 1
        before = len(records.journal(limit=10_000))
        assert receive(killed, bundle).turn is Turn.IMPORTED
        assert len(records.journal(limit=10_000)) == before
        for sha256 in killed.services.store.blobs:
            killed.services.store.blobs.check(sha256)
        assert [path.name for path in killed.services.store.work.iterdir()] == []


def desk_of(centre: Place) -> str:
    """The id of its only desk."""
    (desk,) = centre.services.store.records.desks.desks()
    return desk.id
