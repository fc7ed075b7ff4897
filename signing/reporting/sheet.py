"""A sheet that says one thing and proves it with figures, as a PDF: the certificate of a batch."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from dossier.errors import Lang
from signing.reporting.setting import (
    COLOURS,
    GREY,
    GROUND,
    INK,
    LINE,
    WIDTH,
    a4_pages,
    line_of,
    plain_table,
)

Tone = Literal["passed", "failed", "indeterminate"]
_LABEL: Final = 45 * mm
_BAR: Final = 2 * mm
_FIRST: Final = 46 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet says, in words of one language.

    Attributes:
        title: of the sheet.
        demo: that its keys prove nothing; empty where they do.
        tone: of the verdict.
        verdict: in a word or two, and ``why`` in sentences.
        facts: label and value of what it is about.
        heads, rows: the figures; the first column says whose they are.
        below: sentences under the figures.
        method: heading and text of how it was measured.
        proofs: label and value of what lets others check it.
        foot: last line of every page, and ``page`` what stands before its number.
    """

    title: str
    demo: str
    tone: Tone
    verdict: str
    why: Sequence[str]
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    below: Sequence[str] = ()
    method: tuple[str, str] = ("", "")
    proofs: Sequence[tuple[str, str]] = ()
    foot: str
    page: str


def pdf_sheet(sheet: Sheet, lang: Lang) -> bytes:
    """The sheet as a PDF of A4; the same words give the same bytes."""
    target = io.BytesIO()
    document = a4_pages(target, title=sheet.title, lang=lang, foot=sheet.foot, page=sheet.page)
    document.build(list(_story(sheet)))
    return target.getvalue()


def _story(sheet: Sheet) -> Iterable[Flowable]:
    yield line_of(sheet.title, size=15, bold=True)
    if sheet.demo:
        yield line_of(sheet.demo, size=9, bold=True, colour=COLOURS["indeterminate"])
    yield Spacer(1, 3 * mm)
    yield _verdict(sheet)
    yield Spacer(1, 3 * mm)
    yield _facts(sheet.facts)
    if sheet.rows:
        yield Spacer(1, 4 * mm)
        yield _figures(sheet)
    for sentence in sheet.below:
        yield Spacer(1, 1 * mm)
        yield line_of(sentence, size=9, colour=GREY)
    heading, text = sheet.method
    if heading:
        yield Spacer(1, 4 * mm)
        yield line_of(heading, size=11, bold=True)
        yield line_of(text, size=9)
    if sheet.proofs:
        yield Spacer(1, 2 * mm)
        yield _facts(sheet.proofs, small=True)


def _verdict(sheet: Sheet) -> Flowable:
    colour = COLOURS[sheet.tone]
    said = [line_of(sheet.verdict, size=16, bold=True, colour=colour)]
    said += [line_of(sentence, size=10) for sentence in sheet.why]
    table = Table([["", said]], colWidths=[_BAR, WIDTH - _BAR])
    table.setStyle(
        [
            ("BACKGROUND", (1, 0), (-1, -1), GROUND),
            ("BACKGROUND", (0, 0), (0, -1), colour),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
    )
    return table


def _facts(facts: Sequence[tuple[str, str]], *, small: bool = False) -> Flowable:
    size = 8.0 if small else 9.5
    cells = [[line_of(label, size=size, colour=GREY), line_of(value, size=size)] for label, value in facts]
    return plain_table(cells, widths=[_LABEL, WIDTH - _LABEL])


def _figures(sheet: Sheet) -> Flowable:
    def row(cells: Sequence[str], *, bold: bool) -> list[Flowable]:
        first, *others = cells
        return [
            line_of(first, size=8.6, bold=bold),
            *(line_of(one, size=8.6, bold=bold, right=True) for one in others),
        ]

    lines = [row(sheet.heads, bold=True), *(row(cells, bold=False) for cells in sheet.rows)]
    each = (WIDTH - _FIRST) / (len(sheet.heads) - 1)
    table = Table(lines, colWidths=[_FIRST, *[each] * (len(sheet.heads) - 1)], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return table
