"""Civil status: birth, marriage, marital status, death, and the hospital's notice of a birth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.truth.chance import grown
from bench.truth.kit import Draft
from bench.truth.pools import Province
from samples.forms import Agency
from samples.papers import birth, marital, marriage
from samples.people import Person
from samples.truth import Paper
from samples.words import date_in_words, long_date

_OLDEST_MOTHER = 45
_CHAIRS = (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
_CLERKS = (("CÔNG CHỨC TƯ PHÁP - HỘ TỊCH",), ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
_STATUS = (
    "Chưa đăng ký kết hôn với ai.",
    "Đã ly hôn theo Quyết định số {n}/{y}/QĐST-HNGĐ; hiện tại chưa đăng ký kết hôn với ai.",
    "Có vợ hoặc chồng đã chết; hiện tại chưa đăng ký kết hôn với ai.",
)
_PURPOSES = (
    "Đăng ký kết hôn.",
    "Bổ sung hồ sơ chuyển nhượng quyền sử dụng đất.",
    "Bổ sung hồ sơ vay vốn tại ngân hàng.",
)
_CAUSES = ("Bệnh già", "Tai nạn giao thông", "Suy hô hấp", "Nhồi máu cơ tim", "Xơ gan", "Đột quỵ não")


def birth_framed(draft: Draft) -> Paper:
    """Giấy khai sinh, the framed original."""
    chance = draft.chance
    home = chance.province()
    on = chance.day()
    child = _registered_child(chance.person(adult=False, near=home), on=on)
    mother, father = _parents(draft, child, home)
    agency = chance.commune_office(home, on=on)
    paper = birth.Birth(
        number=f"{chance.whole(1, 480)}/{on.year}",
        child=child,
        mother=mother,
        father=father,
        registered_at=_office_of(agency.name, home.name),
        registered_on=on,
        agency=agency,
        signer=chance.official(*_CHAIRS),
        declarant=chance.pick((mother, father)),
        typed=chance.pick(("serif", "free", "noto")),
    )
    return birth.draw(paper, chance.rng)


def birth_extract(draft: Draft) -> Paper:
    """Trích lục khai sinh (bản sao): two-column head, plain list."""
    chance, fields = draft.chance, draft.fields
    home = chance.province()
    child = chance.person(adult=False, near=home)
    mother, father = _parents(draft, child, home)
    on = child.born + timedelta(days=chance.whole(4, 90))
    given = on + timedelta(days=chance.whole(30, 900))
    agency = chance.commune_office(home, on=given)
    number = fields.put("document_number", f"{chance.whole(11, 980)}/TLKS-BS")
    draft.head(agency, number=f"Số: {number}", day=long_date(given))
    draft.title("TRÍCH LỤC KHAI SINH", "(BẢN SAO)", size=15)
    draft.line("Họ, chữ đệm, tên:", fields.name("full_name", child.name), bold=True)
    draft.line("Ngày, tháng, năm sinh:", fields.day("date_of_birth", child.born))
    draft.line("ghi bằng chữ:", fields.put("date_of_birth_in_words", date_in_words(child.born)))
    draft.cells(
        ("Giới tính:", fields.sex("sex", child)),
        ("Dân tộc:", fields.put("ethnicity", child.ethnicity)),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam")),
    )
    draft.line("Nơi sinh:", fields.put("place_of_birth", child.birthplace))
    draft.line("Quê quán:", fields.put("place_of_origin", child.origin))
    draft.line("Số định danh cá nhân:", fields.put("personal_id", child.number))
    for prefix, words, parent in (("mother", "mẹ", mother), ("father", "cha", father)):
        draft.line(f"Họ, chữ đệm, tên người {words}:", fields.name(f"{prefix}_full_name", parent.name))
        draft.cells(
            ("Năm sinh:", fields.put(f"{prefix}_birth_year", str(parent.born.year))),
            ("Dân tộc:", fields.put(f"{prefix}_ethnicity", parent.ethnicity)),
            ("Quốc tịch:", fields.put(f"{prefix}_nationality", "Việt Nam")),
        )
        draft.line("Nơi cư trú:", fields.put(f"{prefix}_residence", parent.residence))
    draft.line("Nơi đăng ký khai sinh:", fields.put("registered_at", _office_of(agency.name, home.name)))
    draft.line("Ngày, tháng, năm đăng ký:", fields.day("registration_date", on))
    draft.para("Thực hiện trích lục từ Cơ sở dữ liệu hộ tịch điện tử./.")
    signer = chance.official(*_CLERKS)
    fields.name("signer_full_name", signer.name, capitals=False)
    draft.close(signer, agency=agency)
    return draft.paper("birth_certificate")


def marriage_framed(draft: Draft) -> Paper:
    """Giấy chứng nhận kết hôn, two columns in a frame."""
    chance = draft.chance
    home = chance.province()
    on = chance.day()
    agency = chance.commune_office(home, on=on)
    paper = marriage.Marriage(
        number=f"{chance.whole(1, 320)}/{on.year}",
        wife=grown(chance.person(male=False), on=on),
        husband=grown(chance.person(male=True), on=on),
        registered_at=_office_of(agency.name, home.name),
        registered_on=on,
        agency=agency,
        signer=chance.official(*_CHAIRS),
    )
    return marriage.draw(paper, chance.rng)


def marriage_extract(draft: Draft) -> Paper:
    """Trích lục kết hôn (bản sao): the husband's part above the wife's."""
    chance, fields = draft.chance, draft.fields
    home = chance.province()
    on = chance.day(days=3000)
    given = on + timedelta(days=chance.whole(20, 900))
    agency = chance.commune_office(home, on=given)
    number = fields.put("document_number", f"{chance.whole(3, 640)}/TLKH-BS")
    draft.head(agency, number=f"Số: {number}", day=long_date(given))
    draft.title("TRÍCH LỤC KẾT HÔN", "(BẢN SAO)", size=15)
    for prefix, words, who in (
        ("husband", "chồng", grown(chance.person(male=True), on=on)),
        ("wife", "vợ", grown(chance.person(male=False), on=on)),
    ):
        draft.line(f"Họ, chữ đệm, tên {words}:", fields.name(f"{prefix}_full_name", who.name), bold=True)
        draft.line("Ngày, tháng, năm sinh:", fields.day(f"{prefix}_date_of_birth", who.born))
        draft.cells(
            ("Dân tộc:", fields.put(f"{prefix}_ethnicity", who.ethnicity)),
            ("Quốc tịch:", fields.put(f"{prefix}_nationality", "Việt Nam")),
        )
        draft.line("Nơi cư trú:", fields.put(f"{prefix}_residence", who.residence))
        draft.line("Giấy tờ tùy thân:", f"Căn cước số {fields.put(f'{prefix}_personal_id', who.number)}")
        draft.space(0.3)
    draft.line("Nơi đăng ký kết hôn:", fields.put("registered_at", _office_of(agency.name, home.name)))
    draft.line("Ngày, tháng, năm đăng ký:", fields.day("registration_date", on))
    draft.para("Thực hiện trích lục từ: Sổ đăng ký kết hôn lưu tại cơ quan.", indent=0)
    signer = chance.official(*_CLERKS)
    fields.name("signer_full_name", signer.name, capitals=False)
    draft.close(signer, agency=agency)
    return draft.paper("marriage_certificate")


def marital_plain(draft: Draft) -> Paper:
    """Giấy xác nhận tình trạng hôn nhân in the form of the samples."""
    chance = draft.chance
    home, on = chance.province(), chance.day()
    person = grown(chance.person(near=home), on=on)
    paper = marital.MaritalStatus(
        number=f"{chance.whole(1, 410)}/UBND-XNTTHN",
        person=person,
        card="Căn cước công dân",
        card_issuer="Cục Cảnh sát quản lý hành chính về trật tự xã hội",
        card_issued_on=on - timedelta(days=chance.whole(200, 1500)),
        lived_from=person.born + timedelta(days=6600),
        status=_status(draft, on),
        purpose=chance.pick(_PURPOSES),
        issued_on=on,
        agency=chance.commune_office(home, on=on),
        signer=chance.official(*_CHAIRS),
        leaders=chance.maybe(),
    )
    return marital.draw(paper, chance.rng)


def marital_told(draft: Draft) -> Paper:
    """The same certificate as a form of other offices sets it: agency in the middle, labels of their own."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    person = grown(chance.person(near=home), on=on)
    agency = chance.commune_office(home, on=on)
    number = fields.put("document_number", f"{chance.whole(1, 410):03d}/XNTTHN-UBND")
    fields.day("issue_date", on, long_date(on))
    draft.head(agency, number=f"Số: {number}", day=long_date(on))
    draft.title(
        "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", f"{fields.put('issuer', agency.issuer)} XÁC NHẬN:", size=14
    )
    draft.line("Họ, chữ đệm và tên:", fields.name("full_name", person.name), bold=True)
    draft.cells(
        ("Sinh ngày:", fields.day("date_of_birth", person.born)),
        ("Giới tính:", fields.sex("sex", person)),
    )
    draft.cells(
        ("Dân tộc:", fields.put("ethnicity", person.ethnicity)),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam")),
    )
    draft.boxes("Số định danh cá nhân:", fields.put("personal_id", person.number))
    draft.line("Nơi đăng ký thường trú:", fields.put("residence", person.residence))
    draft.line("Tình trạng hôn nhân:", fields.text("marital_status", _status(draft, on)))
    draft.line("Mục đích sử dụng:", fields.text("purpose", chance.pick(_PURPOSES)))
    draft.para("Giấy này có giá trị 06 tháng kể từ ngày cấp hoặc đến khi tình trạng hôn nhân thay đổi.")
    signer = chance.official(*_CHAIRS)
    fields.name("signer_full_name", signer.name, capitals=False)
    draft.close(signer, agency=agency)
    return draft.paper("marital_status_certificate")


def death_extract(draft: Draft) -> Paper:
    """Trích lục khai tử (bản sao)."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day()
    agency = chance.commune_office(home, on=on)
    number = fields.put("document_number", f"{chance.whole(2, 290)}/TLKT-BS")
    draft.head(agency, number=f"Số: {number}", day=long_date(on + timedelta(days=chance.whole(0, 60))))
    draft.title("TRÍCH LỤC KHAI TỬ", "(BẢN SAO)", size=15)
    died = _dead(draft, chance.person(near=home), on=on, labels=("Họ, chữ đệm, tên:", "Đã chết vào lúc:"))
    draft.line("Nơi chết:", fields.put("place_of_death", died.birthplace))
    draft.line("Nguyên nhân chết:", fields.put("cause_of_death", chance.pick(_CAUSES)))
    draft.line("Nơi đăng ký khai tử:", fields.put("registered_at", _office_of(agency.name, home.name)))
    draft.line("Ngày, tháng, năm đăng ký:", fields.day("registration_date", on))
    signer = chance.official(*_CLERKS)
    fields.name("signer_full_name", signer.name, capitals=False)
    draft.close(signer, agency=agency)
    return draft.paper("death_extract")


def death_certificate(draft: Draft) -> Paper:
    """Giấy chứng tử of the years before the civil-status database."""
    chance, fields = draft.chance, draft.fields
    home, on = chance.province(), chance.day(days=1500)
    agency = chance.commune_office(home, on=on)
    draft.motto()
    draft.title("GIẤY CHỨNG TỬ", size=18)
    number = fields.put("document_number", f"{chance.whole(2, 190):02d}/{on.year}")
    draft.cells(("Số:", number), ("Quyển số:", f"01/{on.year}"))
    died = _dead(draft, chance.person(near=home), on=on, labels=("Họ và tên:", "Đã chết lúc:"))
    draft.line("Nơi chết:", fields.put("place_of_death", died.residence))
    draft.line("Nguyên nhân:", fields.put("cause_of_death", chance.pick(_CAUSES)))
    draft.line("Nơi đăng ký:", fields.put("registered_at", _office_of(agency.name, home.name)))
    draft.line("Đăng ký ngày:", fields.day("registration_date", on, long_date(on).removeprefix("ngày ")))
    declarant = chance.person(near=home)
    draft.line("Họ và tên người đi khai tử:", declarant.name)
    draft.line("Quan hệ với người chết:", chance.pick(("Con trai", "Con gái", "Vợ", "Chồng", "Cháu nội")))
    signer = chance.official(*_CHAIRS)
    fields.name("signer_full_name", signer.name, capitals=False)
    draft.close(signer, agency=agency, note="(Ký, ghi rõ họ tên và đóng dấu)")
    return draft.paper("death_extract")


def live_birth_notice(draft: Draft) -> Paper:
    """Giấy chứng sinh on the form of 2012: hospital left, motto right."""
    agency, born = _hospital(draft), _newborn(draft)
    draft.head(agency, number=f"Số: {_birth_number(draft, born)}", day="")
    draft.title("GIẤY CHỨNG SINH", size=17)
    return _live_birth(
        draft,
        born,
        labels=("Họ và tên mẹ/Người nuôi dưỡng:", "Đã sinh con vào lúc:", "Giới tính của con:"),
    )


def live_birth_new(draft: Draft) -> Paper:
    """The same on the later form with digit boxes."""
    draft.motto()
    draft.centred(_hospital(draft).issuer, style=draft.strong)
    draft.title("GIẤY CHỨNG SINH", size=15)
    born = _newborn(draft)
    draft.line("Số:", _birth_number(draft, born))
    return _live_birth(
        draft,
        born,
        labels=("Họ, chữ đệm, tên người mẹ:", "Sinh con vào lúc:", "Giới tính:"),
        boxes=True,
    )


@dataclass(frozen=True, slots=True)
class _Born:
    """A birth: the mother, the child, the day of the notice."""

    mother: Person
    child: Person
    told_on: date


def _newborn(draft: Draft) -> _Born:
    chance = draft.chance
    mother, child = chance.person(male=False), chance.person(adult=False)
    mother = grown(mother, on=child.born, oldest=_OLDEST_MOTHER)
    return _Born(mother, child, child.born + timedelta(days=chance.whole(1, 6)))


def _live_birth(draft: Draft, born: _Born, *, labels: tuple[str, str, str], boxes: bool = False) -> Paper:
    """The body of the notice; labels of mother, hour of birth and sex."""
    chance, fields = draft.chance, draft.fields
    mother, words, sex = labels
    parent, child, on = born.mother, born.child, born.told_on
    draft.line(mother, fields.name("mother_full_name", parent.name), bold=True)
    draft.cells(("Năm sinh:", str(parent.born.year)), ("Dân tộc:", parent.ethnicity))
    draft.line("Nơi thường trú/tạm trú:", parent.residence)
    number = fields.put("mother_personal_id", parent.number)
    if boxes:
        draft.boxes("Số định danh cá nhân:", number)
    else:
        draft.line("Số CCCD/Hộ chiếu:", number)
    day = fields.day("date_of_birth", child.born, long_date(child.born))
    draft.line(words, f"{chance.whole(0, 23):02d} giờ {chance.whole(0, 59):02d} phút, {day}")
    draft.cells(("Số con trong lần sinh này:", "01"), (sex, fields.sex("sex", child)))
    weight = str(chance.whole(48, 82) * 50)
    draft.cells(
        ("Cân nặng:", f"{fields.put('birth_weight_grams', weight)} gam"), ("Tình trạng:", "Khỏe mạnh")
    )
    draft.line("Dự định đặt tên con là:", child.name)
    draft.line("Người đỡ đẻ:", chance.person(male=False).name)
    printed = fields.day("issue_date", on, long_date(on))
    draft.centred(f"{chance.province().name}, {printed}")
    draft.hands(
        ("Cha, mẹ hoặc người thân thích", "(Ký, ghi rõ họ tên)", parent.name),
        ("Người đỡ đẻ", "(Ký, ghi rõ chức danh)", chance.person(male=False).name),
        ("Thủ trưởng cơ sở y tế", "(Ký tên, đóng dấu)", chance.person().name),
    )
    return draft.paper("live_birth_notice")


def _hospital(draft: Draft) -> Agency:
    chance = draft.chance
    home = chance.province()
    name = chance.pick(
        (
            "BỆNH VIỆN ĐA KHOA TỈNH",
            f"TRUNG TÂM Y TẾ {chance.pick(home.districts).upper()}",
            "BỆNH VIỆN SẢN NHI",
        )
    )
    agency = chance.department(home, (name,))
    draft.fields.put("issuer", agency.issuer)
    return agency


def _registered_child(child: Person, *, on: date) -> Person:
    """A child whose birth is registered on that day was born in the two months before."""
    return replace(child, born=on - timedelta(days=1 + child.born.toordinal() % 60))


def _parents(draft: Draft, child: Person, home: Province) -> tuple[Person, Person]:
    chance = draft.chance
    mother, father = chance.person(male=False, near=home), chance.person(male=True, near=home)
    return grown(mother, on=child.born, oldest=_OLDEST_MOTHER), grown(father, on=child.born)


def _birth_number(draft: Draft, born: _Born) -> str:
    number = f"{draft.chance.whole(100, 4800):05d}/{born.told_on.year}"
    return draft.fields.put("document_number", number)


def _dead(draft: Draft, person: Person, *, on: date, labels: tuple[str, str]) -> Person:
    """Who died, and when."""
    chance, fields = draft.chance, draft.fields
    draft.line(labels[0], fields.name("full_name", person.name), bold=True)
    draft.cells(
        ("Ngày, tháng, năm sinh:", fields.day("date_of_birth", person.born)),
        ("Giới tính:", fields.sex("sex", person)),
        parts=(1.6, 1),
    )
    draft.cells(
        ("Dân tộc:", fields.put("ethnicity", person.ethnicity)),
        ("Quốc tịch:", fields.put("nationality", "Việt Nam")),
    )
    draft.line("Nơi cư trú cuối cùng:", fields.put("last_residence", person.residence))
    draft.line("Số định danh cá nhân:", fields.put("personal_id", person.number))
    died = on - timedelta(days=chance.whole(1, 12))
    day = fields.day("date_of_death", died, long_date(died))
    draft.line(labels[1], f"{chance.whole(0, 23):02d} giờ {chance.whole(0, 59):02d} phút, {day}")
    return person


def _status(draft: Draft, on: date) -> str:
    words = draft.chance.pick(_STATUS)
    return words.format(n=draft.chance.whole(10, 380), y=on.year - draft.chance.whole(1, 4))


def _office_of(name: tuple[str, ...], province: str) -> str:
    """``Ủy ban nhân dân xã …, tỉnh …`` of the lines of a head."""
    kind, _, rest = " ".join(name).removeprefix("ỦY BAN NHÂN DÂN ").partition(" ")
    return f"Ủy ban nhân dân {kind.lower()} {rest.title()}, tỉnh {province}"
