"""The report of a period: national index and plan figures, all together, by level and by office, in one pass.

Dossiers come person by person, however many there are; only counts are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType

from dossier.handling import DossierFacts, OfficeLevel, level_of
from rulebook.place_count import PlaceCount
from rulebook.plan_figures import Backlog, PlanFigures, PlanTally, check_period, in_period
from rulebook.plans import Campaign
from rulebook.service_index import Index, IndexTally
from rulebook.shelves import PageCost, Shelves


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of one office, one level, or all."""

    index: Index
    plan: PlanFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport:
    """The figures of a period.

    Attributes:
        first, last: days of reception in Vietnam, both included.
        now: moment that open dossiers were looked at, aware.
        whole: all together.
        levels, offices: each by itself, in order.
        targets: what plans aim at on the last day, by figure.
        campaigns: how digitising the results of before stands in the year of the last day.
        shelves: what lies there undigitised.
        cost: of a page, as this installation measured it; nothing before it read one.
    """

    first: date
    last: date
    now: datetime
    whole: Figures
    levels: Mapping[OfficeLevel, Figures]
    offices: Mapping[str, Figures]
    targets: Mapping[str, Fraction] = field(default_factory=dict)
    campaigns: tuple[tuple[Campaign, Backlog], ...] = ()
    shelves: tuple[Shelves, ...] = ()
    cost: PageCost | None = None


def everything(_one: DossierFacts) -> bool:
    """Every dossier is wanted."""
    return True


def period_report(  # noqa: PLR0913 - a period, its rules, and what to look at
    dossiers: Iterable[DossierFacts],
    first: date,
    last: date,
    *,
    now: datetime,
    full_at: Mapping[str, Fraction],
    national: Mapping[str, int] = MappingProxyType({}),
    wanted: Callable[[DossierFacts], bool] = everything,
) -> PeriodReport:
    """Count a period.

    Args:
        dossiers: all up to the last day, also earlier ones; those of one owner come one after the other.
        first: first day of reception, in Vietnam.
        last: last day of reception, included.
        now: the moment open dossiers are looked at, aware.
        full_at: share with full marks by number (``load_full_marks``).
        national: dossiers received by office as the national portal counts them.
        wanted: which dossiers count; what somebody brought elsewhere is known all the same.

    Raises:
        ArgumentError: the period is turned around.
    """
    check_period(first, last)
    # A dossier is counted where it belongs, and added up from there; a person counts once in each.
    places: defaultdict[tuple[OfficeLevel, str], Tally] = defaultdict(Tally)
    whole = Tally()
    levels: defaultdict[OfficeLevel, Tally] = defaultdict(Tally)
    offices: defaultdict[str, Tally] = defaultdict(Tally)
    for owner, own in groupby(dossiers, key=lambda one: one.owner):
        # Dossiers of nobody in particular may be many: each is looked at by itself.
        for person in [list(own)] if owner else ([one] for one in own):
            counted, again = in_period(person, first, last)
            brought: dict[int, bool] = {}
            tallies: dict[int, Tally] = {}
            for one in counted:
                if wanted(one):
                    places[one.level, one.office].add(one, now)
                    for tally in (whole, levels[one.level], offices[one.office]) if owner else ():
                        tallies[id(tally)] = tally
                        brought[id(tally)] = brought.get(id(tally), False) or one in again
            for key, tally in tallies.items():
                tally.plan.add_person(again=brought[key])
    for office in sorted(national.keys() - {office for _, office in places}):
        places[level_of(office), office].index.expect(office)
    for (level, office), tally in places.items():
        for larger in (whole, levels[level], offices[office]):
            larger.add_all(tally)
    rules = (first, last, full_at, national)
    return PeriodReport(
        first=first,
        last=last,
        now=now,
        whole=whole.figures(*rules),
        levels={level: tally.figures(*rules) for level, tally in sorted(levels.items())},
        offices={office: tally.figures(*rules) for office, tally in sorted(offices.items())},
    )


class Tally:
    """Counts dossiers for both kinds of figures."""

    def __init__(self) -> None:
        self.index = IndexTally()
        self.plan = PlanTally()

    def add(self, one: DossierFacts, now: datetime) -> None:
        """Count one more; open ones are looked at as of ``now``."""
        self.index.add(one)
        self.plan.add(one, now=now)

    def add_place(self, place: PlaceCount) -> None:
        """Count the dossiers of a place; its people are counted apart."""
        self.index.add_place(place)
        self.plan.add_place(place)

    def add_all(self, other: Tally) -> None:
        """Count what another one has counted."""
        self.index.add_all(other.index)
        self.plan.add_all(other.plan)

    def figures(
        self, first: date, last: date, full_at: Mapping[str, Fraction], national: Mapping[str, int]
    ) -> Figures:
        """The figures of what was counted."""
        return Figures(self.index.index(full_at, national), self.plan.figures(first, last))
