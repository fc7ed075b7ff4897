"""Giấy chứng nhận quyền sử dụng đất on the two-page form in use since 1 August 2024."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import Agency, Signer, coat_of_arms, frame, motto, sign, specimen_line
from samples.marks import drum, qr
from samples.sheet import BLACK, Mark, Sheet, Stroke, Style
from samples.truth import Fields, Paper
from samples.words import long_date

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

PINK = (252, 238, 240)
GROUND = (236, 168, 186)
BORDER = (200, 110, 130)
TITLE_RED = (196, 22, 36)
BODY = Style("serif", 13)
STRONG = Style("serif-bold", 13)
LEFT, RIGHT = 25.0, 187.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """One certificate of land-use rights."""

    serial: str
    register_number: str
    owner: Person
    parcel: str
    map_sheet: str
    address: str
    area_m2: str
    purpose: str
    term: str
    origin: str
    issued_on: date
    agency: Agency
    signer: Signer
    changes: str


def draw(paper: Land, rng: np.random.Generator) -> Paper:
    """Lay out both pages of a land certificate."""
    fields = Fields()
    front = _front(fields, paper, rng)
    back = _back(fields, paper, rng)
    owners = (paper.owner.number,)
    return Paper(kind="land_certificate", sheets=(front, back), fields=fields, owners=owners)


def _page() -> Sheet:
    sheet = Sheet(tint=PINK)
    sheet.ops.append(Mark(x=40, y=85, width=130, height=130, mask=drum(), colour=GROUND))
    frame(sheet, BORDER)
    return sheet


def _front(fields: Fields, paper: Land, rng: np.random.Generator) -> Sheet:
    sheet = _page()
    coat_of_arms(sheet, x=105, y=21, side=22)
    motto(sheet, x=105, y=52)
    payload = f"{paper.serial}|{paper.parcel}|{paper.map_sheet}|{paper.area_m2}"
    sheet.ops.append(Mark(x=163, y=21, width=24, height=24, mask=qr(payload), colour=BLACK))
    head = Style("serif-bold", 17, TITLE_RED)
    for index, line in enumerate(
        ("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT,", "QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT")
    ):
        sheet.write(105, 71 + index * 8, line, style=head, align="centre")
    y = _holder(sheet, fields, paper, 100)
    y = _parcel(sheet, fields, paper, y)
    y = _signature(sheet, fields, paper, y + 5, rng=rng)
    serial = fields.put("serial_number", paper.serial, paper.serial.replace(" ", ""))
    sheet.write(
        RIGHT, 275, f"Số phát hành: {serial}", style=Style("serif-bold", 14, TITLE_RED), align="right"
    )
    specimen_line(sheet)
    return sheet


def _holder(sheet: Sheet, fields: Fields, paper: Land, y: float) -> float:
    sheet.write(LEFT, y, "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:", style=STRONG)
    y += 7.5
    owner = paper.owner
    name = fields.name("owner_full_name", owner.name)
    end = sheet.write(LEFT, y, f"{owner.title_vi.capitalize()}:", style=BODY)
    end = sheet.write(end + 1.4, y, name, style=STRONG, joins=True)
    number = fields.put("owner_personal_id", owner.number)
    sheet.write(end + 1.4, y, f"; Căn cước công dân số: {number}", style=BODY, joins=True)
    return (
        sheet.entry(
            y + 7,
            "Địa chỉ:",
            owner.old_residence or owner.residence,
            x0=LEFT,
            x1=RIGHT,
            style=BODY,
            leaders=False,
        )
        + 2
    )


def _parcel(sheet: Sheet, fields: Fields, paper: Land, y: float) -> float:
    sheet.write(LEFT, y, "2. Thông tin thửa đất:", style=STRONG)
    y += 7.5
    parcel = fields.put("parcel_number", paper.parcel)
    sheet.write(LEFT, y, f"a) Thửa đất số: {parcel};", style=BODY)
    map_sheet = fields.put("map_sheet_number", paper.map_sheet)
    sheet.write(105, y, f"Tờ bản đồ số: {map_sheet};", style=BODY, joins=True)
    area = fields.put("area_m2", paper.area_m2.replace(".", ","), paper.area_m2)
    rows = (
        ("b) Diện tích:", f"{area} m²;"),
        ("c) Loại đất:", f"{fields.put('land_use_purpose', paper.purpose)};"),
        ("d) Thời hạn sử dụng đất:", f"{fields.put('use_term', paper.term)};"),
        ("đ) Hình thức sử dụng đất:", "Sử dụng riêng;"),
        ("e) Địa chỉ:", f"{fields.put('parcel_address', paper.address)};"),
        ("g) Nguồn gốc sử dụng đất:", f"{fields.put('use_origin', paper.origin)}."),
    )
    y += 7
    for label, value in rows:
        y = sheet.entry(y, label, value, x0=LEFT, x1=RIGHT, style=BODY, leaders=False, leading=1.45)
    sheet.write(LEFT, y + 2, "3. Thông tin tài sản gắn liền với đất: -/-", style=STRONG)
    return y + 8


def _signature(sheet: Sheet, fields: Fields, paper: Land, y: float, *, rng: np.random.Generator) -> float:
    day = long_date(paper.issued_on)
    fields.day("issue_date", paper.issued_on, day)
    place = f"{paper.agency.place}, {day}"
    sheet.write(138, y, place, style=Style("serif-italic", 13), align="centre")
    fields.put("issuer", " ".join((*paper.agency.parents, *paper.agency.name)))
    lines = (*paper.agency.parents, *paper.agency.name, *paper.signer.titles)
    signer = Signer(lines, paper.signer.name)
    return sign(sheet, x=138, y=y + 6.5, signer=signer, rng=rng, agency=paper.agency)


def _back(fields: Fields, paper: Land, rng: np.random.Generator) -> Sheet:
    sheet = _page()
    sheet.write(LEFT, 26, "4. Sơ đồ thửa đất, tài sản gắn liền với đất:", style=STRONG)
    _plan(sheet, paper)
    sheet.write(LEFT, 128, "5. Ghi chú: Không.", style=STRONG)
    sheet.write(LEFT, 138, "6. Những thay đổi sau khi cấp Giấy chứng nhận:", style=STRONG)
    top, middle, bottom = 142.0, 128.0, 250.0
    sheet.box(LEFT, top, RIGHT - LEFT, bottom - top)
    sheet.rule(LEFT, top + 14, RIGHT)
    sheet.ops.append(Stroke(points=((middle, top), (middle, bottom)), width=0.2))
    head = Style("serif-bold", 11.5)
    sheet.write(
        (LEFT + middle) / 2, top + 8.5, "Nội dung thay đổi và cơ sở pháp lý", style=head, align="centre"
    )
    sheet.write((middle + RIGHT) / 2, top + 6, "Xác nhận của cơ quan", style=head, align="centre")
    sheet.write((middle + RIGHT) / 2, top + 11, "có thẩm quyền", style=head, align="centre", joins=True)
    changes = fields.text("changes", paper.changes)
    sheet.paragraph(
        top + 21, changes, style=Style("serif", 12), x0=LEFT + 2, x1=middle - 2, indent=0, justify=False
    )
    short = Signer(paper.signer.titles, paper.signer.name)
    sign(sheet, x=(middle + RIGHT) / 2 + 6, y=top + 24, signer=short, rng=rng, agency=paper.agency)
    number = fields.put("register_number", paper.register_number, paper.register_number.replace(" ", ""))
    sheet.write(LEFT, 262, f"Số vào sổ cấp Giấy chứng nhận: {number}", style=BODY)
    specimen_line(sheet)
    return sheet


def _plan(sheet: Sheet, paper: Land) -> None:
    """The parcel's outline with its side lengths and neighbours."""
    corners = ((62.0, 52.0), (131.0, 46.0), (143.0, 104.0), (70.0, 112.0), (62.0, 52.0))
    sheet.ops.append(Stroke(points=corners, width=0.5))
    small = Style("sans", 9)
    for (x, y), label in zip(((96, 46), (141, 74), (106, 113), (57, 82)), _sides(paper), strict=True):
        sheet.write(x, y, label, style=small, align="centre")
    sheet.write(103, 79, paper.parcel, style=Style("sans-bold", 14), align="centre")
    sheet.rule(97, 81, 109)
    sheet.write(103, 86, paper.area_m2, style=small, align="centre")
    sheet.write(168, 54, "Bắc", style=small, align="centre")
    arrow = ((168.0, 76.0), (168.0, 57.0), (166.5, 61.0), (168.0, 57.0), (169.5, 61.0))
    sheet.ops.append(Stroke(points=arrow, width=0.35))
    sheet.write(103, 121, "Tỷ lệ 1:500", style=small, align="centre")


def _sides(paper: Land) -> tuple[str, ...]:
    """Side lengths in metres that fit a plan at 1:500."""
    side = float(paper.area_m2) ** 0.5
    return tuple(f"{side * part:.2f}" for part in (1.09, 0.93, 1.15, 0.95))
