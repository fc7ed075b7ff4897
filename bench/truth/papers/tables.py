"""Papers of no official type: private receipts, collection slips, landscape tables that go with a paper."""

from __future__ import annotations

from dataclasses import replace

from bench.truth.kit import Draft
from bench.truth.papers.admin import fill, goods_rows, words_of
from samples.papers import receipt
from samples.sheet import Sheet
from samples.truth import Paper
from samples.words import long_date, short_date


def private_receipt(draft: Draft) -> Paper:
    """Giấy biên nhận between two people, as the samples draw it."""
    chance = draft.chance
    receiver, payer = chance.person(), chance.person()
    paper = receipt.Receipt(
        receiver=receiver,
        payer=payer,
        amount=chance.money(5_000_000, 300_000_000)[0],
        amount_in_words="số tiền ghi tại phiếu kèm theo",
        reason=f"Số tiền này để {fill(chance.pick(words_of(draft).tasks), chance).rstrip(';').lower()}.",
        place=chance.province().name,
        written_on=chance.day(),
    )
    return receipt.draw(paper, chance.rng)


def collection_slip(draft: Draft) -> Paper:
    """Phiếu thu: a paper of no official type, with a table."""
    chance, fields = draft.chance, draft.fields
    draft.title("PHIẾU THU", size=18)
    on = chance.day()
    number = fields.put("document_number", f"PT{chance.digits(5)}")
    draft.centred(f"Số: {number}, {fields.day('issue_date', on, long_date(on))}")
    who = chance.person()
    draft.line("Họ và tên người nộp tiền:", fields.name("full_name", who.name, capitals=False), bold=True)
    draft.line("Số định danh cá nhân:", fields.put("personal_id", who.number))
    draft.line("Địa chỉ:", who.residence)
    rows = [(*row[:4], chance.money(100_000, 9_000_000, step=5_000)[0]) for row in goods_rows(draft, 4)]
    draft.table(("STT", "Nội dung", "Đơn vị", "Số lượng", "Thành tiền"), rows, parts=(1, 5, 1.6, 1.8, 2.4))
    draft.line("Tổng số tiền:", f"{chance.money(1_000_000, 90_000_000, step=5_000)[0]} đồng")
    draft.hands(
        ("Người nộp tiền", "", who.name),
        ("Thủ quỹ", "", chance.person().name),
        ("Kế toán", "", chance.person().name),
    )
    return draft.paper("unknown")


def annex_sheet(draft: Draft) -> Paper:
    """A landscape table that goes with some paper: no head of its own."""
    return _annex(
        draft, 9, "PHỤ LỤC DANH MỤC VẬT TƯ, THIẾT BỊ", "(Kèm theo Quyết định của cơ quan có thẩm quyền)"
    )


def annex_list(draft: Draft) -> Paper:
    """A landscape list of people with numbers and dates."""
    chance = draft.chance
    _landscape(
        draft, "DANH SÁCH HỘ GIA ĐÌNH ĐƯỢC HỖ TRỢ", "(Ban hành kèm theo văn bản của Ủy ban nhân dân xã)"
    )
    people = [chance.person() for _ in range(chance.whole(7, 11))]
    rows = [
        (
            str(index),
            who.name,
            short_date(who.born),
            who.number,
            who.residence,
            chance.money(500_000, 20_000_000, step=50_000)[0],
        )
        for index, who in enumerate(people, start=1)
    ]
    heads = ("STT", "Họ và tên", "Ngày sinh", "Số định danh cá nhân", "Nơi cư trú", "Số tiền (đồng)")
    draft.table(heads, rows, parts=(0.7, 3.2, 1.8, 2.3, 6, 2))
    return draft.paper("unknown")


def _annex(draft: Draft, count: int, title: str, note: str) -> Paper:
    chance = draft.chance
    _landscape(draft, title, note)
    rows = [
        (
            str(index),
            name,
            unit,
            str(chance.whole(2, 900)),
            chance.money(20_000, 9_000_000, step=500)[0],
            short_date(chance.day()),
        )
        for index, (name, unit) in enumerate(
            (chance.pick(words_of(draft).goods) for _ in range(count)), start=1
        )
    ]
    heads = ("TT", "Tên vật tư, thiết bị", "Đơn vị tính", "Số lượng", "Đơn giá (đồng)", "Thời hạn bàn giao")
    draft.table(heads, rows, parts=(0.8, 5, 2, 1.8, 2.4, 2.4))
    return draft.paper("unknown")


def _landscape(draft: Draft, title: str, note: str) -> None:
    draft.sheet = Sheet(width=297.0, height=210.0)
    draft.look = replace(draft.look, left=20.0, right=277.0, leaders=False)
    draft.title(title, size=14)
    draft.centred(note)
    draft.space(0.5)
