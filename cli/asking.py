"""``motlan asking``: papers that were asked for although they are held, why, and how often."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from cli.words import printable
from dossier.access import Access, Purpose
from dossier.asking import AskReason, counted
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from dossier.asking import Insisted

_REASONS = {
    AskReason.DATA_UNREADABLE: "không đọc được dữ liệu",
    AskReason.DATA_WRONG: "dữ liệu thiếu hoặc sai",
    AskReason.COPY_UNREADABLE: "bản lưu không đọc được",
    AskReason.DOUBT: "nghi ngờ tính xác thực, hiệu lực",
    AskReason.LAW: "luật, nghị định yêu cầu chính giấy tờ",
}

_group = typer.Typer(
    help="Yêu cầu nộp giấy tờ đã có: lý do và thống kê.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="asking")


@_group.command("insist")
def record(
    context: typer.Context,
    component: Annotated[str, typer.Argument(metavar="COMPONENT", help="Mã thành phần hồ sơ, ví dụ KS-04.")],
    *,
    procedure: Annotated[str, typer.Option(help="Mã thủ tục.")],
    owner: Annotated[str, typer.Option(help="Số định danh của người nộp.")],
    because: Annotated[str, typer.Option(help=f"Lý do: {', '.join(AskReason)}.", show_default=False)] = "",
    words: Annotated[
        str, typer.Option(help="Lý do bằng lời, không ghi tên, số định danh.", show_default=False)
    ] = "",
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ đang giải quyết.", show_default=False)] = "",
    on: Annotated[
        str | None, typer.Option(help="Ngày tiếp nhận (mặc định: ngày trong mã hồ sơ, hoặc hôm nay).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ghi lý do vẫn yêu cầu nộp giấy tờ đã có; không có lý do thì không được yêu cầu."""
    from flows.asking import insist

    command = current(context)
    services = command.services()
    code = parse_dossier_code(dossier) if dossier else None
    received = code.received if code else None
    found = insist(
        services,
        parse_procedure_code(procedure),
        component,
        owner=parse_owner(owner),
        on=parse_day(on, "--on") or received or services.today(),
        access=Access(services.settings.actor, Purpose.PROCEDURE, str(code or "")),
        reason=_reason(because),
        words=words,
    )
    if as_json:
        print_json({"recorded": found is not None, **(_json(found) if found else {})})
    elif found is None:
        free = {
            "vi": "Được yêu cầu nộp, không cần ghi lý do.",
            "en": "It may be asked for; nothing to record.",
        }
        sys.stdout.write(free[command.lang] + "\n")
    else:
        sys.stdout.write(
            f"Đã ghi lý do yêu cầu nộp {found.component} ({_REASONS[found.reason]}).\n"
            if command.lang == "vi"
            else f"The reason for asking for {found.component} was recorded ({found.reason}).\n"
        )


@_group.command("list")
def show(
    context: typer.Context,
    *,
    first: Annotated[str | None, typer.Option("--from", help="Từ ngày YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Đến hết ngày YYYY-MM-DD.")] = None,
    as_json: AsJson = False,
) -> None:
    """Đếm các lần yêu cầu nộp giấy tờ đã có, theo thủ tục, thành phần, lý do; --json có từng lần."""
    from flows.asking import insisted

    command = current(context)
    found = insisted(command.services(), first=parse_day(first, "--from"), last=parse_day(last, "--to"))
    if as_json:
        print_json({"count": len(found), "records": [_json(one) for one in found]})
        return
    for (procedure, component, reason), count in counted(found).items():
        told = _REASONS[reason] if command.lang == "vi" else reason.value
        sys.stdout.write(f"{count:6}  {procedure}  {printable(component)}  {told}\n")
    sys.stdout.write(f"{len(found)} lần.\n" if command.lang == "vi" else f"{len(found)} times.\n")


def _reason(text: str) -> AskReason | None:
    try:
        return AskReason(text) if text else None
    except ValueError as error:
        raise ArgumentError("--because", expected=", ".join(AskReason)) from error


def _json(found: Insisted) -> dict[str, object]:
    return {
        "id": found.id,
        "at": found.at.isoformat(),
        "actor": found.actor,
        "dossier": found.dossier,
        "procedure": found.procedure,
        "component": found.component,
        "status": found.status,
        "reason": found.reason,
        "words": found.words,
    }
