"""``motlan review``: answer what a paper waits for; the next version is sealed and filed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.table import fields_table
from dossier.errors import ArgumentError
from dossier.ids import DocumentId


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("review")(review)


def review(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Mã giấy tờ đang chờ.")],
    *,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="Sửa trường: ten=giatri (lặp lại được); ten= là không có."),
    ] = None,
    type_: Annotated[str, typer.Option("--type", help="Loại giấy tờ đúng.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh của chủ giấy tờ.", show_default=False)] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Đã xem, các điểm còn lại đều đúng.")] = False,
    as_json: AsJson = False,
) -> None:
    """Trả lời các điểm máy chưa chắc của một giấy tờ; đủ thì đóng dấu số và lưu kho. Bản cũ vẫn giữ."""
    from flows.lookup import document_json
    from flows.review import review as apply
    from wiring.sealing import seal_if_due

    command = current(context)
    services = command.services()
    saved = apply(
        services,
        DocumentId(document),
        values=dict(pair(text) for text in values or ()),
        type_=type_,
        owner=owner,
        confirmed=confirm,
    )
    seal_if_due(services)
    if as_json:
        print_json(document_json(services, saved, full=True))
    else:
        sys.stdout.write(fields_table(services, saved, command.lang))


def pair(text: str) -> tuple[str, str]:
    """Name and value of a field as a person types them (``--set ten=giatri``).

    Raises:
        ArgumentError: there is no name, or no sign between the two.
    """
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise ArgumentError("--set", expected="ten=giatri")
    return name.strip(), value.strip()
