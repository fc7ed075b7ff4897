"""``motlan renew``: new timestamps for signed documents before the last ones weaken."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.context import current, leave, print_json
from cli.renewal_words import outcome_json, outcome_line, run_line
from cli.words import Words
from dossier.errors import ArgumentError, Lang

if TYPE_CHECKING:
    from flows.renewal import Expected, Listener, Outcome

_REFUSED = 10
_WORKING: Words = {"vi": "Đang gia hạn", "en": "Renewing"}


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("renew")(renew)


def renew(
    context: typer.Context,
    *,
    until: Annotated[
        str,
        typer.Option(help="Đến hạn tới hết ngày này (2030-12-31); mặc định hôm nay.", show_default=False),
    ] = "",
    limit: Annotated[
        int, typer.Option(help="Nhiều nhất bao nhiêu giấy tờ; mặc định tất cả.", min=0, show_default=False)
    ] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê, không gia hạn.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi giấy tờ một dòng.")] = False,
) -> None:
    """Gia hạn chữ ký: thêm dữ liệu kiểm chứng và dấu thời gian mới trước khi dấu cũ yếu đi."""
    from flows.operating.jobs import Job, noted
    from flows.renewal import Action
    from flows.renewal import renew as apply

    command = current(context)
    last = _day(until)
    services = command.services()
    with noted(services, Job.RENEWAL), Bar(total=0, lang=command.lang) as bar:
        run = apply(
            services,
            until=last or services.today(),
            limit=limit or None,
            dry_run=dry_run,
            listen=_listener(bar, command.lang, as_json=as_json),
        )
    if as_json:
        print_json({"looked_at": run.looked_at, **{each.value: run.counts[each] for each in Action}})
    else:
        shown = (Action.PLANNED, Action.FAILED) if dry_run else (Action.RENEWED, Action.FAILED)
        sys.stdout.write(run_line(run, shown, command.lang, demo=not services.settings.timestamps))
    leave(_REFUSED if run.counts[Action.FAILED] else 0)


def _listener(bar: Bar, lang: Lang, *, as_json: bool) -> Listener:
    """Show every step beside the bar; print what people and programs must know about single documents."""
    from flows.renewal import Action, Outcome

    bar.say(_WORKING[lang])

    def listen(told: Expected | Outcome | None) -> None:
        if told is not None and not isinstance(told, Outcome):
            bar.expect(told.new + told.due)
            return
        bar.step()
        if told is None:
            return
        if as_json:
            print_json(outcome_json(told, lang))
        elif told.action is Action.FAILED:
            sys.stderr.write(f"✗ {outcome_line(told, lang)}")
        elif told.action is Action.PLANNED:
            sys.stdout.write(outcome_line(told, lang))

    return listen


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError("--until", expected="ngày dạng 2030-12-31") from error
