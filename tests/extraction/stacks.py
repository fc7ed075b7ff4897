"""Stacks with separator sheets, as the reader gives them."""

from __future__ import annotations

from dataclasses import replace

from dossier.geometry import Box
from dossier.separators import SeparatorSheet, SheetKind, encode_sheet
from dossier.text import Code, PageText
from tests.extraction.papers import BIRTH, CARD_BACK, CARD_FRONT, DECISION, MARRIAGE, RECEIPT_NOTE, Rows
from tests.extraction.writing import blank, centred, page

DOSSIER = "H26.5.12-261102-0001"
SECOND_PAGE: Rows = [centred("2"), "đất ở tại nông thôn theo quy định của pháp luật.", "Nơi nhận:"]
KINDS: dict[str, Rows] = {
    "birth": BIRTH,
    "marriage": MARRIAGE,
    "decision": DECISION,
    "front": CARD_FRONT,
    "back": CARD_BACK,
    "note": RECEIPT_NOTE,
    "second": SECOND_PAGE,
    "noise": [".", "x y"],
}
SHEET_ROWS: Rows = [(300, "Tờ ngăn: giấy tờ tiếp theo"), "Mã hồ sơ:", "Đặt tờ này ngay trước: một giấy tờ."]


def begin(*, papers: int = 0, pages: int = 0, dossier: str = DOSSIER) -> SeparatorSheet:
    """The sheet that begins a dossier."""
    return SeparatorSheet(
        kind=SheetKind.DOSSIER, dossier=dossier, procedure="1.001193", papers=papers, pages=pages
    )


def end(*, papers: int = 0, pages: int = 0) -> SeparatorSheet:
    """The sheet that ends it."""
    return SeparatorSheet(kind=SheetKind.END, dossier=DOSSIER, papers=papers, pages=pages)


def paper(component: str = "", *, papers: int = 1, pages: int = 0) -> SeparatorSheet:
    """A sheet before papers; without a component, a neutral one."""
    return SeparatorSheet(kind=SheetKind.PAPER, component=component, papers=papers, pages=pages)


def sheet_page(text: str, *, number: int = 1, rows: Rows | None = None) -> PageText:
    """A page that bears the code twice."""
    codes = (Code(text, "QRCode", Box(50, 50, 250, 250)), Code(text, "QRCode", Box(750, 1100, 950, 1300)))
    return replace(page(SHEET_ROWS if rows is None else rows, number=number), codes=codes)


def stack(*parts: str | SeparatorSheet) -> list[PageText]:
    """Pages numbered from 1: kinds of papers, ``blank``, and sheets."""
    made = []
    for number, part in enumerate(parts, start=1):
        if isinstance(part, SeparatorSheet):
            made.append(sheet_page(encode_sheet(part), number=number))
        elif part == "blank":
            made.append(blank(number))
        else:
            made.append(page(KINDS[part], number=number))
    return made
