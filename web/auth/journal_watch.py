"""Unusual reading over all processes: the same patterns, counted from the journal that they share.

Each serving process walks behind the journal, a few seconds late, so a caller that spreads its requests over
many processes is seen as one, and so is what went on before a process started. Requests pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from dossier.events import Event, EventKind
from flows.admission import PATTERN_SPANS, raise_alarm
from flows.pass_loop import PassLoop
from web.auth.patterns import Watch
from wiring.services import Services

_PAUSE_S: Final = 0.5
_LEAVE_S: Final = 5.0
_PAGE: Final = 100
"""Entries at a time: between two pages, whoever answers requests has the interpreter."""
_LOOKS: Final = frozenset(
    {EventKind.OWNER_LOOKED_UP, EventKind.OWNER_READ, EventKind.DOCUMENT_READ, EventKind.REUSE_ASKED}
)
_CALLERS: Final = ("key-", "oidc-")
"""How the names of callers of the service begin (``web.auth``); the desk's own accounts are not watched."""


class JournalWatch:
    """Reads on in the journal and raises what the patterns call for."""

    def __init__(self, services: Services) -> None:
        """Watch an installation, from the longest span of a pattern ago on."""
        limits = services.settings.api
        self._services = services
        self._after: int | None = None
        self._at = 0.0
        self._watch = Watch(
            persons=limits.alarm_persons, refusals=limits.alarm_refusals, clock=lambda: self._at
        )

    def look(self) -> None:
        """Read what was written since the last time."""
        records = self._services.store.records
        if self._after is None:
            self._after = self._before(self._services.clock() - max(PATTERN_SPANS.values()))
        while entries := records.journal(after=self._after, limit=_PAGE):
            for entry in entries:
                self._weigh(entry.event)
            self._after = entries[-1].number

    def _weigh(self, event: Event) -> None:
        if not event.actor.startswith(_CALLERS):
            return
        # Entries of several processes may be out of order by moments; the patterns' clock only grows.
        self._at = max(self._at, event.at.timestamp())
        if event.kind is EventKind.API_REFUSED and self._watch.refused(event.actor):
            raise_alarm(self._services, event.actor, "refusals")
        if event.kind in _LOOKS and event.owner_ref and self._watch.looked(event.actor, [event.owner_ref]):
            raise_alarm(self._services, event.actor, "persons")

    def _before(self, moment: datetime) -> int:
        """The last entry before a moment, by halves: entries are numbered without a gap and come in time."""
        records = self._services.store.records
        low, high = 0, 1
        while (found := records.journal(after=high - 1, limit=1)) and found[0].event.at < moment:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            found = records.journal(after=middle - 1, limit=1)
            if found and found[0].event.at < moment:
                low = middle
            else:
                high = middle
        return low


class _WatchLoop(PassLoop):
    def __init__(self, services: Services, *, pause_s: float) -> None:
        super().__init__(
            "patterns", log=services.log, stopped="patterns.stopped", pause_s=pause_s, leave_s=_LEAVE_S
        )
        self._watch = JournalWatch(services)

    def _interrupt(self) -> None:
        """A pass is short."""

    def _pass(self) -> None:
        self._watch.look()


@contextmanager
def watching(services: Services, *, pause_s: float = _PAUSE_S) -> Iterator[PassLoop]:
    """Walk behind the journal while the block runs.

    Args:
        services: of this installation.
        pause_s: between two looks, in seconds.
    """
    with _WatchLoop(services, pause_s=pause_s) as loop:
        yield loop
