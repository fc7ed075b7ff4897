"""``motlan forecast``: what of the archive would no longer verify in years, and why."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.renewal_words import forecast_json, forecast_text
from dossier.errors import ArgumentError

_MOST_YEARS = 100


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("forecast")(forecast)


def forecast(
    context: typer.Context,
    *,
    years: Annotated[str, typer.Option(help="Sau bao nhiêu năm, cách nhau bằng dấu phẩy.")] = "1,5,10",
    details: Annotated[bool, typer.Option("--details", help="Nêu ví dụ từng loại.")] = False,
    as_json: AsJson = False,
) -> None:
    """Dự báo chữ ký: sau 1, 5, 10 năm giấy tờ nào trong kho không còn kiểm tra được, vì sao."""
    from flows.forecast import forecast as make

    command = current(context)
    asked = _years(years)
    found = make(command.services(), years=asked, details=details)
    if as_json:
        print_json(forecast_json(found))
    else:
        sys.stdout.write(forecast_text(found, command.lang))


def _years(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= _MOST_YEARS for part in parts):
        raise ArgumentError("--years", expected=f"số năm từ 1 đến {_MOST_YEARS}, ví dụ 1,5,10")
    return [int(part) for part in parts]
