"""Whether a served process should be given work: its database and its bytes answer, and it is not leaving.

A prober asks every few seconds, and of every replica. So one thread at most looks, what it found stands for a
moment, and whoever asks meanwhile waits only so long: a database that hangs costs no more than one that is
refused. That a process lives is another question, which nobody needs a store for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from dossier.errors import MotlanError, StoreError
from wiring.logs import kind_of
from wiring.services import Services

DRAINING: Final = "service.draining"
"""Code of a process that was told to end: it finishes what it began and wants nothing new."""
SLOW: Final = "service.slow"
"""Code of something that did not answer in time."""
_FRESH_SECONDS: Final = 2.0
_PATIENCE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Ready:
    """What was found.

    Attributes:
        troubles: codes of what keeps it from being given work, by ``service``, ``database`` or ``bytes``.
        weak: the same for what does not keep it, since another place has the same bytes.
    """

    troubles: dict[str, str] = field(default_factory=dict)
    weak: dict[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether nothing keeps it from being given work."""
        return not self.troubles

    @property
    def is_without_records(self) -> bool:
        """Whether the database does not answer, or not in time: whoever asks it would wait for nothing."""
        return "database" in self.troubles or self.troubles.get("service") == SLOW


class Readiness:
    """Looks at one installation. Safe for threads."""

    def __init__(
        self,
        services: Services,
        *,
        is_leaving: Callable[[], bool] = lambda: False,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE_SECONDS,
        database: Callable[[], None] | None = None,
    ) -> None:
        """Look at an installation.

        Args:
            services: of the installation, open for looking.
            is_leaving: whether the process was told to end.
            seconds: that only grow.
            patience: seconds that somebody who asks waits at most.
            database: looks at the database; asks for the step of its tables by default.
        """
        self._services = services
        self._is_leaving = is_leaving
        self._seconds = seconds
        self._patience = patience
        self._database = database or self._look_at_database
        self._guard = threading.Lock()
        self._found: tuple[float, Ready] | None = None
        self._looking: threading.Thread | None = None

    def look(self) -> Ready:
        """What there is to say now, or was a moment ago."""
        if self._is_leaving():
            return Ready({"service": DRAINING})
        with self._guard:
            found = self._fresh()
            if found is not None:
                return found
            if self._looking is None or not self._looking.is_alive():
                self._looking = threading.Thread(target=self._look, name="readiness", daemon=True)
                self._looking.start()
            looking = self._looking
        looking.join(self._patience)
        with self._guard:
            return self._fresh() or Ready({"service": SLOW})

    def _fresh(self) -> Ready | None:
        if self._found is None or self._seconds() - self._found[0] >= _FRESH_SECONDS:
            return None
        return self._found[1]

    def _look(self) -> None:
        troubles: dict[str, str] = {}
        weak: dict[str, str] = {}
        if code := self._trouble(self._database):
            troubles["database"] = code
        else:
            codes = [self._trouble(place.tending.need_reachable) for place in self._services.looking.places]
            # One place that answers is enough to look: reading falls over. Putting tells by itself.
            away = [code for code in codes if code]
            if away:
                (troubles if len(away) == len(codes) else weak)["bytes"] = away[0]
        with self._guard:
            self._found = (self._seconds(), Ready(troubles, weak))

    def _look_at_database(self) -> None:
        self._services.looking.records.upkeep.database.check_revision()

    def _trouble(self, look: Callable[[], None]) -> str:
        try:
            look()
        except MotlanError as error:
            return error.code
        except Exception as error:  # noqa: BLE001 - a thread's last fence: whoever asks must hear of it
            self._services.log.warning("readiness.failed", code=kind_of(error))
            return StoreError.code
        return ""
