"""How long something waits, as people say it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from web.station.words import Words

_HOUR: Final = timedelta(hours=1)
_HOURS_OF_A_DAY: Final = 24


def waited(words: Words, spent: timedelta) -> str:
    """Whole days, or whole hours within the first; *under an hour* before, also where a clock went back."""
    hours = int(spent / _HOUR)
    if hours < 1:
        return words("site.under_an_hour")
    days = hours // _HOURS_OF_A_DAY
    unit, count = ("day", days) if days else ("hour", hours)
    return words(f"site.one_{unit}") if count == 1 else words(f"site.{unit}s", count=count)
