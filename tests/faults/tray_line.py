"""A process that is killed: it gathers a tray and tells what it acknowledged, or dies handing one in."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from flows.intake import Handed, take_in
from flows.progress import Listener
from flows.trays import desk
from flows.trays.desk import Operator
from flows.trays.line import TrayLine
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

OPERATOR = Operator(actor="user-1", offices=("*",), procedures=("*",))


def content(number: int) -> bytes:
    """The bytes of a file."""
    return f"%PDF-1.7 {number}\n".encode() * 20_000


def gather(services: Services) -> None:
    """Send file after file and say so, until the end of the process."""
    tray = desk.begin(services, OPERATOR, dossier="H26.5.12-261120-0001", procedure="")
    for number in range(1, 10_000):
        data = content(number)
        desk.add(services, tray, name=f"{number}.pdf", size=len(data), stream=io.BytesIO(data))
        sys.stdout.write(f"{tray.id} {number}\n")
        sys.stdout.flush()


def die(services: Services, paths: Sequence[Path], declared: Declaration, _listen: Listener) -> Handed:
    """Take the files in, and no more."""
    with services.writing():
        take_in(services, paths, declared=declared)
        os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def main() -> None:
    """Do what the first argument says."""
    with Services(read_settings(dict(os.environ))) as services:
        if sys.argv[1] == "gather":
            gather(services)
        else:
            TrayLine(services, hand_in=die).turn()


if __name__ == "__main__":
    main()
