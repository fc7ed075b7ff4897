"""Prefect's server is killed under a worker and stays away: no paper waits; afterwards it is used again.

``FAULT_PREFECT_GONE`` sets for how many seconds (``make faults``: an hour). A file that is in hand when the
server goes, and one in each twelfth of its absence, are read, signed and filed by ``motlan work``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import cv2
import httpx
import pytest

from dossier.documents import ItemState
from dossier.ids import ItemId
from dossier.work import Lane
from flows.intake import take_in
from storage.inbox import Declaration
from storage.work_rows import Owed
from tests.end_to_end.line import installation
from tests.ocr.pages import draw_page
from tests.prefect_server import begin_server, wait_for
from wiring.services import Services

GONE = float(os.environ.get("FAULT_PREFECT_GONE", "0"))
TWELFTHS: Final = 12
TIDIES: Final = 3600.0
"""A worker puts Prefect's account right so often, in seconds."""
_LOOK_SECONDS: Final = 0.1
_OWNER: Final = "079186999401"  # invented

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(not GONE, reason="FAULT_PREFECT_GONE says for how many seconds (make faults)"),
]


class Server:
    """A Prefect server that comes and goes, on one port with one account."""

    def __init__(self, home: Path) -> None:
        self._home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api"

    def come(self) -> None:
        """Start, and answer."""
        self._running = begin_server(self._home, self._port)
        wait_for(self.url)

    def go(self) -> None:
        """``kill -9``."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def states(self) -> list[str]:
        """Of all runs that it knows of."""
        told = httpx.post(f"{self.url}/flow_runs/filter", json={"limit": 200}, timeout=60)
        return [str(run["state_type"]) for run in told.raise_for_status().json()]

    def wait_for_completed(self, count: int) -> None:
        """So many runs ended well; bounded by the test's own time limit."""
        look = threading.Event()
        while self.states().count("COMPLETED") < count:
            look.wait(_LOOK_SECONDS)


@contextmanager
def worker(data: Path, server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """``motlan work``, which must live through all of it and end in order."""
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", "work", "--pool", "read", "--pool", "sign"],
        env={**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_PREFECT_URL": server.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield running
        assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        _, complaint = running.communicate()
        assert (running.returncode, complaint.decode()) == (0, "")
    finally:
        running.kill()
        running.wait()


def hand_in(services: Services, folder: Path, name: str) -> ItemId:
    file = folder / f"{name}.png"
    page = draw_page((name, "Giấy này có giá trị kể từ ngày ký"), dpi=200, size=(5.0, 1.4))
    assert cv2.imwrite(str(file), page)
    with services.writing():
        declared = Declaration(owner=_OWNER)
        (item,) = take_in(services, [file], declared=declared, owed=Owed(lane=Lane.COUNTER)).items
    return item


def wait_until_filed(services: Services, item: ItemId, running: subprocess.Popen[bytes]) -> None:
    look = threading.Event()
    while services.looking.records.work.is_owed(item):
        assert running.poll() is None
        look.wait(_LOOK_SECONDS)
    assert services.looking.records.item(item).state is ItemState.DONE


def test_papers_are_filed_while_prefect_is_gone_and_it_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    data, files, server = tmp_path / "data", tmp_path / "in", Server(tmp_path / "prefect")
    files.mkdir()
    look = threading.Event()
    server.come()
    try:
        with installation(data) as services, worker(data, server) as running:
            wait_until_filed(services, hand_in(services, files, "before"), running)
            server.wait_for_completed(1)
            in_hand = hand_in(services, files, "in hand")
            while not services.looking.records.work.living():
                look.wait(_LOOK_SECONDS)
            server.go()
            left = monotonic() + GONE
            wait_until_filed(services, in_hand, running)
            for number in range(TWELFTHS):
                wait_until_filed(services, hand_in(services, files, f"without {number}"), running)
                while monotonic() < left - GONE * (TWELFTHS - 1 - number) / TWELFTHS:
                    look.wait(_LOOK_SECONDS)
            server.come()
            ended = server.states().count("COMPLETED")
            wait_until_filed(services, hand_in(services, files, "after"), running)
            server.wait_for_completed(ended + 1)
            # The run that was going on when it went is closed once the worker puts the account right.
            assert "RUNNING" not in server.states() or GONE < TIDIES
            services.store.records.check_journal()
            assert services.looking.records.work.stand() == []
    finally:
        server.go()
