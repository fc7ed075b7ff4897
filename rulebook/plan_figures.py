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
from itertools import accumulate, groupby

from dossier.errors import ArgumentError
from dossier.handling import Channel, DossierFacts
from dossier.moments import VIETNAM
from rulebook.place_count import PlaceCount
from rulebook.service_index import received_between
from rulebook.time_limits import Punctuality, punctuality

_YEAR_DAYS = 365
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 24 * 60
_FINE = 90 * _DAY_MINUTES


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
        insisted: dossiers in which a held paper was asked for all the same, with a written reason.
        paid_online: dossiers paid online (DuocThanhToanTrucTuyen).
        waiting, handling: medians, to the minute; handling leaves out what the citizen took. Nothing when
            not measured.
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
    insisted: int
    paid_online: int
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
    check_period(first, last)
    tally = PlanTally()
    for person in by_person(dossiers):
        counted, again = in_period(person, first, last)
        for one in counted:
            tally.add(one, now=now)
        if counted and counted[0].owner:
            tally.add_person(again=bool(again))
    return tally.figures(first, last)


def check_period(first: date, last: date) -> None:
    """Refuse a period that is turned around.

    Raises:
        ArgumentError: it is.
    """
    if last < first:
        raise ArgumentError("period", expected="ngày cuối không trước ngày đầu")


def by_person(dossiers: Iterable[DossierFacts]) -> Iterable[list[DossierFacts]]:
    """The dossiers of each person together, those of nobody in particular first."""
    return (list(own) for _, own in groupby(sorted(dossiers, key=lambda one: one.owner), key=_owner))


def in_period(
    person: Sequence[DossierFacts], first: date, last: date
) -> tuple[Sequence[DossierFacts], Sequence[DossierFacts]]:
    """The dossiers of one person that count in a period, and those of them with a paper handed in again.

    Args:
        person: all dossiers of one person up to the end of the period, in any order; or of nobody.
        first: first day of reception, in Vietnam.
        last: last day of reception, included.

    Returns:
        Both; a paper was handed in again when an earlier dossier, whenever it was, had brought its kind.
    """
    counted = [one for one in person if received_between(one, first, last)]
    if not counted or not counted[0].owner or len(person) == 1:
        return counted, ()
    again: list[DossierFacts] = []
    before: set[str] = set()
    for one in sorted((one for one in person if one.received_at), key=_moment):
        papers = {file.paper for file in one.files if file.paper and file.handed_in}
        if papers & before and received_between(one, first, last):
            again.append(one)
        before |= papers
    return counted, again


class PlanTally:
    """Counts dossiers of a period one by one, in memory that does not grow with them."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._channels: Counter[Channel] = Counter()
        self._punctuality: Counter[Punctuality] = Counter()
        self._officers: set[str] = set()
        self._waiting, self._handling = Spread(), Spread()

    def add(self, one: DossierFacts, *, now: datetime) -> None:
        """Count one more that was received in the period."""
        counts = self._counts
        counts["dossiers"] += 1
        self._channels[one.channel] += 1
        counts["reused"] += any(file.reused > 0 for file in one.files)
        counts["insisted"] += one.insisted > 0
        counts["paid_online"] += one.paid_online
        if one.waited is not None:
            self._waiting.add(one.waited)
        if one.ended_at is None:
            counts["open_late" if _is_overdue(one, now) else "open_in_time"] += 1
            return
        until = one.handled_until
        kind = _class(one, until)
        if kind is not None:
            self._punctuality[kind] += 1
        if until is not None and one.received_at is not None:
            self._handling.add(max(timedelta(), until - one.received_at))
        if one.officer:
            counts["by_officers"] += 1
            self._officers.add(one.officer)

    def add_place(self, place: PlaceCount) -> None:
        """Count the dossiers of one place, as a database added them up; its people are counted apart."""
        self._counts.update(
            dossiers=place.dossiers,
            reused=place.met["reused"],
            insisted=place.met["insisted"],
            paid_online=place.met["paid_online"],
            open_in_time=place.open_in_time,
            open_late=place.open_late,
            by_officers=place.by_officers,
        )
        self._channels.update(place.channels)
        self._punctuality.update(place.punctuality)
        self._officers.update(place.officers)
        self._waiting.add_minutes(place.waiting)
        self._handling.add_minutes(place.handling)

    def add_people(self, people: int, *, again: int) -> None:
        """Count applicants of the period, and those of them who handed something in again."""
        self._counts.update(people=people, again=again)

    def add_person(self, *, again: bool) -> None:
        """Count one more applicant of the period, who handed something in again or not."""
        self._counts["people"] += 1
        self._counts["again"] += again

    def add_all(self, other: PlanTally) -> None:
        """Count what another one has counted."""
        # Adding in place looks through all that is there for what is below one.
        self._counts.update(other._counts)
        self._channels.update(other._channels)
        self._punctuality.update(other._punctuality)
        self._officers |= other._officers
        self._waiting.add_all(other._waiting)
        self._handling.add_all(other._handling)

    def figures(self, first: date, last: date) -> PlanFigures:
        """The figures of what was counted."""
        counts, days = self._counts, (last - first).days + 1
        officers = len(self._officers)
        return PlanFigures(
            dossiers=counts["dossiers"],
            channels=self._channels,
            punctuality=self._punctuality,
            open_in_time=counts["open_in_time"],
            open_late=counts["open_late"],
            people=counts["people"],
            nothing_twice=counts["people"] - counts["again"],
            reused=counts["reused"],
            insisted=counts["insisted"],
            paid_online=counts["paid_online"],
            waiting=self._waiting.median,
            handling=self._handling.median,
            per_officer_and_year=(
                Fraction(counts["by_officers"] * _YEAR_DAYS, officers * days) if officers else None
            ),
        )


def spread_minutes(length: timedelta) -> int:
    """A length as medians look at it: whole minutes up to ninety days, beyond whole days in minutes."""
    minutes = round(length / _MINUTE)
    return minutes if minutes < _FINE else minutes // _DAY_MINUTES * _DAY_MINUTES


class Spread:
    """Lengths of time, of which the median is wanted: to the minute up to ninety days, beyond to the day."""

    def __init__(self) -> None:
        self._found: Counter[int] = Counter()

    def add(self, length: timedelta) -> None:
        """One more, not below nothing."""
        self._found[spread_minutes(length)] += 1

    def add_minutes(self, minutes: Mapping[int, int]) -> None:
        """More: how many have each length, as ``spread_minutes`` rounds it."""
        self._found.update(minutes)

    def add_all(self, other: Spread) -> None:
        """Those of another one too."""
        self._found.update(other._found)

    @property
    def median(self) -> timedelta | None:
        """The middle one, or the mean of the two in the middle; nothing when there is none."""
        count = self._found.total()
        if not count:
            return None
        places = accumulate(sorted(self._found.items()), lambda sum_, bin_: (bin_[0], sum_[1] + bin_[1]))
        wanted = [(count - 1) // 2 + 1, count // 2 + 1]
        middle: list[int] = []
        for minutes, up_to in places:
            middle += [minutes for place in wanted[len(middle) :] if place <= up_to]
            if len(middle) == len(wanted):
                break
        return sum(middle) * _MINUTE / len(middle)


def _class(one: DossierFacts, end: datetime | None) -> Punctuality | None:
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


def _moment(one: DossierFacts) -> tuple[datetime, str]:
    # Only dossiers with a day of reception are sorted; the code settles a tie.
    return one.received_at or datetime.max.replace(tzinfo=VIETNAM), one.code


def _owner(one: DossierFacts) -> str:
    return one.owner
