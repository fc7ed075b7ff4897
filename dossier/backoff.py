"""How long to leave something alone that failed: longer each time, up to a limit, never the same for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_MOST_DOUBLINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that double.

    Attributes:
        first_s: the longest wait after one failure, in seconds.
        most_s: no wait is longer, in seconds.
    """

    first_s: float
    most_s: float

    def after(self, failures: int, *, share: float) -> timedelta:
        """The wait after so many failures in a row, at least half of the full one.

        Args:
            failures: 1 or more; nothing is waited for after none.
            share: at least 0 and below 1, by chance, so that those who failed together do not come again
                together.
        """
        if failures < 1:
            return timedelta()
        full = min(self.most_s, self.first_s * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))
        return timedelta(seconds=full / 2 + full / 2 * share)
