"""The command group, and the one place where an error becomes an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import (
    answer,
    api_key,
    archive,
    arrange,
    asking,
    backup,
    batch,
    batches,
    bench,
    bundle,
    campaign,
    canary,
    citizen,
    coach,
    corrections,
    disposal,
    doctor,
    encryption,
    forecast,
    journal,
    locks,
    objects,
    owners,
    package,
    places,
    portal_counts,
    quality,
    quarantine,
    read,
    recount,
    renew,
    report,
    requests,
    reuse,
    review,
    rules,
    same,
    scan,
    search,
    separators,
    serve,
    sign,
    stamp,
    trust,
    upkeep,
    users,
    verify,
    watch,
    webhooks,
    work,
)
from cli.context import Command, complain, language
from dossier.errors import Lang, MotlanError, StoreFullError

_INTERRUPTED = 130
_BROKEN_PIPE = 141
_WRONG_USAGE = 2
_STOPPED: dict[Lang, str] = {
    "vi": "Đã dừng. Không có gì bị mất: chạy lại cùng lệnh để làm tiếp.\n",
    "en": "Stopped. Nothing is lost: run the same command again to go on.\n",
}
_USAGE: dict[Lang, str] = {"vi": "Lệnh chưa đúng (xem --help)", "en": "Wrong usage (see --help)"}

app = typer.Typer(
    name="motlan",
    help="Một Lần: công dân chỉ nộp giấy tờ một lần. Quét, đọc, ký số, lưu kho và tái sử dụng giấy tờ.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help: importing the coloured one costs more than the command itself.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
batch.add_to(app)
batches.add_to(app)
quality.add_to(app)
quarantine.add_to(app)
scan.add_to(app)
coach.add_to(app)
read.add_to(app)
sign.add_to(app)
verify.add_to(app)
archive.add_to(app)
search.add_to(app)
owners.add_to(app)
reuse.add_to(app)
asking.add_to(app)
review.add_to(app)
arrange.add_to(app)
same.add_to(app)
corrections.add_to(app)
renew.add_to(app)
forecast.add_to(app)
journal.add_to(app)
backup.add_to(app)
bundle.add_to(app)
disposal.add_to(app)
requests.add_to(app)
citizen.add_to(app)
report.add_to(app)
campaign.add_to(app)
portal_counts.add_to(app)
recount.add_to(app)
trust.add_to(app)
package.add_to(app)
rules.add_to(app)
serve.add_to(app)
work.add_to(app)
watch.add_to(app)
api_key.add_to(app)
users.add_to(app)
webhooks.add_to(app)
answer.add_to(app)
stamp.add_to(app)
places.add_to(app)
separators.add_to(app)
encryption.add_to(app)
upkeep.add_to(app)
locks.add_to(app)
objects.add_to(app)
canary.add_to(app)
bench.add_to(app)
doctor.add_to(app)


@app.callback()
def root(
    context: typer.Context,
    *,
    lang: Annotated[str | None, typer.Option(help="Ngôn ngữ thông báo: vi hoặc en.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Thư mục dữ liệu (thay cho MOTLAN_DATA).", show_default=False)
    ] = None,
) -> None:
    """Shared by all commands."""
    context.obj = Command(language(lang, os.environ), data)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console command; always ends by ``SystemExit`` with the exit code.

    Args:
        arguments: without the program's name; those of the process when not given.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language(_asked_language(given), os.environ)
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out on any terminal; letters it cannot show are spelt, never a crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _commands(asked_command(given))(given, standalone_mode=False)
    except TyperException as error:
        words = getattr(error, "format_message", error.__str__)()
        sys.stderr.write(f"✗ {_USAGE[lang]}: {words}\n")
        sys.exit(_WRONG_USAGE)
    except BrokenPipeError:
        # The reader of our output went away (``motlan … | head``): nothing to tell anybody.
        sys.stderr.close()
        sys.exit(_BROKEN_PIPE)
    except Exception as error:  # noqa: BLE001 - the last fence: people get a sentence, never a traceback
        told = _told(error)
        complain(told, lang)
        sys.exit(told.exit_code)
    if code == _INTERRUPTED:
        sys.stderr.write(_STOPPED[lang])
    sys.exit(code if isinstance(code, int) else 0)


@cache
def _commands(asked: str | None) -> Callable[..., object]:
    """The command that is asked for alone, or all of them: making all takes longer than many a command.

    Args:
        asked: its name or the name of its group; all where nothing is called so.
    """
    one = copy(app)
    one.registered_commands = [each for each in app.registered_commands if each.name == asked]
    one.registered_groups = [each for each in app.registered_groups if each.name == asked]
    is_there = one.registered_commands or one.registered_groups
    return typer.main.get_command(one if is_there else app)


def asked_command(arguments: Sequence[str]) -> str | None:
    """The first word that is neither an option of all commands nor its value; nothing where there is none."""
    words = iter(arguments)
    for word in words:
        if word in ("--lang", "--data"):
            next(words, None)
        elif not word.startswith("-"):
            return word
        elif not word.startswith(("--lang=", "--data=")):
            return None
    return None


def _told(error: Exception) -> MotlanError:
    """The error as people are told it."""
    if isinstance(error, MotlanError):
        return error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFullError(cause=type(error).__name__)
    from wiring.logs import kind_of

    return MotlanError(f"motlan ({kind_of(error)})")


def _asked_language(arguments: list[str]) -> str | None:
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None
