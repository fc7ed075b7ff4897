"""The report as a PDF of one A4 page; more signatures than fit get pages of their own after a list.

Fonts are embedded as subsets; the same report gives the same bytes. What the typeface lacks shows as ``?``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table
from reportlab.platypus.doctemplate import LayoutError

from dossier.errors import Lang
from signing.report import Report
from signing.reporting.html import FULL_ON_FIRST_PAGE
from signing.reporting.lines import Group, Row
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
from signing.reporting.view import ReportView, SignatureView, view_of
from signing.reporting.words import LABELS, word

_GAP = 5 * mm
_LABEL = 27 * mm
_BAR, _VERDICT = 2 * mm, 64 * mm
# Ever smaller type until the report of one or two signatures is on one page; below the last nobody reads it.
_SCALES = (1.12, 1.05, 0.98, 0.91, 0.85, 0.8)
_BLUE = HexColor("#1b5fa8")


def pdf_report(report: Report, lang: Lang) -> bytes:
    """The report.

    Args:
        report: the verdict.
        lang: of the words.
    """
    view = view_of(report, lang)
    whole = len(view.signatures) <= FULL_ON_FIRST_PAGE
    for scale in _SCALES[:-1]:
        try:
            data, pages = _Setting(scale, lang).build(view)
        except LayoutError:
            continue
        if pages == 1 or not whole:
            return data
    data, _ = _Setting(_SCALES[-1], lang).build(view)
    return data


class _Setting:
    """Sets one report at one size of type."""

    def __init__(self, scale: float, lang: Lang) -> None:
        self._scale = scale
        self._lang = lang

    def build(self, view: ReportView) -> tuple[bytes, int]:
        """The bytes and the number of pages."""
        target = io.BytesIO()
        document = a4_pages(
            target,
            title=f"{view.title}: {view.file}",
            lang=self._lang,
            foot=view.foot,
            page=word(LABELS, "page", self._lang),
        )
        document.build(list(self._story(view)))
        return target.getvalue(), document.page

    def _story(self, view: ReportView) -> Iterable[Flowable]:
        yield self._text(view.title, size=12.5, bold=True)
        yield Spacer(1, 1.5 * mm)
        if view.demo:
            yield self._text(view.demo, size=8.6, bold=True, colour=COLOURS["indeterminate"])
            yield Spacer(1, 1.5 * mm)
        yield self._banner(view)
        yield Spacer(1, 1.5 * mm)
        yield self._about(view.rows)
        if len(view.signatures) > FULL_ON_FIRST_PAGE:
            yield Spacer(1, 2 * mm)
            yield self._summary(view.signatures)
            yield self._text(word(LABELS, "details_follow", self._lang), size=8)
            yield PageBreak()
        for one in view.signatures:
            yield KeepTogether(list(self._signature(one)))

    def _banner(self, view: ReportView) -> Flowable:
        colour = COLOURS[view.conclusion]
        said = [
            self._text(view.why, size=9),
            self._text(f"{word(LABELS, 'todo', self._lang)}: {view.todo}", size=9),
            self._text(view.indication, size=7.4, colour=GREY),
        ]
        verdict = self._text(view.verdict, size=15, bold=True, colour=colour)
        table = Table([["", verdict, said]], colWidths=[_BAR, _VERDICT, WIDTH - _BAR - _VERDICT])
        table.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("BACKGROUND", (1, 0), (-1, -1), GROUND),
                ("BACKGROUND", (0, 0), (0, -1), colour),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
        return table

    def _about(self, rows: Sequence[Row]) -> Flowable:
        return self._lines(rows, width=WIDTH, label=30 * mm, size=8.2)

    def _summary(self, signatures: Sequence[SignatureView]) -> Flowable:
        keys = ("signer", "conclusion", "level", "proven")
        titles = ("#", *(word(LABELS, key, self._lang) for key in keys))
        head = [self._text(title, size=8, bold=True) for title in titles]
        body = [
            [
                self._text(str(one.number), size=8),
                [self._text(one.name, size=8), self._text(one.organisation, size=7, colour=GREY)],
                [
                    self._text(one.verdict, size=8, bold=True, colour=COLOURS[one.conclusion]),
                    self._text(one.indication, size=6.6, colour=GREY),
                ],
                self._text(one.level, size=8),
                self._text(one.proven or "–", size=8),
            ]
            for one in signatures
        ]
        widths = [8 * mm, 66 * mm, 52 * mm, 16 * mm, WIDTH - 142 * mm]
        table = Table([head, *body], colWidths=widths, repeatRows=1)
        table.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
        return table

    def _signature(self, one: SignatureView) -> Iterable[Flowable]:
        yield Spacer(1, 1.5 * mm)
        yield self._head(one)
        for sentence in self._said(one):
            yield self._text(sentence, size=8.4)
        left = [group for group in one.groups if group.place == "left"]
        right = [group for group in one.groups if group.place == "right"]
        if one.groups:
            half = (WIDTH - _GAP) / 2
            columns = [
                list(self._groups(left, width=half)),
                "",
                list(self._groups(right, width=half)),
            ]
            yield plain_table([columns], widths=[half, _GAP, half])
        below = [group for group in one.groups if group.place == "below"]
        yield from self._groups(below, width=WIDTH)

    def _head(self, one: SignatureView) -> Flowable:
        name = [self._text(f"{one.number}. {one.name}", size=10.2, bold=True)]
        if one.organisation:
            name.append(self._text(one.organisation, size=8.4, colour=GREY))
        colour = COLOURS[one.conclusion]
        verdict = [
            self._text(f"{one.verdict} · {one.level}", size=9.4, bold=True, colour=colour, right=True),
            self._text(one.indication, size=6.8, colour=GREY, right=True),
        ]
        table = plain_table([[name, verdict]], widths=[WIDTH - 70 * mm, 70 * mm])
        table.setStyle([("LINEABOVE", (0, 0), (-1, 0), 1, INK), ("TOPPADDING", (0, 0), (-1, 0), 3)])
        return table

    def _said(self, one: SignatureView) -> Iterable[str]:
        if one.conclusion == "passed":
            return [f"{word(LABELS, 'note', self._lang)}: {note}" for note in one.notes]
        return [one.why, *one.notes, f"{word(LABELS, 'todo', self._lang)}: {one.todo}"]

    def _groups(self, groups: Iterable[Group], *, width: float) -> Iterable[Flowable]:
        for group in groups:
            heading = self._text(group.title, size=7.8, bold=True, colour=_BLUE)
            rule = plain_table([[heading]], widths=[width])
            rule.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("TOPPADDING", (0, 0), (-1, -1), 1.5)])
            yield rule
            yield self._lines(group.rows, width=width, label=_LABEL * self._scale, size=7.6)

    def _lines(self, rows: Sequence[Row], *, width: float, label: float, size: float) -> Flowable:
        cells = [[self._text(row.label, size=size, colour=GREY), self._value(row, size=size)] for row in rows]
        return plain_table(cells, widths=[label, width - label])

    def _value(self, row: Row, *, size: float) -> Paragraph:
        small = size - 0.7 if row.code else size
        bad = row.mark == "bad"
        return self._text(row.value, size=small, bold=bad, colour=COLOURS["failed"] if bad else INK)

    def _text(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: Color = INK,
        right: bool = False,
    ) -> Paragraph:
        return line_of(text, size=size * self._scale, bold=bold, colour=colour, right=right)
