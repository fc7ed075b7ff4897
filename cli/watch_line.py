"""The working process of ``motlan watch``, started by it and by nobody else."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn, TextIO

from flows.intake import Handed
from flows.progress import Listener
from flows.watching.line_work import work
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

_INTERRUPTED: Final = 130


def run() -> NoReturn:
    """Answer on the standard streams until the watch closes them, or breaks it off."""
    try:
        _answer()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    sys.exit(0)


def _answer() -> None:
    # A person who presses Ctrl+C stops the watch; it ends this process in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _break_off)
    answers = _answers()
    with Services(read_settings(os.environ)) as services:

        def hand_in(paths: Sequence[Path], declared: Declaration, folder: Path, listen: Listener) -> Handed:
            return _hand_in(services, paths, declared, folder, listen)

        work(services, sys.stdin, answers, hand_in=hand_in)


def _answers() -> TextIO:
    """The stream of answers, out of the reach of whatever prints on the standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
    return answers


def _hand_in(
    services: Services, paths: Sequence[Path], declared: Declaration, folder: Path, listen: Listener
) -> Handed:
    """To a running ``motlan serve``, or here with Prefect of our own, as ``motlan ingest`` does it."""
    from flows.copy_loop import copying_along
    from flows.submit import ingest as ingest_here
    from web.client import ingest as ingest_there
    from web.client import is_up
    from wiring.sealing import seal_if_due

    if is_up(services.settings.data) and all(_is_text(path) for path in paths):
        return ingest_there(services.settings.data, paths, declared=declared, listen=listen, base=folder)
    with copying_along(services, finish_s=services.settings.copies_finish_seconds):
        handed = ingest_here(services, paths, declared=declared, listen=listen, base=folder)
        seal_if_due(services)
    return handed


def _is_text(path: Path) -> bool:
    """Whether a path can be told in the JSON of the socket."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _break_off(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
