"""The report of a period, made from what the store holds about every dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dossier.admission import EVERYTHING, Scopes
from dossier.handling import DossierFacts, OfficeLevel, level_of
from flows.handling import RulesPromises, all_facts
from flows.kept_counts import KeptCounts, months_of
from flows.operating.work_done import CPU, FILING, PAGES, READING
from flows.portal import national_counts
from rulebook.counted_report import counted_report, counted_whole
from rulebook.period_report import Figures, PeriodReport, period_report
from rulebook.plans import load_plans
from rulebook.service_index import load_full_marks
from rulebook.shelves import PageCost, page_cost
from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which dossiers a report is about.

    Attributes:
        office: agency part of dossier codes, with those below it; empty for all.
        level: nothing for all.
        scopes: how far the rights of who asks reach; nothing for a person at the machine.
    """

    office: str = ""
    level: OfficeLevel | None = None
    scopes: Scopes | None = None

    def __call__(self, one: DossierFacts) -> bool:
        """Whether a dossier counts."""
        scopes = self.scopes
        return self.covers_place(one.office, one.level) and (
            scopes is None or scopes.covers_procedure(one.procedure)
        )

    @property
    def procedures(self) -> Sequence[str] | None:
        """Short codes that may be seen; nothing for all."""
        scopes = self.scopes
        return None if scopes is None or EVERYTHING in scopes.procedures else scopes.procedures

    def covers_place(self, office: str, level: OfficeLevel) -> bool:
        """Whether dossiers of an office, of one level, may count."""
        return (
            self._is_inside(office)
            and (self.level is None or level is self.level)
            and (self.scopes is None or self.scopes.covers_office(office))
        )

    def covers_office(self, office: str) -> bool:
        """Whether the portal's count of an office may stand beside ours: it counts all its procedures."""
        return self._sees_all_of(office) and (self.level is None or level_of(office) is self.level)

    def covers_campaign(self, office: str) -> bool:
        """Whether a campaign of an office is told; none when levels or procedures are chosen."""
        return self._sees_all_of(office) and self.level is None

    def _is_inside(self, office: str) -> bool:
        """Whether it is the office asked about, or one below it."""
        return not self.office or office == self.office or office.startswith(f"{self.office}.")

    def _sees_all_of(self, office: str) -> bool:
        """Whether all procedures of an office are wanted and may be seen."""
        scopes = self.scopes
        seen = scopes is None or (scopes.covers_office(office) and EVERYTHING in scopes.procedures)
        return seen and self._is_inside(office)


def make_report(  # noqa: PLR0913 - a period, what counts, and how it is counted
    services: Services,
    first: date,
    last: date,
    *,
    wanted: Wanted,
    from_events: bool = False,
    kept: KeptCounts | None = None,
) -> PeriodReport:
    """Count a period.

    Args:
        services: of this installation.
        first: first day of reception, in Vietnam.
        last: last day, included.
        wanted: which dossiers count.
        from_events: compute the figures anew from the raw facts of every dossier up to the end of the period,
            in one pass; else add up the rows that are kept in step with them.
        kept: sums of months that were counted before; rows are read anew without them.

    Raises:
        ArgumentError: the period is turned around.
        RulebookError: the tables say nothing about its last day.
    """
    plans = load_plans(office=services.rules_folder)
    if from_events:
        report = _from_facts(services, first, last, wanted)
    else:
        report = _from_rows(services, first, last, wanted, kept)
    handlings = services.store.records.handlings
    stands = tuple(
        (one, one.stand(handlings.filed(one.office, one.types), year=last.year))
        for one in plans.campaigns
        if wanted.covers_campaign(one.office)
    )
    return replace(
        report,
        targets=plans.on(last),
        campaigns=stands,
        shelves=tuple(one for one in plans.shelves if wanted.covers_campaign(one.office)),
        cost=measured_cost(services),
    )


def measured_cost(services: Services) -> PageCost | None:
    """What a page cost so far, on all machines of this installation; nothing before one was read."""
    done = services.store.records.upkeep.operating.done()
    return page_cost(
        pages=done.get(PAGES, 0), read=done.get(f"{CPU}.{READING}", 0), file=done.get(f"{CPU}.{FILING}", 0)
    )


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What was counted of one month of a period, with its days within that."""

    first: date
    last: date
    figures: Figures


def month_figures(  # noqa: PLR0913 - a period, what counts, and how it is counted
    services: Services, first: date, last: date, *, wanted: Wanted, kept: KeptCounts, most: int
) -> Sequence[MonthFigures]:
    """The last months of a period, all places of each together; each person counts once a month.

    Args:
        services: of this installation.
        first: first day of reception, in Vietnam.
        last: last day, included.
        wanted: which dossiers count.
        kept: sums of months that were counted before.
        most: months.

    Raises:
        RulebookError: the tables say nothing about a month.
    """
    now, promise = services.clock(), RulesPromises(services)
    return [
        MonthFigures(
            begin,
            end,
            counted_whole(
                kept.places(
                    services,
                    begin,
                    end,
                    now=now,
                    covers=wanted.covers_place,
                    procedures=wanted.procedures,
                ),
                begin,
                end,
                now=now,
                full_at=load_full_marks(end),
                promise=promise,
                national=national_counts(services, begin, end, covers=wanted.covers_office),
            ),
        )
        for begin, end in months_of(first, last)[-most:]
    ]


def _from_facts(services: Services, first: date, last: date, wanted: Wanted) -> PeriodReport:
    return period_report(
        all_facts(services, last=last),
        first,
        last,
        now=services.clock(),
        full_at=load_full_marks(last),
        national=national_counts(services, first, last, covers=wanted.covers_office),
        wanted=wanted,
    )


def _from_rows(
    services: Services, first: date, last: date, wanted: Wanted, kept: KeptCounts | None
) -> PeriodReport:
    now, covers, procedures = services.clock(), wanted.covers_place, wanted.procedures
    if kept is not None:
        places = kept.places(services, first, last, now=now, covers=covers, procedures=procedures)
    else:
        counts = services.store.records.counts
        places = counts.places(first, last, now=now, covers=covers, procedures=procedures)
    return counted_report(
        places,
        first,
        last,
        now=now,
        full_at=load_full_marks(last),
        promise=RulesPromises(services),
        national=national_counts(services, first, last, covers=wanted.covers_office),
    )
