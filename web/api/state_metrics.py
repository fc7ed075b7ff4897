"""Numbers of the installation as a whole, from the records: whatever process is asked says the same.

Ages are what alarms go by; counts end where more makes no difference (``storage.operating``). Labels name
places, jobs, stages and states: few, and never a person, an office or a dossier.
``docs/observability.md`` has a line for each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from dossier.errors import MotlanError
from flows.operating import work_done
from flows.operating.jobs import Job
from flows.operating.readiness import Readiness
from flows.operating.standing import Standing, look
from wiring.program import distribution_version
from wiring.services import Services

_FRESH_SECONDS: Final = 10.0
_WAITS: Final = "waiting"


class StateMetrics:
    """A collector of ``prometheus_client``. Safe for threads; one look at the records stands for a moment."""

    def __init__(self, services: Services, readiness: Readiness, *, seconds: Callable[[], float]) -> None:
        """Tell of an installation; ``seconds`` only grow."""
        self._services = services
        self._readiness = readiness
        self._seconds = seconds
        self._turn = threading.Lock()
        self._known: tuple[float, Standing] | None = None

    def collect(self) -> Iterator[Metric]:
        """See ``prometheus_client.registry.Collector``."""
        ready = self._readiness.look()
        yield _gauge("motlan_ready", "1: this process wants work", float(ready.is_ready))
        info = GaugeMetricFamily("motlan_build_info", "1; the program that answers", labels=("version",))
        info.add_metric((distribution_version(),), 1)
        yield info
        # Asked for anyway, a database that hangs would hold the answer longer than who asks waits.
        standing = None if ready.is_without_records else self._look()
        yield _gauge("motlan_records_up", "1: the records could be looked at", float(standing is not None))
        if standing is not None:
            for part in (_backlogs, _line, _papers, _objects, _jobs, _work):
                yield from part(standing)

    def _look(self) -> Standing | None:
        with self._turn:
            if self._known is None or self._seconds() - self._known[0] >= _FRESH_SECONDS:
                try:
                    self._known = (self._seconds(), look(self._services))
                except MotlanError as error:
                    self._services.log.warning("metrics.failed", code=error.code)
                    self._known = None
            return self._known[1] if self._known else None


def _backlogs(standing: Standing) -> Iterator[Metric]:
    yield _gauge("motlan_stamps_pending", "Papers without their timestamp", standing.stamps.count)
    yield _age(
        "motlan_stamps_oldest_age_seconds", "The longest wait for one", standing, standing.stamps.oldest
    )
    copies = standing.copies
    if copies is not None:
        pending = GaugeMetricFamily(
            "motlan_copies_pending", "Objects without their second copy", labels=("state",)
        )
        pending.add_metric((_WAITS,), copies.waiting)
        pending.add_metric(("blocked",), copies.blocked)
        yield pending
        yield _age("motlan_copies_oldest_age_seconds", "The longest wait for one", standing, copies.oldest)
    locks = standing.locks
    yield _gauge("motlan_locks_pending", "Papers and objects that owe a lock", locks.papers + locks.objects)
    yield _age("motlan_locks_oldest_age_seconds", "The longest wait for one", standing, locks.oldest)


def _line(standing: Standing) -> Iterator[Metric]:
    """Files that are owed work, by pool and lane."""
    files = GaugeMetricFamily(
        "motlan_work_files", "Files that are owed work", labels=("pool", "lane", "state")
    )
    for one in standing.work:
        for state, count in ((_WAITS, one.ready), ("held", one.held), ("parked", one.parked)):
            files.add_metric((one.pool.value, one.lane.value, state), count)
    yield files
    yield _age("motlan_work_oldest_age_seconds", "The longest wait in line", standing, standing.work_since)


def _papers(standing: Standing) -> Iterator[Metric]:
    waiting = standing.waiting
    yield _gauge("motlan_papers_waiting", "Papers that wait for a person, 10000 at most", waiting.count)
    yield _age("motlan_papers_waiting_oldest_age_seconds", "The longest wait", standing, waiting.oldest)
    whole = sum(standing.recent.values())
    share = standing.recent.get(_WAITS, 0) / whole if whole else 0.0
    yield _gauge("motlan_questions_ratio", "Of the newest thousand papers, those that wait", share)


def _objects(standing: Standing) -> Iterator[Metric]:
    bad = GaugeMetricFamily(
        "motlan_objects_bad", "Objects damaged or missing, 10000 at most", labels=("place",)
    )
    never = GaugeMetricFamily("motlan_objects_unchecked", "Never checked, 10000 at most", labels=("place",))
    age = GaugeMetricFamily(
        "motlan_fixity_oldest_age_seconds",
        "The oldest last check, or how long an object is there that never was; 0: none",
        labels=("place",),
    )
    for place, checked in standing.checked.items():
        bad.add_metric((place,), checked.bad)
        never.add_metric((place,), checked.unchecked)
        since = min((at for at in (checked.oldest, checked.unchecked_since) if at), default=None)
        age.add_metric((place,), _seconds(standing, since))
    yield from (bad, never, age)
    yield _gauge("motlan_store_frozen", "1: read-only, since a place did not protect", float(standing.frozen))
    yield _gauge("motlan_journal_entries", "Entries of the journal", standing.entries)
    # Never sealed, it ages from the store's first day: an age of nothing would look well for ever.
    sealed = standing.sealed_at or standing.begun
    yield _age(
        "motlan_journal_sealed_age_seconds", "Since it was sealed, or the store was made", standing, sealed
    )


def _jobs(standing: Standing) -> Iterator[Metric]:
    # Not "job": Prometheus has a label of that name and would rename ours.
    last = GaugeMetricFamily("motlan_job_last_run_timestamp_seconds", "When a job ended", labels=("task",))
    failed = GaugeMetricFamily("motlan_job_failed", "1: its last run did not go well", labels=("task",))
    late = GaugeMetricFamily(
        "motlan_job_late", "1: it has not ended for longer than it may, or never", labels=("task",)
    )
    for name, run in standing.runs.items():
        last.add_metric((name,), run.at.timestamp())
        failed.add_metric((name,), float(bool(run.code)))
    for job in Job:
        late.add_metric((job.value,), float(standing.is_missed(job)))
    yield from (last, failed, late)


def _work(standing: Standing) -> Iterator[Metric]:
    done = standing.done
    yield CounterMetricFamily("motlan_pages_read", "Pages read", value=done.get(work_done.PAGES, 0))
    cpu = CounterMetricFamily("motlan_stage_cpu_seconds", "CPU seconds spent", labels=("stage",))
    for stage in (work_done.READING, work_done.FILING):
        cpu.add_metric((stage,), done.get(f"{work_done.CPU}.{stage}", 0))
    papers = CounterMetricFamily("motlan_papers", "Papers put down", labels=("outcome",))
    for outcome in work_done.OUTCOMES:
        papers.add_metric((outcome,), done.get(f"{work_done.PAPERS}.{outcome}", 0))
    yield from (cpu, papers)
    refused = done.get(work_done.REFUSED, 0)
    yield CounterMetricFamily("motlan_files_refused", "Files that were not taken", value=refused)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _age(name: str, about: str, standing: Standing, since: datetime | None) -> Metric:
    return _gauge(name, f"{about}; 0: none", _seconds(standing, since))


def _seconds(standing: Standing, since: datetime | None) -> float:
    return max(0.0, (standing.at - since).total_seconds()) if since else 0.0
