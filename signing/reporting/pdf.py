"""The report as a PDF of one A4 page; more signatures than fit get pages of their own after a list.

Fonts are embedded as subsets; the same report gives the same bytes. What the typeface lacks shows as ``?``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus.doctemplate import LayoutError

from dossier.errors import Lang
from signing import typeface
from signing.report import Report
from signing.reporting.html import FULL_ON_FIRST_PAGE
from signing.reporting.lines import Group, Row
from signing.reporting.view import ReportView, SignatureView, view_of
from signing.reporting.words import LABELS, word

_REGULAR, _BOLD = "MotLanSerif", "MotLanSerif-Bold"
_MARGIN = 12 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_GAP = 5 * mm
_LABEL = 27 * mm
_TOP, _BOTTOM, _BAR, _VERDICT = 10 * mm, 12 * mm, 2 * mm, 64 * mm
# Ever smaller type until the report of one or two signatures is on one page; below the last nobody reads it.
_SCALES = (1.12, 1.05, 0.98, 0.91, 0.85, 0.8)
_COLOURS = {
    "passed": HexColor("#116329"),
    "failed": HexColor("#9f1d14"),
    "indeterminate": HexColor("#7a4d05"),
    "unsigned": HexColor("#3d444d"),
}
_INK, _GREY, _BLUE = HexColor("#1b1f24"), HexColor("#57606a"), HexColor("#1b5fa8")
_LINE, _GROUND = HexColor("#c4ccd4"), HexColor("#f4f5f7")


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
        _fonts()
        self._scale = scale
        self._lang = lang

    def build(self, view: ReportView) -> tuple[bytes, int]:
        """The bytes and the number of pages."""
        target = io.BytesIO()
        document = BaseDocTemplate(
            target,
            pagesize=A4,
            title=f"{view.title}: {view.file}",
            author="Một Lần",
            lang="vi-VN" if self._lang == "vi" else "en",
            initialFontName=_REGULAR,
            invariant=1,
        )
        frame = Frame(
            _MARGIN,
            _BOTTOM,
            _WIDTH,
            A4[1] - _TOP - _BOTTOM,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        foot = _Foot(view.foot, word(LABELS, "page", self._lang))
        document.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
        document.build(list(self._story(view)))
        return target.getvalue(), document.page

    def _story(self, view: ReportView) -> Iterable[Flowable]:
        yield self._text(view.title, size=12.5, bold=True)
        yield Spacer(1, 1.5 * mm)
        if view.demo:
            yield self._text(view.demo, size=8.6, bold=True, colour=_COLOURS["indeterminate"])
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
        colour = _COLOURS[view.conclusion]
        said = [
            self._text(view.why, size=9),
            self._text(f"{word(LABELS, 'todo', self._lang)}: {view.todo}", size=9),
            self._text(view.indication, size=7.4, colour=_GREY),
        ]
        verdict = self._text(view.verdict, size=15, bold=True, colour=colour)
        table = Table([["", verdict, said]], colWidths=[_BAR, _VERDICT, _WIDTH - _BAR - _VERDICT])
        table.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("BACKGROUND", (1, 0), (-1, -1), _GROUND),
                ("BACKGROUND", (0, 0), (0, -1), colour),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
        return table

    def _about(self, rows: Sequence[Row]) -> Flowable:
        return self._lines(rows, width=_WIDTH, label=30 * mm, size=8.2)

    def _summary(self, signatures: Sequence[SignatureView]) -> Flowable:
        keys = ("signer", "conclusion", "level", "proven")
        titles = ("#", *(word(LABELS, key, self._lang) for key in keys))
        head = [self._text(title, size=8, bold=True) for title in titles]
        body = [
            [
                self._text(str(one.number), size=8),
                [self._text(one.name, size=8), self._text(one.organisation, size=7, colour=_GREY)],
                [
                    self._text(one.verdict, size=8, bold=True, colour=_COLOURS[one.conclusion]),
                    self._text(one.indication, size=6.6, colour=_GREY),
                ],
                self._text(one.level, size=8),
                self._text(one.proven or "–", size=8),
            ]
            for one in signatures
        ]
        widths = [8 * mm, 66 * mm, 52 * mm, 16 * mm, _WIDTH - 142 * mm]
        table = Table([head, *body], colWidths=widths, repeatRows=1)
        table.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE),
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
            half = (_WIDTH - _GAP) / 2
            columns = [
                list(self._groups(left, width=half)),
                "",
                list(self._groups(right, width=half)),
            ]
            yield _plain_table([columns], widths=[half, _GAP, half])
        below = [group for group in one.groups if group.place == "below"]
        yield from self._groups(below, width=_WIDTH)

    def _head(self, one: SignatureView) -> Flowable:
        name = [self._text(f"{one.number}. {one.name}", size=10.2, bold=True)]
        if one.organisation:
            name.append(self._text(one.organisation, size=8.4, colour=_GREY))
        colour = _COLOURS[one.conclusion]
        verdict = [
            self._text(f"{one.verdict} · {one.level}", size=9.4, bold=True, colour=colour, right=True),
            self._text(one.indication, size=6.8, colour=_GREY, right=True),
        ]
        table = _plain_table([[name, verdict]], widths=[_WIDTH - 70 * mm, 70 * mm])
        table.setStyle([("LINEABOVE", (0, 0), (-1, 0), 1, _INK), ("TOPPADDING", (0, 0), (-1, 0), 3)])
        return table

    def _said(self, one: SignatureView) -> Iterable[str]:
        if one.conclusion == "passed":
            return [f"{word(LABELS, 'note', self._lang)}: {note}" for note in one.notes]
        return [one.why, *one.notes, f"{word(LABELS, 'todo', self._lang)}: {one.todo}"]

    def _groups(self, groups: Iterable[Group], *, width: float) -> Iterable[Flowable]:
        for group in groups:
            heading = self._text(group.title, size=7.8, bold=True, colour=_BLUE)
            rule = _plain_table([[heading]], widths=[width])
            rule.setStyle(
                [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("TOPPADDING", (0, 0), (-1, -1), 1.5)]
            )
            yield rule
            yield self._lines(group.rows, width=width, label=_LABEL * self._scale, size=7.6)

    def _lines(self, rows: Sequence[Row], *, width: float, label: float, size: float) -> Flowable:
        cells = [
            [self._text(row.label, size=size, colour=_GREY), self._value(row, size=size)] for row in rows
        ]
        return _plain_table(cells, widths=[label, width - label])

    def _value(self, row: Row, *, size: float) -> Paragraph:
        small = size - 0.7 if row.code else size
        bad = row.mark == "bad"
        return self._text(row.value, size=small, bold=bad, colour=_COLOURS["failed"] if bad else _INK)

    def _text(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: Color = _INK,
        right: bool = False,
    ) -> Paragraph:
        size *= self._scale
        style = ParagraphStyle(
            "line",
            fontName=_BOLD if bold else _REGULAR,
            fontSize=size,
            leading=size * 1.22,
            textColor=colour,
            alignment=2 if right else 0,
            splitLongWords=1,
        )
        return Paragraph(escape(typeface.fit_characters(text)), style)


class _Foot:
    """The last line of every page."""

    def __init__(self, text: str, page: str) -> None:
        self._text = typeface.fit_characters(text)
        self._page = page

    def __call__(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(_REGULAR, 7)
        canvas.setFillColor(_GREY)
        canvas.drawString(_MARGIN, 7 * mm, self._text)
        canvas.drawRightString(A4[0] - _MARGIN, 7 * mm, f"{self._page} {document.page}")
        canvas.restoreState()


def _plain_table(cells: Sequence[Sequence[object]], *, widths: list[float]) -> Table:
    table = Table([list(line) for line in cells], colWidths=widths)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 0.4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.4),
        ]
    )
    return table


@cache
def _fonts() -> None:
    bold = Path(typeface.PATH).with_name("MotLanSerif-Bold.ttf")
    for name, path in ((_REGULAR, typeface.PATH), (_BOLD, bold)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
