"""``motlan reuse``: which papers of a procedure are held and may be used, and which must be asked for."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from dossier.access import Access, Purpose
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from reuse.question import Person
    from wiring.services import Services


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("reuse")(reuse)


def reuse(
    context: typer.Context,
    *,
    procedure: Annotated[str, typer.Option(help="Mã thủ tục, ví dụ 1.004222.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh của người nộp.", show_default=False)] = "",
    on: Annotated[
        str | None,
        typer.Option(help="Ngày tiếp nhận YYYY-MM-DD (mặc định: ngày trong mã hồ sơ, hoặc hôm nay)."),
    ] = None,
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ đang giải quyết.", show_default=False)] = "",
    persons: Annotated[
        list[str] | None,
        typer.Option(
            "--person",
            help="Người khác của vụ việc: partner, child, parent, deceased, host, rồi =SỐ (lặp lại được).",
        ),
    ] = None,
    facts: Annotated[
        list[str] | None, typer.Option("--fact", help="Điều đã biết: ten=co hoặc ten=khong (lặp lại được).")
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Liệt kê các thủ tục trong danh mục.")] = False,
    as_json: AsJson = False,
) -> None:
    """Giấy tờ nào của thủ tục đã có trong kho và được dùng lại, giấy tờ nào còn phải nộp, vì sao."""
    from flows.lookup import ask_reuse

    command = current(context)
    services = command.services()
    code_of_dossier = parse_dossier_code(dossier) if dossier else None
    # A dossier keeps the rules of the day it was received.
    received = code_of_dossier.received if code_of_dossier else None
    day = parse_day(on, "--on") or received or services.today()
    if list_all:
        _list(services, day, as_json=as_json)
        return
    if not procedure or not owner:
        raise ArgumentError("reuse", expected="--procedure và --owner")
    code = parse_procedure_code(procedure)
    access = Access(services.settings.actor, Purpose.PROCEDURE, str(code_of_dossier or ""))
    answer = ask_reuse(
        services,
        code,
        owner=parse_owner(owner),
        on=day,
        access=access,
        persons=[_person(text) for text in persons or ()],
        facts=dict(_fact(text) for text in facts or ()),
    )
    if as_json:
        print_json(answer.as_json())
    else:
        sys.stdout.write(answer.in_words(command.lang) + "\n")


def _list(services: Services, day: date, *, as_json: bool) -> None:
    for code in services.procedures.codes(day):
        name = services.procedures.on(code, day).name_vi
        if as_json:
            print_json({"code": code, "name_vi": name})
        else:
            sys.stdout.write(f"{code}  {name}\n")


def _person(text: str) -> Person:
    from reuse.question import Person
    from rulebook.procedures import Whose

    role, _, number = text.partition("=")
    if role not in set(Whose) - {Whose.APPLICANT}:
        raise ArgumentError("--person", expected="partner, child, parent, deceased hoặc host, rồi =SỐ")
    return Person(Whose(role), parse_owner(number, argument="--person"))


def _fact(text: str) -> tuple[str, bool]:
    name, _, said = text.partition("=")
    answers = {"co": True, "có": True, "yes": True, "khong": False, "không": False, "no": False}
    if not name or said.casefold() not in answers:
        raise ArgumentError("--fact", expected="ten=co hoặc ten=khong")
    return name, answers[said.casefold()]
