"""Small papers of plastic and booklets: identity card, passport, driving licence."""

from __future__ import annotations

from datetime import date, timedelta

from bench.truth.chance import grown
from bench.truth.kit import Draft
from samples.fonts import width_mm
from samples.forms import MOTTO, MOTTO_TOP, coat_of_arms
from samples.marks import portrait
from samples.mrz import check_digit
from samples.papers import card
from samples.people import Person
from samples.sheet import Mark, Panel, Sheet, Style
from samples.truth import Paper
from samples.words import long_date, without_marks

_CARD = (85.6, 53.98)
_PASSPORT = (125.0, 88.0)
_FACE = (70, 84, 96)
_RED = (190, 30, 40)
# Cells of a data page by rows: label, what is printed, name of the field or nothing.
_Rows = tuple[tuple[tuple[str, str, str], ...], ...]
_CLASSES = ("A1", "B", "B2", "C1", "D2", "CE")


def identity_2021(draft: Draft) -> Paper:
    """CCCD with chip, both sides on A4."""
    return card.draw_copied(_identity(draft, new_form=False), draft.chance.rng)


def identity_2024(draft: Draft) -> Paper:
    """Căn cước of 2024, both sides on A4."""
    return card.draw_copied(_identity(draft, new_form=True), draft.chance.rng)


def passport_old(draft: Draft) -> Paper:
    """The data page of a passport, label and value in two lines."""
    return _passport(draft, stacked=True)


def passport_new(draft: Draft) -> Paper:
    """The same page as a later book sets it: label and value in one line."""
    return _passport(draft, stacked=False)


def licence_plastic(draft: Draft) -> Paper:
    """Giấy phép lái xe of plastic, front side on A4."""
    return _licence(
        draft, labels=("Số/No:", "Họ tên/Full name:", "Ngày sinh/Date of Birth:", "Nơi cư trú/Address:")
    )


def licence_new(draft: Draft) -> Paper:
    """The form since 2025, labels in two lines of their own order."""
    return _licence(
        draft,
        labels=("Số / No.:", "Họ và tên / Full name:", "Ngày sinh / Date of birth:", "Nơi cư trú / Address:"),
    )


def _identity(draft: Draft, *, new_form: bool) -> card.Card:
    chance = draft.chance
    person = chance.person()
    issued = date(2024, 7, 2) if new_form else date(2021, 3, 2)
    issued += timedelta(days=chance.whole(0, 800))
    expires = person.born.replace(year=issued.year + chance.whole(5, 15), day=min(person.born.day, 28))
    return card.Card(person=person, issued_on=issued, expires_on=expires, new_form=new_form)


def _passport(draft: Draft, *, stacked: bool) -> Paper:
    chance, fields, sheet = draft.chance, draft.fields, draft.sheet
    person = chance.person()
    x0, y0 = 36.0 + chance.whole(0, 14), 30.0 + chance.whole(0, 20)
    sheet.ops.append(Panel(x=x0, y=y0, width=_PASSPORT[0], height=_PASSPORT[1], colour=(232, 240, 232)))
    sheet.box(x0, y0, *_PASSPORT, line=0.2, colour=(120, 150, 130))
    face = portrait(chance.rng)
    sheet.ops.append(Mark(x=x0 + 5, y=y0 + 16, width=30, height=40, mask=face, colour=_FACE))
    middle = x0 + _PASSPORT[0] / 2
    sheet.write(middle, y0 + 5, MOTTO_TOP, style=Style("sans-bold", 7.5), align="centre")
    sheet.write(middle, y0 + 8.4, "SOCIALIST REPUBLIC OF VIET NAM", style=Style("sans", 6), align="centre")
    sheet.write(middle, y0 + 13, "HỘ CHIẾU / PASSPORT", style=Style("sans-bold", 9, _RED), align="centre")
    number = f"{chance.pick(('C', 'P', 'Q'))}{chance.digits(8)}"
    issued = chance.day()
    expires = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
    rows = (
        (
            ("Loại / Type", "P", ""),
            ("Mã số / Code", "VNM", ""),
            ("Số hộ chiếu / Passport No", number, "passport_number"),
        ),
        (("Họ và tên / Full name", person.name.upper(), "full_name"),),
        (("Quốc tịch / Nationality", "VIỆT NAM / VIETNAMESE", ""),),
        (
            ("Ngày sinh / Date of birth", f"{person.born:%d/%m/%Y}", "date_of_birth"),
            (
                "Nơi sinh / Place of birth",
                person.birthplace.rsplit(" ", 2)[-2] + " " + person.birthplace.rsplit(" ", 1)[-1],
                "place_of_birth",
            ),
        ),
        (
            ("Giới tính / Sex", person.sex_vi.upper(), "sex"),
            ("Số ĐDCN / Personal No", person.number, "personal_id"),
        ),
        (
            ("Ngày cấp / Date of issue", f"{issued:%d/%m/%Y}", "issue_date"),
            ("Có giá trị đến / Date of expiry", f"{expires:%d/%m/%Y}", "expiry_date"),
        ),
        (("Nơi cấp / Place of issue", "Cục Quản lý Xuất nhập cảnh", "issuer"),),
    )
    days = {"date_of_birth": person.born, "issue_date": issued, "expiry_date": expires}
    for _label, printed, name in (cell for row in rows for cell in row):
        if name in days:
            fields.day(name, days[name])
        elif name == "full_name":
            fields.name(name, person.name)
        elif name:
            fields.put(name, printed, person.sex if name == "sex" else None)
    if stacked:
        _stacked(sheet, rows, at=(x0 + 39, y0 + 19.5), right=x0 + _PASSPORT[0] - 3)
    else:
        _listed(sheet, rows, at=(x0 + 39, y0 + 18.5))
    lines = _td3(person, number, expires)
    fields.put("mrz", "\n".join(lines), " ".join(lines))
    size = _size_for(lines[0], _PASSPORT[0] - 8)
    for index, line in enumerate(lines):
        sheet.write(x0 + 4, y0 + 75 + index * 6, line, style=Style("mono", size))
    return draft.paper("passport")


def _stacked(sheet: Sheet, rows: _Rows, *, at: tuple[float, float], right: float) -> None:
    """Cells side by side, each label over its value; the text goes cell by cell."""
    x, y = at
    for row in rows:
        for index, (label, value, _name) in enumerate(row):
            left = x + (right - x) * index / len(row)
            sheet.write(left, y, label, style=Style("sans", 5.4))
            sheet.write(left, y + 3.3, value, style=Style("sans-bold", 7.2), joins=True)
        y += 7.4


def _listed(sheet: Sheet, rows: _Rows, *, at: tuple[float, float]) -> None:
    """One cell a line, the value after its label."""
    x, y = at
    for label, value, _name in (cell for row in rows for cell in row):
        end = sheet.write(x, y, f"{label}:", style=Style("sans", 5.8))
        sheet.write(end + 1, y, value, style=Style("sans-bold", 7.0), joins=True)
        y += 4.5


def _td3(person: Person, number: str, expires: date) -> tuple[str, str]:
    """The two machine-readable lines of a passport (ICAO 9303, TD3)."""
    family, _, given = without_marks(person.name).upper().replace("'", "").partition(" ")
    first = f"P<VNM{family}<<{given.replace(' ', '<')}".ljust(44, "<")[:44]
    born, until = person.born.strftime("%y%m%d"), expires.strftime("%y%m%d")
    own = person.number.ljust(14, "<")
    sex = "M" if person.male else "F"
    head = f"{number}{check_digit(number)}"
    tail = f"{born}{check_digit(born)}{sex}{until}{check_digit(until)}{own}{check_digit(own)}"
    checked = head + tail[:7] + tail[8:]
    return first, f"{head}VNM{tail}{check_digit(checked)}"


def _size_for(line: str, room: float) -> float:
    """Points at which the line fills the room."""
    return room / width_mm(line, "mono", 1.0)


def _licence(draft: Draft, *, labels: tuple[str, str, str, str]) -> Paper:
    chance, fields, sheet = draft.chance, draft.fields, draft.sheet
    person, issued = chance.person(), chance.day()
    person = grown(person, on=issued)
    x, y = 62.0, 40.0 + chance.whole(0, 30)
    sheet.ops.append(Panel(x=x, y=y, width=_CARD[0], height=_CARD[1], colour=(250, 240, 206)))
    sheet.box(x, y, *_CARD, line=0.2, colour=(180, 160, 110))
    face = portrait(chance.rng)
    sheet.ops.append(Mark(x=x + 3, y=y + 15, width=18, height=24, mask=face, colour=_FACE))
    coat_of_arms(sheet, x=x + 12, y=y + 2, side=11)
    middle = x + 51
    office = fields.put("issuer", f"CÔNG AN TỈNH {chance.province().name.upper()}")
    sheet.write(middle, y + 4, MOTTO_TOP, style=Style("sans-bold", 5.8), align="centre")
    sheet.write(middle, y + 6.8, MOTTO, style=Style("sans-bold", 5.4), align="centre")
    sheet.write(
        middle,
        y + 11,
        "GIẤY PHÉP LÁI XE / DRIVER'S LICENSE",
        style=Style("sans-bold", 7.6, _RED),
        align="centre",
    )
    number = fields.put("licence_number", f"{chance.digits(12)}")
    sheet.write(middle, y + 15, f"{labels[0]} {number}", style=Style("sans-bold", 7.4, _RED), align="centre")
    left, small, strong = x + 24, Style("sans", 5.4), Style("sans-bold", 6.2)
    values = (
        (labels[1], fields.name("full_name", person.name)),
        (labels[2], fields.day("date_of_birth", person.born)),
        ("Quốc tịch/Nationality:", fields.put("nationality", "VIỆT NAM", "Việt Nam")),
        (labels[3], fields.put("residence", person.residence)),
    )
    line = y + 19.5
    for label, value in values:
        end = sheet.write(left, line, label, style=small) + 0.8
        for index, part in enumerate(
            sheet.wrap(value, x + _CARD[0] - 2 - left, strong, first=x + _CARD[0] - 2 - end)
        ):
            sheet.write(end if index == 0 else left, line, part, style=strong, joins=index == 0)
            line += 3.5
    day = fields.day("issue_date", issued, long_date(issued))
    sheet.write(
        x + 58,
        line + 0.6,
        f"{chance.province().name}, {day}",
        style=Style("sans-italic", 5.2),
        align="centre",
    )
    sheet.write(x + 58, line + 3.6, office, style=Style("sans-bold", 5.2), align="centre")
    signer = chance.name(male=True)[0]
    sheet.write(x + 58, y + _CARD[1] - 2.2, signer, style=Style("sans-bold", 5.6), align="centre")
    grade = fields.put("licence_class", chance.pick(_CLASSES))
    sheet.write(x + 3, y + 43, f"Hạng/Class: {grade}", style=Style("sans-bold", 6.4, _RED))
    expires = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
    sheet.write(x + 3, y + 46.5, "Có giá trị đến/Expires:", style=Style("sans", 4.8))
    sheet.write(
        x + 3, y + 49.6, fields.day("expiry_date", expires), style=Style("sans-bold", 5.8), joins=True
    )
    return draft.paper("driving_licence")
