"""``motlan quarantine``: the files that were refused, why, and what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment, printable

if TYPE_CHECKING:
    from storage.quarantine import QuarantineNote


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("quarantine")(quarantine)


def quarantine(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Cả tệp về sau đã nhận được.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tệp đã bị từ chối: tên tệp, lý do, việc cần làm. Tên tệp được mã hóa khi lưu."""
    services = current(context).services()
    for note in services.store.quarantine.notes():
        if note.resolved_at is not None and not everything:
            continue
        if as_json:
            print_json(_as_json(note))
        else:
            mark = "✓" if note.resolved_at else "✗"
            sys.stdout.write(f"{mark} {moment(note.at)}  {printable(note.name)}  [{note.code}]\n")
            sys.stdout.write(f"  {printable(note.message)}\n  → {printable(note.next_step)}\n")


def _as_json(note: QuarantineNote) -> dict[str, object]:
    return {
        "note": note.id,
        "at": note.at.isoformat(),
        "file": note.name,
        "code": note.code,
        "message": note.message,
        "next_step": note.next_step,
        "object": note.sha256,
        "size": note.size,
        "resolved_at": note.resolved_at.isoformat() if note.resolved_at else None,
    }
