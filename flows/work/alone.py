"""Read a file that failed before in a process of its own, with a limit of memory and time.

The process keeps finished pages where the line looks for them and does nothing else: it writes no record,
so whatever it dies of, nothing is half done. ``python -m flows.work.alone`` is that process; what it needs to
know comes as one JSON object, because a file name may be a person's.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from dossier.documents import Item
from dossier.errors import MotlanError
from dossier.work import WorkReason
from flows.capture import pages_folder
from wiring.services import Services
from wiring.settings import read_settings

COMMAND: Final = (sys.executable, "-m", "flows.work.alone")
_NO_MEMORY: Final = 3


def read_alone(services: Services, item: Item, *, command: Sequence[str] = COMMAND) -> WorkReason | None:
    """Read the pages of a file in another process; nothing when that went well, or ended with a known error.

    Args:
        services: of this installation.
        item: the file.
        command: the process.
    """
    settings = services.settings
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
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        try:
            return _reason(child, json.dumps(asked), seconds=settings.work.file_seconds)
        finally:
            child.kill()
            child.wait()
            if child.stdin is not None:
                child.stdin.close()


def _reason(child: subprocess.Popen[str], asked: str, *, seconds: float) -> WorkReason | None:
    if child.stdin is None:
        return WorkReason.DIED
    try:
        # Kept open: the process ends when nobody is there any more.
        child.stdin.write(f"{asked}\n")
        child.stdin.flush()
        code = child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return WorkReason.TIMEOUT
    except OSError:
        return WorkReason.DIED
    if code == _NO_MEMORY:
        return WorkReason.MEMORY
    return WorkReason.DIED if code else None


def main(asking: TextIO) -> int:
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
                Path(str(asked["source"])), name=str(asked["name"]), work=Path(str(asked["work"]))
            )
    except MemoryError:
        return _NO_MEMORY
    except MotlanError:
        # The line meets the same error, and knows what to do with it.
        return 0
    return 0


def _end_with(asking: TextIO) -> None:
    """Whoever asked is gone when nothing more can come."""
    asking.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.stdin))
