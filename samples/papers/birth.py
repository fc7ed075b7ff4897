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
LABEL = Style("serif", 13)
LEADING = 1.38
LEFT, RIGHT = 24.0, 187.0


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
    typed: str = "serif"


@dataclass(frozen=True, slots=True)
class _Form:
    """The sheet being filled: printed labels, and values in the office's own type."""

    sheet: Sheet
    fields: Fields
    typed: str

    def line(self, y: float, label: str, value: str, *, bold: bool = False, x1: float = RIGHT) -> float:
        """One labelled value over the whole width."""
        ink = Style(f"{self.typed}-bold" if bold else self.typed, LABEL.size)
        return self.sheet.entry(
            y, label, value, x0=LEFT, x1=x1, style=LABEL, value_style=ink, leading=LEADING
        )

    def row(self, y: float, *cells: tuple[str, str]) -> float:
        """Three labelled values side by side."""
        edges = ((LEFT, 72.0), (74.0, 124.0), (126.0, RIGHT))
        placed = tuple((*cell, *edge) for cell, edge in zip(cells, edges, strict=True))
        return row(
            self.sheet, y, placed, style=LABEL, value_style=Style(self.typed, LABEL.size), leading=LEADING
        )


def draw(birth: Birth, rng: np.random.Generator) -> Paper:
    """Lay out a birth certificate."""
    sheet, fields = Sheet(), Fields()
    form = _Form(sheet, fields, birth.typed)
    frame(sheet, BORDER)
    motto(sheet, x=105, y=27)
    coat_of_arms(sheet, x=105, y=37, side=20)
    sheet.write(105, 69, "GIẤY KHAI SINH", style=Style("serif-bold", 24, TITLE_RED), align="centre")
    number = fields.put("document_number", birth.number)
    sheet.write(105, 77, f"Số: {number}", style=Style("serif", 13.5), align="centre")
    y = _child(form, birth.child)
    y = _parent(form, birth.mother, prefix="mother", label="người mẹ", y=y + 1.5)
    y = _parent(form, birth.father, prefix="father", label="người cha", y=y + 1.5)
    y = _registration(form, birth, y + 1.5)
    fields.name("signer_full_name", birth.signer.name, capitals=False)
    signer = Signer(("NGƯỜI KÝ GIẤY KHAI SINH", *birth.signer.titles), birth.signer.name)
    sign(sheet, x=143, y=y + 2, signer=signer, rng=rng, agency=birth.agency)
    specimen_line(sheet)
    return Paper(kind="birth_certificate", sheets=(sheet,), fields=fields, owners=(birth.child.number,))


def _child(form: _Form, child: Person) -> float:
    fields = form.fields
    y = form.line(88, "Họ, chữ đệm, tên:", fields.name("full_name", child.name), bold=True)
    y = form.line(y, "Ngày, tháng, năm sinh:", fields.day("date_of_birth", child.born))
    y = form.line(y, "Ghi bằng chữ:", fields.put("date_of_birth_in_words", date_in_words(child.born)))
    y = form.row(
        y,
        ("Giới tính:", fields.sex("sex", child)),
        ("Dân tộc:", fields.put("ethnicity", child.ethnicity)),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam")),
    )
    y = form.line(y, "Nơi sinh:", fields.put("place_of_birth", child.birthplace))
    y = form.line(y, "Quê quán:", fields.put("place_of_origin", child.origin))
    return form.line(y, "Số định danh cá nhân:", fields.put("personal_id", child.number))


def _parent(form: _Form, parent: Person, *, prefix: str, label: str, y: float) -> float:
    fields = form.fields
    name = fields.name(f"{prefix}_full_name", parent.name)
    y = form.line(y, f"Họ, chữ đệm, tên {label}:", name, bold=True)
    y = form.row(
        y,
        ("Năm sinh:", fields.put(f"{prefix}_birth_year", str(parent.born.year))),
        ("Dân tộc:", fields.put(f"{prefix}_ethnicity", parent.ethnicity)),
        ("Quốc tịch:", fields.put(f"{prefix}_nationality", "Việt Nam")),
    )
    home = parent.old_residence or parent.residence
    return form.line(y, "Nơi cư trú:", fields.put(f"{prefix}_residence", home))


def _registration(form: _Form, birth: Birth, y: float) -> float:
    fields = form.fields
    name = fields.name("declarant_full_name", birth.declarant.name)
    y = form.line(y, "Họ, chữ đệm, tên người đi khai sinh:", name)
    identity = f"Căn cước công dân số {birth.declarant.number}"
    y = form.line(y, "Giấy tờ tùy thân:", fields.put("declarant_identity_paper", identity))
    y = form.line(y, "Nơi đăng ký khai sinh:", fields.put("registered_at", birth.registered_at))
    day = fields.day("registration_date", birth.registered_on)
    return form.line(y, "Ngày, tháng, năm đăng ký:", day, x1=120)
