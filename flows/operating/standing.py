"""How an installation stands: what waits and since when, what ran last, what is known to be bad.

One look costs some small questions to the database, all of them by index. ``motlan doctor`` and the metrics
tell the same things, so both look here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.operating.jobs import LONGEST, Job
from storage.copy_queue import Backlog as CopyBacklog
from storage.layout import Layout
from storage.lock_rows import LockBacklog
from storage.operating import Checked, JobRun, Waiting
from storage.sealed_heads import HeadFolder

if TYPE_CHECKING:
    from dossier.stamping import Backlog
    from dossier.work import WorkStand
    from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One look.

    Attributes:
        at: when, aware.
        stamps: papers without their timestamp.
        copies: objects without their second copy; nothing without a second place.
        locks: papers and objects whose lock is to be prolonged.
        frozen: whether a failed canary made the store read-only.
        checked: the objects of each place.
        work: files in line, in work and parked, by pool and lane.
        work_since: since when the first of those that wait does; nothing when none does.
        unattended: pools with files that nobody works for who lives; since when the first of them is there.
        begun: when the store was made, where its journal says so.
        set_aside: papers that a step behind the filing went past.
        waiting: papers that wait for a person.
        recent: states of the newest thousand papers.
        runs: the last run of each job.
        done: work done in all, by name.
        entries: of the journal.
        kept_entries: of the journal by the head kept outside the database; nothing when it is gone.
        sealed_at: when the journal was sealed last.
    """

    at: datetime
    stamps: Backlog
    copies: CopyBacklog | None
    locks: LockBacklog
    frozen: bool
    checked: Mapping[str, Checked]
    work: Sequence[WorkStand]
    work_since: datetime | None
    unattended: Mapping[str, datetime]
    begun: datetime | None
    set_aside: int
    waiting: Waiting
    recent: Mapping[str, int]
    runs: Mapping[str, JobRun]
    done: Mapping[str, float]
    entries: int
    kept_entries: int | None
    sealed_at: datetime | None

    def is_missed(self, job: Job) -> bool:
        """Whether a job has not ended for too long; one that never did counts from the store's first day."""
        run = self.runs.get(job.value)
        since = self.begun if run is None else run.at
        return since is not None and self.at - since > LONGEST[job]


def look(services: Services) -> Standing:
    """Look now.

    Raises:
        StoreError: the records do not answer.
    """
    store = services.looking
    records, upkeep = store.records, store.records.upkeep
    operating = upkeep.operating
    lockable = [place.name for place in store.places if place.blobs.can_lock]
    # Read first: it is written after the records, so it is never ahead of what is read next.
    kept = records.kept_head()
    last = HeadFolder(Layout(services.settings.data).heads).last()
    return Standing(
        at=services.clock(),
        stamps=records.stamps.backlog(),
        copies=upkeep.copies.backlog(store.places[1].name) if len(store.places) > 1 else None,
        locks=upkeep.locks.backlog(lockable) if lockable else LockBacklog(),
        frozen=upkeep.frozen.error() is not None,
        checked={place.name: operating.checked(place.name) for place in store.places},
        work=records.work.stand(),
        work_since=operating.work_since(),
        unattended=operating.unattended(),
        begun=operating.begun(),
        set_aside=operating.set_aside(),
        waiting=operating.waiting(),
        recent=operating.recent(),
        runs=operating.runs(),
        done=operating.done(),
        entries=operating.entries(),
        kept_entries=kept.entries if kept is not None else None,
        sealed_at=last.at if last is not None else None,
    )
