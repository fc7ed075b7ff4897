"""``motlan portal-counts``: dossiers received as the national portal counts them (indicator 1.4)."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from dossier.errors import InputNotFoundError, InputPermissionError

_group = typer.Typer(
    help="Số hồ sơ tiếp nhận theo Cổng quốc gia, mẫu số của chỉ số 1.4.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="portal-counts")


@_group.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Tệp CSV, XLSX hoặc JSON: mã cơ quan, từ ngày, đến ngày, tiếp nhận.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Nạp tệp của Cổng quốc gia; nạp lại không đếm hai lần, số mới của cùng kỳ thay số cũ."""
    from flows.portal import tell_counts
    from rulebook.portal_files import read_counts

    command = current(context)
    services = command.services()
    try:
        content = file.read_bytes()
    except PermissionError as error:
        raise InputPermissionError(str(file)) from error
    except OSError as error:
        raise InputNotFoundError(str(file)) from error
    counts = read_counts(content, item=file.name)
    kept = tell_counts(services, counts, caller=services.settings.actor)
    if as_json:
        print_json({"counts": len(counts), "kept": kept})
    elif command.lang == "vi":
        sys.stdout.write(f"Đã đọc {len(counts)} dòng, ghi {kept} số mới.\n")
    else:
        sys.stdout.write(f"{len(counts)} rows read, {kept} new counts kept.\n")


@_group.command("list")
def list_(
    context: typer.Context,
    *,
    first: Annotated[
        str | None, typer.Option("--from", help="Từ ngày YYYY-MM-DD (mặc định: đầu năm nay).")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Đến hết ngày (mặc định: hôm nay).")] = None,
    as_json: AsJson = False,
) -> None:
    """Các số đang dùng trong một khoảng thời gian: cơ quan, kỳ, số hồ sơ, ai báo."""
    from flows.portal import counts_within

    services = current(context).services()
    today = services.today()
    since = parse_day(first, "--from") or date(today.year, 1, 1)
    for told in counts_within(services, since, parse_day(last, "--to") or today):
        one = told.count
        if as_json:
            print_json(
                {
                    "office": one.office,
                    "first": one.first.isoformat(),
                    "last": one.last.isoformat(),
                    "received": one.received,
                    "at": told.at.isoformat(timespec="seconds"),
                    "by": told.by,
                }
            )
        else:
            sys.stdout.write(
                f"{one.office:14}{one.first:%d/%m/%Y} - {one.last:%d/%m/%Y}{one.received:>10}  {told.by}\n"
            )
