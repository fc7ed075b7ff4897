"""How pages of reports are set: paper, typeface, colours, lines and plain tables.

Fonts are embedded as subsets, and nothing in the bytes tells the time: the same words give the same bytes.
What the typeface lacks shows as ``?``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
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
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

from dossier.errors import Lang
from signing import typeface

_REGULAR, _BOLD = "MotLanSerif", "MotLanSerif-Bold"
MARGIN = 12 * mm
WIDTH = A4[0] - 2 * MARGIN
"""Points between the margins."""
_TOP, _BOTTOM = 10 * mm, 12 * mm
COLOURS = {
    "passed": HexColor("#116329"),
    "failed": HexColor("#9f1d14"),
    "indeterminate": HexColor("#7a4d05"),
    "unsigned": HexColor("#3d444d"),
}
INK, GREY = HexColor("#1b1f24"), HexColor("#57606a")
LINE, GROUND = HexColor("#c4ccd4"), HexColor("#f4f5f7")


def a4_pages(target: io.BytesIO, *, title: str, lang: Lang, foot: str, page: str) -> BaseDocTemplate:
    """Pages of A4 to be filled.

    Args:
        target: where the bytes go.
        title: of the file.
        lang: of its words.
        foot: last line of every page.
        page: what stands before its number.
    """
    _fonts()
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        title=title,
        author="Một Lần",
        lang="vi-VN" if lang == "vi" else "en",
        initialFontName=_REGULAR,
        invariant=1,
    )
    frame = Frame(
        MARGIN,
        _BOTTOM,
        WIDTH,
        A4[1] - _TOP - _BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_Foot(foot, page)))
    return document


def line_of(
    text: str, *, size: float, bold: bool = False, colour: Color = INK, right: bool = False
) -> Paragraph:
    """A text that is broken into lines where it must; it is data, never markup."""
    _fonts()
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


def plain_table(cells: Sequence[Sequence[object]], *, widths: list[float]) -> Table:
    """Cells beside each other without lines; widths in points."""
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


class _Foot:
    """The last line of every page."""

    def __init__(self, text: str, page: str) -> None:
        self._text = typeface.fit_characters(text)
        self._page = page

    def __call__(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(_REGULAR, 7)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 7 * mm, self._text)
        canvas.drawRightString(A4[0] - MARGIN, 7 * mm, f"{self._page} {document.page}")
        canvas.restoreState()


@cache
def _fonts() -> None:
    bold = Path(typeface.PATH).with_name("MotLanSerif-Bold.ttf")
    for name, path in ((_REGULAR, typeface.PATH), (_BOLD, bold)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
