"""``kill -9`` after an acknowledgment and while a tray is handed in: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dossier.trays import FileState, TrayState
from flows.intake import Handed, take_in
from flows.trays import desk
from flows.trays.line import TrayLine
from tests.faults.tray_line import OPERATOR, content
from wiring.services import Services
from wiring.settings import read_settings

pytestmark = pytest.mark.timeout(300)
ACKNOWLEDGED = 5


def start(data: Path, act: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "MOTLAN_DATA": str(data)}
    command = [sys.executable, "-m", "tests.faults.tray_line", act]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_survives_and_becomes_one_batch_whatever_is_killed(tmp_path: Path) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        services.create()
    process = start(tmp_path / "data", "gather")
    assert process.stdout is not None
    name = ""
    for _ in range(ACKNOWLEDGED):
        name, _, _ = process.stdout.readline().partition(" ")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        tray = desk.find(services, OPERATOR, name)
        files = services.store.records.trays.files(tray.id)
        # One more may have been kept whose acknowledgment never came.
        assert len(files) in {ACKNOWLEDGED, ACKNOWLEDGED + 1, ACKNOWLEDGED + 2}
        for file in files:
            assert b"".join(desk.whole(services, file)) == content(file.number)
        desk.hand_in(services, tray, papers=0, pages=0)
    killed = start(tmp_path / "data", "hand-in")
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        table = services.store.records.trays
        found = table.find(tray.id)
        assert found is not None
        assert (found.state, found.tries) == (TrayState.WORKING, 1)

        def hand_in(inside: Services, paths: object, declared: object, _listen: object) -> Handed:
            with inside.writing():
                return take_in(inside, paths, declared=declared)  # type: ignore[arg-type]

        line = TrayLine(services, hand_in=hand_in)
        assert line.turn()
        found = table.find(tray.id)
        assert found is not None
        # Nothing was read here, so the files are not at rest, and the tray waits with all of its bytes.
        assert found.state is TrayState.HANDED
        assert {file.state for file in table.files(tray.id)} == {FileState.KEPT}
        assert services.store.trays.has(tray.id)
        (batch,) = list(services.store.records.list_batches())
        assert len(services.store.records.items(batch.id)) == len(files)
