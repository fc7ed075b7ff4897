"""Figures of months as line pictures: where each point stands, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dossier.errors import Lang
from flows.indicators import MonthFigures
from flows.report_rows import Row, figure_rows

WIDTH: Final = 320
HEIGHT: Final = 140
_LEFT: Final = 34.0
_RIGHT: Final = 308.0
_TOP: Final = 14.0
_BOTTOM: Final = 112.0
_FULL: Final = 100.0
LINES: Final = (
    "nothing_twice",
    "reused",
    "insisted",
    "1.4",
    "2.1",
    "3.3",
    "4.1",
    "4.2",
    "4.3",
    "4.4",
    "4.5",
    "5.4",
    "paid_online",
    "waiting",
    "handling",
)
"""What is drawn: the promise of the house first, then Decision 766, then the rest of the district plans."""
_LENGTHS: Final = frozenset({"waiting", "handling"})


@dataclass(frozen=True, slots=True)
class Point:
    """A month on a line: where it stands, in the units of the picture, and what it says."""

    x: float
    y: float
    month: date
    shown: str


@dataclass(frozen=True, slots=True)
class LinePicture:
    """One figure over the months.

    Attributes:
        code: number of the indicator, or a stable word.
        label: what people read.
        months: every month with what it says, also where there is nothing to count.
        strokes: points that are joined; a month without a figure parts them.
        full: height of full marks or of the plan, nothing when not told; and what it is.
        marks: lines across, with what stands beside them.
        last: the newest figure; empty when there is none.
    """

    code: str
    label: str
    months: tuple[tuple[date, str], ...]
    strokes: tuple[tuple[Point, ...], ...]
    full: tuple[float, str] | None
    marks: tuple[tuple[float, str], ...]
    last: str


def month_rows(months: Sequence[MonthFigures]) -> Iterator[Row]:
    """Every figure of every month as a row of a table."""
    for one in months:
        yield from figure_rows(one.figures, "month", f"{one.first:%Y-%m}")


def line_pictures(months: Sequence[MonthFigures], lang: Lang) -> Sequence[LinePicture]:
    """A picture for each of ``LINES``."""
    found = [{row.figure: row for row in figure_rows(one.figures, "month", "")} for one in months]
    return [_picture(code, months, [rows[code] for rows in found], lang) for code in LINES] if found else []


def _picture(code: str, months: Sequence[MonthFigures], rows: Sequence[Row], lang: Lang) -> LinePicture:
    values = [row.value for row in rows]
    top = (
        _FULL if code not in _LENGTHS else _round_up(max((value for value in values if value), default=None))
    )
    unit = "" if code in _LENGTHS else " %"

    def height(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(value, top) / top, 1)

    across = (_RIGHT - _LEFT) / max(1, len(months) - 1)
    strokes: list[list[Point]] = [[]]
    for number, (one, value) in enumerate(zip(months, values, strict=True)):
        if value is None:
            strokes.append([])
        else:
            x = round(_LEFT + across * number, 1)
            strokes[-1].append(Point(x, height(float(value)), one.first, _shown(value, unit, lang)))
    newest, full_at = rows[-1], rows[-1].full_at
    said = [(one.first, _shown(value, unit, lang)) for one, value in zip(months, values, strict=True)]
    return LinePicture(
        code=code,
        label=newest.name_vi if lang == "vi" else newest.name_en,
        months=tuple(said),
        strokes=tuple(tuple(stroke) for stroke in strokes if stroke),
        full=(height(float(full_at)), _shown(full_at, " %", lang)) if full_at is not None else None,
        marks=tuple((height(part * top), f"{part * top:g}") for part in (0.0, 0.5, 1.0)),
        last=said[-1][1],
    )


def _round_up(most: Decimal | None) -> float:
    """The end of the scale of a length: the next of 1, 2, 5, 10 … that is not below the longest."""
    if most is None:
        return 1.0
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if step * factor >= float(most):
                return step * factor
        step *= 10


def _shown(value: Decimal | None, unit: str, lang: Lang) -> str:
    if value is None:
        return "N/A"
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return (text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text) + unit
