"""``motlan search``: papers by the words that stand on them. The search and what it shows are journalled."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.archive import DossierOption, PurposeOption, access_of, known_types
from cli.context import AsJson, current, print_json
from cli.words import printable
from dossier.errors import ArgumentError, Lang

if TYPE_CHECKING:
    from dossier.searching import SearchPlace
    from flows.searching.looking import Found, SearchPage
    from wiring.services import Services

_DAY: Final = ["%Y-%m-%d", "%d/%m/%Y"]
_STDIN: Final = "-"
_LONGEST: Final = 2000
_MOST: Final = 50
_BEHIND: Final = re.compile(r"^([A-Z0-9.]{0,20})/(-?\d{1,10})\Z", re.ASCII)
_SAID: Final[Mapping[Lang, Mapping[str, str]]] = {
    "vi": {
        "none": "Không có giấy tờ nào có đủ các từ này.\n",
        "page": "trang {page}",
        "fields": "ô: {names}",
        "more": "Còn nữa: thêm --behind {behind}\n",
        "cut": "Đã mở {opened} giấy tờ rồi dừng; thêm điều kiện, hoặc tìm tiếp với --behind {behind}\n",
        "waiting": "Còn giấy tờ chưa vào chỉ mục tìm kiếm; lát nữa tìm lại.\n",
    },
    "en": {
        "none": "No paper has all of these words.\n",
        "page": "page {page}",
        "fields": "fields: {names}",
        "more": "There is more: add --behind {behind}\n",
        "cut": "It stopped after {opened} papers; narrow it down, or go on with --behind {behind}\n",
        "waiting": "Some papers are not in the index yet; search again in a while.\n",
    },
}


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("search")(search)


def search(
    context: typer.Context,
    question: Annotated[
        str,
        typer.Argument(
            help='Các từ phải có trên giấy; "cụm từ"; ô:giá trị. Ghi - để đọc từ đầu vào chuẩn: '
            "tên người không nằm lại trong lịch sử lệnh."
        ),
    ],
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Loại giấy tờ; ghi được nhiều lần.")
    ] = None,
    office: Annotated[
        str, typer.Option(help="Cơ quan và các cơ quan trực thuộc, ví dụ H26.5.", show_default=False)
    ] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="Lưu kho từ ngày này (giờ Việt Nam).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Lưu kho đến hết ngày này.")
    ] = None,
    no_accents: Annotated[bool, typer.Option("--no-accents", help="Bỏ qua dấu, dù có gõ dấu.")] = False,
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu giấy tờ.", min=1, max=_MOST)] = 10,
    behind: Annotated[
        str, typer.Option(help="Tìm tiếp: dấu cuối trang trước in ra.", show_default=False)
    ] = "",
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Tìm giấy tờ theo chữ đọc được trên đó: dòng tìm thấy, trang, ô. Có hay không có dấu đều tìm được."""
    from dossier.searching import SearchRange
    from flows.searching.looking import Eyes, offices_within, search_offices
    from flows.searching.question import parse_question

    command = current(context)
    services = command.services()
    words = services.store.records.words
    found = search_offices(
        services,
        parse_question(_asked(question), services.papers, loose=no_accents),
        offices=offices_within(words.offices(), office.strip().upper()),
        within=SearchRange(
            types=known_types(services, types or ()),
            since=since.date() if since else None,
            until=until.date() if until else None,
        ),
        # Whoever runs commands on the store sees what they print; restricted papers only for their purposes.
        eyes=Eyes(told=lambda _: True, sees=lambda _, __: True),
        access=access_of(services, purpose, dossier),
        behind=_place(behind),
        most=limit,
    )
    is_behind = bool(words.waiting(limit=1))
    if as_json:
        print_json(
            {
                "papers": [_json(one) for one in found.papers],
                "next": _told(found.behind) or None,
                "opened": found.opened,
                "complete": not is_behind,
            }
        )
    else:
        sys.stdout.write(_in_words(services, found, command.lang, is_behind=is_behind))


def _asked(question: str) -> str:
    """The question, from standard input where a dash stands for it; longer ones are cut by the parser."""
    return sys.stdin.read(_LONGEST) if question == _STDIN else question[:_LONGEST]


def _place(text: str) -> SearchPlace | None:
    from dossier.searching import SearchPlace

    if not text:
        return None
    told = _BEHIND.match(text)
    if told is None:
        raise ArgumentError("--behind", expected="dấu do lần tìm trước in ra, ví dụ H26.5.12/120")
    return SearchPlace(told[1], int(told[2]))


def _told(place: SearchPlace | None) -> str:
    return f"{place.office}/{place.place}" if place else ""


def _json(one: Found) -> Mapping[str, object]:
    document = one.document
    return {
        "document": document.id,
        "type": document.type,
        "dossier": document.dossier,
        "page": document.pages.index(one.line[0].page) + 1 if one.line else None,
        "line": "".join(piece.text for piece in one.snippet),
        "marked": [piece.text for piece in one.snippet if piece.marked],
        "fields": list(one.fields),
    }


def _in_words(services: Services, found: SearchPage, lang: Lang, *, is_behind: bool) -> str:
    said = _SAID[lang]
    lines = [_line(services, one, said) for one in found.papers]
    if not found.papers:
        lines.append(said["none"])
    if found.behind:
        key = "cut" if found.cut else "more"
        lines.append(said[key].format(opened=found.opened, behind=_told(found.behind)))
    if is_behind:
        lines.append(said["waiting"])
    return "".join(lines)


def _line(services: Services, one: Found, said: Mapping[str, str]) -> str:
    """A paper, and under it the line with the words between brackets, or the fields that have them."""
    from flows.lookup import label

    document = one.document
    spec = services.papers.spec(document.type)
    head = f"{document.id}  {spec.label_vi}  {document.dossier or '—'}\n"
    if one.line:
        page = said["page"].format(page=document.pages.index(one.line[0].page) + 1)
        text = "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in one.snippet)
        return f"{head}    {page}: {printable(text)}\n"
    names = ", ".join(label(spec, name) for name in one.fields)
    return f"{head}    {said['fields'].format(names=names)}\n"
