"""``motlan trust``: the roots this installation trusts. Nothing is trusted that nobody added."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.errors import InputNotFoundError, InputPermissionError, RecordMissingError

_group = typer.Typer(
    help="Gốc tin cậy dùng khi kiểm tra chữ ký.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="trust")


@_group.command("add")
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Chứng thư gốc dạng PEM.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Thêm một chứng thư gốc; so dấu vân tay với nguồn công bố trước khi tin."""
    services = current(context).services()
    services.create()
    root = services.trust.add(_certificate(file))
    if as_json:
        print_json({"name": root.name, "sha256": root.fingerprint})
    else:
        sys.stdout.write(f"Đã tin cậy: {root.name}\n  SHA-256 {root.fingerprint}\n")


@_group.command("list")
def show(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Liệt kê các gốc tin cậy."""
    services = current(context).services()
    for root in services.trust.roots():
        if as_json:
            print_json({"name": root.name, "sha256": root.fingerprint, "demo": root.demo})
        else:
            mark = "  (MẪU – DEMO)" if root.demo else ""
            sys.stdout.write(f"{root.name}{mark}\n  SHA-256 {root.fingerprint}\n")


@_group.command("remove")
def remove(
    context: typer.Context,
    fingerprint: Annotated[str, typer.Argument(help="Dấu vân tay SHA-256 của gốc.")],
) -> None:
    """Thôi tin một gốc."""
    services = current(context).services()
    if not services.trust.remove(fingerprint):
        raise RecordMissingError(fingerprint[:16])
    sys.stdout.write("Đã thôi tin cậy.\n")


def _certificate(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputNotFoundError(str(file)) from error
    except OSError as error:
        raise InputPermissionError(str(file)) from error
