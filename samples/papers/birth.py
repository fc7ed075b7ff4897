"""Giấy khai sinh: the framed certificate of the civil-status office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, coat_of_arms, frame, motto, row, sign, specimen_line
from samples.sheet import Sheet, Style
from samples.truth import Fields, Paper
from samples.words import date_in_words

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BORDER = (178, 84, 92)
TITLE_RED = (190, 30, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """One registration of a birth."""

    number: str
    child: Person
    mother: Person
    father: Person
    registered_at: str
    registered_on: date
    agency: Agency
    signer: Signer
    declarant: Person


def draw(birth: Birth, rng: np.random.Generator) -> Paper:
    """Lay out a birth certificate."""
    sheet, fields = Sheet(), Fields()
    frame(sheet, BORDER)
    motto(sheet, x=105, y=27)
    coat_of_arms(sheet, x=105, y=37, side=20)
    sheet.write(105, 69, "GIẤY KHAI SINH", style=Style("serif-bold", 24, TITLE_RED), align="centre")
    number = fields.put("document_number", birth.number)
    sheet.write(105, 77, f"Số: {number}", style=Style("serif", 13.5), align="centre")
    y = _child(sheet, fields, birth)
    y = _parent(sheet, fields, birth.mother, prefix="mother", label="người mẹ", y=y + 1.5)
    y = _parent(sheet, fields, birth.father, prefix="father", label="người cha", y=y + 1.5)
    y = _registration(sheet, fields, birth, y + 1.5)
    role = "NGƯỜI KÝ GIẤY KHAI SINH"
    fields.name("signer_full_name", birth.signer.name, capitals=False)
    signer = Signer((role, *birth.signer.titles), birth.signer.name)
    sign(sheet, x=143, y=y + 4, signer=signer, rng=rng, agency=birth.agency)
    specimen_line(sheet)
    return Paper(kind="birth_certificate", sheets=(sheet,), fields=fields, owners=(birth.child.number,))


LABEL = Style("serif", 13)
VALUE = Style("serif-bold", 13)
LEFT, RIGHT = 24.0, 187.0


def _child(sheet: Sheet, fields: Fields, birth: Birth) -> float:
    child = birth.child
    name = fields.name("full_name", child.name)
    y = sheet.entry(88, "Họ, chữ đệm, tên:", name, x0=LEFT, x1=RIGHT, style=LABEL, value_style=VALUE)
    born = fields.day("date_of_birth", child.born)
    y = sheet.entry(y, "Ngày, tháng, năm sinh:", born, x0=LEFT, x1=RIGHT, style=LABEL)
    words = fields.put("date_of_birth_in_words", date_in_words(child.born))
    y = sheet.entry(y, "Ghi bằng chữ:", words, x0=LEFT, x1=RIGHT, style=LABEL)
    cells = (
        ("Giới tính:", fields.sex("sex", child), LEFT, 72.0),
        ("Dân tộc:", fields.put("ethnicity", child.ethnicity), 74.0, 124.0),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam"), 126.0, RIGHT),
    )
    y = row(sheet, y, cells, style=LABEL)
    place = fields.put("place_of_birth", child.birthplace)
    y = sheet.entry(y, "Nơi sinh:", place, x0=LEFT, x1=RIGHT, style=LABEL)
    y = sheet.entry(y, "Quê quán:", fields.put("place_of_origin", child.origin), x0=LEFT, x1=RIGHT, style=LABEL)
    personal_id = fields.put("personal_id", child.number)
    return sheet.entry(y, "Số định danh cá nhân:", personal_id, x0=LEFT, x1=RIGHT, style=LABEL)


def _parent(sheet: Sheet, fields: Fields, parent: Person, *, prefix: str, label: str, y: float) -> float:
    name = fields.name(f"{prefix}_full_name", parent.name)
    y = sheet.entry(y, f"Họ, chữ đệm, tên {label}:", name, x0=LEFT, x1=RIGHT, style=LABEL, value_style=VALUE)
    cells = (
        ("Năm sinh:", fields.put(f"{prefix}_birth_year", str(parent.born.year)), LEFT, 72.0),
        ("Dân tộc:", fields.put(f"{prefix}_ethnicity", parent.ethnicity), 74.0, 124.0),
        ("Quốc tịch:", fields.put(f"{prefix}_nationality", "Việt Nam"), 126.0, RIGHT),
    )
    y = row(sheet, y, cells, style=LABEL)
    home = fields.put(f"{prefix}_residence", parent.old_residence or parent.residence)
    return sheet.entry(y, "Nơi cư trú:", home, x0=LEFT, x1=RIGHT, style=LABEL)


def _registration(sheet: Sheet, fields: Fields, birth: Birth, y: float) -> float:
    name = fields.name("declarant_full_name", birth.declarant.name)
    y = sheet.entry(y, "Họ, chữ đệm, tên người đi khai sinh:", name, x0=LEFT, x1=RIGHT, style=LABEL)
    identity = fields.put("declarant_identity_paper", f"Căn cước công dân số {birth.declarant.number}")
    y = sheet.entry(y, "Giấy tờ tùy thân:", identity, x0=LEFT, x1=RIGHT, style=LABEL)
    office = fields.put("registered_at", birth.registered_at)
    y = sheet.entry(y, "Nơi đăng ký khai sinh:", office, x0=LEFT, x1=RIGHT, style=LABEL)
    day = fields.day("registration_date", birth.registered_on)
    return sheet.entry(y, "Ngày, tháng, năm đăng ký:", day, x0=LEFT, x1=120, style=LABEL)
