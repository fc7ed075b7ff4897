"""Locks of objects follow the law's term: one command for a timer, beside the line and never in its way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dossier.arranging import MOST_TIMES
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId
from dossier.retention import RetentionVerdict
from flows.arranging.results import arranged_key
from flows.capture import reading_key
from flows.copies import captured_key, renewed_key, sealed_key, stamped_key
from flows.disposal import term_of
from flows.splitting import split_key
from storage.bodies import canonical_json
from wiring.services import Services

if TYPE_CHECKING:
    from storage.locker import LockLimits, LockReport


def prolong_locks(services: Services, *, wait: bool = False, review: bool = False) -> LockReport:
    """Lock every object for the term of the papers that name it, and hold what is held.

    Papers whose type has another term than the last time are looked at again, all of them where a place is
    new. In a place that is away what is owed waits; nothing else does.

    Args:
        services: of this installation.
        wait: go on until nothing waits.
        review: ask every place again for everything it was known to keep.

    Raises:
        StoreBusyError: somebody else prolongs locks.
        StoreFrozenError: the store is read-only.
    """
    from storage.lock_needs import PaperSteps  # noqa: PLC0415
    from storage.locker import Locker  # noqa: PLC0415

    store = services.store
    upkeep = store.records.upkeep
    terms = {
        name: canonical_json([spec.retention.years, spec.retention.permanent, spec.retention.verified])
        for name, spec in services.papers.specs.items()
        if spec.retention is not None
    }

    def judge(type_: str, filed_at: datetime | None) -> RetentionVerdict:
        return term_of(services, type_, filed_at)

    with services.locking():
        upkeep.frozen.need_writable()
        able = [place.name for place in store.places if place.blobs.can_lock]
        upkeep.locks.follow_terms(terms, places=able, at=services.clock())
        if review:
            upkeep.locks.review_all(at=services.clock())
        keys = PaperSteps(of_paper=paper_keys, of_item=item_keys)
        return Locker(store.places, upkeep, judge=judge, keys=keys, clock=services.clock).run(wait=wait)


def locks_are_late(services: Services, report: LockReport, limits: LockLimits) -> bool:
    """Whether too many locks wait or one waits too long; then it is in the log and the journal as well."""
    now, backlog = services.clock(), report.backlog
    if not limits.are_passed(backlog, at=now):
        return False
    counts = {"papers": backlog.papers, "objects": backlog.objects, "hours": hours_owed(services, report)}
    services.log.warning("locks.late", code=report.stopped_by, **counts)
    services.store.records.record(
        Event(kind=EventKind.LOCKS_LATE, at=now, actor=services.settings.actor, details=counts)
    )
    return True


def hours_owed(services: Services, report: LockReport) -> int:
    """How many hours the oldest lock is owed."""
    oldest = report.backlog.oldest
    return int((services.clock() - oldest).total_seconds() // 3600) if oldest else 0


def paper_keys(document: DocumentId, version: int) -> list[str]:
    """Names of the steps whose results are copies of a paper, up to that version."""
    keys = [captured_key(document)]
    for number in range(1, version + 1):
        keys += [make(document, version=number) for make in (stamped_key, sealed_key, renewed_key)]
    return keys


def item_keys(item: ItemId) -> list[str]:
    """Names of the steps whose results tell what was read in a file."""
    own = [reading_key(item), split_key(item)]
    return [*own, *(arranged_key(key, number) for key in own for number in range(1, MOST_TIMES + 1))]
