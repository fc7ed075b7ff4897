"""Giấy chứng nhận kết hôn: wife's column left, husband's column right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, coat_of_arms, frame, motto, scribble, sign, specimen_line
from samples.sheet import Sheet, Style
from samples.truth import Fields, Paper

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BORDER = (196, 120, 60)
TITLE_RED = (190, 30, 40)
LABEL = Style("serif", 12.5)
VALUE = Style("serif-bold", 12.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marriage:
    """One registration of a marriage."""

    number: str
    wife: Person
    husband: Person
    registered_at: str
    registered_on: date
    agency: Agency
    signer: Signer


def draw(marriage: Marriage, rng: np.random.Generator) -> Paper:
    """Lay out a marriage certificate."""
    sheet, fields = Sheet(), Fields()
    frame(sheet, BORDER)
    motto(sheet, x=105, y=28)
    coat_of_arms(sheet, x=105, y=39, side=21)
    title = Style("serif-bold", 22, TITLE_RED)
    sheet.write(105, 73, "GIẤY CHỨNG NHẬN KẾT HÔN", style=title, align="centre")
    number = fields.put("document_number", marriage.number)
    sheet.write(105, 82, f"Số: {number}", style=Style("serif", 13.5), align="centre")
    left = _spouse(sheet, fields, marriage.wife, role=("wife", "vợ"), x0=22, x1=101)
    right = _spouse(sheet, fields, marriage.husband, role=("husband", "chồng"), x0=109, x1=188)
    y = max(left, right) + 4
    office = fields.put("registered_at", marriage.registered_at)
    y = sheet.entry(y, "Nơi đăng ký kết hôn:", office, x0=22, x1=188, style=LABEL)
    day = fields.day("registration_date", marriage.registered_on)
    y = sheet.entry(y, "Ngày, tháng, năm đăng ký:", day, x0=22, x1=120, style=LABEL)
    _hands(sheet, fields, marriage, y + 6, rng)
    specimen_line(sheet)
    owners = (marriage.wife.number, marriage.husband.number)
    return Paper(kind="marriage_certificate", sheets=(sheet,), fields=fields, owners=owners)


def _spouse(
    sheet: Sheet, fields: Fields, person: Person, *, role: tuple[str, str], x0: float, x1: float
) -> float:
    prefix, label = role
    name = fields.name(f"{prefix}_full_name", person.name)
    y = sheet.entry(96, f"Họ, chữ đệm, tên {label}:", "", x0=x0, x1=x1, style=LABEL, leaders=False)
    y = sheet.entry(y, "", name, x0=x0, x1=x1, style=LABEL, value_style=VALUE, joins=True)
    born = fields.day(f"{prefix}_date_of_birth", person.born)
    y = sheet.entry(y, "Ngày, tháng, năm sinh:", born, x0=x0, x1=x1, style=LABEL)
    ethnicity = fields.put(f"{prefix}_ethnicity", person.ethnicity)
    y = sheet.entry(y, "Dân tộc:", ethnicity, x0=x0, x1=x1, style=LABEL)
    nationality = fields.put(f"{prefix}_nationality", "Việt Nam")
    y = sheet.entry(y, "Quốc tịch:", nationality, x0=x0, x1=x1, style=LABEL)
    home = fields.put(f"{prefix}_residence", person.old_residence or person.residence)
    y = sheet.entry(y, "Nơi cư trú:", home, x0=x0, x1=x1, style=LABEL)
    fields.put(f"{prefix}_personal_id", person.number)
    paper = f"Căn cước công dân số {person.number}"
    return sheet.entry(y, "Giấy tờ tùy thân:", paper, x0=x0, x1=x1, style=LABEL)


def _hands(sheet: Sheet, fields: Fields, marriage: Marriage, y: float, rng: np.random.Generator) -> None:
    """The couple's signatures under their columns, the official's beneath."""
    columns = ((45, "Vợ", marriage.wife.name), (92, "Chồng", marriage.husband.name))
    for x, label, name in columns:
        sheet.write(x, y, label, style=VALUE, align="centre")
        note = Style("serif-italic", 11)
        sheet.write(x, y + 5, "(Ký, ghi rõ họ, chữ đệm, tên)", style=note, align="centre")
        scribble(sheet, x=x, y=y + 8, name=name)
        sheet.write(x, y + 31, name, style=LABEL, align="centre")
    fields.name("signer_full_name", marriage.signer.name, capitals=False)
    titles = ("NGƯỜI KÝ GIẤY", "CHỨNG NHẬN KẾT HÔN", *marriage.signer.titles)
    sign(sheet, x=152, y=y, signer=Signer(titles, marriage.signer.name), rng=rng, agency=marriage.agency)
