"""``motlan coach``: what the scanner coach says about files that are there already."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, complain, current, error_json, leave, print_json
from cli.scan_talk import advice_line
from cli.words import printable
from dossier.coaching import Severity, worst
from dossier.errors import MotlanError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dossier.coaching import Advice

_RESCAN = 1


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("coach")(coach)


def coach(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Ảnh JPEG, PNG, TIFF hoặc tệp PDF.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Soi ảnh quét trước khi đọc: mờ, tối, gập góc, bẩn kính, lệch, cắt chữ… Thoát mã 1 nếu cần quét lại."""
    command = current(context)
    settings = command.services().settings
    exit_code = 0
    for file in files:
        try:
            for page, advice in _looks(file, max_pixels=settings.max_page_pixels):
                if worst(advice) is Severity.RESCAN:
                    exit_code = exit_code or _RESCAN
                if as_json:
                    told = [one.as_json() for one in advice]
                    print_json({"file": str(file), "page": page, "advice": told})
                else:
                    for one in advice:
                        sys.stdout.write(f"{printable(file.name)}  {advice_line(one, command.lang)}\n")
        except MotlanError as error:
            exit_code = error.exit_code
            if as_json:
                print_json({"file": str(file), "error": error_json(error, command.lang)})
            else:
                complain(error, command.lang)
    leave(exit_code)


def _looks(file: Path, *, max_pixels: int) -> Iterator[tuple[int, tuple[Advice, ...]]]:
    """Number and advice of each page; pages with text of their own were never scanned."""
    from ocr.coaching_files import looks_of

    for look in looks_of(file, max_pixels=max_pixels):
        yield look.page, look.advice
