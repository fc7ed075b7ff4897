"""A report as one picture (SVG): the index with its full marks, punctuality, channels, people, offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from itertools import accumulate
from typing import Final

from jinja2 import Environment, StrictUndefined

from dossier.errors import Lang
from flows.report_rows import Row, figure_rows
from rulebook.period_report import PeriodReport

_MOST_OFFICES: Final = 12
_FULL: Final = 100.0
_VIETNAMESE: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Bar:
    """A share as it is drawn: both in percent of the whole width, nothing where there is no figure."""

    label: str
    shown: str
    value: float | None
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar of several parts, in percent."""

    label: str
    shown: str
    begin: float
    width: float
    shade: int


def picture_bytes(report: PeriodReport, lang: Lang) -> bytes:
    """The picture, UTF-8; texts are escaped."""
    vi = lang == "vi"
    found = {row.figure: row for row in figure_rows(report.whole, "all", "", targets=report.targets)}
    index = [_bar(row, lang, number=True) for row in found.values() if row.figure[0].isdigit()]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = (files("flows") / "templates" / "report.svg.j2").read_text("utf-8")
    largest = sorted(report.offices.items(), key=lambda item: (-item[1].plan.dossiers, item[0]))[
        :_MOST_OFFICES
    ]
    text = environment.from_string(source).render(
        title="Báo cáo chỉ số phục vụ người dân" if vi else "Service index report",
        period=f"{report.first:%d/%m/%Y} - {report.last:%d/%m/%Y}",
        dossiers=f"{_number(report.whole.plan.dossiers, lang)} {'hồ sơ' if vi else 'dossiers'}",
        index_title="Quyết định 766/QĐ-TTg" if vi else "Decision 766/QĐ-TTg",
        index=index,
        mark_words="vạch: điểm tối đa, chỉ tiêu" if vi else "line: full marks, target",
        stacks=[
            (
                "So với ngày hẹn trả" if vi else "Against the promised day",
                _parts(found, "before on_time late", lang),
            ),
            ("Kênh tiếp nhận" if vi else "Channels", _parts(found, "direct online post", lang)),
        ],
        people=[_bar(found[code], lang) for code in ("nothing_twice", "reused", "paid_online", "insisted")],
        plain=[
            ((row.name_vi if vi else row.name_en), "N/A" if row.value is None else _number(row.value, lang))
            for row in (found[code] for code in ("waiting", "handling", "per_officer_and_year"))
        ],
        offices_title="Cơ quan tiếp nhận nhiều nhất: số hồ sơ, chỉ số 4.3"
        if vi
        else "Offices with most dossiers: how many, indicator 4.3",
        offices=[
            (
                name,
                figures.plan.dossiers,
                _number(figures.plan.dossiers, lang),
                _share(figures.index["4.3"].percent, lang),
            )
            for name, figures in largest
        ],
        most=max((figures.plan.dossiers for _, figures in largest), default=1),
    )
    return text.encode()


def _bar(row: Row, lang: Lang, *, number: bool = False) -> Bar:
    label = row.name_vi if lang == "vi" else row.name_en
    return Bar(
        label=f"{row.figure}  {label}" if number else label,
        shown=_share(row.value, lang),
        value=float(row.value) if row.value is not None else None,
        mark=float(row.full_at) if row.full_at is not None else None,
    )


def _parts(found: dict[str, Row], codes: str, lang: Lang) -> Sequence[Part]:
    rows = [found[code] for code in codes.split()]
    widths = [float(row.value or 0) for row in rows]
    begins = accumulate(widths, initial=0.0)
    return [
        Part(
            label=row.name_vi if lang == "vi" else row.name_en,
            shown=_share(row.value, lang),
            begin=begin,
            width=min(width, _FULL - begin),
            shade=number,
        )
        for number, (row, width, begin) in enumerate(zip(rows, widths, begins, strict=False))
    ]


def _share(value: Decimal | None, lang: Lang) -> str:
    return "N/A" if value is None else f"{_number(value, lang)} %"


def _number(value: Decimal | int, lang: Lang) -> str:
    """As people write it: 463.697 and 77,67 in Vietnamese."""
    english = f"{value:,}"
    return english.translate(_VIETNAMESE) if lang == "vi" else english
