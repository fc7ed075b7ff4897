"""XLSX workbooks for tests, written part by part so that they can be wrong in one named way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>'
    '<sheet name="Danh mục" sheetId="1" r:id="rId7"/><sheet name="Khác" sheetId="2" r:id="rId8"/>'
    "</sheets></workbook>"
)
RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId8" Target="worksheets/other.xml"/>'
    '<Relationship Id="rId7" Target="/xl/worksheets/sheet1.xml"/></Relationships>'
)


def letters(column: int) -> str:
    """The letters of a column, from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def sheet(rows: Sequence[Sequence[str]], *, shared: bool = False, first: int = 1) -> str:
    """A sheet whose cells are texts of their own, or point at shared ones; empty cells are left out."""
    lines = []
    texts = [cell for row in rows for cell in row]
    for number, row in enumerate(rows, start=first):
        cells = []
        for column, cell in enumerate(row, start=1):
            place = f"{letters(column)}{number}"
            if cell and shared:
                cells.append(f'<c r="{place}" t="s"><v>{texts.index(cell)}</v></c>')
            elif cell:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def strings(rows: Sequence[Sequence[str]]) -> str:
    """The shared texts of a sheet, each in two runs with a reading that is no part of it."""
    items = (
        f"<si><r><t>{escape(cell[:1])}</t></r><r><t>{escape(cell[1:])}</t></r><rPh><t>đọc</t></rPh></si>"
        for row in rows
        for cell in row
    )
    return f'<sst xmlns="{_MAIN}">{"".join(items)}</sst>'


def workbook(rows: Sequence[Sequence[str]], *, shared: bool = False, **parts: str | None) -> bytes:
    """A workbook with these rows; ``parts`` put other text into a part, or leave it out."""
    content: dict[str, str | None] = {
        "workbook": WORKBOOK,
        "relations": RELATIONS,
        "sheet": sheet(rows, shared=shared),
        "strings": strings(rows) if shared else None,
    }
    names = {
        "workbook": "xl/workbook.xml",
        "relations": "xl/_rels/workbook.xml.rels",
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in (content | parts).items():
            if text is not None:
                archive.writestr(names[part], text)
    return made.getvalue()
