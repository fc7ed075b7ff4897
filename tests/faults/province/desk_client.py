"""Whoever hands papers in: at the counter and from the backlog, and remembers what was acknowledged.

``python -m tests.faults.province.desk_client DATA FOLDER SEED``. It speaks to ``motlan serve`` over the
socket of the desk, as ``motlan ingest`` does, and hands the same files in again until they are acknowledged.
What it was told stands in ``FOLDER/acknowledged.jsonl``, on the disk before anything else happens. Papers are
of nobody. It goes on until ``FOLDER/enough`` is there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reportlab.pdfgen import canvas

from dossier.errors import MotlanError
from flows.progress import Progress, Stage
from storage.inbox import Declaration
from web.client import ingest, is_up

HANDS: Final = 2
"""People who hand in at the same time."""
_LINES: Final = ("GIẤY MẪU".encode("ascii", "ignore").decode(), "cua khong ai ca, lam ra de thu")
_PAUSE_S: Final = 2.0


class _Acknowledged(Exception):  # noqa: N818 - it is what was waited for
    """Taken in: whoever waits may go away."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one dossier."""

    number: int
    papers: tuple[bytes, ...]
    backlog: bool

    @property
    def dossier(self) -> str:
        return f"H26.5.{self.number % 7}-261127-{self.number:04}"


def paper(seed: int, number: int, order: int) -> bytes:
    """A page with text of its own, which no engine has to read; the same again for the same numbers."""
    kept = io.BytesIO()
    page = canvas.Canvas(kept, pagesize=(300, 200), invariant=1)
    for line, text in enumerate((*_LINES, f"Lan thu {seed}, tap {number}, to {order}")):
        page.drawString(20, 170 - 20 * line, text)
    page.save()
    return kept.getvalue()


def batch(seed: int, number: int) -> Batch:
    """What is handed in as the batch of a number."""
    chance = random.Random(f"{seed}-{number}")  # noqa: S311 - a mixture, not secrets
    count = chance.choice((1, 1, 2, 3))
    return Batch(number, tuple(paper(seed, number, order) for order in range(count)), chance.random() < 0.4)


class Ledger:
    """What was acknowledged, and what went wrong by its code."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "acknowledged.jsonl").open("a", encoding="utf-8")
        self._trouble = (folder / "trouble.jsonl").open("a", encoding="utf-8")
        self._guard = threading.Lock()

    def acknowledged(self, one: Batch) -> None:
        """A batch was taken in."""
        told = {
            "dossier": one.dossier,
            "lane": "backlog" if one.backlog else "counter",
            "files": [hashlib.sha256(each).hexdigest() for each in one.papers],
            "at": time.time(),
        }
        with self._guard:
            self._file.write(f"{json.dumps(told)}\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def failed(self, one: Batch, code: str) -> None:
        """A try that nobody acknowledged."""
        with self._guard:
            self._trouble.write(f"{json.dumps({'dossier': one.dossier, 'code': code, 'at': time.time()})}\n")
            self._trouble.flush()


def hand_in(data: Path, folder: Path, one: Batch, ledger: Ledger, *, goes_on: Callable[[], bool]) -> None:
    """Until it is acknowledged, or there is to be no more."""
    place = folder / f"tap-{one.number}"
    place.mkdir()
    for order, content in enumerate(one.papers):
        (place / f"to-{order}.pdf").write_bytes(content)
    while goes_on():
        if is_up(data):
            try:
                ingest(
                    data,
                    [place],
                    declared=Declaration(dossier=one.dossier),
                    listen=_hear,
                    patient=one.backlog,
                )
            except _Acknowledged:
                ledger.acknowledged(one)
                return
            except MotlanError as error:
                ledger.failed(one, error.code)
        time.sleep(_PAUSE_S)


def _hear(progress: Progress) -> None:
    if progress.stage is Stage.STARTED:
        raise _Acknowledged


def main(data: Path, folder: Path, seed: int) -> None:
    """Hand in until told that it is enough."""
    ledger, guard, numbers = Ledger(folder), threading.Lock(), iter(range(1_000_000))

    def goes_on() -> bool:
        return not (folder / "enough").exists()

    def hand() -> None:
        while goes_on():
            if (folder / "wait").exists():
                time.sleep(_PAUSE_S / 5)
                continue
            with guard:
                number = next(numbers)
            hand_in(data, folder, batch(seed, number), ledger, goes_on=goes_on)
            time.sleep(_PAUSE_S)

    people = [threading.Thread(target=hand) for _ in range(HANDS)]
    for each in people:
        each.start()
    for each in people:
        each.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
