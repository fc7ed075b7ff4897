"""``motlan places``: the catalogue of districts and communes that addresses are compared with."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json

_group = typer.Typer(
    help="Danh mục đơn vị hành chính dùng để đối chiếu địa chỉ.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="places")


@_group.command("import")
def take(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="CSV UTF-8: code,name,kind,parent,since,until.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Nạp danh mục chính thức thay cho danh mục đã nạp trước; nạp lại cùng tệp không đổi gì."""
    from rulebook.places import load_places
    from storage.gazetteer import read_catalogue

    command = current(context)
    services = command.services()
    services.create()
    units = read_catalogue(file, load_places().name_of)
    with services.writing():
        changed = services.gazetteer.keep(units)
    kinds = Counter(unit.kind.value for unit in units)
    if as_json:
        print_json({"units": len(units), "kinds": dict(sorted(kinds.items())), "changed": changed})
    elif command.lang == "vi":
        done = "Đã nạp" if changed else "Không đổi:"
        sys.stdout.write(f"{done} {len(units)} đơn vị hành chính.\n")
    else:
        sys.stdout.write(f"{'Loaded' if changed else 'No change:'} {len(units)} units.\n")
