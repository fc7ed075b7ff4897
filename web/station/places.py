"""Places that people take while something large comes from them: so many in all, few for each of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable


class Places:
    """Counts who has places. Safe for threads."""

    def __init__(self, most: int, *, each: int, spare: int = 1) -> None:
        """Have places.

        Args:
            most: in all.
            each: of one person at most.
            spare: kept free of those of one office, so that it never keeps all others out.
        """
        self._most = most
        self._each = each
        self._of_office = max(each, most - spare)
        self._lock = threading.Lock()
        self._people: Counter[str] = Counter()
        self._offices: Counter[str] = Counter()

    def take(self, actor: str, *, office: str) -> Callable[[], None] | None:
        """A place, given back by calling what comes back; nothing when there is none for them now.

        Args:
            actor: opaque name of the person.
            office: by which people share places.
        """
        with self._lock:
            is_full = self._people.total() >= self._most or self._offices[office] >= self._of_office
            if is_full or self._people[actor] >= self._each:
                return None
            self._people[actor] += 1
            self._offices[office] += 1
        return lambda: self._give_back(actor, office)

    def _give_back(self, actor: str, office: str) -> None:
        with self._lock:
            for counter, name in ((self._people, actor), (self._offices, office)):
                counter[name] -= 1
                if not counter[name]:
                    del counter[name]
