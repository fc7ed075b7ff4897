"""How many questions may be inside at once, and for how long: who would wait too long is told at once.

A queue that only grows answers everybody late; one that is bounded in number and in time answers as many as
it can, and tells the others when to come again. Nothing is estimated: those inside are answered in the order
in which they came, so while the oldest has been there too long, whoever comes now would be as well. As soon
as it has gone the next is let in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_LONGEST_RETRY: Final = 30


class Room:
    """Who is inside, waiting or being answered. Used on the thread of the event loop alone."""

    def __init__(self, most: int, *, wait_seconds: float, clock: Callable[[], float]) -> None:
        """Let in so many, as long as the oldest inside came no longer ago than that.

        Args:
            most: inside at once.
            wait_seconds: the longest that anybody is to wait.
            clock: seconds that only grow.
        """
        self._most = most
        self.wait_seconds = wait_seconds
        self._clock = clock
        self._came: dict[int, float] = {}
        self._tickets = 0

    def enter(self) -> int:
        """Come in.

        Returns:
            A ticket to leave with, from 1 on; 0 when there is no room.
        """
        if self.is_full:
            return 0
        self._tickets += 1
        self._came[self._tickets] = self._clock()
        return self._tickets

    def leave(self, ticket: int) -> None:
        """Go, answered or not."""
        del self._came[ticket]

    @property
    def is_full(self) -> bool:
        """Whether nobody is let in now."""
        return len(self._came) >= self._most or self._oldest() > self.wait_seconds

    @property
    def retry_seconds(self) -> int:
        """Whole seconds after which somebody who was turned away may try again."""
        return min(max(1, math.ceil(self._oldest())), _LONGEST_RETRY)

    def _oldest(self) -> float:
        """Seconds since the one that came first came in; 0 when nobody is inside."""
        return self._clock() - next(iter(self._came.values()), self._clock())
