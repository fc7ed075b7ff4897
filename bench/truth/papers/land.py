"""Land and building: certificates of land-use rights, construction permits."""

from __future__ import annotations

from bench.truth.kit import Draft
from samples.forms import coat_of_arms
from samples.papers import land
from samples.people import Person
from samples.sheet import Style
from samples.truth import Paper
from samples.words import long_date

_TITLE_RED = (196, 22, 36)
_PINK = (252, 238, 240)
_DIRECTORS = (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
_CHIEFS = (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"))
_PURPOSES = ("Đất ở tại nông thôn", "Đất trồng cây lâu năm", "Đất trồng lúa còn lại", "Đất ở tại đô thị")
_TERMS = ("Lâu dài", "Đến ngày 15/10/2043", "Đến ngày 01/7/2064")
_ORIGINS = (
    "Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất",
    "Nhận chuyển nhượng đất được Nhà nước giao đất không thu tiền sử dụng đất",
    "Nhận thừa kế đất được công nhận quyền sử dụng đất",
)
_WORKS = {
    "tune": ("Nhà ở riêng lẻ", "Nhà kho chứa nông sản"),
    "test": ("Nhà ở kết hợp kinh doanh", "Cửa hàng vật liệu xây dựng"),
}


def certificate_2024(draft: Draft) -> Paper:
    """The two-page form since August 2024, as the samples draw it."""
    chance = draft.chance
    home, on = chance.province(), chance.day()
    owner = chance.person(near=home)
    paper = land.Land(
        serial=f"{chance.pick(('AA', 'AB', 'DK'))} {chance.digits(8)}",
        register_number=f"VP {chance.whole(10_000, 89_999)}",
        owner=owner,
        parcel=str(chance.whole(1, 940)),
        map_sheet=str(chance.whole(1, 88)),
        address=chance.address(home),
        area_m2=f"{chance.whole(60, 2400)}.{chance.whole(1, 9)}",
        purpose=chance.pick(_PURPOSES),
        term=chance.pick(_TERMS),
        origin=chance.pick(_ORIGINS),
        issued_on=on,
        agency=chance.department(home, ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",)),
        signer=chance.official(*_DIRECTORS),
        changes="Chuyển nhượng cho ông (bà) nêu tại hồ sơ số " + str(chance.whole(10, 900)) + ".CN.001.",
    )
    return land.draw(paper, chance.rng)


def certificate_2009(draft: Draft) -> Paper:
    """A page of the older four-page book: owner, parcel, assets in numbered lists."""
    chance, fields = draft.chance, draft.fields
    draft.sheet.tint = _PINK
    home, on = chance.province(), chance.day()
    agency = chance.commune_office(home, on=on)
    owner = chance.person(near=home)
    coat_of_arms(draft.sheet, x=draft.middle, y=11, side=17)
    draft.y = 36
    draft.motto()
    style = Style("serif-bold", 15, _TITLE_RED)
    draft.title("GIẤY CHỨNG NHẬN", size=17, colour=_TITLE_RED)
    draft.y -= 1
    draft.centred("QUYỀN SỬ DỤNG ĐẤT QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT", style=style)
    draft.heading("I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất")
    name = fields.put("owner_full_name", owner.name, owner.name)
    number = fields.put("owner_personal_id", owner.number)
    draft.para(f"{owner.title_vi.capitalize()}: {name}, CCCD số: {number}.", indent=0)
    draft.para(f"Địa chỉ thường trú: {owner.residence}.", indent=0)
    draft.heading("II. Thửa đất, nhà ở và tài sản khác gắn liền với đất")
    parcel = fields.put("parcel_number", str(chance.whole(2, 930)))
    sheet = fields.put("map_sheet_number", str(chance.whole(1, 77)))
    draft.cells(("1. Thửa đất: a) Thửa đất số:", parcel), ("tờ bản đồ số:", sheet), parts=(1.5, 1))
    draft.line("b) Địa chỉ:", fields.put("parcel_address", chance.address(home)))
    area = f"{chance.whole(60, 2400)}.{chance.whole(1, 9)}"
    printed = fields.put("area_m2", area.replace(".", ","), area)
    draft.line("c) Diện tích:", f"{printed} m²")
    draft.line("d) Hình thức sử dụng:", "riêng: toàn bộ diện tích, chung: Không")
    draft.line("đ) Mục đích sử dụng:", fields.put("land_use_purpose", chance.pick(_PURPOSES)))
    draft.line("e) Thời hạn sử dụng:", fields.put("use_term", chance.pick(_TERMS)))
    draft.line("g) Nguồn gốc sử dụng:", fields.put("use_origin", chance.pick(_ORIGINS)))
    draft.line("2. Nhà ở:", "-/-")
    draft.line("3. Ghi chú:", "Không")
    fields.put("issuer", agency.issuer)
    day = fields.day("issue_date", on, long_date(on))
    signer = chance.official(*_CHIEFS)
    lines = (*agency.name, *signer.titles)
    draft.close(type(signer)(lines, signer.name), agency=agency, day=f"{agency.place}, {day}")
    serial = f"{chance.pick(('BK', 'CĐ', 'DA'))} {chance.digits(6)}"
    book = f"CH {chance.whole(10_000, 89_999)}"
    draft.y = max(draft.y, 276)
    draft.sheet.write(
        draft.look.left,
        draft.y,
        f"Số vào sổ cấp GCN: {fields.put('register_number', book, book.replace(' ', ''))}",
        style=draft.body,
    )
    draft.sheet.write(
        draft.look.right,
        draft.y,
        fields.put("serial_number", serial, serial.replace(" ", "")),
        style=Style("serif-bold", 14, _TITLE_RED),
        align="right",
    )
    return draft.paper("land_certificate")


def permit(draft: Draft) -> Paper:
    """Giấy phép xây dựng with numbered parts."""
    chance, fields = draft.chance, draft.fields
    owner = _permit_head(draft, title="GIẤY PHÉP XÂY DỰNG")
    draft.line("1. Cấp cho:", f"{owner.title_vi} {fields.name('owner_full_name', owner.name)}", bold=True)
    draft.line("Địa chỉ:", owner.residence)
    draft.line("2. Được phép xây dựng công trình:", fields.put("work_name", chance.pick(_WORKS[chance.half])))
    draft.para(
        f"- Theo thiết kế có ký hiệu: KT-{chance.whole(1, 20):02d}, KC-{chance.whole(1, 20):02d};", indent=0
    )
    return _permit_end(draft, place="- Vị trí xây dựng:")


def permit_dwelling(draft: Draft) -> Paper:
    """The same for a single dwelling, labels of another office."""
    chance, fields = draft.chance, draft.fields
    owner = _permit_head(draft, title="GIẤY PHÉP XÂY DỰNG NHÀ Ở RIÊNG LẺ")
    draft.line("Chủ đầu tư:", fields.name("owner_full_name", owner.name, capitals=False), bold=True)
    draft.cells(
        ("Số định danh cá nhân:", owner.number), ("Điện thoại:", f"09{chance.digits(8)}"), parts=(1.4, 1)
    )
    draft.line("Tên công trình:", fields.put("work_name", chance.pick(_WORKS[chance.half])))
    return _permit_end(draft, place="Địa điểm xây dựng:")


def _permit_head(draft: Draft, *, title: str) -> Person:
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.commune_office(home, on=on)
    number = fields.put("document_number", f"{chance.whole(2, 980)}/GPXD")
    fields.put("issuer", agency.issuer)
    draft.head(agency, number=f"Số: {number}", day=fields.day("issue_date", on, long_date(on)))
    draft.title(title, size=15)
    return chance.person(near=home)


def _permit_end(draft: Draft, *, place: str) -> Paper:
    chance, fields = draft.chance, draft.fields
    home = chance.province()
    parcel = fields.put("parcel_number", str(chance.whole(2, 930)))
    sheet = fields.put("map_sheet_number", str(chance.whole(1, 77)))
    draft.line(place, fields.put("work_address", chance.address(home)))
    draft.cells(("- Thửa đất số:", parcel), ("Tờ bản đồ số:", sheet))
    draft.cells(
        ("- Mật độ xây dựng:", f"{chance.whole(45, 95)}%"),
        ("Hệ số sử dụng đất:", f"{chance.whole(1, 4)},{chance.whole(1, 9)}"),
    )
    area = f"{chance.whole(70, 640)}.{chance.whole(1, 9)}"
    printed = fields.put("floor_area_m2", area.replace(".", ","), area)
    draft.line("- Tổng diện tích sàn:", f"{printed} m²")
    count = chance.whole(1, 6)
    storeys = fields.put("storeys", f"{count:02d}", str(count))
    draft.cells(
        ("- Số tầng:", storeys), ("Chiều cao công trình:", f"{chance.whole(4, 22)},{chance.whole(1, 9)} m")
    )
    draft.para("- Màu sắc công trình: theo thiết kế; cốt nền cao hơn mặt đường 0,30 m.", indent=0)
    draft.para(
        "Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; quá thời hạn "
        "trên thì phải đề nghị gia hạn giấy phép xây dựng."
    )
    agency = chance.commune_office(home, on=chance.day())
    recipients = ("- Như trên;", "- Lưu: VT, KT.")
    draft.close(chance.official(*_CHIEFS), agency=agency, recipients=recipients)
    return draft.paper("construction_permit")
