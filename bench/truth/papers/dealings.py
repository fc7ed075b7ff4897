"""Dealings with an office: authorisations, applications, the receipt for a dossier."""

from __future__ import annotations

from datetime import timedelta

from bench.truth.kit import Draft
from bench.truth.papers.admin import fill, goods_rows, words_of
from samples.forms import Signer
from samples.truth import Paper
from samples.words import long_date, short_date

_SUBJECTS = {
    "tune": (
        "thực hiện các thủ tục đăng ký biến động và nhận kết quả đối với thửa đất nêu trên",
        "quản lý, cho thuê căn nhà và thu tiền thuê nhà hằng tháng",
    ),
    "test": (
        "thay mặt tôi nộp hồ sơ, ký nhận lương hưu và các khoản trợ cấp tại bưu điện xã",
        "đứng tên đăng ký, sang tên xe mô tô và nộp các khoản lệ phí liên quan",
    ),
}
_PROCEDURES = {
    "tune": (
        "Đăng ký khai sinh",
        "Chuyển mục đích sử dụng đất phải được phép",
        "Cấp bản sao trích lục hộ tịch",
    ),
    "test": ("Đăng ký kết hôn", "Cấp giấy phép xây dựng mới nhà ở riêng lẻ", "Đăng ký hộ kinh doanh"),
}


def authorisation(draft: Draft) -> Paper:
    """Giấy ủy quyền with the certification of the signatures below."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title("GIẤY ỦY QUYỀN", size=16)
    giver, taker = _parties(draft, ("BÊN ỦY QUYỀN (Bên A):", "BÊN ĐƯỢC ỦY QUYỀN (Bên B):"))
    subject = fields.put("subject", chance.pick(_SUBJECTS[chance.half]))
    draft.line("Nội dung ủy quyền:", f"{subject}.")
    draft.line("Thời hạn ủy quyền:", f"{chance.whole(3, 24)} tháng kể từ ngày ký.")
    draft.hands(("BÊN ỦY QUYỀN", "", giver), ("BÊN ĐƯỢC ỦY QUYỀN", "", taker))
    return _certified(draft, "LỜI CHỨNG CHỨNG THỰC CHỮ KÝ")


def authorisation_contract(draft: Draft) -> Paper:
    """Hợp đồng ủy quyền in articles."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title("HỢP ĐỒNG ỦY QUYỀN", size=16)
    day = chance.day()
    draft.para(f"Hôm nay, {long_date(day)}, tại trụ sở Ủy ban nhân dân, chúng tôi gồm có:")
    giver, taker = _parties(draft, ("BÊN A (bên ủy quyền)", "BÊN B (bên nhận ủy quyền)"))
    subject = fields.put("subject", chance.pick(_SUBJECTS[chance.half]))
    draft.point("Điều 1.", f"Bên A ủy quyền cho Bên B {subject}.")
    draft.point("Điều 2.", f"Hợp đồng có hiệu lực trong {chance.whole(3, 24)} tháng và không có thù lao.")
    draft.hands(("BÊN A", "(Ký, điểm chỉ, ghi rõ họ tên)", giver), ("BÊN B", "(Ký, ghi rõ họ tên)", taker))
    return _certified(draft, "LỜI CHỨNG CỦA NGƯỜI THỰC HIỆN CHỨNG THỰC")


def _parties(draft: Draft, heads: tuple[str, str]) -> tuple[str, str]:
    names = []
    for letter, words in zip("ab", heads, strict=True):
        who = draft.chance.person()
        draft.heading(words)
        name = draft.fields.name(f"party_{letter}_full_name", who.name)
        draft.cells(("Họ và tên:", name), ("Sinh ngày:", short_date(who.born)), parts=(1.6, 1))
        draft.line("Số định danh cá nhân:", draft.fields.put(f"party_{letter}_personal_id", who.number))
        draft.line("Nơi cư trú:", who.residence)
        names.append(who.name)
    return names[0], names[1]


def _certified(draft: Draft, title: str) -> Paper:
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.commune_office(home, on=on)
    draft.title(title, size=13)
    signer = chance.official(("CHỦ TỊCH",), ("PHÓ CHỦ TỊCH",))
    fields.put("certifier", signer.name)
    fields.day("certification_date", on, long_date(on))
    draft.para(
        f"Hôm nay, {long_date(on)}, tại Ủy ban nhân dân xã {agency.place}, tôi {signer.name} chứng thực các "
        "bên đã ký vào văn bản này trước mặt tôi, minh mẫn và tự nguyện."
    )
    number = fields.put("certification_number", str(chance.whole(12, 1900)))
    book = fields.put("certification_book", f"{chance.whole(1, 9):02d}-SCT/CK,ĐC")
    draft.cells(("Số chứng thực:", number), ("Quyển số:", book))
    draft.close(signer, agency=agency)
    return draft.paper("authorisation")


def application(draft: Draft) -> Paper:
    """Đơn of a citizen, running text."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title("ĐƠN ĐỀ NGHỊ", size=16)
    home = chance.province()
    addressee = fields.put("addressee", f"Ủy ban nhân dân xã {chance.pick(home.communes)}")
    draft.centred(f"Kính gửi: {addressee}", style=draft.body)
    name = _applicant(
        draft, ("Tên tôi là:", "Sinh ngày:", "Số định danh cá nhân:", "Nơi cư trú:"), boxes=False
    )
    request = fields.put("request", fill(chance.pick(words_of(draft).requests), chance))
    draft.para(f"Nay tôi làm đơn này {request}.")
    draft.para("Tôi cam đoan những điều trên là đúng sự thật và chịu trách nhiệm trước pháp luật./.")
    on = chance.day()
    day = fields.day("signed_date", on, long_date(on))
    draft.centred(f"{chance.pick(home.communes)}, {day}")
    draft.hands(
        ("XÁC NHẬN CỦA THÔN", "", chance.person().name), ("NGƯỜI LÀM ĐƠN", "(Ký, ghi rõ họ tên)", name)
    )
    return draft.paper("application_form")


def declaration(draft: Draft) -> Paper:
    """Tờ khai with digit boxes and numbered lines."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title("TỜ KHAI ĐỀ NGHỊ GIẢI QUYẾT THỦ TỤC", size=15)
    home = chance.province()
    addressee = fields.put("addressee", f"Trung tâm Phục vụ hành chính công xã {chance.pick(home.communes)}")
    draft.centred(f"Kính gửi: {addressee}", style=draft.body)
    labels = (
        "1. Họ, chữ đệm, tên:",
        "2. Ngày, tháng, năm sinh:",
        "3. Số định danh cá nhân:",
        "4. Nơi cư trú:",
    )
    name = _applicant(draft, labels, boxes=True)
    request = fields.put("request", fill(chance.pick(words_of(draft).requests), chance))
    draft.line("5. Nội dung đề nghị:", request)
    rows = [(row[0], row[1], row[3]) for row in goods_rows(draft, 3)]
    draft.heading("6. Giấy tờ, tài liệu kèm theo:")
    draft.table(("TT", "Tên", "Số lượng"), rows, parts=(1, 7, 2))
    on = chance.day()
    draft.close(
        Signer(("NGƯỜI KHAI",), name),
        day=f"{home.name}, {fields.day('signed_date', on, long_date(on))}",
        note="(Ký, ghi rõ họ tên)",
    )
    return draft.paper("application_form")


def _applicant(draft: Draft, labels: tuple[str, str, str, str], *, boxes: bool) -> str:
    chance, fields = draft.chance, draft.fields
    who = chance.person()
    draft.line(labels[0], fields.name("applicant_full_name", who.name), bold=True)
    draft.line(labels[1], fields.day("applicant_date_of_birth", who.born))
    number = fields.put("applicant_personal_id", who.number)
    if boxes:
        draft.boxes(labels[2], number)
    else:
        draft.line(labels[2], number)
    draft.line(labels[3], fields.put("residence", who.residence))
    return who.name


def dossier_receipt(draft: Draft) -> Paper:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả, Mẫu 01."""
    labels = (
        "Tiếp nhận hồ sơ của:",
        "Nội dung yêu cầu giải quyết:",
        "Thời gian nhận hồ sơ:",
        "Thời gian trả kết quả giải quyết hồ sơ:",
    )
    return _dossier(draft, labels, listed=True)


def dossier_receipt_new(draft: Draft) -> Paper:
    """The same of a service centre, papers in a table."""
    labels = ("Họ và tên người nộp:", "Tên thủ tục hành chính:", "Ngày tiếp nhận:", "Ngày hẹn trả kết quả:")
    return _dossier(draft, labels, listed=False)


def _dossier(draft: Draft, labels: tuple[str, str, str, str], *, listed: bool) -> Paper:
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    commune = chance.pick(home.communes).upper()
    agency = chance.department(home, (f"TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG XÃ {commune}",))
    code = fields.put(
        "dossier_code", f"H{chance.whole(10, 63)}.{chance.whole(1, 120)}-{on:%y%m%d}-{chance.digits(4)}"
    )
    fields.put("receiving_office", agency.issuer)
    draft.head(agency, number=f"Mã hồ sơ: {code}", day=long_date(on))
    draft.title("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", size=14)
    who = chance.person()
    draft.line(labels[0], fields.name("applicant_full_name", who.name, capitals=False), bold=True)
    draft.line("Địa chỉ:", who.residence)
    draft.cells(("Số điện thoại:", f"09{chance.digits(8)}"), ("Số định danh:", who.number))
    draft.line(labels[1], fields.put("procedure_name", chance.pick(_PROCEDURES[chance.half])))
    papers = ("Tờ khai theo mẫu", "Bản sao giấy chứng nhận", "Văn bản ủy quyền", "Bản vẽ thiết kế")
    chosen = chance.some(papers, 3)
    draft.heading("Thành phần hồ sơ nộp gồm:")
    if listed:
        for index, words in enumerate(chosen, start=1):
            draft.para(f"{index}. {words}: 01 bản", indent=4)
    else:
        rows = [(str(index), words, "01", "Bản chính") for index, words in enumerate(chosen, start=1)]
        draft.table(("STT", "Tên giấy tờ", "Số lượng", "Hình thức"), rows, parts=(1, 6, 2, 2.4))
    draft.line("Số lượng hồ sơ:", "01 (bộ)")
    draft.line("Thời gian giải quyết hồ sơ theo quy định:", f"{chance.whole(3, 20):02d} ngày làm việc")
    due = on + timedelta(days=chance.whole(3, 30))
    hour = f"{chance.whole(7, 16):02d} giờ {chance.whole(10, 55)} phút"
    received = f"{hour}, {long_date(on)}"
    fields.put("received_at", received, on.isoformat())
    draft.line(labels[2], received)
    draft.line(labels[3], fields.day("due_at", due, long_date(due)))
    draft.hands(
        ("NGƯỜI NỘP HỒ SƠ", "(Ký, ghi rõ họ tên)", who.name),
        ("NGƯỜI TIẾP NHẬN", "(Ký, ghi rõ họ tên)", chance.person().name),
    )
    return draft.paper("dossier_receipt")
