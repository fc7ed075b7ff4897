"""Fixity: every object in every place is read and hashed again within a limit, those longest unchecked first.

Results are recorded as they come, so a run that is killed goes on where it stopped; what is due comes from an
index and what is there from a listing in order, so memory does not grow with the store. The census
(``storage.census``) goes along: objects that are missing and objects that nothing names are found on the way.
"""

from __future__ import annotations

import errno
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from dossier.ports import Clock
from storage.census import Census, Counted, failed_event
from storage.expected import NamedElsewhere
from storage.fixity_rows import Check, Outcome
from storage.pace import Pace
from storage.places import Place
from storage.upkeep import Upkeep

LAW_DAYS: Final = 3 * 365
"""All documents are checked within three years (Circular 05/2025/TT-BNV)."""

_CHECKS: Final = 50
_PACE_WINDOW: Final = timedelta(hours=23)
"""A little less than a day: of two nightly runs, one that began a moment late counts once, not twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much one run does; with neither, everything.

    Attributes:
        share: of the objects of a place, above 0 and at most 1.
        seconds: for all places together.
    """

    share: Fraction | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When everything was checked once, at today's pace.

    Attributes:
        total: objects of the place.
        never: of them, never checked.
        oldest: the oldest last check, or since when an unchecked one is known.
        per_day: objects checked since yesterday's run.
        cycle_days: days one full cycle takes; nothing when nothing is checked.
        ends_at: when the cycle that begins now ends.
        overdue: objects not checked within the limit.
        limit_days: the limit of this installation.
        is_late: somebody must be told.
    """

    total: int
    never: int
    oldest: datetime | None
    per_day: int
    cycle_days: int | None
    ends_at: datetime | None
    overdue: int
    limit_days: int
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReport:
    """What a run found in one place.

    Attributes:
        place: its name.
        checked: objects read and hashed.
        bytes: read.
        damaged: objects whose bytes do not have their hash, or cannot be read.
        missing: objects that are not there.
        new: objects seen there for the first time.
        waiting: objects whose copy is still to come.
        orphans: objects that nothing names, as far as the listing went.
        stopped_by: code of the trouble that ended the run there, empty when none did.
        plan: when everything was checked.
    """

    place: str
    checked: int = 0
    bytes: int = 0
    damaged: int = 0
    missing: int = 0
    new: int = 0
    waiting: int = 0
    orphans: int = 0
    stopped_by: str = ""
    plan: Plan


@dataclass(slots=True)
class _Tally:
    checked: int = 0
    bytes: int = 0
    damaged: int = 0
    missing: int = 0
    new: int = 0
    waiting: int = 0
    orphans: int = 0
    listed: int = 0
    stopped_by: str = ""
    pending: list[Check] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class Fixity:
    """Checks the places of one store. Readers and the writer go on meanwhile."""

    def __init__(  # noqa: PLR0913  each is something an installation or a test chooses
        self,
        places: Sequence[Place],
        upkeep: Upkeep,
        *,
        named_elsewhere: NamedElsewhere,
        clock: Clock,
        actor: str,
        limit_days: int = 365,
        pace: Pace | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare to check.

        Args:
            places: the first takes what is put, the others get copies.
            upkeep: rows of the store.
            named_elsewhere: see ``Census``.
            clock: for rows and events.
            actor: for events.
            limit_days: within which everything is to be checked; at most ``LAW_DAYS``.
            pace: how fast to read; as fast as it goes when not given.
            elapsed: seconds, never going back.
        """
        self._places = places
        self._upkeep = upkeep
        self._named_elsewhere = named_elsewhere
        self._clock = clock
        self._actor = actor
        self._limit_days = min(limit_days, LAW_DAYS)
        self._pace = pace
        self._elapsed = elapsed

    def run(self, extent: Extent, *, only: str = "") -> Sequence[PlaceReport]:
        """Check as much as the extent says.

        Args:
            extent: how much.
            only: name of the one place to check; all when empty.
        """
        places = [place for place in self._places if only in {"", place.name}]
        started = self._elapsed()
        reports = []
        for number, place in enumerate(places, start=1):
            until = None if extent.seconds is None else started + extent.seconds * number / len(places)
            reports.append(self._run_in(place, extent, until=until))
        return reports

    def plan(self, place: str) -> Plan:
        """The plan of one place as its rows stand now."""
        now = self._clock()
        limit = timedelta(days=self._limit_days)
        ages = self._upkeep.fixity.ages(place, recent_since=now - _PACE_WINDOW, limit_since=now - limit)
        days = math.ceil(ages.total / ages.recent) if ages.recent else None
        too_slow = ages.total > 0 and (days is None or days > self._limit_days)
        return Plan(
            total=ages.total,
            never=ages.never,
            oldest=ages.oldest,
            per_day=ages.recent,
            cycle_days=days,
            ends_at=now + timedelta(days=days) if days is not None else None,
            overdue=ages.overdue,
            limit_days=self._limit_days,
            is_late=too_slow or ages.overdue > 0,
        )

    def _run_in(self, place: Place, extent: Extent, *, until: float | None) -> PlaceReport:
        tally = _Tally()
        try:
            self._work(place, extent, until=until, tally=tally)
        except StoreError as error:
            tally.stopped_by = error.code
        finally:
            self._flush(place, tally)
        report = PlaceReport(
            place=place.name,
            checked=tally.checked,
            bytes=tally.bytes,
            damaged=tally.damaged,
            missing=tally.missing,
            new=tally.new,
            waiting=tally.waiting,
            orphans=tally.orphans,
            stopped_by=tally.stopped_by,
            plan=self.plan(place.name),
        )
        self._upkeep.fixity.save(place.name, [], events=self._run_events(report))
        return report

    def _work(self, place: Place, extent: Extent, *, until: float | None, tally: _Tally) -> None:
        started_at = self._clock()
        census = self._census(place, extent, tally)
        goal = self._goal(place, extent)
        is_listed = False
        while until is None or self._elapsed() < until:
            if not is_listed and next(census, None) is None:
                is_listed = True
                # The census made objects known that count as well.
                goal = self._goal(place, extent)
            room = _CHECKS if goal is None else min(_CHECKS, goal - tally.checked)
            due = self._upkeep.fixity.due(place.name, before=started_at, limit=room) if room > 0 else []
            for sha256 in due:
                if until is not None and self._elapsed() >= until:
                    return
                self._check(place, sha256, tally)
            self._flush(place, tally)
            if is_listed and not due:
                return

    def _goal(self, place: Place, extent: Extent) -> int | None:
        if extent.share is None:
            return None
        return math.ceil(self._upkeep.fixity.count(place.name) * extent.share)

    def _census(self, place: Place, extent: Extent, tally: _Tally) -> Iterator[Counted]:
        """The census as far as this run goes: from where the last one stopped, or the whole place."""
        rows = self._upkeep.fixity
        after = "" if extent == Extent() else rows.cursor(place.name)
        # Before anything is known there is nothing to take a share of.
        most = self._goal(place, extent) or None
        census = Census(
            place,
            self._upkeep,
            gets_copies=place is not self._places[0],
            named_elsewhere=self._named_elsewhere,
            clock=self._clock,
            actor=self._actor,
        )
        for counted in census.pages(after=after):
            tally.listed += counted.hashes
            tally.new += counted.new
            tally.missing += counted.missing
            tally.waiting += counted.waiting
            tally.orphans += len(counted.orphans)
            rows.keep_cursor(place.name, counted.after)
            yield counted
            if most is not None and tally.listed >= most:
                return
        rows.keep_cursor(place.name, "")

    def _check(self, place: Place, sha256: Sha256, tally: _Tally) -> None:
        outcome: Outcome = "ok"
        size = 0
        try:
            size = place.blobs.check(sha256).size
        except ObjectDamagedError:
            outcome = "damaged"
        except ObjectMissingError:
            # Whether it should be there the census says.
            place.tending.need_reachable()
            outcome = "missing"
        except OSError as error:
            if error.errno != errno.EIO:
                raise StoreError(sha256, cause=type(error).__name__) from error
            # The disk cannot give the bytes back: that is a damaged copy.
            outcome = "damaged"
        at = self._clock()
        tally.checked += 1
        tally.bytes += size
        tally.damaged += outcome == "damaged"
        tally.pending.append(Check(sha256=sha256, at=at, outcome=outcome))
        if outcome != "ok":
            tally.events.append(failed_event(place.name, sha256, outcome=outcome, at=at, actor=self._actor))
            self._flush(place, tally)
        if self._pace is not None:
            self._pace.pay(size)

    def _flush(self, place: Place, tally: _Tally) -> None:
        if tally.pending:
            self._upkeep.fixity.save(place.name, tally.pending, events=tally.events)
            tally.pending, tally.events = [], []

    def _run_events(self, report: PlaceReport) -> Sequence[Event]:
        run = Event(
            kind=EventKind.FIXITY_RUN,
            at=self._clock(),
            actor=self._actor,
            details={
                "place": report.place,
                "checked": report.checked,
                "bytes": report.bytes,
                "damaged": report.damaged,
                "missing": report.missing,
                "orphans": report.orphans,
                "total": report.plan.total,
                "stopped_by": report.stopped_by,
                "algorithm": "SHA-256",
            },
        )
        if not report.plan.is_late:
            return [run]
        late: dict[str, str | int] = {
            "place": report.place,
            "days": report.plan.cycle_days or 0,
            "overdue": report.plan.overdue,
            "limit_days": report.plan.limit_days,
        }
        return [run, replace(run, kind=EventKind.FIXITY_LATE, details=late)]
