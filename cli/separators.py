"""``motlan separators print``: sheets that lie between papers in the feeder and say what follows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import printable
from dossier.errors import ArgumentError, OutputError
from dossier.moments import VIETNAM

_EXPECTED = "MÃ:SỐ_GIẤY_TỜ hoặc MÃ:SỐ_GIẤY_TỜ:SỐ_TRANG, ví dụ KS-02:1:2"


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Tờ ngăn giữa các giấy tờ khi quét."
    )
    group.callback()(_group)
    group.command("print")(print_sheets)
    app.add_typer(group, name="separators")


def _group() -> None:
    """Tờ ngăn giữa các giấy tờ khi quét."""


def print_sheets(
    context: typer.Context,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Tệp PDF sẽ ghi.", show_default=False)],
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ.", show_default=False)] = "",
    procedure: Annotated[str, typer.Option(help="Mã thủ tục hành chính.", show_default=False)] = "",
    component: Annotated[
        list[str] | None,
        typer.Option(help="Thành phần hồ sơ, số giấy tờ, số trang có chữ: MÃ:SỐ[:SỐ].", show_default=False),
    ] = None,
    sheets: Annotated[
        int, typer.Option(help="Số tờ ngăn chung, mỗi tờ trước một giấy tờ.", min=0, max=200)
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Tạo tệp PDF các tờ ngăn để in: mỗi tờ có mã QR nói giấy tờ nào nằm phía sau và đã khai bao nhiêu."""
    from flows.separators import Asked, separator_file

    command = current(context)
    services = command.services()
    asked = Asked(
        dossier=dossier,
        procedure=procedure,
        components=tuple(_component(text, number) for number, text in enumerate(component or (), 1)),
        neutral=sheets,
    )
    made = separator_file(services, asked, on=services.clock().astimezone(VIETNAM).date())
    try:
        output.write_bytes(made.pdf)
    except OSError as error:
        raise OutputError(str(output), cause=type(error).__name__) from error
    if as_json:
        print_json({"file": str(output), "sheets": [sheet.as_json() for sheet in made.sheets]})
        return
    count, file = len(made.sheets), printable(str(output))
    sys.stdout.write(
        f"{count} tờ ngăn trong {file}. In một mặt, cỡ A4, đúng tỷ lệ 100%.\n"
        if command.lang == "vi"
        else f"{count} separator sheets in {file}. Print one-sided, A4, at 100%.\n"
    )


def _component(text: str, number: int) -> tuple[str, int, int]:
    """Code, papers and pages (0 when not counted) of one option.

    Args:
        text: as typed; it is not repeated, people put names there.
        number: 1-based among the options, for errors.
    """
    code, *counts = text.split(":")
    valid = code and len(counts) in {1, 2} and all(count.isascii() and count.isdigit() for count in counts)
    if not valid or not all(0 < int(count) <= 9999 for count in counts):
        raise ArgumentError(f"--component ({number})", expected=_EXPECTED)
    papers, pages = (*map(int, counts), 0)[:2]
    return code, papers, pages
