"""``motlan journal``: the record of what happened, and the proof that nobody changed it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment

_group = typer.Typer(help="Nhật ký: xem và kiểm tra chuỗi băm.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="journal")


@_group.command("verify")
def verify(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Kiểm tra toàn bộ chuỗi nhật ký: sửa, xóa, chèn, đảo thứ tự đều bị phát hiện."""
    services = current(context).services()
    check = services.store.records.check_journal()
    if as_json:
        print_json({"conclusion": "passed", "entries": check.entries, "head": check.head})
    else:
        sys.stdout.write(f"Nhật ký nguyên vẹn: {check.entries} mục, mã băm cuối {check.head[:16]}…\n")


@_group.command("list")
def show(
    context: typer.Context,
    *,
    after: Annotated[int, typer.Option(help="Từ sau mục số này.")] = 0,
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu mục.", min=1, max=10_000)] = 100,
    as_json: AsJson = False,
) -> None:
    """Liệt kê các mục nhật ký (chỉ có mã, không có dữ liệu cá nhân)."""
    services = current(context).services()
    for entry in services.store.records.journal(after=after, limit=limit):
        event = entry.event
        if as_json:
            print_json(
                {
                    "number": entry.number,
                    "kind": event.kind,
                    "at": event.at.isoformat(),
                    "actor": event.actor,
                    "subject": event.subject,
                    "owner_ref": event.owner_ref,
                    "dossier": event.dossier,
                    "purpose": event.purpose,
                    "details": dict(event.details),
                    "hash": entry.hash,
                }
            )
        else:
            sys.stdout.write(f"{entry.number:>6}  {moment(event.at)}  {event.kind:<22} {event.subject}\n")
