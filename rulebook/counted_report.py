"""The report of a period from sums that a database made; the same figures as ``rulebook.period_report``."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType

from dossier.handling import OfficeLevel, level_of
from dossier.moments import micros
from rulebook.period_report import Figures, PeriodReport, Tally
from rulebook.place_count import PlaceCount, Unpromised, Verdict, verdict_of
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
        places: sums of the period, open dossiers as of ``now``; of each office of each level once, or by
            parts of the period.
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
    single: defaultdict[tuple[OfficeLevel, str], Tally] = defaultdict(Tally)
    for place in places:
        ours.add(place.office)
        settled = settle(place, promise, now=now)
        single[place.level, place.office].add_place(settled)
        people.add(settled)
    for (level, office), tally in single.items():
        for larger in (whole, levels[level], offices[office]):
            larger.add_all(tally)
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


def counted_whole(  # noqa: PLR0913 - as ``counted_report``
    places: Iterable[PlaceCount],
    first: date,
    last: date,
    *,
    now: datetime,
    full_at: Mapping[str, Fraction],
    promise: RulesPromise,
    national: Mapping[str, int] = MappingProxyType({}),
) -> Figures:
    """What ``counted_report`` says of all places together, without telling them apart."""
    check_period(first, last)
    whole, people, ours = Tally(), _People(), set[str]()
    for place in places:
        ours.add(place.office)
        settled = settle(place, promise, now=now)
        whole.add_place(settled)
        people.add(settled)
    for office in sorted(national.keys() - ours):
        whole.index.expect(office)
    people.into(whole, {}, {})
    return whole.figures(first, last, full_at, national)


def settle(place: PlaceCount, promise: RulesPromise, *, now: datetime) -> PlaceCount:
    """The sums with a verdict also on dossiers whose day the rules promise."""
    if not place.unpromised:
        return place
    moment, late, ended, overdue = micros(now), 0, 0, 0
    kinds: Counter[Punctuality] = Counter()
    for verdict in _verdicts(place.unpromised, promise):
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


@dataclass(frozen=True, slots=True)
class SpanCount:
    """The sums of one place in a span of days, for whatever moment they are looked at.

    Attributes:
        place: the sums, every open dossier in time.
        overdue: since when each open one is overdue, in microseconds, ascending.
    """

    place: PlaceCount
    overdue: tuple[int, ...]

    def at(self, now: datetime) -> PlaceCount:
        """The sums as of a moment."""
        late = bisect_left(self.overdue, micros(now))
        if not late:
            return self.place
        return replace(self.place, open_in_time=self.place.open_in_time - late, open_late=late)


def span_count(place: PlaceCount, overdue: Iterable[int], promise: RulesPromise) -> SpanCount:
    """Sums with a verdict also on dossiers whose day the rules promise, for whatever moment.

    Args:
        place: with every open dossier in time.
        overdue: since when each open one is overdue whose day was told.
        promise: the promised day where nobody told it.
    """
    late, ended, moments = 0, 0, [*overdue]
    kinds: Counter[Punctuality] = Counter()
    for verdict in _verdicts(place.unpromised, promise):
        if verdict.late is not None:
            ended += 1
            late += verdict.late
        if verdict.punctuality is not None:
            kinds[verdict.punctuality] += 1
        if verdict.overdue_from is not None:
            moments.append(verdict.overdue_from)
    settled = replace(
        place,
        ended=place.ended + ended,
        late=place.late + late,
        punctuality=Counter(place.punctuality) + kinds,
        unpromised=(),
    )
    return SpanCount(settled, tuple(sorted(moments)))


def _verdicts(unpromised: Iterable[Unpromised], promise: RulesPromise) -> Iterator[Verdict]:
    days = _Days()
    for procedure, day, received_at, until, ended, taken in unpromised:
        promised = promise(procedure, days[day], received_at)
        if promised is not None:
            yield verdict_of(until, promised, ended=bool(ended), taken=taken)


class _Days(dict[str, date]):
    """Dates by their text: few different ones stand in many rows."""

    def __missing__(self, text: str) -> date:
        self[text] = day = date.fromisoformat(text)
        return day


class _People:
    """Who handed in, and who handed in again: a person counts once in each place."""

    def __init__(self) -> None:
        self._levels: defaultdict[OfficeLevel, tuple[set[str], set[str]]] = defaultdict(_two)
        self._offices: defaultdict[str, tuple[set[str], set[str]]] = defaultdict(_two)

    def add(self, place: PlaceCount) -> None:
        for people, again in (self._levels[place.level], self._offices[place.office]):
            people.update(place.people)
            again.update(place.again)

    def into(self, whole: Tally, levels: Mapping[OfficeLevel, Tally], offices: Mapping[str, Tally]) -> None:
        found = [(levels[level], sets) for level, sets in self._levels.items() if level in levels]
        found += [(offices[office], sets) for office, sets in self._offices.items() if office in offices]
        for tally, (people, again) in found:
            tally.plan.add_people(len(people), again=len(again))
        everybody = _joined(people for people, _ in self._levels.values())
        repeaters = _joined(again for _, again in self._levels.values())
        whole.plan.add_people(len(everybody), again=len(repeaters))


def _two() -> tuple[set[str], set[str]]:
    return set(), set()


def _joined(sets: Iterable[set[str]]) -> AbstractSet[str]:
    """All that is in any; the largest one takes the others in, so the sets are not what they were."""
    ordered = sorted(sets, key=len, reverse=True)
    if not ordered:
        return frozenset()
    ordered[0].update(*ordered[1:])
    return ordered[0]
