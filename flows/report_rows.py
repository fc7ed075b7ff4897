"""A report as rows for tables and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from dossier.handling import Channel
from dossier.moments import VIETNAM
from rulebook.period_report import Figures, PeriodReport
from rulebook.plan_figures import PlanFigures
from rulebook.service_index import Figure
from rulebook.shelves import PageCost, Shelves, days_of
from rulebook.time_limits import Punctuality

_CENT: Final = Decimal("0.01")
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "1.4": ("Hồ sơ đồng bộ lên Cổng quốc gia", "Synchronised with the national portal"),
    "2.1": ("Giải quyết không trễ hạn", "Handled in time"),
    "3.3": ("Nộp trực tuyến, có kết quả điện tử", "Submitted online with an e-result"),
    "4.1": ("Cấp kết quả điện tử", "E-result issued"),
    "4.2": ("Số hóa hồ sơ, kết quả", "Dossier and result digitised"),
    "4.3": ("Khai thác, sử dụng lại dữ liệu số hóa", "Digitised components (reuse)"),
    "4.4": ("Số hóa có chia sẻ để tái sử dụng", "Digitised and shared for reuse"),
    "4.5": ("Khai thác dữ liệu dân cư, kho dữ liệu", "Population data or portal store used"),
    "5.4": ("Mức độ hài lòng", "Satisfaction"),
    "dossiers": ("Hồ sơ tiếp nhận", "Dossiers received"),
    "direct": ("Nộp trực tiếp", "At the counter"),
    "online": ("Nộp trực tuyến", "Online"),
    "post": ("Qua bưu chính công ích", "By post"),
    "before": ("Giải quyết trước hạn", "Before the promised day"),
    "on_time": ("Giải quyết đúng hạn", "On the promised day"),
    "late": ("Giải quyết quá hạn", "After the promised day"),
    "open_in_time": ("Đang giải quyết, trong hạn", "Open, in time"),
    "open_late": ("Đang giải quyết, quá hạn", "Open, late"),
    "nothing_twice": ("Người dân không phải nộp lại giấy tờ", "People who handed nothing in twice"),
    "reused": ("Hồ sơ có giấy tờ tái sử dụng", "Dossiers with a reused paper"),
    "insisted": ("Hồ sơ vẫn yêu cầu giấy tờ đã có", "Dossiers where a held paper was asked for"),
    "paid_online": ("Thanh toán trực tuyến", "Paid online"),
    "waiting": ("Thời gian chờ (phút, trung vị)", "Waiting (minutes, median)"),
    "handling": ("Thời gian giải quyết (giờ, trung vị)", "Handling (hours, median)"),
    "per_officer_and_year": ("Hồ sơ mỗi cán bộ một năm", "Dossiers per officer and year"),
}
_CHANNELS: Final = {Channel.DIRECT: "direct", Channel.ONLINE: "online", Channel.POST: "post"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one place.

    Attributes:
        place: ``all``, ``level``, ``office``, ``campaign`` or ``backlog``.
        name: which level or office, empty for all.
        figure: number of the indicator, or a stable word.
        name_vi, name_en: what people read.
        counted: how many meet it, nothing for a length of time.
        of: of how many, nothing where it is no share.
        value: percent, minutes, hours or dossiers, two decimals; nothing when there is nothing to count.
        full_at: percent with full marks or of the plan, nothing when not told.
    """

    place: str
    name: str
    figure: str
    name_vi: str
    name_en: str
    counted: int | None
    of: int | None
    value: Decimal | None
    full_at: Decimal | None


def rows(report: PeriodReport) -> Iterator[Row]:
    """All figures: all together, then each level, then each office."""
    yield from figure_rows(report.whole, "all", "", targets=report.targets)
    for level, figures in report.levels.items():
        yield from figure_rows(figures, "level", level.value, targets=report.targets)
    for office, figures in report.offices.items():
        yield from figure_rows(figures, "office", office, targets=report.targets)
    for campaign, stand in report.campaigns:
        yield Row(
            place="campaign",
            name=campaign.office,
            figure="digitised",
            name_vi=campaign.name,
            name_en=campaign.name,
            counted=stand.digitised,
            of=stand.results,
            value=_percent(stand.share),
            full_at=_percent(stand.target),
        )
    for shelves in report.shelves:
        yield from _shelves_rows(shelves, report.cost)


def _shelves_rows(shelves: Shelves, cost: PageCost | None) -> Iterator[Row]:
    """Days by machines; none before anything was measured."""
    for one in days_of(shelves, cost) if cost is not None else ():
        yield Row(
            place="backlog",
            name=shelves.office,
            figure=f"days_{one.machines}",
            name_vi=f"{shelves.name}: số ngày với {one.machines} máy",
            name_en=f"{shelves.name}: days with {one.machines} machines",
            counted=shelves.dossiers,
            of=None,
            value=_rounded(one.days),
            full_at=None,
        )


def figure_rows(
    figures: Figures, place: str, name: str, *, targets: Mapping[str, Fraction] = MappingProxyType({})
) -> Iterator[Row]:
    """The figures of one place: the index first."""
    for figure in figures.index.values():
        yield _index_row(figure, place, name)
    for code, counted, of, value in _plan(figures.plan):
        vi, en = _NAMES[code]
        yield Row(
            place=place,
            name=name,
            figure=code,
            name_vi=vi,
            name_en=en,
            counted=counted,
            of=of,
            value=value,
            full_at=_percent(targets.get(code)),
        )


def report_json(report: PeriodReport) -> dict[str, object]:
    """The report as ``motlan report --json`` and the service tell it."""
    return {
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "made_at": report.now.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "whole": _figures_json(report.whole, report.targets),
        "levels": {
            level.value: _figures_json(figures, report.targets) for level, figures in report.levels.items()
        },
        "offices": {
            office: _figures_json(figures, report.targets) for office, figures in report.offices.items()
        },
        "campaigns": [
            {
                "name": campaign.name,
                "office": campaign.office,
                "year": stand.year,
                "results": stand.results,
                "digitised": stand.digitised,
                "target": float(stand.target),
                "left": stand.left,
            }
            for campaign, stand in report.campaigns
        ],
        "backlogs": [_shelves_json(shelves, report.cost) for shelves in report.shelves],
    }


def _shelves_json(shelves: Shelves, cost: PageCost | None) -> dict[str, object]:
    return {
        "name": shelves.name,
        "office": shelves.office,
        "example": shelves.example,
        "dossiers": shelves.dossiers,
        "pages_per_dossier": float(shelves.pages),
        "cores_per_machine": shelves.cores,
        "hours_per_day": float(shelves.hours),
        "measured": None
        if cost is None
        else {
            "pages": cost.pages,
            "read_cpu_seconds": round(float(cost.read), 4),
            "file_cpu_seconds": round(float(cost.file), 4),
        },
        "machines": [
            {"machines": one.machines, "days": float(_rounded(one.days)), "one_writer": one.one_writer}
            for one in (days_of(shelves, cost) if cost is not None else ())
        ],
    }


def _figures_json(figures: Figures, targets: Mapping[str, Fraction]) -> dict[str, object]:
    return {
        row.figure: {
            "counted": row.counted,
            "of": row.of,
            "value": float(row.value) if row.value is not None else None,
            "full_at": float(row.full_at) if row.full_at is not None else None,
        }
        for row in figure_rows(figures, "", "", targets=targets)
    }


def _index_row(figure: Figure, place: str, name: str) -> Row:
    vi, en = _NAMES[figure.number]
    return Row(
        place=place,
        name=name,
        figure=figure.number,
        name_vi=vi,
        name_en=en,
        counted=figure.counted,
        of=figure.of,
        value=figure.percent,
        full_at=_percent(figure.full_at),
    )


def _plan(plan: PlanFigures) -> Iterator[tuple[str, int | None, int | None, Decimal | None]]:
    every = plan.dossiers
    yield "dossiers", every, None, None
    for channel, code in _CHANNELS.items():
        yield _share(code, plan.channels.get(channel, 0), every)
    ended = sum(plan.punctuality.values())
    for kind in Punctuality:
        yield _share(kind.value, plan.punctuality.get(kind, 0), ended)
    yield "open_in_time", plan.open_in_time, None, None
    yield "open_late", plan.open_late, None, None
    yield _share("nothing_twice", plan.nothing_twice, plan.people)
    yield _share("reused", plan.reused, every)
    yield _share("insisted", plan.insisted, every)
    yield _share("paid_online", plan.paid_online, every)
    yield "waiting", None, None, _length(plan.waiting, timedelta(minutes=1))
    yield "handling", None, None, _length(plan.handling, timedelta(hours=1))
    per_officer = plan.per_officer_and_year
    yield "per_officer_and_year", None, None, _rounded(per_officer) if per_officer is not None else None


def _share(code: str, counted: int, of: int) -> tuple[str, int, int, Decimal | None]:
    return code, counted, of, _percent(Fraction(counted, of) if of else None)


def _length(length: timedelta | None, unit: timedelta) -> Decimal | None:
    return None if length is None else _rounded(Fraction(length // timedelta(seconds=1), unit.seconds))


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else _rounded(share * 100)


def _rounded(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / number.denominator).quantize(_CENT, ROUND_HALF_UP)
