"""The dashboard: indicators of a period by office and month, live; every table as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from dossier.admission import Role
from dossier.api_errors import PeriodError, RequestValueError
from dossier.codes import is_office
from flows.campaign_stands import boxes_of, campaign_rows, open_stands
from flows.indicators import MonthFigures, Wanted, month_figures
from flows.month_lines import HEIGHT, WIDTH, line_pictures, month_rows
from flows.report_picture import picture_bytes
from flows.report_rows import Row, figure_rows, rows
from flows.report_sheets import csv_bytes, table_bytes, xlsx_bytes
from rulebook.period_report import PeriodReport
from web.api.counting import counted, rules_known, turn_to_count
from web.auth.guard import Standing
from web.auth.matrix import Endpoint
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_PATIENCE: Final = 20.0
_MOST_MONTHS: Final = 12
_MOST_OFFICES: Final = 200
"""Rows of the table; files have all."""
_FIRST_YEAR: Final = 2022
"""No rules count what was before; from which day on, the rules themselves say."""
_CARDS: Final = ("dossiers", "nothing_twice", "reused", "2.1", "4.3", "insisted")
"""What is shown large: the promise of the house first."""
_TABLES: Final = {
    "766": ("1.4", "2.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4"),
    "plan": (
        "nothing_twice",
        "reused",
        "insisted",
        "before",
        "on_time",
        "late",
        "direct",
        "online",
        "post",
        "paid_online",
        "open_late",
        "waiting",
        "handling",
        "per_officer_and_year",
    ),
}
"""The columns of the two tables by office."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV: Final = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A period and an office, which table, and how it is sorted: by a figure, largest first or last."""

    first: date
    last: date
    office: str
    table: str
    sort: str
    up: bool

    def query(self, **changes: str) -> str:
        """The same in an address."""
        told = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "office": self.office,
            "table": self.table,
            "sort": self.sort,
            "order": "up" if self.up else "down",
        }
        return urlencode(told | changes)


@dataclass(frozen=True, slots=True)
class Line:
    """An office in the table: its dossiers, the figures of the columns, and the bar, in percent."""

    office: str
    dossiers: int
    cells: Sequence[Row]
    bar: float


def screens() -> Sequence[Screen]:
    """The page, its parts, and the files of its tables."""
    page = Page.DASHBOARD
    files: Sequence[tuple[str, Callable[[Visit], Response]]] = (
        ("figures.csv", _csv),
        ("figures.xlsx", _xlsx),
        ("months.csv", _months_csv),
        ("months.xlsx", _months_xlsx),
        ("campaigns.csv", _campaigns_csv),
        ("campaigns.xlsx", _campaigns_xlsx),
    )
    return [
        Screen(path="/dashboard", method="GET", page=page, show=_show),
        Screen(path="/dashboard/months", method="GET", page=page, show=_months),
        Screen(path="/dashboard/campaigns", method="GET", page=page, show=_campaigns),
        *(Screen(path=f"/dashboard/{name}", method="GET", page=page, show=show) for name, show in files),
    ]


def _show(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    with _counting(visit):
        report = _report(visit, standing, asked)
    found = {row.figure: row for row in figure_rows(report.whole, "all", "", targets=report.targets)}
    lines = _lines(report, asked)
    # Made by our own template, which escapes every text.
    picture = Markup(picture_bytes(report, visit.lang).decode())  # noqa: S704
    return visit.page(
        "dashboard.html.j2",
        asked=asked,
        now=report.now,
        cards=[found[code] for code in _CARDS],
        picture=picture,
        lines=lines[:_MOST_OFFICES],
        more=len(lines) > _MOST_OFFICES,
        columns=[found[code] for code in _TABLES[asked.table]],
        tables=list(_TABLES),
        campaigns=report.campaigns,
    )


def _lines(report: PeriodReport, asked: Asked) -> Sequence[Line]:
    """Offices as they are to be sorted; those without the figure come last either way."""
    found: list[tuple[Decimal | None, Line]] = []
    for office, figures in report.offices.items():
        told = {row.figure: row for row in figure_rows(figures, "office", office)}
        count = figures.plan.dossiers
        by = _amount(told[asked.sort]) if asked.sort in told else Decimal(count)
        found.append((by, Line(office, count, [told[code] for code in _TABLES[asked.table]], 0.0)))
    known = [(by, line) for by, line in found if by is not None]
    most = max((by for by, _ in known), default=Decimal(0)) or Decimal(1)
    known.sort(key=lambda one: (one[0] if asked.up else -one[0], one[1].office))
    drawn = [
        Line(line.office, line.dossiers, line.cells, round(float(100 * by / most), 1)) for by, line in known
    ]
    return [*drawn, *(line for by, line in found if by is None)]


def _amount(row: Row) -> Decimal | None:
    """What a row is sorted by: its value, a plain count where it is no share."""
    return (
        Decimal(row.counted or 0)
        if row.of is None and row.value is None and row.counted is not None
        else row.value
    )


def _months(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    months = _month_figures(visit, standing, asked)
    counts = [(one.first, one.figures.plan.dossiers, one.figures.plan.reused) for one in months]
    return visit.page(
        "months.html.j2",
        asked=asked,
        counts=counts,
        most=max(1, *(count for _, count, _ in counts)),
        lines=line_pictures(months, visit.lang),
        size=(WIDTH, HEIGHT),
    )


def _campaigns(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    stands = open_stands(visit.context.services, covers=_wanted(standing, asked).covers_campaign)
    return visit.page("campaigns_part.html.j2", asked=asked, stands=[(one, boxes_of(one)) for one in stands])


# files


def _csv(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    with _counting(visit):
        report = _report(visit, standing, asked)
    return _file(csv_bytes(rows(report), visit.lang), _CSV, asked, "motlan", "csv")


def _xlsx(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    with _counting(visit):
        report = _report(visit, standing, asked)
    return _file(xlsx_bytes(report, list(rows(report)), visit.lang), _XLSX, asked, "motlan", "xlsx")


def _months_csv(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    told = month_rows(_month_figures(visit, standing, asked))
    return _file(csv_bytes(told, visit.lang), _CSV, asked, "motlan-months", "csv")


def _months_xlsx(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    told = month_rows(_month_figures(visit, standing, asked))
    content = table_bytes(told, visit.lang, title=visit.words("dashboard.by_month"))
    return _file(content, _XLSX, asked, "motlan-months", "xlsx")


def _campaigns_csv(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    stands = open_stands(visit.context.services, covers=_wanted(standing, asked).covers_campaign)
    return _file(csv_bytes(campaign_rows(stands), visit.lang), _CSV, asked, "motlan-campaigns", "csv")


def _campaigns_xlsx(visit: Visit) -> Response:
    asked, standing = _asked(visit)
    stands = open_stands(visit.context.services, covers=_wanted(standing, asked).covers_campaign)
    content = table_bytes(campaign_rows(stands), visit.lang, title=visit.words("dashboard.campaigns"))
    return _file(content, _XLSX, asked, "motlan-campaigns", "xlsx")


def _file(content: bytes, media_type: str, asked: Asked, name: str, ending: str) -> Response:
    told = f"{name}-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{told}"'}
    return Response(content, media_type=media_type, headers=headers)


# what is asked


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
    table = told.get("table", "")
    table = table if table in _TABLES else "766"
    sort = told.get("sort", "")
    asked = Asked(
        first=first,
        last=last,
        office=office,
        table=table,
        sort=sort if sort in _TABLES[table] else "dossiers",
        up=told.get("order", "") == "up",
    )
    return asked, standing


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(text[:10]) from error


def _counting(visit: Visit) -> AbstractContextManager[None]:
    return turn_to_count(visit.context, patience=_PATIENCE)


def _wanted(standing: Standing, asked: Asked) -> Wanted:
    return Wanted(office=asked.office, scopes=standing.caller.scopes)


def _report(visit: Visit, standing: Standing, asked: Asked) -> PeriodReport:
    return counted(visit.context, asked.first, asked.last, _wanted(standing, asked))


def _month_figures(visit: Visit, standing: Standing, asked: Asked) -> Sequence[MonthFigures]:
    context = visit.context
    with _counting(visit), rules_known(asked.first, asked.last):
        return month_figures(
            context.services,
            asked.first,
            asked.last,
            wanted=_wanted(standing, asked),
            kept=context.kept,
            most=_MOST_MONTHS,
        )
