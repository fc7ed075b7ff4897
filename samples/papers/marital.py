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
    leaders: bool = True


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
    form = _Form(sheet, paper.leaders)
    y = _person(form, fields, paper, y)
    y = _closing(form, fields, paper, y)
    fields.name("signer_full_name", paper.signer.name, capitals=False)
    sign(sheet, x=146, y=y + 6, signer=paper.signer, rng=rng, agency=paper.agency)
    specimen_line(sheet)
    return Paper(kind="marital_status_certificate", sheets=(sheet,), fields=fields, owners=(person.number,))


@dataclass(frozen=True, slots=True)
class _Form:
    """The sheet being filled, with or without dotted leaders."""

    sheet: Sheet
    leaders: bool

    def line(self, y: float, label: str, value: str, *, ink: Style = BODY) -> float:
        """One labelled value over the whole width."""
        return self.sheet.entry(y, label, value, style=BODY, value_style=ink, leaders=self.leaders)


def _person(form: _Form, fields: Fields, paper: MaritalStatus, y: float) -> float:
    person = paper.person
    y = form.line(y, "Họ, chữ đệm, tên:", fields.name("full_name", person.name), ink=STRONG)
    y = form.line(y, "Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born))
    cells = (
        ("Giới tính:", fields.sex("sex", person), 30.0, 76.0),
        ("Dân tộc:", fields.put("ethnicity", person.ethnicity), 78.0, 130.0),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam"), 132.0, 192.0),
    )
    y = row(form.sheet, y, cells, style=BODY, leaders=form.leaders)
    fields.put("personal_id", person.number)
    issued = short_date(paper.card_issued_on)
    card = f"{paper.card} số {person.number}, {paper.card_issuer} cấp ngày {issued}"
    y = form.line(y, "Giấy tờ tùy thân:", card)
    return form.line(y, "Nơi cư trú:", fields.put("residence", person.residence))


def _closing(form: _Form, fields: Fields, paper: MaritalStatus, y: float) -> float:
    span = (
        f"Trong thời gian cư trú tại {paper.person.residence}, từ ngày {short_date(paper.lived_from)} "
        f"đến ngày {short_date(paper.issued_on)}."
    )
    y = form.sheet.paragraph(y, span, style=BODY, indent=0, leading=1.5)
    y = form.line(y, "Tình trạng hôn nhân:", fields.text("marital_status", paper.status))
    y = form.line(y, "Giấy này được cấp để:", fields.text("purpose", paper.purpose))
    validity = "Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp."
    return form.sheet.paragraph(y, validity, style=BODY, indent=0, leading=1.5)
