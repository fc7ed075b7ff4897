"""``motlan recount``: the counted rows behind reports, compared with the raw facts and made anew."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.context import AsJson, complain, current, leave, print_json
from dossier.errors import CountsDifferError


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("recount")(recount)


def recount(
    context: typer.Context,
    *,
    check: Annotated[bool, typer.Option("--check", help="Chỉ so với dữ liệu gốc, không sửa gì.")] = False,
    as_json: AsJson = False,
) -> None:
    """Đếm lại từng hồ sơ từ dữ liệu gốc cho báo cáo; dòng nào lệch thì ghi lại."""
    command = current(context)
    counts = command.services().store.records.counts

    def told(dossiers: int) -> None:
        if not as_json and sys.stderr.isatty():
            sys.stderr.write(f"\r{dossiers:,}")
            sys.stderr.flush()

    found = (counts.compare if check else counts.recount)(told=told)
    if as_json:
        print_json({"dossiers": found.dossiers, "differing": found.differing, "repaired": not check})
    elif command.lang == "vi":
        done = "lệch với dữ liệu gốc" if check else "đã ghi lại"
        sys.stdout.write(f"Đã xem {found.dossiers:,} hồ sơ; {found.differing:,} dòng {done}.\n")
    else:
        done = "differ from the raw facts" if check else "were made anew"
        sys.stdout.write(f"Looked at {found.dossiers:,} dossiers; {found.differing:,} rows {done}.\n")
    if check and found.differing:
        error = CountsDifferError(count=found.differing)
        complain(error, command.lang)
        leave(error.exit_code)
