"""Giấy biên nhận between two people: a private paper of no official type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.forms import MOTTO, MOTTO_TOP, scribble, specimen_line
from samples.marks import fingerprint
from samples.sheet import SEAL_RED, Mark, Sheet, Style
from samples.truth import Fields, Paper
from samples.words import long_date

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from samples.people import Person

BODY = Style("dejavu", 11.5)
STRONG = Style("dejavu-bold", 11.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt for a deposit: who took the money, from whom, how much, for what."""

    receiver: Person
    payer: Person
    amount: str
    amount_in_words: str
    reason: str
    place: str
    written_on: date


def draw(paper: Receipt, rng: np.random.Generator) -> Paper:
    """Lay out a private receipt."""
    sheet, fields = Sheet(), Fields()
    sheet.write(105, 26, MOTTO_TOP, style=STRONG, align="centre")
    sheet.write(105, 32.5, MOTTO, style=STRONG, align="centre")
    sheet.rule(78, 35, 132)
    sheet.write(105, 52, "GIẤY BIÊN NHẬN TIỀN ĐẶT CỌC", style=Style("dejavu-bold", 15), align="centre")
    receiver, payer = paper.receiver, paper.payer
    name = fields.name("full_name", receiver.name, capitals=False)
    y = sheet.entry(70, "Tôi tên là:", name, style=BODY, value_style=STRONG)
    number = fields.put("personal_id", receiver.number)
    y = sheet.entry(y, "Số căn cước:", number, style=BODY)
    y = sheet.entry(y, "Hiện ở tại:", receiver.residence, style=BODY)
    money = (
        f"Hôm nay tôi có nhận của {payer.title_vi} {payer.name} số tiền {paper.amount} đồng "
        f"(bằng chữ: {paper.amount_in_words}). {paper.reason}"
    )
    y = sheet.paragraph(y + 3, money, style=BODY, leading=1.5, justify=False)
    promise = (
        "Hai bên tự nguyện thỏa thuận, đã đọc lại và cùng ký tên dưới đây. "
        "Giấy này viết thành hai tờ, mỗi bên giữ một tờ."
    )
    y = sheet.paragraph(y + 2, promise, style=BODY, leading=1.5, justify=False)
    day = long_date(paper.written_on)
    fields.day("issue_date", paper.written_on, day)
    sheet.write(185, y + 8, f"{paper.place}, {day}", style=BODY, align="right")
    for x, label, person in ((68, "Người giao tiền", payer), (150, "Người nhận tiền", receiver)):
        sheet.write(x, y + 18, label, style=STRONG, align="centre")
        scribble(sheet, x=x, y=y + 22, name=person.name)
        sheet.write(x, y + 48, person.name, style=BODY, align="centre")
        finger = fingerprint(rng)
        sheet.ops.append(Mark(x=x + 24, y=y + 22, width=15, height=19, mask=finger, colour=SEAL_RED))
    specimen_line(sheet)
    return Paper(kind="unknown", sheets=(sheet,), fields=fields, owners=(receiver.number,))
