"""CPU seconds and memory of a process with everything it started (Linux: read from ``/proc``)."""

from __future__ import annotations

import os
import re
import resource
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PROPORTIONAL = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)
_MEGABYTE = 1_000_000
_LOOK_EVERY = 0.05


def cpu_seconds() -> float:
    """User and system seconds so far: this process, its ended children, and those that still run."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(_cpu_of(pid) for pid in family(os.getpid()) if pid != os.getpid())
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + running


def cpu_by_process(pid: int) -> dict[int, float]:
    """CPU seconds of a process and all below it, by process; ended children count for who waited for them."""
    return {member: _cpu_of(member) for member in family(pid)}


def family(pid: int) -> list[int]:
    """The process and all that descend from it and still run."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for thread in _threads(current):
            waiting.extend(int(child) for child in _text(thread / "children").split())
    return found


def resident_at_most(pid: int) -> float:
    """Megabytes of a process with its descendants, where a page that several share counts in each: cheap."""
    pages = 0
    for member in family(pid):
        sizes = _text(Path(f"/proc/{member}/statm")).split()
        pages += int(sizes[1]) if len(sizes) > 1 else 0
    return pages * _PAGE_BYTES / _MEGABYTE


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process with its descendants; a page that several share is split among them.

    The kernel's proportional set size (proc(5)): a child that was forked and has not begun its own program
    shares all pages of its parent, and would double them otherwise. The kernel goes through all pages for it
    and holds up the process meanwhile: some milliseconds.
    """
    kilobytes = 0
    for member in family(pid):
        found = _PROPORTIONAL.search(_text(Path(f"/proc/{member}/smaps_rollup")))
        kilobytes += int(found[1]) if found else 0
    return kilobytes * 1024 / _MEGABYTE


class MemoryWatch:
    """Looks twenty times a second how much memory each of some processes has, and keeps the most.

    Args:
        pids: asked at every look, as workers come and go.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory-watch", daemon=True)
        self.peak_megabytes = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            for pid in self._pids():
                if resident_at_most(pid) > self.peak_megabytes:
                    self.peak_megabytes = max(self.peak_megabytes, resident_megabytes(pid))


def _cpu_of(pid: int) -> float:
    """User and system seconds of a process and of its ended children; 0 when it is gone."""
    after_name = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(ticks) for ticks in after_name[11:15]) / _TICKS if len(after_name) > 15 else 0.0


def _threads(pid: int) -> list[Path]:
    """Folders of a process's threads; none when it has just ended."""
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
