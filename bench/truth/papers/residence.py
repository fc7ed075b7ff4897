"""Residence: the confirmation CT07 and the declaration of changes CT01."""

from __future__ import annotations

from bench.truth.kit import Draft
from samples.papers import residence
from samples.people import Person
from samples.truth import Paper
from samples.words import long_date, short_date

_POLICE = (("TRƯỞNG CÔNG AN XÃ",), ("KT. TRƯỞNG CÔNG AN XÃ", "PHÓ TRƯỞNG CÔNG AN XÃ"))
_RELATIONS = ("Vợ", "Chồng", "Con đẻ", "Con dâu", "Mẹ đẻ", "Cháu nội")
_REQUESTS = {
    "tune": ("Đăng ký thường trú theo nơi ở của vợ", "Tách hộ do đã có chỗ ở hợp pháp mới"),
    "test": ("Điều chỉnh thông tin về cư trú: bổ sung số điện thoại", "Đăng ký tạm trú để đi học"),
}


def ct07(draft: Draft) -> Paper:
    """CT07 as the samples draw it, the household in a table."""
    chance = draft.chance
    home, on = chance.province(), chance.day()
    agency = chance.police(home)
    head = chance.person(near=home)
    others = tuple(
        (chance.person(near=home), relation) for relation in chance.some(_RELATIONS, chance.whole(1, 3))
    )
    person, relation = chance.pick(((head, "Chủ hộ"), others[0]))
    paper = residence.Residence(
        number=f"{chance.whole(12, 4200)}/XN",
        person=person,
        relation=relation,
        household=((head, "Chủ hộ"), *others),
        issued_on=on,
        issuer=f"Công an xã {agency.place}",
        agency=agency,
        signer=chance.official(*_POLICE, rank=True),
        temporary=chance.address(home) if chance.maybe(0.4) else "",
    )
    return residence.draw(paper, chance.rng)


def ct07_listed(draft: Draft) -> Paper:
    """CT07 of other offices: a list without table, values in digit boxes."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.police(home)
    person, head = chance.person(near=home), chance.person(near=home)
    number = fields.put("document_number", f"{chance.whole(12, 4200)}/XN-CAX")
    fields.put("issuer", agency.issuer)
    draft.head(agency, number=f"Số: {number}", day=fields.day("issue_date", on, long_date(on)))
    draft.title("GIẤY XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", size=15)
    draft.heading("I. Thông tin người được xác nhận")
    draft.line("1. Họ, chữ đệm và tên:", fields.name("full_name", person.name), bold=True)
    draft.cells(
        ("2. Ngày sinh:", fields.day("date_of_birth", person.born)),
        ("3. Giới tính:", fields.sex("sex", person)),
    )
    draft.boxes("4. Số định danh cá nhân:", fields.put("personal_id", person.number))
    draft.line("5. Nơi thường trú:", fields.put("permanent_residence", person.residence))
    away = chance.address(home)
    draft.line("6. Nơi tạm trú:", fields.put("temporary_residence", away))
    draft.line("7. Nơi ở hiện tại:", fields.put("current_residence", away))
    draft.heading("II. Thông tin chủ hộ")
    draft.line("8. Chủ hộ:", fields.name("household_head_full_name", head.name))
    draft.line("9. Mối quan hệ với chủ hộ:", fields.put("relation_to_head", chance.pick(_RELATIONS)))
    draft.boxes("10. Số định danh của chủ hộ:", head.number)
    draft.para("Xác nhận này có giá trị 01 năm kể từ ngày cấp.")
    draft.close(chance.official(*_POLICE, rank=True), agency=agency, note="(Ký, ghi rõ họ tên và đóng dấu)")
    return draft.paper("residence_confirmation")


def ct01(draft: Draft) -> Paper:
    """CT01 with digit boxes and the table of those who move along."""
    chance = draft.chance
    draft.sheet.write(
        draft.look.right,
        11,
        "Mẫu CT01 ban hành kèm theo Thông tư số 66/2023/TT-BCA",
        style=draft.slanted,
        align="right",
    )
    draft.motto()
    draft.title("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", size=14)
    home = chance.province()
    draft.centred(f"Kính gửi: Công an xã {chance.pick(home.communes)}", style=draft.body)
    person = chance.person(near=home)
    _applicant(draft, person, numbers=True)
    members = [chance.person(near=home) for _ in range(chance.whole(1, 3))]
    draft.heading("11. Những thành viên trong hộ gia đình cùng thay đổi:")
    rows = [
        (str(index), who.name, short_date(who.born), who.sex_vi, who.number, chance.pick(_RELATIONS))
        for index, who in enumerate(members, start=1)
    ]
    heads = (
        "TT",
        "Họ, chữ đệm và tên",
        "Ngày sinh",
        "Giới tính",
        "Số định danh cá nhân",
        "Quan hệ với chủ hộ",
    )
    draft.table(heads, rows, parts=(0.8, 4.2, 2.3, 1.3, 3.1, 2.6))
    day = long_date(chance.day())
    draft.centred(f"{home.name}, {day}")
    draft.hands(
        ("Ý KIẾN CỦA CHỦ HỘ", "(Ký, ghi rõ họ tên)", chance.person().name),
        ("NGƯỜI KÊ KHAI", "(Ký, ghi rõ họ tên)", person.name),
    )
    return draft.paper("residence_change_form")


def ct01_plain(draft: Draft) -> Paper:
    """CT01 as it is filled on screen: no boxes, no table."""
    chance = draft.chance
    draft.motto()
    draft.title("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", size=15)
    home = chance.province()
    draft.centred(f"Kính gửi: Công an xã {chance.pick(home.communes)}, tỉnh {home.name}", style=draft.body)
    person = chance.person(near=home)
    _applicant(draft, person, numbers=False)
    draft.close(chance.official(("NGƯỜI KÊ KHAI",)), day=f"{home.name}, {long_date(chance.day())}")
    return draft.paper("residence_change_form")


def _applicant(draft: Draft, person: Person, *, numbers: bool) -> None:
    chance, fields = draft.chance, draft.fields
    marks = [f"{index}. " for index in range(1, 11)] if numbers else ["- "] * 10
    draft.line(f"{marks[0]}Họ, chữ đệm và tên:", fields.name("full_name", person.name), bold=True)
    draft.cells(
        (f"{marks[1]}Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born)),
        (f"{marks[2]}Giới tính:", fields.sex("sex", person)),
        parts=(1.6, 1),
    )
    number = fields.put("personal_id", person.number)
    if numbers:
        draft.boxes(f"{marks[3]}Số định danh cá nhân:", number)
    else:
        draft.line(f"{marks[3]}Số định danh cá nhân:", number)
    phone = fields.put("phone", f"09{chance.digits(8)}")
    mail = fields.put(
        "email", f"{chance.pick(('hoa', 'minh', 'tuyet', 'khoi'))}.{chance.digits(3)}@example.vn"
    )
    draft.cells((f"{marks[4]}Số điện thoại liên hệ:", phone), (f"{marks[5]}Email:", mail))
    if not numbers:
        draft.line("- Nơi thường trú:", fields.put("permanent_residence", person.residence))
        draft.line("- Nơi ở hiện tại:", fields.put("current_residence", chance.address(chance.province())))
    head = chance.person()
    draft.cells(
        (f"{marks[6]}Họ, chữ đệm và tên chủ hộ:", head.name),
        (f"{marks[7]}Mối quan hệ với chủ hộ:", chance.pick(_RELATIONS)),
        parts=(1.4, 1),
    )
    if numbers:
        draft.boxes(f"{marks[8]}Số định danh cá nhân của chủ hộ:", head.number)
    else:
        draft.line("- Số định danh cá nhân của chủ hộ:", head.number)
    draft.line(f"{marks[9]}Nội dung đề nghị:", fields.put("request", chance.pick(_REQUESTS[chance.half])))
