"""``kill -9`` of ``motlan serve`` while papers are checked: what a person was told is kept is there after it.

Kept back for ``make faults``: each start of the real program takes seconds. What the saver does after a crash
is tested at every run (``tests/web/station/test_check_saving.py``). The people are invented.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bench.check_stage import COOKIE, Somebody, fill, people, settings_of
from dossier.events import EventKind
from dossier.ids import DocumentId
from wiring.services import Services

KILLS = int(os.environ.get("FAULT_CHECK_KILLS", "0"))
pytestmark = [
    pytest.mark.timeout(120 + 90 * KILLS),
    pytest.mark.skipif(
        not KILLS, reason="KHÔNG CHẠY: make faults giết motlan serve khi đang kiểm tra giấy tờ"
    ),
]
ASKED = ("full_name", "date_of_birth", "personal_id")
_LISTENING = re.compile(r"127\.0\.0\.1:\d+")
_LONGEST_WAIT = 0.6
"""Seconds from the answer to the kill: before, while and after the paper is saved behind the person."""


@dataclass
class Table:
    """A checker's browser, and the program before it."""

    client: httpx.Client
    process: subprocess.Popen[bytes]

    def page(self, path: str) -> str:
        told = self.client.get(path, follow_redirects=True)
        assert told.status_code == 200, told.text
        return told.text

    def next_paper(self) -> str:
        """The paper that the program puts on the table."""
        told = self.client.post("/check/next", data={"csrf": csrf_of(self.page("/check"))})
        assert told.status_code == 303, told.text
        return told.headers["location"]

    def say(self, path: str, page: str, value: str | None = None) -> str:
        """Answer the question of the page; gives what comes back, which is the word that it is kept."""
        shown = re.search(r'id="value" name="value" value="([^"]*)"', page)
        question = re.search(r'name="question" value="([^"]*)"', page)
        assert shown is not None
        assert question is not None
        told = self.client.post(
            path,
            data={
                "csrf": csrf_of(page),
                "question": question[1],
                "value": shown[1] if value is None else value,
                "act": "",
            },
        )
        assert told.status_code in {200, 303}, told.text
        return told.text

    def die(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL


@contextmanager
def served(data: Path, somebody: Somebody) -> Iterator[Table]:
    """The real program on a data folder; gone at the end, however."""
    said = data.parent / "serve.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--listen", "127.0.0.1:0"],
            env={**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_PREFECT_URL": "http://127.0.0.1:1/api"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while not (found := _LISTENING.search(said.read_text("utf-8"))):
            assert process.poll() is None, said.read_text("utf-8")
            time.sleep(0.05)
        address = f"http://{found[0]}"
        with httpx.Client(
            base_url=address, headers={"Origin": address}, cookies={COOKIE: somebody.token}, timeout=60
        ) as client:
            yield Table(client, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_nothing_that_was_answered_is_lost_when_the_program_is_killed(tmp_path: Path) -> None:
    data, chance = tmp_path / "data", random.Random(KILLS)  # noqa: S311 - moments of kills
    fill(data, KILLS, asked=ASKED)
    with Services(settings_of(data)) as services:
        (somebody,) = people(services, 1)
    answered = []
    for number in range(KILLS):
        name = " ".join(("Mẫu Thị", *("Nhớ",) * (number % 3 + 1)))
        with served(data, somebody) as table:
            path = table.next_paper()
            table.say(path, table.page(path), name)
            # Kept as soon as it is told; the browser and the program may go.
            table.die()
        with served(data, somebody) as table:
            page = table.page(path)
            assert name in page
            # The last answer sends the browser on, and no question comes back.
            while 'name="question"' in page:
                page = table.say(path, page)
            answered.append((DocumentId(path.removeprefix("/check/")), name))
            time.sleep(chance.uniform(0, _LONGEST_WAIT))
            table.die()
    with served(data, somebody), Services(settings_of(data)) as services:
        # Bounded by the time limit of the test.
        while services.store.records.saves.brought_back(somebody.actor) or any(
            services.store.records.saves.of(paper) is not None for paper, _ in answered
        ):
            time.sleep(0.1)
        records = services.store.records
        assert [records.document(paper).value("full_name") for paper, _ in answered] == [
            name for _, name in answered
        ]
        corrected = [entry.event.subject for entry in records.journal_of(EventKind.DOCUMENT_CORRECTED)]
        assert sorted(corrected) == sorted(paper for paper, _ in answered)
