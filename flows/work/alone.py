"""Read a file that failed before in a process of its own, with a limit of memory and of time without a page.

The process keeps finished pages where the line looks for them and does nothing else: it writes no record,
so whatever it dies of, nothing is half done. ``python -m flows.work.alone`` is that process. What it needs to
know comes as one JSON object, because a file name may be a person's; what it says are numbers alone: for each
finished page eight bytes, how many are done and how many there are.
"""

from __future__ import annotations

import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import BinaryIO, Final, TextIO

from dossier.documents import Item
from dossier.errors import MotlanError, StoreBusyError
from dossier.work import WorkReason
from flows.capture import pages_folder
from flows.progress import Listener, Progress, Stage, silent
from wiring.services import Services
from wiring.settings import read_settings

COMMAND: Final = (sys.executable, "-m", "flows.work.alone")
_NO_MEMORY: Final = 3
_PAGE: Final = Struct("!II")
_LOOK_SECONDS: Final = 0.5
"""Between two looks whether to stop; a page may take minutes."""


def read_alone(  # noqa: PLR0913 - each is something a caller or a test chooses
    services: Services,
    item: Item,
    listen: Listener = silent,
    *,
    command: Sequence[str] = COMMAND,
    clock: Callable[[], float] = time.monotonic,
    stopped: Callable[[], bool] = lambda: False,
) -> WorkReason | None:
    """Read the pages of a file in another process; nothing when that went well, or ended with a known error.

    Told to stop it ends the process; finished pages are kept.

    Args:
        services: of this installation.
        item: the file.
        listen: hears of each page, in the calling thread.
        command: the process.
        clock: seconds, for the time without a page.
        stopped: whether to stop.

    Raises:
        StoreBusyError: it was told to stop; this try is no failed one.
    """
    settings = services.settings

    def need_going_on() -> None:
        if stopped():
            raise StoreBusyError(str(settings.data))

    need_going_on()
    with services.store.blobs.path(item.sha256) as source:
        asked = {
            "source": str(source),
            "name": item.name,
            "work": str(pages_folder(services, item.id)),
            "memory": settings.work.file_memory,
            "settings": {
                "MOTLAN_DATA": str(settings.data),
                "MOTLAN_ENGINE": settings.engine,
                "MOTLAN_PAGE_SECONDS": str(settings.page_seconds),
                "MOTLAN_MAX_PAGE_PIXELS": str(settings.max_page_pixels),
                "MOTLAN_WORKERS": "1",
            },
        }
        # What it says could name a file, and our own output may go to a log.
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

        def on_page(done: int, total: int) -> None:
            listen(Progress(stage=Stage.PAGE, item=item.id, done=done, total=total))

        patience = Patience(settings.work.file_seconds, clock=clock, look=need_going_on)
        try:
            return _reason(child, json.dumps(asked), patience=patience, on_page=on_page)
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()


class Patience:
    """How long somebody still waits: so many seconds from the last time that more was done."""

    def __init__(
        self, seconds: float, *, clock: Callable[[], float], look: Callable[[], None] = lambda: None
    ) -> None:
        """Wait from now on; ``look`` is called now and then meanwhile, and may raise what ends the wait."""
        self._seconds, self._clock, self._look = seconds, clock, look
        self._ends = clock() + seconds
        self._done = 0

    def more(self, done: int) -> bool:
        """Hear how much is done; whether that is more than ever, so that the wait begins anew."""
        if done <= self._done:
            return False
        self._done, self._ends = done, self._clock() + self._seconds
        return True

    @property
    def left(self) -> float:
        """Seconds; 0 when it is over."""
        return max(0.0, self._ends - self._clock())

    def in_pieces(self) -> Iterator[float]:
        """Seconds to wait, piece after piece, until it is over; the last piece may be none."""
        while True:
            self._look()
            left = self.left
            yield min(left, _LOOK_SECONDS)
            if left <= _LOOK_SECONDS:
                return


def _reason(
    child: subprocess.Popen[bytes], asked: str, *, patience: Patience, on_page: Callable[[int, int], None]
) -> WorkReason | None:
    if child.stdin is None or child.stdout is None:
        return WorkReason.DIED
    try:
        # Kept open: the process ends when nobody is there any more.
        child.stdin.write(f"{asked}\n".encode())
        child.stdin.flush()
        for done, total in _pages_told(child.stdout.fileno(), patience):
            if patience.more(done):
                on_page(done, total)
        code = _end_of(child, patience)
    except OSError:
        return WorkReason.DIED
    if code is None:
        return WorkReason.TIMEOUT
    if code == _NO_MEMORY:
        return WorkReason.MEMORY
    return WorkReason.DIED if code else None


def _pages_told(told: int, patience: Patience) -> Iterator[tuple[int, int]]:
    """What the process says, until it says no more or patience is over."""
    waiting = b""
    while any(select.select([told], [], [], seconds)[0] for seconds in patience.in_pieces()):
        piece = os.read(told, 1024 * _PAGE.size)
        if not piece:
            return
        waiting += piece
        whole = len(waiting) - len(waiting) % _PAGE.size
        yield from _PAGE.iter_unpack(waiting[:whole])
        waiting = waiting[whole:]


def _end_of(child: subprocess.Popen[bytes], patience: Patience) -> int | None:
    """What the process ended with; nothing when patience was over before."""
    for seconds in patience.in_pieces():
        with suppress(subprocess.TimeoutExpired):
            return child.wait(timeout=seconds)
    return None


def main(asking: TextIO, telling: BinaryIO) -> int:
    """Read what is asked for; gives the exit code."""
    asked: Mapping[str, object] = json.loads(asking.readline())
    threading.Thread(target=_end_with, args=(asking,), name="parent", daemon=True).start()
    memory = int(str(asked["memory"]))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    told = asked["settings"]
    if not isinstance(told, dict):
        raise TypeError
    try:
        with Services(read_settings(told)) as services:
            services.reader.read(
                Path(str(asked["source"])),
                name=str(asked["name"]),
                work=Path(str(asked["work"])),
                on_page=lambda done, total: _tell(telling, done, total),
            )
    except MemoryError:
        return _NO_MEMORY
    except MotlanError:
        # The line meets the same error, and knows what to do with it.
        return 0
    return 0


def _tell(telling: BinaryIO, done: int, total: int) -> None:
    telling.write(_PAGE.pack(done, total))
    telling.flush()


def _end_with(asking: TextIO) -> None:
    """Whoever asked is gone when nothing more can come."""
    asking.read()
    os._exit(1)


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as only_numbers, Path(os.devnull).open("wb") as nothing:
        # Whatever else writes to standard output is not heard.
        os.dup2(nothing.fileno(), 1)
        sys.exit(main(sys.stdin, only_numbers))
