"""Business: certificates of a business household and of an enterprise."""

from __future__ import annotations

from datetime import timedelta

from bench.truth.kit import Draft
from dossier.tax import tax_check_digit
from samples.papers import household
from samples.people import Person
from samples.sheet import Style
from samples.truth import Paper
from samples.words import long_date, short_date

_TITLE_RED = (190, 30, 40)
_HEADS = (("TRƯỞNG PHÒNG",), ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"))
_LINES = {
    "tune": (
        ("Bán lẻ lương thực trong các cửa hàng chuyên doanh", "4721"),
        ("Sản xuất các loại bánh từ bột", "1071"),
        ("Sửa chữa mô tô, xe máy", "4542"),
        ("Dịch vụ lưu trú ngắn ngày", "5510"),
    ),
    "test": (
        ("Bán buôn vải, hàng may sẵn, giày dép", "4641"),
        ("Chế biến, bảo quản thủy sản và sản phẩm từ thủy sản", "1020"),
        ("Cắt tóc, làm đầu, gội đầu", "9631"),
        ("Nhà hàng và các dịch vụ ăn uống phục vụ lưu động", "5610"),
    ),
}
_BRANDS = {
    "tune": ("PHỞ KHÔ ÚT MƯỜI", "TẠP HÓA CÔ CÚC", "XƯỞNG MỘC HẢI ĐĂNG", "NHÀ NGHỈ SAO MAI"),
    "test": ("VẢI SỢI THANH BÌNH", "HẢI SẢN KHÔ BA TRẠNG", "TIỆM TÓC NGỌC LAN", "CƠM NIÊU QUÊ NGOẠI"),
}
_COMPANIES = {
    "tune": (
        (
            "CÔNG TY TNHH THƯƠNG MẠI DỊCH VỤ ĐẠI NGÀN XANH",
            "DAI NGAN XANH TRADING SERVICE COMPANY LIMITED",
            "DNX CO., LTD",
        ),
        (
            "CÔNG TY CỔ PHẦN NÔNG SẢN ĐẤT ĐỎ",
            "DAT DO AGRICULTURAL PRODUCTS JOINT STOCK COMPANY",
            "DATDO AGRI JSC",
        ),
    ),
    "test": (
        (
            "CÔNG TY TNHH MỘT THÀNH VIÊN CƠ KHÍ THUẬN PHÁT LỢI",
            "THUAN PHAT LOI MECHANICAL ONE MEMBER LLC",
            "TPL LLC",
        ),
        (
            "CÔNG TY CỔ PHẦN ĐẦU TƯ KHO LẠNH BIỂN BẠC",
            "BIEN BAC COLD STORAGE INVESTMENT CORPORATION",
            "BIENBAC CORP",
        ),
    ),
}
_OFFICES = ("PHÒNG ĐĂNG KÝ KINH DOANH", "PHÒNG ĐĂNG KÝ KINH DOANH VÀ TÀI CHÍNH DOANH NGHIỆP")


def household_table(draft: Draft) -> Paper:
    """Giấy chứng nhận đăng ký hộ kinh doanh as the samples draw it."""
    chance = draft.chance
    home, first = chance.province(), chance.day(days=2500)
    owner = chance.person(near=home)
    paper = household.Household(
        code=owner.number,
        name=f"HỘ KINH DOANH {chance.pick(_BRANDS[chance.half])}",
        address=chance.address(home),
        phone=f"09{chance.digits(8)}",
        lines=tuple(chance.some(_LINES[chance.half], 2)),
        capital_vnd=chance.whole(20, 900) * 1_000_000,
        owner=owner,
        first_on=first,
        changed_on=first + timedelta(days=chance.whole(40, 1300)),
        change_number=chance.whole(1, 5),
        agency=chance.commune_office(home, on=first),
        signer=chance.official(*_HEADS),
    )
    return household.draw(paper, chance.rng)


def household_listed(draft: Draft) -> Paper:
    """The same certificate under the finance division of a district, lines of business in a table."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.department(home, ("PHÒNG TÀI CHÍNH - KẾ HOẠCH",))
    owner = chance.person(near=home)
    code = fields.put("business_code", f"{home.code[-2:]}A8{chance.digits(6)}")
    fields.put("issuer", agency.issuer)
    draft.head(agency, number=f"Số: {code}")
    draft.title("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", size=15, colour=_TITLE_RED)
    draft.centred(f"Đăng ký lần đầu: {fields.day('first_registration_date', on, long_date(on))}")
    name = fields.put("business_name", chance.pick(_BRANDS[chance.half]))
    draft.line("1. Tên hộ kinh doanh:", name, bold=True)
    draft.line("2. Địa điểm kinh doanh:", fields.put("business_address", chance.address(home)))
    draft.heading("3. Ngành, nghề kinh doanh:")
    lines = chance.some(_LINES[chance.half], chance.whole(2, 3))
    fields.put("business_lines", "; ".join(f"{words} {code}" for words, code in lines))
    rows = [(str(index), words, code) for index, (words, code) in enumerate(lines, start=1)]
    draft.table(("STT", "Tên ngành", "Mã ngành"), rows, parts=(1, 7, 2))
    printed, value = chance.money(20_000_000, 900_000_000)
    fields.put("capital_vnd", printed, value)
    draft.line("4. Vốn kinh doanh:", f"{printed} đồng")
    draft.line("5. Họ và tên đại diện hộ kinh doanh:", fields.name("owner_full_name", owner.name))
    draft.cells(
        ("Sinh ngày:", short_date(owner.born)), ("Dân tộc:", owner.ethnicity), ("Quốc tịch:", "Việt Nam")
    )
    draft.line("Số định danh cá nhân:", fields.put("owner_personal_id", owner.number))
    draft.line("Chỗ ở hiện tại:", owner.residence)
    draft.close(chance.official(*_HEADS), agency=agency)
    return draft.paper("household_business_certificate")


def enterprise_one(draft: Draft) -> Paper:
    """Giấy chứng nhận đăng ký doanh nghiệp of a limited company."""
    _company_head(draft, "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN")
    owner = draft.chance.person()
    draft.heading("5. Chủ sở hữu")
    draft.line("Họ, chữ đệm, tên:", owner.name.upper())
    draft.heading("6. Người đại diện theo pháp luật của công ty")
    _representative(draft, owner)
    return _company_end(draft)


def enterprise_table(draft: Draft) -> Paper:
    """The same of a company with members, who stand in a table."""
    chance = draft.chance
    _company_head(draft, "CÔNG TY TRÁCH NHIỆM HỮU HẠN HAI THÀNH VIÊN TRỞ LÊN")
    members = [chance.person() for _ in range(chance.whole(2, 3))]
    draft.heading("5. Danh sách thành viên góp vốn")
    rows = [
        (str(index), who.name, f"{chance.whole(1, 90)}.000.000.000", f"{chance.whole(10, 60)},00", who.number)
        for index, who in enumerate(members, start=1)
    ]
    heads = ("STT", "Tên thành viên", "Giá trị phần vốn góp (VNĐ)", "Tỷ lệ (%)", "Số giấy tờ")
    draft.table(heads, rows, parts=(0.9, 3.6, 2.8, 1.4, 2.8))
    draft.heading("6. Người đại diện theo pháp luật")
    _representative(draft, members[0])
    return _company_end(draft)


def _company_head(draft: Draft, kind: str) -> None:
    chance, fields = draft.chance, draft.fields
    home, first = chance.province(), chance.day(days=2200)
    agency = chance.department(home, _OFFICES)
    fields.put("issuer", agency.issuer)
    draft.head(agency)
    draft.title("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", kind, size=14, colour=_TITLE_RED)
    code = fields.put("enterprise_code", _tax_code(f"{chance.whole(10, 63)}0{chance.digits(7)}"))
    style = Style("serif-bold", draft.look.size + 1)
    draft.centred(f"Mã số doanh nghiệp: {code}", style=style)
    draft.centred(f"Đăng ký lần đầu: {fields.day('first_registration_date', first, long_date(first))}")
    if chance.maybe(0.6):
        turn = fields.put("change_number", str(chance.whole(1, 9)))
        changed = first + timedelta(days=chance.whole(60, 1500))
        draft.centred(
            f"Đăng ký thay đổi lần thứ: {turn}, {fields.day('change_date', changed, long_date(changed))}"
        )
    name, foreign, short = chance.pick(_COMPANIES[chance.half])
    draft.heading("1. Tên công ty")
    draft.line("Tên công ty viết bằng tiếng Việt:", fields.put("enterprise_name", name), bold=True)
    draft.line("Tên công ty viết bằng tiếng nước ngoài:", fields.put("enterprise_name_foreign", foreign))
    draft.line("Tên công ty viết tắt:", fields.put("short_name", short))
    draft.heading("2. Địa chỉ trụ sở chính")
    draft.para(fields.put("address", f"{chance.address(home)}, Việt Nam"), indent=0)
    draft.cells(("3. Điện thoại:", f"02{chance.digits(8)}"), ("Fax:", ""))
    printed, value = chance.money(900_000_000, 68_000_000_000, step=100_000_000)
    fields.put("charter_capital_vnd", printed, value)
    draft.line("4. Vốn điều lệ:", f"{printed} đồng")


def _tax_code(ten: str) -> str:
    """Ten digits as an office gives them: the last is the check digit; where there is none, one number on."""
    nine = int(ten[:9])
    while (digit := tax_check_digit(f"{nine:09d}")) is None:
        nine += 1
    return f"{nine:09d}{digit}"


def _representative(draft: Draft, who: Person) -> None:
    name = draft.fields.name("representative_full_name", who.name)
    draft.cells(("Họ, chữ đệm, tên:", name), ("Giới tính:", who.sex_vi), parts=(1.8, 1))
    draft.line("Chức danh:", draft.chance.pick(("Giám đốc", "Tổng giám đốc", "Chủ tịch hội đồng thành viên")))
    draft.cells(("Sinh ngày:", short_date(who.born)), ("Dân tộc:", who.ethnicity), ("Quốc tịch:", "Việt Nam"))
    draft.line("Số định danh cá nhân:", who.number)
    draft.line("Địa chỉ liên lạc:", who.residence)


def _company_end(draft: Draft) -> Paper:
    agency = draft.chance.department(draft.chance.province(), _OFFICES[:1])
    draft.close(draft.chance.official(*_HEADS), agency=agency)
    return draft.paper("enterprise_certificate")
