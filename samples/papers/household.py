"""Giấy chứng nhận đăng ký hộ kinh doanh."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, agency_block, motto, row, sign, specimen_line, title
from samples.sheet import Sheet, Style
from samples.truth import Fields, Paper
from samples.words import long_date

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BODY = Style("serif", 13)
STRONG = Style("serif-bold", 13)
TITLE_RED = (190, 30, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One registration of a business household."""

    code: str
    name: str
    address: str
    phone: str
    lines: tuple[tuple[str, str], ...]
    capital_vnd: int
    owner: Person
    first_on: date
    changed_on: date
    change_number: int
    agency: Agency
    signer: Signer


def draw(paper: Household, rng: np.random.Generator) -> Paper:
    """Lay out a certificate of a business household."""
    sheet, fields = Sheet(), Fields()
    fields.put("issuer", paper.agency.issuer)
    agency_block(sheet, paper.agency)
    motto(sheet)
    heads = ("GIẤY CHỨNG NHẬN", "ĐĂNG KÝ HỘ KINH DOANH")
    y = title(sheet, 56, heads, size=16, colour=TITLE_RED)
    code = fields.put("business_code", paper.code)
    sheet.write(105, y + 1, f"Mã số hộ kinh doanh: {code}", style=STRONG, align="centre")
    first = long_date(paper.first_on)
    fields.day("first_registration_date", paper.first_on, first)
    note = Style("serif-italic", 13)
    sheet.write(105, y + 8, f"Đăng ký lần đầu, {first}", style=note, align="centre")
    number = fields.put("change_number", str(paper.change_number))
    change = f"Đăng ký thay đổi lần thứ {number}, {long_date(paper.changed_on)}"
    sheet.write(105, y + 14.5, change, style=note, align="centre")
    y = _business(sheet, fields, paper, y + 25)
    y = _owner(sheet, fields, paper, y + 1)
    sign(sheet, x=146, y=y + 8, signer=paper.signer, rng=rng, agency=paper.agency)
    specimen_line(sheet)
    owners = (paper.owner.number,)
    return Paper(kind="household_business_certificate", sheets=(sheet,), fields=fields, owners=owners)


def _business(sheet: Sheet, fields: Fields, paper: Household, y: float) -> float:
    name = fields.put("business_name", paper.name.upper(), paper.name.upper())
    y = sheet.entry(y, "1. Tên hộ kinh doanh:", name, style=BODY, value_style=STRONG, leaders=False)
    address = fields.put("business_address", paper.address)
    y = sheet.entry(y, "2. Địa chỉ trụ sở hộ kinh doanh:", address, style=BODY, leaders=False)
    sheet.write(30, y, f"Điện thoại: {paper.phone}", style=BODY)
    sheet.write(112, y, "Email:", style=BODY, joins=True)
    y += 7
    sheet.write(30, y, "3. Ngành, nghề kinh doanh:", style=BODY)
    y = _trade_table(sheet, paper, y + 3)
    fields.put("business_lines", "; ".join(f"{trade} {code}" for trade, code in paper.lines))
    capital = f"{paper.capital_vnd:,}".replace(",", ".")
    printed = fields.put("capital_vnd", capital, str(paper.capital_vnd))
    return sheet.entry(y, "4. Vốn kinh doanh:", f"{printed} đồng", style=BODY, leaders=False)


def _trade_table(sheet: Sheet, paper: Household, top: float) -> float:
    edges = (30.0, 44.0, 160.0, 192.0)
    y = top
    rows = [("STT", "Tên ngành", "Mã ngành")]
    rows += [(str(index), trade, code) for index, (trade, code) in enumerate(paper.lines, start=1)]
    for number, cells in enumerate(rows):
        style = Style("serif-bold", 12) if number == 0 else Style("serif", 12)
        lines = sheet.wrap(cells[1], edges[2] - edges[1] - 3, style)
        height = 3 + 5 * len(lines)
        sheet.write((edges[0] + edges[1]) / 2, y + 5.3, cells[0], style=style, align="centre")
        for turn, line in enumerate(lines):
            sheet.write(edges[1] + 1.5, y + 5.3 + 5 * turn, line, style=style, joins=True)
        sheet.write((edges[2] + edges[3]) / 2, y + 5.3, cells[2], style=style, align="centre", joins=True)
        for left, right in itertools.pairwise(edges):
            sheet.box(left, y, right - left, height, line=0.2)
        y += height
    return y + 7


def _owner(sheet: Sheet, fields: Fields, paper: Household, y: float) -> float:
    owner = paper.owner
    sheet.write(30, y, "5. Thông tin về chủ hộ kinh doanh:", style=BODY)
    name = fields.name("owner_full_name", owner.name)
    cells = (("Họ, chữ đệm và tên:", name, 30.0, 150.0), ("Giới tính:", owner.sex_vi, 152.0, 192.0))
    y = row(sheet, y + 7, cells, style=BODY)
    born = owner.born.strftime("%d/%m/%Y")
    triple = (
        ("Sinh ngày:", born, 30.0, 80.0),
        ("Dân tộc:", owner.ethnicity, 82.0, 128.0),
        ("Quốc tịch:", "Việt Nam", 130.0, 192.0),
    )
    y = row(sheet, y, triple, style=BODY)
    number = fields.put("owner_personal_id", owner.number)
    y = sheet.entry(y, "Số định danh cá nhân:", number, style=BODY, leaders=False)
    y = sheet.entry(y, "Nơi thường trú:", owner.residence, style=BODY, leaders=False)
    return sheet.entry(y, "Nơi ở hiện tại:", owner.residence, style=BODY, leaders=False)
