"""CPU seconds, of this thread and of the programs it started."""

from __future__ import annotations

import resource
import threading
import time


class CpuClock:
    """Counts CPU seconds for the calling thread, including its finished child programs.

    The operating system adds up the CPU time of children for the whole process, at the moment each one is
    waited for. With several reading threads the clock gives each rise to the thread that asks next, which is
    the one whose child has just ended: the sum over all threads is exact, the share of a page nearly so.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed = _children_seconds()
        self._own = threading.local()

    def seconds(self) -> float:
        """CPU seconds so far; only differences between two calls in the same thread mean anything."""
        with self._lock:
            total = _children_seconds()
            rise = total - self._claimed
            self._claimed = total
        children: float = getattr(self._own, "children", 0.0) + rise
        self._own.children = children
        return time.thread_time() + children


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
