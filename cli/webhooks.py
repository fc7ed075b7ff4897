"""``motlan webhooks``: receivers that are told of changes as they happen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.api_key import Offices, Procedures, parse_office
from cli.context import AsJson, current, print_json
from cli.words import moment, printable
from dossier.admission import EVERYTHING, FieldScope, Role, Scopes
from dossier.codes import parse_procedure_code
from dossier.errors import ArgumentError

if TYPE_CHECKING:
    from datetime import datetime

    from dossier.webhooks import Webhook

WebhookArgument = Annotated[str, typer.Argument(help="Mã webhook (16 ký tự), xem 'motlan webhooks list'.")]

_group = typer.Typer(
    help="Báo cho phần mềm khác biết khi giấy tờ thay đổi.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="webhooks")


@_group.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Địa chỉ https của bên nhận.")],
    *,
    offices: Offices = None,
    procedures: Procedures = None,
    as_json: AsJson = False,
) -> None:
    """Thêm bên nhận; từ lúc này mỗi thay đổi được gửi có ký. Bí mật chung chỉ hiện một lần ở đây."""
    from flows.webhooks import PREFIX, add_webhook
    from web.hooks.delivery import sender_of

    if not offices:
        raise ArgumentError("--office", expected="ít nhất một mã cơ quan, ví dụ H26.5.12")
    scopes = Scopes(
        role=Role.ONE_STOP,
        offices=tuple(parse_office(each) for each in offices),
        procedures=tuple(parse_procedure_code(each) for each in procedures or ()) or (EVERYTHING,),
        fields=FieldScope.NONE,
    )
    services = current(context).services()
    sender_of(services).check(url)
    made = add_webhook(services, url, scopes)
    secret = f"{PREFIX}{made.secret}"
    if as_json:
        print_json({**_as_json(made, services.clock()), "secret": secret})
        return
    sys.stdout.write(
        f"{secret}\n"
        f"  Webhook {made.id}. Lưu ngay bí mật vào bên nhận: không xem lại được.\n"
        f"  Thử: motlan webhooks test {made.id}\n"
    )


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mọi bên nhận, còn gửi hay đã tắt, lỗi gần nhất."""
    from flows.webhooks import webhooks

    services = current(context).services()
    for webhook in webhooks(services):
        if as_json:
            print_json(_as_json(webhook, services.clock()))
            continue
        sys.stdout.write(
            f"{webhook.id}  {printable(webhook.url)}  cơ quan {' '.join(webhook.scopes.offices)}  "
            f"thủ tục {' '.join(webhook.scopes.procedures)}  {_state(webhook)}\n"
        )


@_group.command("remove")
def remove(context: typer.Context, webhook: WebhookArgument) -> None:
    """Thôi gửi và xóa bên nhận này."""
    from flows.webhooks import remove_webhook

    remove_webhook(current(context).services(), webhook)
    sys.stdout.write(f"Đã xóa webhook {webhook}.\n")


@_group.command("resume")
def resume(context: typer.Context, webhook: WebhookArgument) -> None:
    """Gửi lại cho bên nhận đã tắt hoặc đang lỗi, từ chỗ đã dừng."""
    from flows.webhooks import resume_webhook

    resume_webhook(current(context).services(), webhook)
    sys.stdout.write(f"Đã bật lại webhook {webhook}; 'motlan serve' sẽ gửi tiếp.\n")


@_group.command("test")
def try_out(context: typer.Context, webhook: WebhookArgument, *, as_json: AsJson = False) -> None:
    """Gửi ngay một thông điệp thử có ký, và cho biết bên nhận trả lời thế nào."""
    from dossier.service_errors import WebhookFailedError
    from flows.webhooks import find_webhook
    from web.hooks.delivery import Deliverer, sender_of

    services = current(context).services()
    status = Deliverer(services, sender_of(services)).test(find_webhook(services, webhook))
    if not 200 <= status < 300:
        raise WebhookFailedError(webhook, reason=f"HTTP {status}")
    if as_json:
        print_json({"webhook": webhook, "status": status})
    else:
        sys.stdout.write(f"Bên nhận trả lời {status}.\n")


def _state(webhook: Webhook) -> str:
    if webhook.off_at is not None:
        return f"ĐÃ TẮT từ {moment(webhook.off_at)} ({webhook.error_code})"
    if webhook.failing_since is not None:
        return f"lỗi từ {moment(webhook.failing_since)}, {webhook.tries} lần ({webhook.error_code})"
    return "đang gửi"


def _as_json(webhook: Webhook, now: datetime) -> dict[str, object]:
    return {
        "webhook": webhook.id,
        "url": webhook.url,
        "offices": list(webhook.scopes.offices),
        "procedures": list(webhook.scopes.procedures),
        "made_at": webhook.made_at.isoformat(),
        "on": webhook.off_at is None,
        "due": webhook.due(now),
        "tries": webhook.tries,
        "failing_since": webhook.failing_since.isoformat() if webhook.failing_since else None,
        "error_code": webhook.error_code,
    }
