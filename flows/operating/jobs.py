"""Jobs that have to run again and again, how long one may be away, and the note each leaves when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dossier.errors import MotlanError

if TYPE_CHECKING:
    from wiring.services import Services


class Job(StrEnum):
    """A job of a timer, by its name in notes and metrics."""

    BACKUP = "backup"
    CANARY = "canary"
    FIXITY = "fixity"
    LOCKS = "locks"
    PROOF = "journal_verify"
    RENEWAL = "renew"
    SWEEP = "sweep"


LONGEST: Final = {
    Job.BACKUP: timedelta(days=2),
    Job.CANARY: timedelta(days=2),
    Job.FIXITY: timedelta(days=2),
    Job.LOCKS: timedelta(days=1),
    Job.PROOF: timedelta(days=2),
    Job.RENEWAL: timedelta(days=3),
    Job.SWEEP: timedelta(days=7),
}
"""A job that has not ended for so long is missed; each has its timer in ``deploy/``."""


@contextmanager
def noted(services: Services, job: Job) -> Iterator[None]:
    """Note the end of a job, also of one that failed; a note that cannot be kept stops nobody."""
    try:
        yield
    except MotlanError as error:
        note(services, job, code=error.code)
        raise
    note(services, job)


def note(services: Services, job: Job, *, code: str = "") -> None:
    """Note that a job ended.

    Args:
        services: of the installation.
        job: which.
        code: of what it ended with; empty when it went well.
    """
    try:
        services.looking.records.upkeep.operating.note_run(job.value, at=services.clock(), code=code)
    except MotlanError as error:
        services.log.warning("job.not_noted", item=job.value, code=error.code)
