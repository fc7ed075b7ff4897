"""``motlan serve``: one long-lived process that runs every batch."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.context import current
from dossier.errors import SettingsError


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    *,
    listen: Annotated[
        str | None,
        typer.Option(
            help="Mở trang web và trả lời máy khác tại MÁY:CỔNG, ví dụ 127.0.0.1:8443.", show_default=False
        ),
    ] = None,
    answer_only: Annotated[
        bool,
        typer.Option(
            "--answer-only",
            help="Chỉ mở trang web và trả lời máy khác, không nhận lô; nhiều tiến trình cùng một kho.",
        ),
    ] = False,
) -> None:
    """Chạy thường trực: nhận việc của 'ingest'; có --listen thì mở trang web và trả lời phần mềm một cửa."""
    from web.serve import answer_alone
    from web.serve import serve as run
    from wiring.api_settings import parse_listen

    services = current(context).services()
    address = parse_listen(listen, where="--listen") if listen else services.settings.api.listen
    if address is not None:
        services.settings.api.need_safe(address)
    if answer_only:
        if address is None:
            raise SettingsError("MOTLAN_API_LISTEN", reason="--answer-only cần địa chỉ để nghe (--listen)")
        answer_alone(services, listen=address, told=_told)
        return
    services.create()
    _say(f"Đang phục vụ kho {services.settings.data} (Ctrl+C để dừng)")
    run(services, listen=address, told=_told)


def _told(address: tuple[str, int]) -> None:
    _say(f"Trang web tại {address[0]}:{address[1]}/, cho phần mềm tại /v1 (mô tả ở /v1/openapi.json)")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
