"""Administrative papers in the layout of Decree 30/2020: decision, letter, notice, report, and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bench.truth.chance import Chance
from bench.truth.kit import Draft, Layout
from bench.truth.wording import Wording, wording
from samples.forms import Agency, Signer
from samples.papers import decision
from samples.truth import Paper
from samples.words import long_date, short_date

_PROVINCE_CHIEFS = (("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
_HEADS = (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"))


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: agency, signer, the sign its numbers carry, how it calls itself."""

    agency: Agency
    signer: Signer
    sign: str
    self_name: str


def words_of(draft: Draft) -> Wording:
    """The wording of the draft's half."""
    return wording(draft.chance.half)


def fill(template: str, chance: Chance) -> str:
    """A sentence with its slots filled by lot."""
    home, on = chance.province(), chance.day()
    return template.format(
        commune=chance.pick(home.communes),
        province=home.name,
        name=chance.name(male=chance.maybe())[0],
        day=long_date(on).removeprefix("ngày "),
        short=short_date(on),
        number=chance.whole(101, 3890),
        count=chance.whole(11, 198),
        money=chance.money(12_000_000, 4_800_000_000, step=500_000)[0],
        part=chance.whole(2, 9),
        quarter=chance.pick(("I", "II", "III", "IV")),
        year=on.year,
        past=chance.whole(1979, 2003),
        phone=chance.digits(9),
        mail=chance.pick(("xdhy", "ttpv", "phuocloc", "kstt")),
    )


def _office(draft: Draft) -> Office:
    """A commune, a department, or a province."""
    chance = draft.chance
    home = chance.province()
    turn = chance.whole(0, 2)
    if turn == 0:
        agency = chance.commune_office(home, on=date(2026, 1, 1))
        return Office(
            agency, chance.official(*_PROVINCE_CHIEFS), "UBND", f"Ủy ban nhân dân xã {agency.place}"
        )
    if turn == 1:
        name, sign = chance.pick(words_of(draft).departments)
        agency = chance.department(home, (name,))
        return Office(agency, chance.official(*_HEADS), sign, name)
    agency = chance.province_office(home)
    return Office(agency, chance.official(*_PROVINCE_CHIEFS), "UBND", f"Ủy ban nhân dân tỉnh {home.name}")


def _top(draft: Draft, office: Office, *, short: str, name: str, summary: str) -> date:
    """Head, kind and summary of the paper; letters have no name and put the summary under the number."""
    chance, fields = draft.chance, draft.fields
    on = chance.day()
    letter = not name
    number = f"{chance.whole(2, 2890):02d}/{office.sign}-{chance.pick(('VX', 'TH', 'KT', 'NC', 'VP'))}"
    if not letter:
        number = f"{chance.whole(2, 2890):02d}/{short}-{office.sign}"
    day = long_date(on)
    fields.put("document_number", number)
    fields.day("issue_date", on, day)
    fields.put("place", office.agency.place)
    fields.put("issuer", office.agency.issuer)
    about = f"V/v {fields.put('summary', summary)}" if letter else ""
    draft.head(office.agency, number=f"Số: {number}", day=day, about=about)
    if not letter:
        draft.title(name, size=15)
        draft.y -= 1
        draft.title(fields.put("summary", summary[:1].upper() + summary[1:]), size=13.5, rule=True)
    return on


def _end(draft: Draft, office: Office) -> None:
    fields, chance = draft.fields, draft.chance
    recipients = [fill(line, chance) for line in words_of(draft).recipients]
    fields.put("signer_role", " ".join(office.signer.titles))
    fields.name("signer_full_name", office.signer.name, capitals=False)
    draft.close(office.signer, agency=office.agency, recipients=recipients)


def _summary(draft: Draft, lead: str = "") -> str:
    return f"{lead}{fill(draft.chance.pick(words_of(draft).subjects), draft.chance)}"


def _sentences(draft: Draft, count: int) -> list[str]:
    chance = draft.chance
    return [fill(line, chance) for line in chance.some(words_of(draft).sentences, count)]


def decision_new(draft: Draft) -> Paper:
    """Quyết định on one page."""
    chance, fields = draft.chance, draft.fields
    office = _office(draft)
    summary = _summary(draft, "Về việc ")
    _top(draft, office, short="QĐ", name="QUYẾT ĐỊNH", summary=summary)
    draft.title(f"{office.signer.titles[-1]} {office.self_name}".upper(), size=13.5)
    for ground in words_of(draft).grounds:
        draft.para(fill(ground, chance), style=draft.slanted)
    draft.title("QUYẾT ĐỊNH:", size=13.5)
    who = chance.person()
    named = (
        f"Giao {who.title_vi} {fields.name('person_full_name', who.name, capitals=False)}, "
        f"số định danh cá nhân {fields.put('person_personal_id', who.number)}, "
        f"thực hiện nhiệm vụ {summary[8:]}."
    )
    articles = [named, *(fill(line, chance) for line in chance.some(words_of(draft).articles, 3))]
    for index, words in enumerate(articles, start=1):
        draft.point(f"Điều {index}.", words)
    _end(draft, office)
    return draft.paper("decision")


def decision_long(draft: Draft) -> Paper:
    """Quyết định of the samples over several pages; a later page is taken where there is one."""
    chance = draft.chance
    home = chance.province()
    agency = chance.commune_office(home, on=date(2026, 1, 1))
    words = words_of(draft)
    paper = decision.Decision(
        number=f"{chance.whole(20, 2400)}/QĐ-UBND",
        issued_on=chance.day(),
        summary=_summary(draft, "Về việc "),
        deciding=f"Chủ tịch {agency.issuer}",
        grounds=[fill(line, chance) for line in words.grounds],
        articles=[
            [fill(line, chance), *_sentences(draft, chance.whole(1, 3))]
            for line in chance.some(words.articles, 4)
        ],
        recipients=[fill(line, chance) for line in words.recipients],
        person=chance.person(near=home),
        agency=agency,
        signer=chance.official(*_PROVINCE_CHIEFS),
    )
    return decision.draw(paper, chance.rng)


def letter(draft: Draft) -> Paper:
    """Công văn."""
    chance, fields = draft.chance, draft.fields
    office = _office(draft)
    _top(draft, office, short="", name="", summary=_summary(draft))
    addressee = chance.pick(
        ("Các phòng, ban, đơn vị trực thuộc", "Ủy ban nhân dân các xã, phường", "Giám đốc Sở Tài chính")
    )
    draft.centred(f"Kính gửi: {fields.put('addressee', addressee)}.", style=draft.body)
    draft.space(0.4)
    for words in _sentences(draft, chance.whole(4, 8)):
        draft.para(words)
    draft.para(f"{office.self_name} đề nghị các cơ quan, đơn vị quan tâm thực hiện./.")
    _end(draft, office)
    return draft.paper("official_letter")


def letter_listed(draft: Draft) -> Paper:
    """Công văn to several addressees, one a line."""
    chance, fields = draft.chance, draft.fields
    office = _office(draft)
    _top(draft, office, short="", name="", summary=_summary(draft))
    lines = chance.some(
        (
            "- Văn phòng Đoàn đại biểu Quốc hội;",
            "- Công an tỉnh;",
            "- Kho bạc Nhà nước khu vực;",
            "- Hội Nông dân tỉnh;",
        ),
        chance.whole(2, 4),
    )
    left = draft.look.left + 40
    draft.sheet.write(left, draft.y, "Kính gửi:", style=draft.body)
    for line in lines:
        draft.y += draft.step
        draft.sheet.write(left + 12, draft.y, line, style=draft.body)
    fields.put("addressee", " ".join(lines))
    draft.y += draft.step * 1.5
    for words in _sentences(draft, chance.whole(3, 6)):
        draft.para(words)
    for index, words in enumerate(chance.some(words_of(draft).tasks, 3), start=1):
        draft.para(f"{index}. {fill(words, chance)}")
    draft.para("Trân trọng./.")
    _end(draft, office)
    return draft.paper("official_letter")


def _numbered(kind: str, short: str, name: str, lead: str, *, items: bool) -> Layout:
    """Notice, report, plan, submission: the same bones with heads of their own."""

    def draw(draft: Draft) -> Paper:
        chance = draft.chance
        office = _office(draft)
        _top(draft, office, short=short, name=name, summary=_summary(draft, lead))
        if kind == "submission":
            draft.centred(f"Kính gửi: Ủy ban nhân dân tỉnh {chance.province().name}", style=draft.body)
        for ground in chance.some(words_of(draft).grounds[:4], 1):
            draft.para(fill(ground, chance).rstrip(";,") + f", {office.self_name} {_VERBS[kind]}:")
        heads = _HEADS_OF[kind][chance.half]
        for index, words in enumerate(heads, start=1):
            draft.heading(f"{_ROMAN[index - 1]}. {words}" if items else f"{index}. {words}")
            for sentence in _sentences(draft, chance.whole(1, 3)):
                draft.para(sentence)
            if items and index == 2:
                for words_of_task in chance.some(words_of(draft).tasks, 3):
                    draft.para(f"- {fill(words_of_task, chance)}")
        _end(draft, office)
        return draft.paper(kind)

    return draw


_ROMAN = ("I", "II", "III", "IV")
_VERBS = {
    "notice": "thông báo như sau",
    "report": "báo cáo kết quả như sau",
    "plan": "xây dựng kế hoạch với các nội dung sau",
    "submission": "kính trình xem xét, quyết định các nội dung sau",
}
_HEADS_OF = {
    "notice": {
        "tune": ("Thời gian, địa điểm", "Thành phần tham dự", "Tổ chức thực hiện"),
        "test": ("Nội dung kết luận", "Phân công nhiệm vụ", "Thời hạn hoàn thành"),
    },
    "report": {
        "tune": ("KẾT QUẢ ĐẠT ĐƯỢC", "TỒN TẠI, HẠN CHẾ", "PHƯƠNG HƯỚNG"),
        "test": ("TÌNH HÌNH CHUNG", "SỐ LIỆU CỤ THỂ", "KIẾN NGHỊ, ĐỀ XUẤT"),
    },
    "plan": {
        "tune": ("MỤC ĐÍCH, YÊU CẦU", "NỘI DUNG THỰC HIỆN", "KINH PHÍ"),
        "test": ("MỤC TIÊU", "NHIỆM VỤ VÀ GIẢI PHÁP", "LỘ TRÌNH TRIỂN KHAI"),
    },
    "submission": {
        "tune": ("Sự cần thiết", "Nội dung đề nghị", "Nguồn vốn"),
        "test": ("Cơ sở pháp lý và thực tiễn", "Phương án đề xuất", "Hồ sơ kèm theo"),
    },
}


def minutes(draft: Draft) -> Paper:
    """Biên bản of a meeting, signed by two."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.commune_office(home, on=on)
    office = Office(agency, chance.official(("CHỦ TRÌ",)), "UBND", f"Ủy ban nhân dân xã {agency.place}")
    number = fields.put("document_number", f"{chance.whole(2, 320):02d}/BB-UBND")
    fields.put("issuer", agency.issuer)
    day = fields.day("issue_date", on, long_date(on))
    draft.head(agency, number=f"Số: {number}", day=day)
    fields.put("place", agency.place)
    draft.title("BIÊN BẢN", size=15)
    summary = f"Họp {_summary(draft)}"
    draft.title(fields.put("summary", summary), size=13, rule=True)
    hour = f"{chance.whole(7, 9):02d} giờ {chance.whole(0, 5)}0 phút"
    draft.para(f"Thời gian bắt đầu: {hour}, {long_date(on)}.", indent=0)
    draft.para(f"Địa điểm: Hội trường {office.self_name}.", indent=0)
    clerk = chance.name(male=chance.maybe())[0]
    draft.heading("1. Thành phần")
    draft.para(f"- Chủ trì: {office.signer.name};", indent=0)
    draft.para(f"- Thư ký: {clerk};", indent=0)
    draft.para(f"- Có mặt: {chance.whole(9, 45)} người; vắng mặt: {chance.whole(0, 6)} người.", indent=0)
    draft.heading("2. Nội dung")
    for words in _sentences(draft, chance.whole(3, 4)):
        draft.para(words)
    draft.para(f"Cuộc họp kết thúc lúc {chance.whole(10, 11)} giờ {chance.whole(1, 5)}5 phút cùng ngày./.")
    fields.put("signer_role", "CHỦ TRÌ")
    fields.name("signer_full_name", office.signer.name, capitals=False)
    draft.hands(("THƯ KÝ", "", clerk), ("CHỦ TRÌ", "", office.signer.name))
    return draft.paper("minutes")


def minutes_check(draft: Draft) -> Paper:
    """Biên bản of a check on the spot, with a table of what was found."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    name, sign = chance.pick(words_of(draft).departments)
    agency = chance.department(home, (name,))
    number = fields.put("document_number", f"{chance.whole(2, 320):02d}/BB-{sign}")
    day = fields.day("issue_date", on, long_date(on))
    fields.put("issuer", agency.issuer)
    fields.put("place", agency.place)
    draft.head(agency, number=f"Số: {number}", day=day)
    draft.title("BIÊN BẢN KIỂM TRA", size=15)
    draft.title(fields.put("summary", f"Về việc {_summary(draft)}"), size=13)
    who = chance.person()
    head = chance.name(male=True)[0]
    draft.para(f"Hôm nay, hồi {chance.whole(7, 16)} giờ {chance.whole(10, 55)} phút {day}, chúng tôi gồm:")
    draft.line("Trưởng đoàn:", head)
    draft.line("Người được kiểm tra:", fields.name("person_full_name", who.name, capitals=False))
    draft.line("Số định danh cá nhân:", fields.put("person_personal_id", who.number))
    draft.line("Nơi cư trú:", who.residence)
    rows = goods_rows(draft, 4)
    draft.table(
        ("STT", "Nội dung kiểm tra", "Đơn vị", "Số lượng", "Ghi chú"), rows, parts=(1, 5, 1.6, 1.8, 2)
    )
    for words in _sentences(draft, 2):
        draft.para(words)
    fields.put("signer_role", "TRƯỞNG ĐOÀN")
    fields.name("signer_full_name", head, capitals=False)
    draft.hands(("NGƯỜI ĐƯỢC KIỂM TRA", "(Ký, ghi rõ họ tên)", who.name), ("TRƯỞNG ĐOÀN", "", head))
    return draft.paper("minutes")


def goods_rows(draft: Draft, count: int) -> list[tuple[str, ...]]:
    """Rows of a table: number, thing, unit, how many, a remark."""
    chance = draft.chance
    return [
        (
            str(index),
            name,
            unit,
            f"{chance.whole(2, 960)}",
            chance.pick(("Đạt", "Chưa đạt", "Đủ", "Thiếu hồ sơ")),
        )
        for index, (name, unit) in enumerate(chance.some(words_of(draft).goods, count), start=1)
    ]


_NAMED: tuple[tuple[str, str, str, str], ...] = (
    ("notice", "TB", "THÔNG BÁO", "Về việc "),
    ("report", "BC", "BÁO CÁO", "Kết quả "),
    ("plan", "KH", "KẾ HOẠCH", ""),
    ("submission", "TTr", "TỜ TRÌNH", "Về việc "),
)
# Layout of each of the four in both halves: roman parts with lists in one, plain parts in the other.
NUMBERED: dict[str, tuple[Callable[[Draft], Paper], Callable[[Draft], Paper]]] = {
    kind: (
        _numbered(kind, short, name, lead, items=kind in {"report", "submission"}),
        _numbered(kind, short, name, lead, items=kind in {"notice", "plan"}),
    )
    for kind, short, name, lead in _NAMED
}
