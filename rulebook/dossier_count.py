"""A dossier as one flat row of what figures count of it.

The row is an index: it can be made again from the raw facts at any time (``motlan recount``), and figures
that are computed from the raw facts (``rulebook.period_report``) must come out the same. It holds no name
and no number. Moments are microseconds since 1970 in UTC (``dossier.moments``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dossier.errors import ArgumentError
from dossier.handling import Channel, DossierFacts, OfficeLevel
from dossier.moments import VIETNAM, micros
from rulebook.place_count import Course, Verdict
from rulebook.plan_figures import spread_minutes
from rulebook.service_index import is_online, is_reused, is_shared, uses_data

_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierCount:
    """One dossier.

    Attributes:
        code, office, level, procedure, channel: as in ``DossierFacts``.
        day: of reception in Vietnam.
        applicant, officer: opaque references, empty when not known.
        received_at: moment of reception.
        promised_at: as told; nothing where the rules have to say it.
        course: what decides about lateness.
        kinds: paper types that the citizen brought, sorted.
        waited, handling: in minutes as ``spread_minutes`` rounds them; nothing when not measured.
        marks: those of ``MARKS`` that it meets.
    """

    code: str
    office: str
    level: OfficeLevel
    procedure: str
    channel: Channel
    day: date
    applicant: str
    officer: str
    received_at: int
    promised_at: int | None
    course: Course
    kinds: tuple[str, ...]
    waited: int | None
    handling: int | None
    marks: frozenset[str]

    @property
    def verdict(self) -> Verdict:
        """Against the day that was told; the rules are asked by whoever makes a report."""
        return self.course.against(self.promised_at)


def dossier_count(one: DossierFacts) -> DossierCount:
    """The row of a dossier.

    Args:
        one: facts whose promised day is the one that was told, or nothing.

    Raises:
        ArgumentError: it was never received, so nothing counts it.
    """
    if one.received_at is None:
        raise ArgumentError("dossier", expected="hồ sơ có ngày tiếp nhận")
    ended, until = one.ended_at is not None, one.handled_until
    met = {
        "yields_paper": one.yields_paper,
        "disliked": one.disliked,
        "insisted": one.insisted > 0,
        "reused": any(file.reused > 0 for file in one.files),
        "paid_online": one.paid_online,
        "synchronised": one.synchronised,
        "online": is_online(one),
        "result": one.yields_paper and one.result_link,
        "digitised": one.has_component_file and one.result_link,
        "component": is_reused(one),
        "shared": is_shared(one),
        "data": uses_data(one),
    }
    measured = max(timedelta(), until - one.received_at) if ended and until is not None else None
    return DossierCount(
        code=one.code,
        office=one.office,
        level=one.level,
        procedure=one.procedure,
        channel=one.channel,
        day=one.received_at.astimezone(VIETNAM).date(),
        applicant=one.owner,
        officer=one.officer if ended else "",
        received_at=micros(one.received_at),
        promised_at=micros(one.promised_at) if one.promised_at is not None else None,
        course=Course(
            until=micros(until) if until is not None else None,
            ended=ended,
            taken=_taken(one) // _MICROSECOND,
            twice=len(one.supplements) > 1,
        ),
        kinds=tuple(sorted({file.paper for file in one.files if file.paper and file.handed_in})),
        waited=spread_minutes(one.waited) if one.waited is not None else None,
        handling=spread_minutes(measured) if measured is not None else None,
        marks=frozenset(mark for mark, meets in met.items() if meets),
    )


def _taken(one: DossierFacts) -> timedelta:
    return sum((done - began for began, done in one.supplements if done is not None), timedelta())
