"""The dashboard: indicators of a period by office and month, pictures first; CSV and XLSX to take along."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from dossier.admission import Role
from dossier.api_errors import PeriodError, RequestValueError
from dossier.codes import is_office
from flows.indicators import Wanted
from flows.report_picture import picture_bytes
from flows.report_rows import figure_rows, rows
from flows.report_sheets import csv_bytes, xlsx_bytes
from rulebook.period_report import PeriodReport
from web.api.counting import counted, turn_to_count
from web.auth.guard import Standing
from web.auth.matrix import Endpoint
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_PATIENCE: Final = 20.0
_MOST_MONTHS: Final = 12
_FIRST_YEAR: Final = 2022
"""No rules count what was before; from which day on, the rules themselves say."""
_CARDS: Final = ("dossiers", "nothing_twice", "reused", "on_time", "4.3", "insisted")
"""What is shown large: the promise of the house first."""
_TABLE: Final = ("2.1", "4.1", "4.2", "4.3", "4.4", "4.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A period and an office."""

    first: date
    last: date
    office: str

    @property
    def query(self) -> str:
        """The same in an address."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat(), "office": self.office})


@dataclass(frozen=True, slots=True)
class Month:
    """Figures of one month, shares in percent."""

    first: date
    dossiers: int
    reused: float | None
    nothing_twice: float | None


def screens() -> Sequence[Screen]:
    """The page, its part by months, and its files."""
    return [
        Screen(path="/dashboard", method="GET", page=Page.DASHBOARD, show=_show),
        Screen(path="/dashboard/months", method="GET", page=Page.DASHBOARD, show=_months),
        Screen(path="/dashboard/figures.csv", method="GET", page=Page.DASHBOARD, show=_csv),
        Screen(path="/dashboard/figures.xlsx", method="GET", page=Page.DASHBOARD, show=_xlsx),
    ]


def _show(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    with _counting(visit):
        report = _report(visit, standing, asked.first, asked.last, asked.office)
    found = {row.figure: row for row in figure_rows(report.whole, "all", "", targets=report.targets)}
    # Made by our own template, which escapes every text.
    picture = Markup(picture_bytes(report, visit.lang).decode())  # noqa: S704
    return visit.page(
        "dashboard.html.j2",
        asked=asked,
        cards=[found[code] for code in _CARDS],
        picture=picture,
        offices=[
            (office, figures.plan.dossiers, [figures.index[code].percent for code in _TABLE])
            for office, figures in sorted(
                report.offices.items(), key=lambda one: (-one[1].plan.dossiers, one[0])
            )
        ],
        columns=[found[code] for code in _TABLE],
        campaigns=report.campaigns,
    )


def _months(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    with _counting(visit):
        months = [
            _month(_report(visit, standing, first, last, asked.office))
            for first, last in months_of(asked.first, asked.last)
        ]
    most = max((month.dossiers for month in months), default=0)
    return visit.page("months.html.j2", asked=asked, months=months, most=max(1, most))


def _csv(visit: Visit) -> Response:
    report = _for_file(visit)
    return _file(csv_bytes(rows(report), visit.lang), "text/csv; charset=utf-8", report, "csv")


def _xlsx(visit: Visit) -> Response:
    report = _for_file(visit)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(xlsx_bytes(report, list(rows(report)), visit.lang), kind, report, "xlsx")


def _for_file(visit: Visit) -> PeriodReport:
    asked, standing = _asked(visit)
    with _counting(visit):
        return _report(visit, standing, asked.first, asked.last, asked.office)


def _file(content: bytes, media_type: str, report: PeriodReport, ending: str) -> Response:
    name = f"motlan-{report.first:%Y%m%d}-{report.last:%Y%m%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _asked(visit: Visit) -> tuple[Asked, Standing]:
    """The period and office of the address, this year when it names none, and what the person stands on."""
    told, today = visit.request.query_params, visit.context.services.today()
    first = _day(told.get("from", "")) or date(today.year, 1, 1)
    # Nothing is counted of days to come, and months that nobody lives to see are no dates any more.
    last = min(_day(told.get("to", "")) or today, today)
    office = told.get("office", "").strip().upper()
    if last < first or first.year < _FIRST_YEAR:
        raise PeriodError(f"{first} - {last}")
    if office and not is_office(office):
        raise RequestValueError("office", expected="H26.5.12")
    caller = visit.caller(Role.OBSERVER, Role.ARCHIVIST, Role.ONE_STOP)
    standing = visit.context.guard.weigh_figures(caller, Endpoint.INDICATORS, office=office, request=visit.id)
    return Asked(first=first, last=last, office=office), standing


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(text[:10]) from error


def _counting(visit: Visit) -> AbstractContextManager[None]:
    return turn_to_count(visit.context, patience=_PATIENCE)


def _report(visit: Visit, standing: Standing, first: date, last: date, office: str) -> PeriodReport:
    wanted = Wanted(office=office, scopes=standing.caller.scopes)
    return counted(visit.context, first, last, wanted)


def months_of(first: date, last: date) -> Sequence[tuple[date, date]]:
    """The last twelve months of a period, each with its first and last day within the period."""
    found, begin = [], first
    while begin <= last:
        following = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((begin, min(last, following - timedelta(days=1))))
        begin = following
    return found[-_MOST_MONTHS:]


def _month(report: PeriodReport) -> Month:
    shares = {row.figure: row.value for row in figure_rows(report.whole, "all", "")}
    return Month(
        report.first,
        report.whole.plan.dossiers,
        float(shares["reused"]) if shares["reused"] is not None else None,
        float(shares["nothing_twice"]) if shares["nothing_twice"] is not None else None,
    )
