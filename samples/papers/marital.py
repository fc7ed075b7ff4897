"""Giấy xác nhận tình trạng hôn nhân of a commune."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, heading, row, sign, specimen_line, title
from samples.sheet import Sheet, Style
from samples.truth import Fields, Paper
from samples.words import long_date, short_date

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BODY = Style("serif", 13.5)
STRONG = Style("serif-bold", 13.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaritalStatus:
    """One certificate of marital status."""

    number: str
    person: Person
    card: str
    card_issuer: str
    card_issued_on: date
    lived_from: date
    status: str
    purpose: str
    issued_on: date
    agency: Agency
    signer: Signer


def draw(paper: MaritalStatus, rng: np.random.Generator) -> Paper:
    """Lay out a certificate of marital status."""
    sheet, fields = Sheet(), Fields()
    number = fields.put("document_number", paper.number)
    day = long_date(paper.issued_on)
    fields.day("issue_date", paper.issued_on, day)
    y = heading(sheet, paper.agency, number=f"Số: {number}", day=day)
    y = title(sheet, y + 3, ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",), size=15) + 4
    issuer = fields.put("issuer", paper.agency.issuer)
    y = title(sheet, y, (issuer.upper(),), size=13) + 2
    person = paper.person
    request = (
        f"Xét đề nghị của {person.title_vi} {person.name} về việc cấp Giấy xác nhận tình trạng hôn nhân,"
    )
    y = sheet.paragraph(y, request, style=BODY)
    y = title(sheet, y + 2, ("XÁC NHẬN:",), size=13.5) + 2
    y = _person(sheet, fields, paper, y)
    y = _closing(sheet, fields, paper, y)
    fields.name("signer_full_name", paper.signer.name, capitals=False)
    sign(sheet, x=146, y=y + 6, signer=paper.signer, rng=rng, agency=paper.agency)
    specimen_line(sheet)
    return Paper(kind="marital_status_certificate", sheets=(sheet,), fields=fields, owners=(person.number,))


def _person(sheet: Sheet, fields: Fields, paper: MaritalStatus, y: float) -> float:
    person = paper.person
    name = fields.name("full_name", person.name)
    y = sheet.entry(y, "Họ, chữ đệm, tên:", name, style=BODY, value_style=STRONG)
    y = sheet.entry(y, "Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born), style=BODY)
    cells = (
        ("Giới tính:", fields.sex("sex", person), 30.0, 76.0),
        ("Dân tộc:", fields.put("ethnicity", person.ethnicity), 78.0, 130.0),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam"), 132.0, 192.0),
    )
    y = row(sheet, y, cells, style=BODY)
    fields.put("personal_id", person.number)
    issued = short_date(paper.card_issued_on)
    card = f"{paper.card} số {person.number}, {paper.card_issuer} cấp ngày {issued}"
    y = sheet.entry(y, "Giấy tờ tùy thân:", card, style=BODY)
    return sheet.entry(y, "Nơi cư trú:", fields.put("residence", person.residence), style=BODY)


def _closing(sheet: Sheet, fields: Fields, paper: MaritalStatus, y: float) -> float:
    span = (
        f"Trong thời gian cư trú tại {paper.person.residence}, từ ngày {short_date(paper.lived_from)} "
        f"đến ngày {short_date(paper.issued_on)}."
    )
    y = sheet.paragraph(y, span, style=BODY, indent=0, leading=1.5)
    status = fields.put("marital_status", paper.status)
    y = sheet.entry(y, "Tình trạng hôn nhân:", status, style=BODY)
    purpose = fields.put("purpose", paper.purpose)
    y = sheet.entry(y, "Giấy này được cấp để:", purpose, style=BODY)
    validity = "Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp."
    return sheet.paragraph(y, validity, style=BODY, indent=0, leading=1.5)
