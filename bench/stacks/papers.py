"""Papers of several pages, laid out with the parts of the truth set, in the words of either half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.truth.kit import Draft
from bench.truth.papers import admin, land
from bench.truth.papers.admin import fill, goods_rows, words_of
from bench.truth.papers.cards import _identity
from samples.papers import card
from samples.sheet import Sheet, Style
from samples.truth import Paper
from samples.words import long_date, short_date

Layout = Callable[[Draft], Paper]

_FOOT = 26.0
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
# How the pages after the first are numbered: as Decree 30/2020 has it, by forms, at the foot, or not at all.
_NUMBERINGS = ("top", "top", "none", "of", "foot")
_KINDS: dict[str, tuple[str, str, str]] = {
    "notice": ("TB", "THÔNG BÁO", "Về việc "),
    "report": ("BC", "BÁO CÁO", "Kết quả "),
    "plan": ("KH", "KẾ HOẠCH", ""),
    "submission": ("TTr", "TỜ TRÌNH", "Về việc "),
}


@dataclass(slots=True)
class Roll:
    """Sheets filled one after the other: where the foot is reached, the next one begins."""

    draft: Draft
    sheets: list[Sheet]

    @classmethod
    def of(cls, draft: Draft) -> Roll:
        """A roll whose first sheet is the draft's."""
        return cls(draft, [draft.sheet])

    def need(self, room: float = 0.0) -> None:
        """Go on to a new sheet where less than that many millimetres are left."""
        if self.draft.y + room > self.draft.sheet.height - _FOOT:
            self.turn()

    def turn(self) -> None:
        """Begin the next sheet."""
        self.draft.sheet = Sheet(width=self.draft.sheet.width, height=self.draft.sheet.height)
        self.sheets.append(self.draft.sheet)
        self.draft.y = 24.0

    def para(self, words: str, *, lead: str = "") -> None:
        """A paragraph whose lines run over the foot of the sheet."""
        draft, style = self.draft, self.draft.body
        x0, x1 = draft.look.left, draft.look.right
        text = f"{lead} {words}".strip()
        for index, line in enumerate(draft.sheet.wrap(text, x1 - x0, style, first=x1 - x0 - 10)):
            self.need()
            draft.sheet.write(x0 + (10 if index == 0 else 0), draft.y, line, style=style)
            draft.y += draft.step

    def heading(self, words: str) -> None:
        """A bold line that never stands alone at the foot."""
        self.need(2 * self.draft.step)
        self.draft.heading(words)

    def paper(self, kind: str) -> Paper:
        """The finished paper, its later pages numbered in one of the usual ways."""
        way = self.draft.chance.pick(_NUMBERINGS)
        for number, sheet in enumerate(self.sheets, start=1):
            if number > 1 or way in {"of", "foot"}:
                _number(sheet, way, number=number, total=len(self.sheets))
        return Paper(kind=kind, sheets=tuple(self.sheets), fields=self.draft.fields)


def _number(sheet: Sheet, way: str, *, number: int, total: int) -> None:
    style = Style("serif", 12)
    if way == "top":
        sheet.write(sheet.width / 2, 14, str(number), style=style, align="centre")
        sheet.lines.insert(0, sheet.lines.pop())
    elif way == "of":
        sheet.write(
            sheet.width - 22, sheet.height - 13, f"Trang {number}/{total}", style=style, align="right"
        )
    elif way == "foot":
        sheet.write(sheet.width / 2, sheet.height - 13, str(number), style=style, align="centre")


def _long(kind: str, short: str, name: str, lead: str) -> Layout:
    """Notice, report, plan, submission over two to four pages."""

    def draw(draft: Draft) -> Paper:
        chance = draft.chance
        office = admin._office(draft)  # noqa: SLF001  the parts of the truth set are private to their module
        admin._top(  # noqa: SLF001
            draft,
            office,
            short=short,
            name=name,
            summary=admin._summary(draft, lead),  # noqa: SLF001
        )
        roll = Roll.of(draft)
        for ground in chance.some(words_of(draft).grounds[:4], 2):
            roll.para(fill(ground, chance))
        for index in range(chance.whole(3, 6)):
            roll.heading(
                f"{_ROMAN[index]}. {fill(chance.pick(words_of(draft).subjects), chance).upper()}"[:60]
            )
            for _ in range(chance.whole(1, 2)):
                for words in chance.some(words_of(draft).sentences, chance.whole(2, 5)):
                    roll.para(fill(words, chance))
            if chance.maybe(0.4):
                for task in chance.some(words_of(draft).tasks, 3):
                    roll.para(fill(task, chance), lead="-")
        roll.need(62)
        admin._end(draft, office)  # noqa: SLF001
        return roll.paper(kind)

    return draw


def contract(draft: Draft) -> Paper:
    """Hợp đồng in articles over two or three pages, signed by both on the last."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title("HỢP ĐỒNG ỦY QUYỀN", size=16)
    roll = Roll.of(draft)
    roll.para(f"Hôm nay, {long_date(chance.day())}, chúng tôi gồm có:")
    names = []
    for letter, words in zip("ab", ("BÊN A (bên ủy quyền)", "BÊN B (bên nhận ủy quyền)"), strict=True):
        who = chance.person()
        draft.heading(words)
        name = fields.name(f"party_{letter}_full_name", who.name)
        draft.cells(("Họ và tên:", name), ("Sinh ngày:", short_date(who.born)), parts=(1.6, 1))
        draft.line("Số định danh cá nhân:", fields.put(f"party_{letter}_personal_id", who.number))
        draft.line("Nơi cư trú:", who.residence)
        names.append(who.name)
    for index in range(chance.whole(5, 9)):
        roll.heading(f"Điều {index + 1}. Thỏa thuận thứ {index + 1}")
        for words in chance.some(words_of(draft).sentences, chance.whole(1, 3)):
            roll.para(fill(words, chance))
    roll.need(50)
    draft.hands(("BÊN A", "(Ký, ghi rõ họ tên)", names[0]), ("BÊN B", "(Ký, ghi rõ họ tên)", names[1]))
    return roll.paper("authorisation")


def form(draft: Draft) -> Paper:
    """Tờ khai of two sides, signed on the second."""
    chance, fields = draft.chance, draft.fields
    draft.motto()
    draft.title(chance.pick(("TỜ KHAI", "ĐƠN ĐỀ NGHỊ")), size=16)
    home, who = chance.province(), chance.person()
    addressee = fields.put("addressee", f"Ủy ban nhân dân xã {chance.pick(home.communes)}")
    draft.centred(f"Kính gửi: {addressee}", style=draft.body)
    roll = Roll.of(draft)
    roll.heading("I. Người đề nghị")
    draft.line("Họ và tên:", fields.name("applicant_full_name", who.name))
    draft.line("Số định danh cá nhân:", fields.put("applicant_personal_id", who.number))
    draft.line("Nơi cư trú:", fields.put("residence", who.residence))
    roll.heading("II. Nội dung đề nghị")
    for words in chance.some(words_of(draft).requests, 2):
        roll.para(fill(words, chance))
    roll.heading("III. Thành viên trong hộ")
    for index in range(chance.whole(5, 8)):
        roll.need(3 * draft.step)
        member = chance.person()
        draft.line(f"{index + 1}. Họ và tên:", member.name)
        draft.cells(("Ngày sinh:", short_date(member.born)), ("Số định danh:", member.number))
        draft.line("Nơi cư trú:", member.residence)
    roll.heading("IV. Cam kết")
    roll.para("Tôi cam đoan những điều trên là đúng sự thật và chịu trách nhiệm trước pháp luật./.")
    roll.need(58)
    draft.centred(f"{chance.pick(home.communes)}, {fields.day('signed_date', chance.day())}")
    draft.hands(("NGƯỜI LÀM ĐƠN", "(Ký, ghi rõ họ tên)", who.name))
    return roll.paper("application_form")


def annexed(draft: Draft) -> Paper:
    """A decision of one page and the landscape table that goes with it by its number."""
    first = admin.decision_new(draft)
    number = draft.fields.entries["document_number"].printed
    table = Sheet(width=297.0, height=210.0)
    draft.sheet, draft.y = table, 20.0
    draft.look = replace(draft.look, left=20.0, right=277.0, leaders=False)
    draft.title("PHỤ LỤC DANH SÁCH KÈM THEO", size=14)
    draft.centred(f"(Kèm theo Quyết định số {number} của cơ quan ban hành)")
    draft.space(0.5)
    rows = [(*row, short_date(draft.chance.day())) for row in goods_rows(draft, 7)]
    draft.table(
        ("TT", "Nội dung", "Đơn vị tính", "Số lượng", "Ghi chú", "Thời hạn"),
        rows,
        parts=(0.8, 5, 2, 1.8, 2.4, 2.4),
    )
    return Paper(kind="decision", sheets=(*first.sheets, table), fields=draft.fields)


def card_2021(draft: Draft) -> Paper:
    """CCCD with chip, each side on a scan of its own."""
    return card.draw(_identity(draft, new_form=False), draft.chance.rng)


def card_2024(draft: Draft) -> Paper:
    """Căn cước of 2024, each side on a scan of its own."""
    return card.draw(_identity(draft, new_form=True), draft.chance.rng)


# name -> layout of the tune half, layout of the test half.
LONG: dict[str, tuple[Layout, Layout]] = {
    **{f"long_{kind}": (_long(kind, *told), _long(kind, *told)) for kind, told in _KINDS.items()},
    "long_contract": (contract, contract),
    "long_form": (form, form),
    "long_decision": (admin.decision_long, admin.decision_long),
    "annexed": (annexed, annexed),
    "card_sides": (card_2021, card_2024),
    "land_sides": (land.certificate_2024, land.certificate_2024),
}
