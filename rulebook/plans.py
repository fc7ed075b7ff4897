"""Targets of plans, campaigns for results of before, dossiers on shelves: tables, the office's on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from dossier.errors import ArgumentError
from rulebook.load import Reader
from rulebook.plan_figures import Backlog
from rulebook.problems import Problems
from rulebook.shelves import Shelves
from rulebook.table_files import read_table

PLANS_FOLDER: Final = "plans"
"""Folder of these tables in an office's rulebook."""
TARGETED: Final = ("nothing_twice", "reused", "paid_online", "online", "before", "on_time")
"""Figures that a plan may aim at, as reports name them."""

_FIRST_YEAR, _LAST_YEAR = 2021, 2099
# Of a machine that an office has: see docs/scale.md.
_CORES, _HOURS = 2, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A share that a plan aims at from a day on."""

    figure: str
    since: date
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Results of before that an office digitises.

    Attributes:
        name: as the plan calls it.
        office: agency part of dossier codes, with those below it.
        types: paper types that belong to it.
        results: results that are still valid, as counted on paper.
        targets: share to be digitised by the end of a year, in order of years.
    """

    name: str
    office: str
    types: tuple[str, ...]
    results: int
    targets: tuple[tuple[int, Fraction], ...]

    def stand(self, digitised: int, *, year: int) -> Backlog:
        """How it stands in a year: against that year's target, else the last one before, else none."""
        share = Fraction(0)
        for of, target in self.targets:
            if of <= year:
                share = target
        return Backlog(year=year, target=share, results=self.results, digitised=min(digitised, self.results))


@dataclass(frozen=True, slots=True)
class Plans:
    """All targets, campaigns, and what lies on shelves: an example where an office tells nothing."""

    targets: tuple[Target, ...]
    campaigns: tuple[Campaign, ...]
    shelves: tuple[Shelves, ...] = ()

    def on(self, day: date) -> Mapping[str, Fraction]:
        """Targets in force on a day, by figure; of two of one day the office's counts."""
        counted = sorted((one for one in self.targets if one.since <= day), key=lambda one: one.since)
        return {target.figure: target.share for target in counted}


def load_plans(*, office: Path | None = None, source: Traversable | None = None) -> Plans:
    """The plans of this installation.

    Args:
        office: an office's rulebook folder; its ``plans/*.toml`` add targets and campaigns, and tell what
            lies on its shelves.
        source: the project's table; its own by default.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    own = source or files("rulebook") / "tables" / "indicators" / "plans.toml"
    tables: list[Traversable] = [*_tables(office)]
    read = [_read(own, example=True), *(_read(table) for table in tables)]
    told = tuple(shelves for plans in read[1:] for shelves in plans.shelves)
    return Plans(
        targets=tuple(target for plans in read for target in plans.targets),
        campaigns=tuple(campaign for plans in read for campaign in plans.campaigns),
        shelves=told or read[0].shelves,
    )


def check_office_plans(office: Path, problems: Problems) -> int:
    """Note what is wrong with an office's own plans; how many tables there are."""
    found = _tables(office)
    for table in found:
        with problems.catching(table):
            _read(table)
    return len(found)


def _tables(office: Path | None) -> Sequence[Path]:
    return sorted((office / PLANS_FOLDER).glob("*.toml")) if office is not None else ()


def _read(table: Traversable, *, example: bool = False) -> Plans:
    reader = Reader(table, read_table(table))
    plans = Plans(
        targets=tuple(_target(entry) for entry in reader.tables("target")),
        campaigns=tuple(_campaign(entry) for entry in reader.tables("campaign")),
        shelves=tuple(_shelves(entry, example=example) for entry in reader.tables("backlog")),
    )
    reader.done()
    return plans


def _target(entry: Reader) -> Target:
    figure, since, share = entry.text("figure"), entry.day("since"), entry.number("share")
    entry.text("source")
    entry.take("verified", bool, default=False)
    entry.done()
    if figure not in TARGETED:
        raise entry.fail("figure", f"cần một trong: {', '.join(TARGETED)}")
    if since is None:
        raise entry.fail("since", "thiếu ngày bắt đầu")
    return Target(figure=figure, since=since, share=_share(entry, "share", share))


def _campaign(entry: Reader) -> Campaign:
    name, office, types = entry.text("name"), entry.text("office"), entry.words("types")
    results, targets = entry.need("results", int), entry.numbers("targets")
    entry.text("source")
    entry.done()
    if results < 0 or not types:
        raise entry.fail(
            "results" if results < 0 else "types", "cần số kết quả từ 0 và ít nhất một loại giấy tờ"
        )
    years: list[tuple[int, Fraction]] = []
    for year, share in sorted(targets.items()):
        if not (year.isascii() and year.isdigit() and _FIRST_YEAR <= int(year) <= _LAST_YEAR):
            raise entry.fail("targets", f"cần năm từ {_FIRST_YEAR} đến {_LAST_YEAR} và tỷ lệ")
        years.append((int(year), _share(entry, "targets", share)))
    return Campaign(name=name, office=office, types=types, results=results, targets=tuple(years))


def _shelves(entry: Reader, *, example: bool) -> Shelves:
    name, office = entry.text("name"), entry.take("office", str, default="")
    dossiers, cores = entry.need("dossiers", int), entry.take("cores", int, default=_CORES)
    pages, hours = entry.number("pages"), entry.number("hours")
    entry.text("source")
    entry.done()
    try:
        return Shelves(
            name=name,
            office=office,
            dossiers=dossiers,
            pages=Fraction(str(pages if pages is not None else 0)),
            cores=cores,
            hours=Fraction(str(hours if hours is not None else _HOURS)),
            example=example,
        )
    except ArgumentError as error:
        raise entry.fail("dossiers", str(error.details["expected"])) from error


def _share(entry: Reader, key: str, told: float | None) -> Fraction:
    if told is None or not 0 <= told <= 1:
        raise entry.fail(key, "cần tỷ lệ từ 0 đến 1")
    return Fraction(str(told))
