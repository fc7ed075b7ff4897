"""What the plans of districts and communes count beside the national index.

Share of people who handed nothing in twice, share of valid results digitised against a yearly target, waiting
and handling time, dossiers per officer and year, before, on and after the promised day, channels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median

from dossier.errors import ArgumentError
from dossier.handling import Channel, DossierFacts
from dossier.moments import VIETNAM
from rulebook.time_limits import Punctuality, punctuality

_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """Figures of one period.

    Attributes:
        dossiers: received in it.
        channels: by how they came.
        punctuality: ended ones with a promised day, by class; a second request for a supplement is late.
        open_in_time, open_late: not ended when the figures are made.
        people: applicants that are known, by opaque reference.
        nothing_twice: those who brought no paper of a kind that they had brought before.
        reused: dossiers with at least one component that was reused (DuocTaiSuDung), the strict count.
        waiting, handling: medians; handling leaves out what the citizen took. Nothing when not measured.
        per_officer_and_year: ended dossiers of an officer, as for a whole year; nothing without officers.
    """

    dossiers: int
    channels: Mapping[Channel, int]
    punctuality: Mapping[Punctuality, int]
    open_in_time: int
    open_late: int
    people: int
    nothing_twice: int
    reused: int
    waiting: timedelta | None
    handling: timedelta | None
    per_officer_and_year: Fraction | None

    @property
    def share_nothing_twice(self) -> Fraction | None:
        """Of the people who are known; nothing when there are none."""
        return Fraction(self.nothing_twice, self.people) if self.people else None

    def share_of(self, kind: Punctuality) -> Fraction | None:
        """Of the ended dossiers with a promised day; nothing when there are none."""
        ended = sum(self.punctuality.values())
        return Fraction(self.punctuality.get(kind, 0), ended) if ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """A campaign that digitises results that are still valid.

    Attributes:
        year: of the target.
        target: share to be digitised by the end of that year, 0 to 1.
        results: valid results there are.
        digitised: of them.
    """

    year: int
    target: Fraction
    results: int
    digitised: int

    def __post_init__(self) -> None:
        if not 0 <= self.digitised <= self.results or not 0 <= self.target <= 1:
            raise ArgumentError(
                "backlog", expected="số kết quả đã số hóa không quá tổng số; mục tiêu từ 0 đến 1"
            )

    @property
    def share(self) -> Fraction | None:
        """Digitised so far; nothing when there is no result."""
        return Fraction(self.digitised, self.results) if self.results else None

    @property
    def left(self) -> int:
        """Results that are still to be digitised for the target."""
        wanted = self.target * self.results
        return max(0, -(-wanted.numerator // wanted.denominator) - self.digitised)


def plan_figures(dossiers: Sequence[DossierFacts], first: date, last: date, *, now: datetime) -> PlanFigures:
    """The figures of a period.

    Args:
        dossiers: raw facts, also of earlier times: what was handed in before the period counts as known.
        first: first day of reception, in Vietnam.
        last: last day of reception, included.
        now: the moment open dossiers are looked at, aware.

    Raises:
        ArgumentError: the period is turned around.
    """
    if last < first:
        raise ArgumentError("period", expected="ngày cuối không trước ngày đầu")
    counted = [one for one in dossiers if first <= _day(one) <= last]
    ended = [one for one in counted if one.ended_at is not None]
    open_ = [one for one in counted if one.ended_at is None]
    late = [one for one in open_ if _is_overdue(one, now)]
    people = {one.owner for one in counted if one.owner}
    return PlanFigures(
        dossiers=len(counted),
        channels=Counter(one.channel for one in counted),
        punctuality=Counter(kind for one in ended if (kind := _class(one)) is not None),
        open_in_time=len(open_) - len(late),
        open_late=len(late),
        people=len(people),
        nothing_twice=len(people - _handed_in_twice(dossiers, first, last)),
        reused=sum(any(file.reused > 0 for file in one.files) for one in counted),
        waiting=_median(one.waited for one in counted),
        handling=_median(map(_handling, ended)),
        per_officer_and_year=_per_officer(ended, first, last),
    )


def _handed_in_twice(dossiers: Iterable[DossierFacts], first: date, last: date) -> set[str]:
    """People who in the period brought a kind of paper that they had brought with an earlier dossier."""
    brought: dict[str, set[str]] = {}
    found: set[str] = set()
    ordered = sorted((one for one in dossiers if one.owner and one.received_at), key=_moment)
    for one in ordered:
        papers = {file.paper for file in one.files if file.paper and file.handed_in}
        before = brought.setdefault(one.owner, set())
        if papers & before and first <= _day(one) <= last:
            found.add(one.owner)
        before |= papers
    return found


def _class(one: DossierFacts) -> Punctuality | None:
    end = one.handled_until
    if len(one.supplements) > 1:
        return Punctuality.LATE
    if end is None or one.promised_at is None:
        return None
    return punctuality(end, one.promised_at)


def _is_overdue(one: DossierFacts, now: datetime) -> bool:
    """Whether an open dossier is late; one that waits for the citizen is not, unless it was already."""
    if len(one.supplements) > 1:
        return True
    taken = sum((done - began for began, done in one.supplements if done is not None), timedelta())
    end = one.handled_until or now - taken
    return one.promised_at is not None and end > one.promised_at


def _handling(one: DossierFacts) -> timedelta | None:
    end = one.handled_until
    return None if end is None or one.received_at is None else max(timedelta(), end - one.received_at)


def _per_officer(ended: Sequence[DossierFacts], first: date, last: date) -> Fraction | None:
    done = [one for one in ended if one.officer]
    officers = {one.officer for one in done}
    if not officers:
        return None
    days = (last - first).days + 1
    return Fraction(len(done) * _YEAR_DAYS, len(officers) * days)


def _median(parts: Iterable[timedelta | None]) -> timedelta | None:
    seconds = [part.total_seconds() for part in parts if part is not None]
    return timedelta(seconds=median(seconds)) if seconds else None


def _moment(one: DossierFacts) -> tuple[datetime, str]:
    # Only dossiers with a day of reception are sorted; the code settles a tie.
    return one.received_at or datetime.max.replace(tzinfo=VIETNAM), one.code


def _day(one: DossierFacts) -> date:
    return date.min if one.received_at is None else one.received_at.astimezone(VIETNAM).date()
