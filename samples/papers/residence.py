"""CT07, xác nhận thông tin về cư trú, of the commune police."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, digit_boxes, heading, row, sign, specimen_line, title
from samples.sheet import Sheet, Stroke, Style
from samples.truth import Fields, Paper
from samples.words import long_date, short_date

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BODY = Style("serif", 13)
STRONG = Style("serif-bold", 13)
CELL = Style("serif", 11)
COLUMNS = (30.0, 39.0, 84.0, 109.0, 122.0, 155.0, 192.0)
HEADS = ("TT", "Họ, chữ đệm và tên", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Quan hệ với chủ hộ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """One confirmation of residence; `household` lists (person, relation to the head), head first."""

    number: str
    person: Person
    relation: str
    household: tuple[tuple[Person, str], ...]
    issued_on: date
    issuer: str
    agency: Agency
    signer: Signer
    temporary: str = ""


def draw(paper: Residence, rng: np.random.Generator) -> Paper:
    """Lay out a CT07."""
    sheet, fields = Sheet(), Fields()
    form = "Mẫu CT07 ban hành kèm theo Thông tư số 66/2023/TT-BCA"
    sheet.write(192, 12, form, style=Style("serif-italic", 9), align="right")
    number = fields.put("document_number", paper.number)
    day = long_date(paper.issued_on)
    fields.day("issue_date", paper.issued_on, day)
    y = heading(sheet, paper.agency, number=f"Số: {number}", day=day)
    y = title(sheet, y + 1, ("XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",), size=15) + 4
    y = _applicant(sheet, fields, paper, y)
    y = _dwelling(sheet, fields, paper, y)
    y = _members(sheet, paper, y + 1)
    closing = (
        "Giấy này có giá trị trong thời hạn 01 năm kể từ ngày cấp; hết giá trị ngay khi thông tin "
        "về cư trú của công dân thay đổi."
    )
    y = sheet.paragraph(y + 5, closing, style=BODY)
    sign(sheet, x=146, y=y + 4, signer=paper.signer, rng=rng, agency=paper.agency)
    specimen_line(sheet)
    owners = (paper.person.number,)
    return Paper(kind="residence_confirmation", sheets=(sheet,), fields=fields, owners=owners)


def _applicant(sheet: Sheet, fields: Fields, paper: Residence, y: float) -> float:
    person = paper.person
    sheet.write(30, y, f"1. Theo đề nghị của {person.title_vi}:", style=STRONG)
    y += 7
    name = fields.name("full_name", person.name)
    y = sheet.entry(y, "- Họ, chữ đệm và tên:", name, style=BODY, value_style=STRONG)
    cells = (
        ("- Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born), 30.0, 125.0),
        ("Giới tính:", fields.sex("sex", person), 127.0, 192.0),
    )
    y = row(sheet, y, cells, style=BODY)
    end = sheet.write(30, y + 0.8, "- Số định danh cá nhân:", style=BODY)
    digit_boxes(sheet, end + 2, y + 0.8, fields.put("personal_id", person.number), style=BODY)
    return y + 8.5


def _dwelling(sheet: Sheet, fields: Fields, paper: Residence, y: float) -> float:
    fields.put("issuer", paper.agency.issuer)
    sheet.write(30, y, f"2. {paper.issuer} xác nhận thông tin về cư trú như sau:", style=STRONG)
    y += 7
    home = fields.put("permanent_residence", paper.person.residence)
    y = sheet.entry(y, "- Nơi thường trú:", home, style=BODY)
    if paper.temporary:
        fields.put("temporary_residence", paper.temporary)
    y = sheet.entry(y, "- Nơi tạm trú:", paper.temporary, style=BODY)
    current = fields.put("current_residence", paper.temporary or paper.person.residence)
    y = sheet.entry(y, "- Nơi ở hiện tại:", current, style=BODY)
    head = paper.household[0][0]
    cells = (
        ("- Họ, chữ đệm và tên chủ hộ:", fields.name("household_head_full_name", head.name), 30.0, 132.0),
        ("Quan hệ với chủ hộ:", fields.put("relation_to_head", paper.relation), 134.0, 192.0),
    )
    y = row(sheet, y, cells, style=BODY)
    end = sheet.write(30, y + 0.8, "- Số định danh cá nhân của chủ hộ:", style=BODY)
    digit_boxes(sheet, end + 2, y + 0.8, head.number, style=BODY)
    return y + 9


def _members(sheet: Sheet, paper: Residence, y: float) -> float:
    """The table of the household, its text row by row."""
    sheet.write(30, y, "3. Các thành viên khác trong hộ gia đình:", style=STRONG)
    top = y + 3
    rows = [HEADS] + [
        (str(index), person.name, short_date(person.born), person.sex_vi, person.number, relation)
        for index, (person, relation) in enumerate(paper.household[1:], start=1)
    ]
    heights = [11.0] + [8.0] * (len(rows) - 1)
    line = top
    for height, cells in zip(heights, rows, strict=True):
        _table_row(sheet, cells, line, bold=cells is HEADS)
        line += height
        sheet.rule(COLUMNS[0], line, COLUMNS[-1])
    sheet.rule(COLUMNS[0], top, COLUMNS[-1])
    for x in COLUMNS:
        sheet.ops.append(_upright(x, top, line))
    return line + 4


def _table_row(sheet: Sheet, cells: tuple[str, ...], top: float, *, bold: bool) -> None:
    style = Style("serif-bold", 11) if bold else CELL
    for index, cell in enumerate(cells):
        room = COLUMNS[index + 1] - COLUMNS[index] - 1.5
        middle = (COLUMNS[index] + COLUMNS[index + 1]) / 2
        lines = sheet.wrap(cell, room, style)
        for turn, part in enumerate(lines):
            offset = 4.6 + turn * 4.4 if bold else 5.4
            first = index == 0 and turn == 0
            sheet.write(middle, top + offset, part, style=style, align="centre", joins=not first)


def _upright(x: float, y0: float, y1: float) -> Stroke:
    return Stroke(points=((x, y0), (x, y1)), width=0.2)
