"""Papers about one person: criminal record, diploma, health."""

from __future__ import annotations

from bench.truth.kit import Draft
from samples.forms import scribble
from samples.sheet import Sheet, Style
from samples.truth import Paper
from samples.words import long_date

_TITLE_RED = (190, 30, 40)
_RECORDS = ("Không có án tích", "Không có án tích.", "Có án tích: 01 bản án đã được xóa án tích")
_HEALTH = ("Đủ sức khỏe để học tập, làm việc", "Loại II, đủ điều kiện lái xe hạng B", "Loại I, sức khỏe tốt")
_QUALIFICATIONS = {
    "tune": ("BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", "BẰNG TỐT NGHIỆP TRUNG HỌC CƠ SỞ"),
    "test": ("BẰNG CỬ NHÂN", "CHỨNG CHỈ ỨNG DỤNG CÔNG NGHỆ THÔNG TIN CƠ BẢN"),
}


def criminal_one(draft: Draft) -> Paper:
    """Phiếu lý lịch tư pháp số 1."""
    return _criminal(draft, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", marks=True)


def criminal_two(draft: Draft) -> Paper:
    """Phiếu lý lịch tư pháp số 2, with parents and places of residence."""
    return _criminal(draft, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2", marks=False)


def _criminal(draft: Draft, title: str, *, marks: bool) -> Paper:
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.department(home, ("SỞ TƯ PHÁP", "CÔNG AN TỈNH"))
    person = chance.person(near=home)
    number = fields.put("document_number", f"{chance.whole(100, 9800)}/{chance.pick(('STP-LLTP', 'LLTP'))}")
    fields.put("issuer", agency.issuer)
    draft.head(agency, number=f"Số: {number}", day=fields.day("issue_date", on, long_date(on)))
    draft.title(title, size=15)
    draft.para("Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009, cơ quan cấp phiếu xác nhận:")
    lead = [f"{index}. " if marks else "" for index in range(1, 9)]
    draft.line(f"{lead[0]}Họ và tên:", fields.name("full_name", person.name), bold=True)
    draft.cells(
        (f"{lead[1]}Giới tính:", fields.sex("sex", person)),
        (f"{lead[2]}Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born)),
        parts=(1, 1.5),
    )
    draft.line(f"{lead[3]}Nơi sinh:", person.birthplace)
    draft.line(f"{lead[4]}Quốc tịch:", fields.put("nationality", "Việt Nam"))
    draft.line(f"{lead[5]}Nơi thường trú:", fields.put("residence", person.residence))
    draft.line(f"{lead[6]}Số định danh cá nhân:", fields.put("personal_id", person.number))
    if not marks:
        draft.line("Họ và tên cha:", chance.person(male=True).name)
        draft.line("Họ và tên mẹ:", chance.person(male=False).name)
        draft.line("Họ và tên vợ (chồng):", chance.person().name)
    record = fields.text("criminal_record", chance.pick(_RECORDS))
    draft.line(f"{lead[7]}Tình trạng án tích:", record, bold=True)
    draft.line("Cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp:", "Không")
    draft.close(chance.official(("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")), agency=agency)
    return draft.paper("criminal_record_certificate")


def diploma_school(draft: Draft) -> Paper:
    """Bằng tốt nghiệp of a school, landscape, Vietnamese only."""
    return _diploma(draft, foreign="")


def diploma_bilingual(draft: Draft) -> Paper:
    """A degree with English under the Vietnamese title."""
    return _diploma(draft, foreign="has conferred this certificate upon")


def _diploma(draft: Draft, *, foreign: str) -> Paper:
    chance, fields = draft.chance, draft.fields
    draft.sheet = Sheet(width=297.0, height=210.0, tint=(252, 250, 240))
    sheet = draft.sheet
    sheet.box(10, 10, 277, 190, line=0.8, colour=(180, 140, 60))
    sheet.box(12, 12, 273, 186, line=0.25, colour=(180, 140, 60))
    home, on = chance.province(), chance.day()
    person = chance.person(near=home)
    draft.y = 27.0
    draft.motto()
    school = fields.put("issuer", f"SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH {home.name.upper()}")
    style = Style("serif-bold", 14)
    if foreign:
        school = fields.put("issuer", f"TRƯỜNG ĐẠI HỌC TÂY NGUYÊN {chance.whole(1, 9)}")
    sheet.write(148, draft.y, f"GIÁM ĐỐC {school}" if not foreign else school, style=style, align="centre")
    draft.y += 8
    if foreign:
        sheet.write(148, draft.y, foreign, style=Style("serif-italic", 12), align="centre")
    else:
        sheet.write(148, draft.y, "cấp", style=Style("serif-italic", 13), align="centre")
    draft.y += 13
    name = fields.put("qualification", chance.pick(_QUALIFICATIONS[chance.half]))
    sheet.write(148, draft.y, name, style=Style("serif-bold", 20, _TITLE_RED), align="centre")
    draft.y += 15
    left, right = 62.0, 165.0
    body, strong, step = Style("serif", 13.5), Style("serif-bold", 13.5), 8.2
    rows = (
        (
            ("Cho:", fields.name("full_name", person.name, capitals=False)),
            ("Giới tính:", fields.sex("sex", person)),
        ),
        (
            ("Ngày sinh:", fields.day("date_of_birth", person.born)),
            ("Dân tộc:", fields.put("ethnicity", person.ethnicity)),
        ),
        (
            ("Nơi sinh:", fields.put("place_of_birth", f"Tỉnh {home.name}")),
            ("Năm tốt nghiệp:", fields.put("graduation_year", str(on.year))),
        ),
        (
            (
                "Xếp loại tốt nghiệp:",
                fields.put("grade", chance.pick(("Giỏi", "Khá", "Trung bình", "Xuất sắc"))),
            ),
        ),
    )
    for row in rows:
        for x, (label, value) in zip((left, right), row, strict=False):
            end = sheet.write(x, draft.y, label, style=body)
            sheet.write(end + 1.5, draft.y, value, style=strong, joins=True)
        draft.y += step
    day = fields.day("issue_date", on, long_date(on))
    sheet.write(205, draft.y + 2, f"{home.name}, {day}", style=Style("serif-italic", 13), align="centre")
    number = f"{chance.pick(('A', 'B', 'DQT'))} {chance.digits(7)}"
    fields.put("serial_number", number, number.replace(" ", ""))
    book = fields.put("register_number", f"{chance.whole(10, 990)}/{on.year}/QĐ{chance.whole(1, 9)}")
    signer = chance.official(("HIỆU TRƯỞNG",) if foreign else ("GIÁM ĐỐC",))
    sheet.write(205, draft.y + 9, signer.titles[0], style=strong, align="centre")
    scribble(sheet, x=205, y=draft.y + 12, name=signer.name)
    sheet.write(205, min(draft.y + 36, 192), signer.name, style=strong, align="centre")
    sheet.write(left, 178, f"Số hiệu: {number}", style=body)
    sheet.write(left, 186, f"Số vào sổ cấp bằng: {book}", style=body)
    return draft.paper("diploma")


def health(draft: Draft) -> Paper:
    """Giấy khám sức khỏe with a list of examinations."""
    chance = draft.chance
    _health_head(draft, "GIẤY KHÁM SỨC KHỎE")
    draft.heading("I. TIỀN SỬ BỆNH")
    draft.para("Tiền sử gia đình: không có người mắc bệnh truyền nhiễm. Bản thân: không.", indent=0)
    draft.heading("II. KHÁM THỂ LỰC")
    draft.cells(
        ("Chiều cao:", f"{chance.whole(148, 182)} cm"),
        ("Cân nặng:", f"{chance.whole(42, 88)} kg"),
        ("Chỉ số BMI:", f"{chance.whole(18, 27)},{chance.whole(0, 9)}"),
    )
    draft.cells(
        ("Mạch:", f"{chance.whole(62, 96)} lần/phút"),
        ("Huyết áp:", f"{chance.whole(100, 138)}/{chance.whole(60, 88)} mmHg"),
    )
    draft.heading("III. KẾT LUẬN")
    return _health_end(draft, "Phân loại sức khỏe:")


def health_driver(draft: Draft) -> Paper:
    """Giấy khám sức khỏe của người lái xe, results in a table."""
    chance = draft.chance
    _health_head(draft, "GIẤY KHÁM SỨC KHỎE CỦA NGƯỜI LÁI XE")
    rows = (
        ("1", "Tâm thần, thần kinh", "Bình thường", chance.name(male=True)[0]),
        (
            "2",
            f"Mắt: thị lực phải {chance.whole(7, 10)}/10, trái {chance.whole(7, 10)}/10",
            "Đạt",
            chance.name(male=False)[0],
        ),
        ("3", "Tai - Mũi - Họng", "Bình thường", chance.name(male=True)[0]),
        ("4", f"Tim mạch: {chance.whole(62, 96)} lần/phút", "Bình thường", chance.name(male=False)[0]),
        ("5", "Nồng độ cồn, ma túy", "Âm tính", chance.name(male=True)[0]),
    )
    draft.table(("STT", "Nội dung khám", "Kết quả", "Bác sĩ"), rows, parts=(1, 5, 2.4, 3.4))
    return _health_end(draft, "Kết luận:")


def _health_head(draft: Draft, title: str) -> None:
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.department(home, ("BỆNH VIỆN ĐA KHOA TỈNH", "TRUNG TÂM Y TẾ KHU VỰC"))
    fields.put("issuer", agency.issuer)
    number = fields.put("document_number", f"{chance.whole(20, 9800)}/GKSK-{chance.pick(('TTYT', 'BVĐK'))}")
    draft.head(agency, number=f"Số: {number}", day=fields.day("issue_date", on, long_date(on)))
    draft.title(title, size=15)
    person = chance.person()
    draft.line("Họ và tên:", fields.name("full_name", person.name), bold=True)
    draft.cells(
        ("Giới:", fields.sex("sex", person)), ("Ngày sinh:", fields.day("date_of_birth", person.born))
    )
    draft.line("Số CCCD/định danh cá nhân:", fields.put("personal_id", person.number))
    draft.line("Chỗ ở hiện tại:", person.residence)


def _health_end(draft: Draft, label: str) -> Paper:
    chance = draft.chance
    draft.line(label, draft.fields.put("conclusion", chance.pick(_HEALTH)), bold=True)
    agency = chance.department(chance.province(), ("BỆNH VIỆN ĐA KHOA TỈNH",))
    draft.close(chance.official(("NGƯỜI KẾT LUẬN",)), agency=agency, note="(Ký, ghi rõ họ tên và đóng dấu)")
    return draft.paper("health_certificate")
