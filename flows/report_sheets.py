"""A report as CSV and as a workbook: numbers as numbers, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dossier.errors import Lang
from flows.report_rows import Row
from rulebook.period_report import Figures, PeriodReport

_HEAD: Final = ("place", "name", "figure", "label", "counted", "of", "value", "full_at")
_HEAD_VI: Final = (
    "Phạm vi",
    "Cấp, cơ quan",
    "Chỉ số",
    "Nội dung",
    "Đạt",
    "Trên",
    "Giá trị",
    "Điểm tối đa từ",
)
_HEAD_EN: Final = ("Place", "Level or office", "Figure", "What", "Counted", "Of", "Value", "Full marks from")
_WIDTHS: Final = (10, 16, 20, 44, 10, 10, 12, 16)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run; names of campaigns are an office's own words."""
_PLACES: Final = {
    "all": "Toàn bộ",
    "level": "Cấp",
    "office": "Cơ quan",
    "campaign": "Chiến dịch số hóa",
    "backlog": "Hồ sơ tồn chưa số hóa",
    "month": "Tháng",
}
_INDEX: Final = ("1.4", "2.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4")
_SHADE: Final = PatternFill("solid", fgColor="DDE7F0")


def csv_bytes(rows: Iterable[Row], lang: Lang) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; column names are stable and English."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows([cell if cell is not None else "" for cell in _cells(row, lang)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(report: PeriodReport, rows: Iterable[Row], lang: Lang) -> bytes:
    """Two sheets: offices beside each other, and every figure in a row of its own."""
    vi = lang == "vi"
    book = Workbook()
    # A new workbook has one sheet; ours come in its place.
    book.remove(book.worksheets[0])
    wide = book.create_sheet("Tổng hợp" if vi else "Summary")
    wide.append(
        [
            "Nơi tiếp nhận" if vi else "Received by",
            "Hồ sơ" if vi else "Dossiers",
            *(f"{n} (%)" for n in _INDEX),
        ]
    )
    places: list[tuple[str, Figures]] = [("Toàn bộ" if vi else "All", report.whole)]
    places += [(level.value, figures) for level, figures in report.levels.items()]
    places += list(report.offices.items())
    for name, figures in places:
        shares = (figures.index[number].percent for number in _INDEX)
        wide.append([name, figures.plan.dossiers, *("N/A" if share is None else share for share in shares)])
    deep = book.create_sheet("Chi tiết" if vi else "Details")
    deep.append(list(_HEAD_VI if vi else _HEAD_EN))
    for row in rows:
        cells = list(_cells(row, lang))
        deep.append([_PLACES[row.place] if vi else row.place, *cells[1:]])
    _dress(wide, (18, *[10] * 10))
    _dress(deep, _WIDTHS)
    book.properties.creator = "motlan"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def table_bytes(rows: Iterable[Row], lang: Lang, *, title: str) -> bytes:
    """A workbook of one sheet, every figure in a row of its own.

    Args:
        rows: what the sheet says.
        lang: of its head.
        title: of the sheet, at most 31 characters.
    """
    vi = lang == "vi"
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(title)
    sheet.append(list(_HEAD_VI if vi else _HEAD_EN))
    for row in rows:
        cells = list(_cells(row, lang))
        sheet.append([_PLACES[row.place] if vi else row.place, *cells[1:]])
    _dress(sheet, _WIDTHS)
    book.properties.creator = "motlan"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _dress(sheet: Worksheet, widths: Sequence[int]) -> None:
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _SHADE
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"


def _cells(row: Row, lang: Lang) -> tuple[object, ...]:
    label = row.name_vi if lang == "vi" else row.name_en
    if label.startswith(_FORMULAS):
        label = f"'{label}"
    return (row.place, row.name, row.figure, label, row.counted, row.of, row.value, row.full_at)
