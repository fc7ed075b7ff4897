"""What the records tell: backlogs, jobs that did not run, proofs, objects known to be bad."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flows.doctor.findings import Finding, Patient, Point, days, hours
from flows.operating.jobs import Job
from flows.operating.standing import Standing, look
from flows.upkeep import copy_limits

_SEALED_DAILY: Final = timedelta(days=2)
_LONGEST_UNCHECKED: Final = timedelta(days=365)
_LOCK_HOURS: Final = 24
_LONGEST_IN_LINE: Final = timedelta(hours=4)
_LONGEST_UNATTENDED: Final = timedelta(minutes=10)
"""A worker looks every few seconds; one that is replaced, or starts, takes minutes."""
_LOCKS: Final = 5_000
_NAMED: Final = 20
_SHOWN: Final = 5


def look_at_records(patient: Patient) -> Iterator[Finding]:
    """All of it, by one look at the records."""
    standing = look(patient.services)
    for check in (_line, _workers, _aside, _stamps, _copies, _locks, _objects, _journal, _jobs):
        yield from check(patient, standing)


def _line(_patient: Patient, standing: Standing) -> Iterator[Finding]:
    point = Point("work")
    parked = sum(one.parked for one in standing.work)
    if parked:
        yield point.warning("parked", count=parked)
    waits = standing.at - standing.work_since if standing.work_since else timedelta()
    if waits > _LONGEST_IN_LINE:
        yield point.failed("waits", count=sum(one.ready for one in standing.work), hours=hours(waits))
    yield point.passed(count=sum(one.ready + one.held for one in standing.work))


def _workers(_patient: Patient, standing: Standing) -> Iterator[Finding]:
    """Whether somebody works for each pool that something waits in.

    Idle workers are known by no sign of life, so where nothing waits nothing can be said.
    """
    point = Point("workers")
    for pool, since in sorted(standing.unattended.items()):
        if standing.at - since > _LONGEST_UNATTENDED:
            yield point.warning("none", pool=pool, minutes=int((standing.at - since).total_seconds() // 60))
    yield point.passed()


def _aside(patient: Patient, standing: Standing) -> Iterator[Finding]:
    point = Point("papers")
    if standing.set_aside:
        operating = patient.services.looking.records.upkeep.operating
        named = dict.fromkeys(one.document for one in operating.named_aside(limit=_NAMED))
        yield point.warning("set_aside", count=standing.set_aside, first=", ".join(list(named)[:_SHOWN]))
    yield point.passed()


def _stamps(patient: Patient, standing: Standing) -> Iterator[Finding]:
    point, backlog = Point("stamps"), standing.stamps
    if patient.settings.stamp_alarm.exceeded(backlog, now=standing.at):
        age = hours(standing.at - backlog.oldest) if backlog.oldest else 0
        yield point.failed("late", count=backlog.count, hours=age, error=backlog.error_code or "-")
    else:
        yield point.passed(count=backlog.count)


def _copies(patient: Patient, standing: Standing) -> Iterator[Finding]:
    point, backlog = Point("copies"), standing.copies
    if backlog is None:
        make = point.failed if patient.settings.production else point.skipped
        yield make("no_second_place")
        return
    if backlog.blocked:
        yield point.failed("blocked", count=backlog.blocked)
    if copy_limits(patient.services).are_passed(backlog, at=standing.at):
        age = hours(standing.at - backlog.oldest) if backlog.oldest else 0
        yield point.failed("late", count=backlog.waiting, hours=age)
    yield point.passed(count=backlog.waiting)


def _locks(_patient: Patient, standing: Standing) -> Iterator[Finding]:
    point, backlog = Point("locks"), standing.locks
    count = backlog.papers + backlog.objects
    age = hours(standing.at - backlog.oldest) if backlog.oldest else 0
    if count > _LOCKS or age >= _LOCK_HOURS:
        yield point.failed("late", count=count, hours=age)
    else:
        yield point.passed(count=count)


def _objects(_patient: Patient, standing: Standing) -> Iterator[Finding]:
    point = Point("objects")
    if standing.frozen:
        yield point.failed("frozen")
    for place, checked in standing.checked.items():
        if checked.bad:
            yield point.failed("bad", place=place, count=checked.bad)
        since = min((at for at in (checked.oldest, checked.unchecked_since) if at), default=None)
        if since is not None and standing.at - since > _LONGEST_UNCHECKED:
            yield point.failed("unchecked", place=place, days=days(standing.at - since))
    yield point.passed(places=len(standing.checked))


def _journal(_patient: Patient, standing: Standing) -> Iterator[Finding]:
    point = Point("journal")
    if standing.kept_entries is None:
        yield point.failed("no_head")
    elif standing.kept_entries > standing.entries:
        yield point.failed("cut", entries=standing.entries, kept=standing.kept_entries)
    if standing.sealed_at is None:
        yield point.warning("never_sealed")
    elif standing.at - standing.sealed_at > _SEALED_DAILY:
        yield point.failed("not_sealed", days=days(standing.at - standing.sealed_at))
    yield point.passed(entries=standing.entries)


def _jobs(patient: Patient, standing: Standing) -> Iterator[Finding]:
    point, good = Point("jobs"), 0
    for job in Job:
        run = standing.runs.get(job.value)
        if run is None:
            # A store of today has no night behind it yet.
            is_due = patient.settings.production and standing.is_missed(job)
            make = point.failed if is_due else point.warning
            yield make("never", job=job.value)
        elif standing.is_missed(job):
            yield point.failed("late", job=job.value, days=days(standing.at - run.at))
        elif run.code:
            yield point.failed("ended_badly", job=job.value, error=run.code)
        else:
            good += 1
    yield point.passed(count=good)
