"""How often a caller may ask: a bucket of tokens for each, refilled evenly."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_BUCKETS: Final = 100_000
"""Callers remembered; the one that asked longest ago is forgotten first."""


class Buckets:
    """Token buckets by caller. Safe for threads; one process counts for itself."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        """Let each caller ask so often in a minute, all at once or evenly.

        Args:
            per_minute: also the most that can be saved up.
            clock: seconds that only grow.
            most: buckets kept.
        """
        self._size = float(per_minute)
        self._rate = per_minute / 60
        self._clock = clock
        self._most = most
        self._turn = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, count: int = 1) -> int:
        """Take so many tokens.

        Returns:
            0 when they were there; else whole seconds until they will be, and none is taken.
        """
        now = self._clock()
        with self._turn:
            left, since = self._left.pop(caller, (self._size, now))
            left = min(self._size, left + (now - since) * self._rate)
            wanted = min(float(count), self._size)
            enough = left >= wanted
            self._left[caller] = (left - wanted if enough else left, now)
            while len(self._left) > self._most:
                self._left.popitem(last=False)
        return 0 if enough else max(1, math.ceil((wanted - left) / self._rate))
