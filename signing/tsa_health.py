"""How an authority has answered lately, and when it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dossier.backoff import Backoff

# A service that is restarted is back within the quarter hour; asking more often only fills its queue.
AUTHORITY_BACKOFF = Backoff(first_s=15.0, most_s=900.0)


@dataclass(slots=True)
class Health:
    """Failures in a row of one authority.

    Attributes:
        failures: since its last good answer.
        until: aware; it is left alone until then. ``None`` while it is well.
        fault: what was wrong last; a code, no words of the other side.
    """

    failures: int = 0
    until: datetime | None = None
    fault: str = ""

    def well(self) -> None:
        """It gave a good token."""
        self.failures, self.until, self.fault = 0, None, ""

    def failed(self, fault: str, *, now: datetime, share: float) -> None:
        """It did not. Several requests that fail together are one failure.

        Args:
            fault: a code.
            now: aware.
            share: by chance, see :class:`dossier.backoff.Backoff`.
        """
        if not self.may_be_asked(now):
            return
        self.failures += 1
        self.until = now + AUTHORITY_BACKOFF.after(self.failures, share=share)
        self.fault = fault

    def may_be_asked(self, now: datetime) -> bool:
        """Whether its time has come again."""
        return self.until is None or self.until <= now
