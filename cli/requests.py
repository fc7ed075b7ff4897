"""``motlan requests``: what data subjects asked for, until when, and what they were told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.errors import ArgumentError
from dossier.ids import DocumentId
from dossier.keeping import RequestKind
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from datetime import date

    from dossier.keeping import SubjectRequest

_KINDS = {
    RequestKind.VIEW: "xem",
    RequestKind.CORRECT: "chỉnh sửa",
    RequestKind.ERASE: "xóa",
    RequestKind.RESTRICT: "hạn chế xử lý",
    RequestKind.OBJECT: "phản đối xử lý",
}
_ANSWERS = {
    "granted": "đã chấp thuận",
    "restricted": "giữ theo pháp luật lưu trữ, đã hạn chế xem",
    "refused": "đã từ chối",
}

_group = typer.Typer(help="Yêu cầu của chủ thể dữ liệu cá nhân.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="requests")


@_group.command("add")
def add(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Mã giấy tờ.")],
    *,
    kind: Annotated[str, typer.Option(help="view, correct, erase, restrict hoặc object.")],
    words: Annotated[str, typer.Option(help="Lời của người yêu cầu.", show_default=False)] = "",
    owner: Annotated[
        str, typer.Option(help="Số định danh của người yêu cầu, để họ tra lại được.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Ghi nhận một yêu cầu; hạn trả lời và hạn thực hiện tính theo ngày làm việc."""
    from flows.subjects import add_request

    try:
        wanted = RequestKind(kind)
    except ValueError as error:
        raise ArgumentError("--kind", expected=", ".join(RequestKind)) from error
    number = parse_owner(owner, argument="--owner") if owner else ""
    services = current(context).services()
    found = add_request(services, DocumentId(document), wanted, words=words, number=number)
    _tell(found, services.today(), as_json=as_json)


@_group.command("answer")
def answer(
    context: typer.Context,
    request: Annotated[str, typer.Argument(help="Mã yêu cầu.")],
    *,
    words: Annotated[str, typer.Option(help="Nội dung đã trả lời người yêu cầu.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Từ chối; mặc định là chấp thuận.")] = False,
    as_json: AsJson = False,
) -> None:
    """Trả lời và thực hiện ngay điều đã chấp thuận. Yêu cầu xóa: giấy tờ lưu trữ được giữ, hạn chế xem."""
    from flows.subjects import answer_request

    services = current(context).services()
    found = answer_request(services, request, grant=not refuse, words=words)
    _tell(found, services.today(), as_json=as_json)


@_group.command("list")
def list_(
    context: typer.Context,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Chỉ yêu cầu chưa trả lời.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mọi yêu cầu, hạn trả lời, đã trả lời thế nào; quá hạn được ghi rõ."""
    from flows.subjects import requests

    services = current(context).services()
    for found in requests(services):
        if not (waiting and found.answer):
            _tell(found, services.today(), as_json=as_json)


def _tell(found: SubjectRequest, today: date, *, as_json: bool) -> None:
    if as_json:
        from flows.subjects import request_json

        print_json(request_json(found, today=today))
        return
    state = _ANSWERS[found.answer] if found.answer else f"trả lời trước hết ngày {found.answer_by:%d/%m/%Y}"
    late = "  QUÁ HẠN" if found.late(today) else ""
    sys.stdout.write(
        f"{found.id}  {_KINDS[found.kind]}, giấy tờ {found.document}: {state}; "
        f"thực hiện trước hết ngày {found.carry_out_by:%d/%m/%Y}{late}\n"
    )
