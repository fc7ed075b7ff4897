"""The two processes that are killed: a watch, and its working process, which signs and files without reading.

``python -m tests.faults.watch_line watch FOLDER`` is the command ``motlan watch`` but for the working
process; ``… work`` is that one. Settings come by the environment. Files that no PDF library opens are read as
always, so that they are refused for their own reasons.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pikepdf

from cli.watch import watch_with
from cli.watch_words import Teller
from dossier.documents import Item, ItemState
from dossier.errors import MotlanError
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.progress import Listener
from flows.quarantine import set_aside
from flows.watching.begin import Asked, beside, check_folders
from flows.watching.line_work import work
from storage.hot_folder.after import After
from storage.inbox import Declaration
from tests.flows.stamping import put_down_item
from wiring.services import Services
from wiring.settings import read_settings

COMMAND = (sys.executable, "-m", "tests.faults.watch_line", "work")


def hand_in(
    services: Services, paths: Sequence[Path], declared: Declaration, folder: Path, listen: Listener
) -> Handed:
    """Take in, sign and file; what was done before is found done."""
    records = services.store.records
    with services.writing():
        handed = take_in(services, paths, declared=declared, base=folder)
        for item_id in handed.items:
            item = records.item(item_id)
            if item.state is ItemState.DONE:
                continue
            try:
                _need_pdf(services, item, listen)
            except MotlanError as error:
                set_aside(services, item_id, error, listen=listen)
                continue
            if not records.documents_of_item(item_id):
                put_down_item(services, item)
            records.save_item(replace(records.item(item_id), state=ItemState.DONE, pages=1))
    return handed


def _need_pdf(services: Services, item: Item, listen: Listener) -> None:
    try:
        with services.store.blobs.path(item.sha256) as path, pikepdf.open(path) as pdf:
            if not pdf.get_warnings():
                return
    except (pikepdf.PdfError, pikepdf.PasswordError):
        pass
    read_item(services, item.id, listen=listen)


def main(task: str, folder: str = "") -> None:
    """One of the two."""
    with Services(read_settings(os.environ)) as services:
        if task == "work":
            signal.signal(signal.SIGTERM, _leave)
            work(
                services,
                sys.stdin,
                sys.stdout,
                hand_in=lambda paths, declared, base, listen: hand_in(
                    services, paths, declared, base, listen
                ),
            )
            return
        watched = Path(folder)
        asked = Asked(
            folder=watched,
            done=beside(watched, "da-nhan"),
            quarantine=beside(watched, "loi"),
            after=After.MOVE,
            defaults={},
            once="--once" in sys.argv,
        )
        check_folders(services, asked)
        tell = Teller("vi", as_json=True, names=False, live=False, clock=services.clock)
        watch_with(services, asked, tell=tell, command=COMMAND)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main(*[argument for argument in sys.argv[1:] if argument != "--once"])
