"""A limit on how many bytes are read in a second, so that checking never starves the counter."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """A token bucket: what was read is paid for before the next object is read."""

    def __init__(
        self,
        bytes_per_second: float,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Set the limit.

        Args:
            bytes_per_second: on average; above zero.
            elapsed: seconds from any point on, never going back.
            pause: waits that many seconds.
        """
        self._rate = bytes_per_second
        self._elapsed = elapsed
        self._pause = pause
        self._at = elapsed()
        self._owed = 0.0

    def pay(self, size: int) -> None:
        """Wait until so many bytes more were allowed; time that passed without reading saves nothing up."""
        now = self._elapsed()
        self._owed = max(0.0, self._owed - (now - self._at) * self._rate) + size
        self._at = now
        if self._owed > self._rate:
            # Up to a second's worth may be owed: small objects are not slept on one by one.
            self._pause(self._owed / self._rate)
