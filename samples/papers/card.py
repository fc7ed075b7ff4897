"""Identity cards: the chip card of 2021 (CCCD) and the card of 2024 (Căn cước), both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import MOTTO, MOTTO_TOP, coat_of_arms, specimen_line
from samples.marks import portrait, qr
from samples.mrz import td1
from samples.sheet import BLACK, Mark, Panel, Sheet, Stroke, Style
from samples.truth import Fields, Paper

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

WIDTH, HEIGHT = 85.6, 53.98
SKY = (226, 239, 236)
RED = (200, 34, 44)
LABEL = Style("sans", 5.6)
VALUE = Style("sans-bold", 6.6)
GREY_FACE = (70, 84, 96)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card; `new_form` is the card handed out since 1 July 2024."""

    person: Person
    issued_on: date
    expires_on: date
    new_form: bool


def draw(card: Card, rng: np.random.Generator) -> Paper:
    """Both sides, each on a sheet of the card's size with a little of the scanner lid around."""
    fields = Fields()
    front, back = Sheet(WIDTH + 8, HEIGHT + 12), Sheet(WIDTH + 8, HEIGHT + 12)
    _front(front, fields, card, at=(4.0, 4.0), rng=rng)
    _back(back, fields, card, at=(4.0, 4.0))
    for sheet in (front, back):
        specimen_line(sheet, y=HEIGHT + 9.5, size=6)
    return Paper(kind="identity_card", sheets=(front, back), fields=fields, owners=(card.person.number,))


def draw_copied(card: Card, rng: np.random.Generator) -> Paper:
    """Both sides on one A4 sheet, as offices scan them."""
    fields = Fields()
    sheet = Sheet()
    _front(sheet, fields, card, at=(62.2, 48.0), rng=rng)
    _back(sheet, fields, card, at=(62.2, 132.0))
    specimen_line(sheet)
    return Paper(kind="identity_card", sheets=(sheet,), fields=fields, owners=(card.person.number,))


def _ground(sheet: Sheet, at: tuple[float, float]) -> None:
    x, y = at
    sheet.ops.append(Panel(x=x, y=y, width=WIDTH, height=HEIGHT, colour=SKY))
    for index in range(11):
        wave = tuple(
            (x + step * 4.28, y + 3 + index * 4.8 + (1.4 if step % 2 else -1.4)) for step in range(21)
        )
        sheet.ops.append(Stroke(points=wave, width=0.12, colour=(205, 224, 222)))
    sheet.box(x, y, WIDTH, HEIGHT, line=0.2, colour=(150, 165, 165))


def _front(
    sheet: Sheet, fields: Fields, card: Card, *, at: tuple[float, float], rng: np.random.Generator
) -> None:
    x, y = at
    _ground(sheet, at)
    coat_of_arms(sheet, x=x + 12, y=y + 2.5, side=12)
    middle = x + 46
    sheet.write(middle, y + 5, MOTTO_TOP, style=Style("sans-bold", 6.4), align="centre")
    sheet.write(middle, y + 8, MOTTO, style=Style("sans-bold", 6), align="centre")
    sheet.write(middle, y + 10.6, "SOCIALIST REPUBLIC OF VIET NAM", style=Style("sans", 4.6), align="centre")
    sheet.write(
        middle, y + 12.9, "Independence - Freedom - Happiness", style=Style("sans", 4.6), align="centre"
    )
    name, english = (
        ("CĂN CƯỚC", "IDENTITY CARD") if card.new_form else ("CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card")
    )
    sheet.write(middle, y + 17.8, name, style=Style("sans-bold", 10.5, RED), align="centre")
    sheet.write(middle, y + 20.3, english, style=Style("sans", 5, RED), align="centre")
    face = portrait(rng)
    sheet.ops.append(Mark(x=x + 3.5, y=y + 18.5, width=18, height=24, mask=face, colour=GREY_FACE))
    if card.new_form:
        _new_front(sheet, fields, card, (x + 24, y + 24.5))
    else:
        _old_front(sheet, fields, card, (x + 24, y + 23.8))
        code = qr(payload(card))
        sheet.ops.append(Mark(x=x + 70, y=y + 2.5, width=14, height=14, mask=code, colour=BLACK))


def payload(card: Card) -> str:
    person = card.person
    born, issued = person.born.strftime("%d%m%Y"), card.issued_on.strftime("%d%m%Y")
    return (
        f"{person.number}|{person.old_card}|{person.name}|{born}|{person.sex_vi}|{person.residence}|{issued}"
    )


def _labelled(sheet: Sheet, x: float, y: float, label: str, *, value: str, style: Style = VALUE) -> float:
    end = sheet.write(x, y, label, style=LABEL)
    return sheet.write(end + 1, y, value, style=style, joins=True)


def _old_front(sheet: Sheet, fields: Fields, card: Card, at: tuple[float, float]) -> None:
    x, y = at
    person = card.person
    number = fields.put("personal_id", person.number)
    _labelled(sheet, x, y, "Số / No.:", value=number, style=Style("sans-bold", 10.5))
    sheet.write(x, y + 3.4, "Họ và tên / Full name:", style=LABEL)
    sheet.write(x, y + 6.6, fields.name("full_name", person.name), style=Style("sans-bold", 8))
    born = fields.day("date_of_birth", person.born)
    _labelled(sheet, x, y + 10, "Ngày sinh / Date of birth:", value=born)
    _labelled(sheet, x, y + 13.2, "Giới tính / Sex:", value=fields.sex("sex", person))
    nation = fields.put("nationality", "Việt Nam")
    end = sheet.write(x + 25, y + 13.2, "Quốc tịch / Nationality:", style=LABEL, joins=True)
    sheet.write(end + 1, y + 13.2, nation, style=VALUE, joins=True)
    sheet.write(x, y + 16.4, "Quê quán / Place of origin:", style=LABEL)
    sheet.write(x, y + 19.4, fields.put("place_of_origin", person.origin), style=VALUE)
    end = sheet.write(x, y + 22.6, "Nơi thường trú / Place of residence:", style=LABEL)
    home = fields.put("residence", person.old_residence or person.residence)
    first, *rest = sheet.wrap(home, WIDTH - 26, VALUE, first=x + WIDTH - 26 - end)
    sheet.write(end + 1, y + 22.6, first, style=VALUE, joins=True)
    if rest:
        sheet.write(x, y + 25.6, " ".join(rest), style=VALUE)
    left = at[0] - 20.5
    sheet.write(left, y + 22.6, "Có giá trị đến:", style=Style("sans", 4.8))
    expiry = fields.day("expiry_date", card.expires_on)
    sheet.write(left, y + 25.2, "Date of expiry:", style=Style("sans", 4.8))
    sheet.write(left, y + 28.2, expiry, style=Style("sans-bold", 5.6), joins=True)


def _new_front(sheet: Sheet, fields: Fields, card: Card, at: tuple[float, float]) -> None:
    x, y = at
    person = card.person
    sheet.write(x, y, "Số định danh cá nhân / Personal identification number:", style=LABEL)
    sheet.write(x, y + 4.2, fields.put("personal_id", person.number), style=Style("sans-bold", 11))
    sheet.write(x, y + 8.2, "Họ, chữ đệm và tên khai sinh / Full name:", style=LABEL)
    sheet.write(x, y + 11.6, fields.name("full_name", person.name), style=Style("sans-bold", 8.5))
    sheet.write(x, y + 15.4, "Ngày, tháng, năm sinh / Date of birth:", style=LABEL)
    born = fields.day("date_of_birth", person.born)
    sheet.write(x, y + 18.6, born, style=Style("sans-bold", 7.5))
    _labelled(sheet, x, y + 22.6, "Giới tính / Sex:", value=fields.sex("sex", person))
    nation = fields.put("nationality", "Việt Nam")
    end = sheet.write(x + 27, y + 22.6, "Quốc tịch / Nationality:", style=LABEL, joins=True)
    sheet.write(end + 1, y + 22.6, nation, style=VALUE, joins=True)


def _back(sheet: Sheet, fields: Fields, card: Card, *, at: tuple[float, float]) -> None:
    x, y = at
    _ground(sheet, at)
    if card.new_form:
        _new_back(sheet, fields, card, at)
    else:
        _old_back(sheet, fields, card, at)
    lines = td1(card.person, card.expires_on)
    fields.put("mrz", "\n".join(lines), " ".join(lines))
    for index, line in enumerate(lines):
        sheet.write(x + 4, y + 41 + index * 4.6, line, style=Style("mono", 10.6))


def _chip(sheet: Sheet, x: float, y: float) -> None:
    sheet.ops.append(Panel(x=x, y=y, width=11.5, height=9.5, colour=(214, 184, 110)))
    for offset in (2.4, 4.8, 7.2):
        sheet.rule(x, y + offset, x + 11.5, width=0.15, colour=(140, 110, 60))
    sheet.box(x + 3.6, y, 4.4, 9.5, line=0.15, colour=(140, 110, 60))


def _old_back(sheet: Sheet, fields: Fields, card: Card, at: tuple[float, float]) -> None:
    x, y = at
    sheet.write(x + 5, y + 5.5, "Đặc điểm nhận dạng / Personal identification:", style=LABEL)
    sheet.write(x + 5, y + 8.8, "Nốt ruồi C: 1,5cm dưới mép trái", style=VALUE)
    issued = fields.day("issue_date", card.issued_on)
    _labelled(sheet, x + 5, y + 12.6, "Ngày, tháng, năm / Date, month, year:", value=issued)
    for index, line in enumerate(("CỤC TRƯỞNG CỤC CẢNH SÁT", "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI")):
        sheet.write(x + 29, y + 16.4 + index * 2.7, line, style=Style("sans-bold", 5), align="centre")
    sheet.write(x + 29, y + 31.5, "Lò Vĩnh Quang Mẫu", style=Style("sans-bold", 6.2), align="centre")
    _chip(sheet, x + 5, y + 20)
    for offset, label in (
        (57.0, "Ngón trỏ trái / Left index finger"),
        (71.0, "Ngón trỏ phải / Right index finger"),
    ):
        sheet.box(x + offset, y + 6.5, 12, 15, line=0.15, colour=(150, 165, 165))
        sheet.write(x + offset + 6, y + 24, label.split(" / ")[0], style=Style("sans", 4.2), align="centre")


def _new_back(sheet: Sheet, fields: Fields, card: Card, at: tuple[float, float]) -> None:
    x, y = at
    person = card.person
    sheet.write(x + 4, y + 5, "Nơi cư trú / Place of residence:", style=LABEL)
    home = fields.put("residence", person.residence)
    line_y = y + 8.2
    for line in sheet.wrap(home, 56, VALUE):
        sheet.write(x + 4, line_y, line, style=VALUE)
        line_y += 3
    sheet.write(x + 4, line_y + 0.8, "Nơi đăng ký khai sinh / Place of birth:", style=LABEL)
    line_y += 4
    for line in sheet.wrap(fields.put("place_of_birth_registration", person.origin), 56, VALUE):
        sheet.write(x + 4, line_y, line, style=VALUE)
        line_y += 3
    issued = fields.day("issue_date", card.issued_on)
    _labelled(sheet, x + 20, y + 25.2, "Ngày, tháng, năm cấp / Date of issue:", value=issued)
    expiry = fields.day("expiry_date", card.expires_on)
    _labelled(sheet, x + 20, y + 28.6, "Ngày, tháng, năm hết hạn / Date of expiry:", value=expiry)
    issuer = Style("sans-bold", 5.4)
    sheet.write(x + 42, y + 32.6, "BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY", style=issuer, align="centre")
    _chip(sheet, x + 5, y + 23)
    sheet.ops.append(Mark(x=x + 64, y=y + 3, width=18, height=18, mask=qr(payload(card)), colour=BLACK))
