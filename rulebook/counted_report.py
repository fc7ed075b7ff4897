"""The report of a period from sums that a database made; the same figures as ``rulebook.period_report``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType

from dossier.handling import OfficeLevel, level_of
from dossier.moments import micros
from rulebook.period_report import PeriodReport, Tally
from rulebook.place_count import PlaceCount
from rulebook.plan_figures import check_period
from rulebook.time_limits import Punctuality

RulesPromise = Callable[[str, date, int], int | None]
"""Until when by the rules: short code of the procedure, day of reception in Vietnam, moment of reception."""


def counted_report(  # noqa: PLR0913 - a period, its rules, and what they say of promised days
    places: Iterable[PlaceCount],
    first: date,
    last: date,
    *,
    now: datetime,
    full_at: Mapping[str, Fraction],
    promise: RulesPromise,
    national: Mapping[str, int] = MappingProxyType({}),
) -> PeriodReport:
    """Add up places.

    Args:
        places: sums of the period, each office of each level once, open dossiers as of ``now``.
        first: first day of reception, in Vietnam.
        last: last day of reception, included.
        now: the moment open dossiers are looked at, aware.
        full_at: share with full marks by number (``load_full_marks``).
        promise: the promised day where nobody told it.
        national: dossiers received by office as the national portal counts them.

    Raises:
        ArgumentError: the period is turned around.
    """
    check_period(first, last)
    whole = Tally()
    levels: defaultdict[OfficeLevel, Tally] = defaultdict(Tally)
    offices: defaultdict[str, Tally] = defaultdict(Tally)
    people, ours = _People(), set[str]()
    for place in places:
        ours.add(place.office)
        settled = settle(place, promise, now=now)
        tally = Tally()
        tally.add_place(settled)
        for larger in (whole, levels[place.level], offices[place.office]):
            larger.add_all(tally)
        people.add(settled)
    for office in sorted(national.keys() - ours):
        for larger in (whole, levels[level_of(office)], offices[office]):
            larger.index.expect(office)
    people.into(whole, levels, offices)
    rules = (first, last, full_at, national)
    return PeriodReport(
        first=first,
        last=last,
        now=now,
        whole=whole.figures(*rules),
        levels={level: tally.figures(*rules) for level, tally in sorted(levels.items())},
        offices={office: tally.figures(*rules) for office, tally in sorted(offices.items())},
    )


def settle(place: PlaceCount, promise: RulesPromise, *, now: datetime) -> PlaceCount:
    """The sums with a verdict also on dossiers whose day the rules promise."""
    if not place.unpromised:
        return place
    moment, late, ended, overdue = micros(now), 0, 0, 0
    kinds: Counter[Punctuality] = Counter()
    for one in place.unpromised:
        promised = promise(one.procedure, one.day, one.received_at)
        if promised is None:
            continue
        verdict = one.course.against(promised)
        if verdict.late is not None:
            ended += 1
            late += verdict.late
        if verdict.punctuality is not None:
            kinds[verdict.punctuality] += 1
        overdue += verdict.overdue_from is not None and moment > verdict.overdue_from
    return replace(
        place,
        ended=place.ended + ended,
        late=place.late + late,
        punctuality=Counter(place.punctuality) + kinds,
        open_in_time=place.open_in_time - overdue,
        open_late=place.open_late + overdue,
        unpromised=(),
    )


class _People:
    """Who handed in, and who handed in again: a person counts once in each place."""

    def __init__(self) -> None:
        self._whole: tuple[set[str], set[str]] = (set(), set())
        self._levels: defaultdict[OfficeLevel, tuple[set[str], set[str]]] = defaultdict(_two)
        self._offices: defaultdict[str, tuple[set[str], set[str]]] = defaultdict(_two)

    def add(self, place: PlaceCount) -> None:
        for people, again in (self._whole, self._levels[place.level], self._offices[place.office]):
            people.update(place.people)
            again.update(place.again)

    def into(self, whole: Tally, levels: Mapping[OfficeLevel, Tally], offices: Mapping[str, Tally]) -> None:
        found = [(whole, self._whole)]
        found += [(levels[level], sets) for level, sets in self._levels.items()]
        found += [(offices[office], sets) for office, sets in self._offices.items()]
        for tally, (people, again) in found:
            tally.plan.add_people(len(people), again=len(again))


def _two() -> tuple[set[str], set[str]]:
    return set(), set()
