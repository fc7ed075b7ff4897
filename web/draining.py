"""A served process that was told to end: it says so to whoever gives work, and ends a little later.

What gives work (a proxy, the endpoints of a cluster) notices only when it asks the next time. Until then new
requests still come, and are answered; only then is nothing new taken, and what was begun is finished.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Draining:
    """Whether a process is leaving, and since when. Safe for threads and signal handlers."""

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """Stay; ``seconds`` only grow."""
        self._seconds = seconds
        self._began: float | None = None
        self.told = threading.Event()
        """Set once it was told to end; for threads that wait for it."""

    def begin(self) -> None:
        """Leave from now on; again changes nothing."""
        if self._began is None:
            self._began = self._seconds()
        self.told.set()

    @property
    def is_leaving(self) -> bool:
        """Whether it was told to end."""
        return self._began is not None

    def wait(self) -> None:
        """Stay until told to end."""
        self.told.wait()

    def is_over(self, whole: float) -> bool:
        """Whether it was told to end so many seconds ago."""
        return self.is_leaving and self.rest(whole) <= 0

    def rest(self, whole: float) -> float:
        """How many of so many seconds since it was told are left, 0 and more."""
        began = self._began
        return max(0.0, whole - (self._seconds() - began)) if began is not None else 0.0
