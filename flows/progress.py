"""What a run tells while it works, so that doors can show it; ids, counts and codes only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where the run is."""

    STARTING = "starting"
    """Prefect is being brought up; counted once for the whole call."""
    STARTED = "started"
    PAGE = "page"
    READ = "read"
    FILED = "filed"
    WAITING = "waiting"
    NOT_DIGITISED = "not_digitised"
    """A paper of a legal form that is not digitised."""
    REFUSED = "refused"
    DONE = "done"
    """All papers of a file are at rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One thing that just happened.

    Attributes:
        stage: what.
        item: id of the file it is about, empty for the run itself.
        document: id of the paper, for FILED and WAITING.
        done, total: pages of the file for PAGE; files of the batch for STARTED.
        code: error code for REFUSED.
        message: sentence and next step for REFUSED, in the language of the installation.
        seconds: CPU seconds of this process and its engine for READ; for FILED and WAITING those spent on
            the paper after reading.
    """

    stage: Stage
    item: str = ""
    document: str = ""
    done: int = 0
    total: int = 0
    code: str = ""
    message: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, str | int | float]:
        """Plain data for the socket between ``motlan ingest`` and ``motlan serve``."""
        return asdict(self)


Listener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener for callers who do not listen."""
