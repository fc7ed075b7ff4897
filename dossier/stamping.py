"""Documents that wait for their timestamp, and when that becomes an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dossier.backoff import Backoff
from dossier.ids import DocumentId

STAMP_BACKOFF = Backoff(first_s=30.0, most_s=900.0)
"""One document's waits after it failed."""

NO_AUTHORITY = "signing.timestamp_unavailable"
"""The one failure that says nothing about the document: every other one would meet it as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingStamp:
    """One document in the queue.

    Attributes:
        document: which.
        since: aware; when it was put down. ``None`` if that is not known.
        attempts: how often it failed.
        next_try: aware; not before. ``None``: at once.
        error_code: why it failed last; empty if it never did.
    """

    document: DocumentId
    since: datetime | None
    attempts: int = 0
    next_try: datetime | None = None
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The queue as a whole.

    Attributes:
        count: how many wait.
        oldest: aware; since when the first of them waits. ``None`` if none does or it is not known.
        attempts: the most failures of one document.
        next_try: aware; when the first of those that failed is tried again. ``None`` if none failed.
        error_code: what the document failed with that was tried last; empty if none failed.
    """

    count: int = 0
    oldest: datetime | None = None
    attempts: int = 0
    next_try: datetime | None = None
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLimits:
    """From when on a backlog is told loudly: so many documents, or one that waits so many hours."""

    count: int
    hours: float

    def exceeded(self, backlog: Backlog, *, now: datetime) -> bool:
        """Whether it is time to tell.

        Args:
            backlog: as it is.
            now: aware.
        """
        if not backlog.count:
            return False
        old = backlog.oldest is not None and now - backlog.oldest >= timedelta(hours=self.hours)
        return old or backlog.count >= self.count
