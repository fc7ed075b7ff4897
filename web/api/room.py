"""How many questions may wait at once and how long: who would wait too long is told so at once.

A queue that only grows answers everybody late; one that is bounded in number and in time answers as many as
it can, and tells the others when to come again. What is expected follows from how fast questions leave, so
it gets better by itself when the service does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_WEIGHT: Final = 0.05
"""Of the newest departure in the mean pace: some twenty of them, about two batches."""
_LONGEST_PAUSE: Final = 10.0


class Room:
    """Who is inside, waiting or being answered. Used on the thread of the event loop alone."""

    def __init__(self, most: int, *, wait_seconds: float, clock: Callable[[], float]) -> None:
        """Let in so many, as long as they would not wait longer than that.

        Args:
            most: inside at once.
            wait_seconds: the longest wait that anybody is let in for.
            clock: seconds that only grow.
        """
        self._most = most
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._inside = 0
        self._pace = 0.0
        self._last = 0.0

    def enter(self) -> int:
        """Come in.

        Returns:
            0 when it did, and must leave again; else whole seconds after which it may try again.
        """
        if self._inside and (self._inside >= self._most or self.expected() > self._wait_seconds):
            return max(1, math.ceil(self.expected()))
        if not self._inside:
            self._last = self._clock()
        self._inside += 1
        return 0

    def leave(self) -> None:
        """Go, answered or not."""
        now = self._clock()
        pause = min(now - self._last, _LONGEST_PAUSE)
        self._pace = pause if not self._pace else self._pace + _WEIGHT * (pause - self._pace)
        self._last = now
        self._inside -= 1

    def expected(self) -> float:
        """Seconds that one more would be inside, by the pace at which the others left lately."""
        return self._pace * self._inside
