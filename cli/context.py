"""What every command shares: settings, language, the two kinds of output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.words import moment, printable
from dossier.errors import Lang, MotlanError

if TYPE_CHECKING:
    from wiring.services import Services

AsJson = Annotated[bool, typer.Option("--json", help="In JSON.")]


@dataclass(frozen=True, slots=True)
class Command:
    """How this call of the program was asked to speak.

    Attributes:
        lang: language of messages.
        data: data folder given on the command line, else from the settings.
        context: of this call; what is opened is closed with it.
    """

    lang: Lang
    data: Path | None = None
    context: typer.Context | None = None

    def services(self) -> Services:
        """The services of this installation, built from the environment.

        Raises:
            SettingsError: a setting that cannot be used.
        """
        from wiring.services import Services
        from wiring.settings import read_settings

        environment = dict(os.environ)
        if self.data is not None:
            environment["MOTLAN_DATA"] = str(self.data)
        services = Services(read_settings(environment))
        if self.context is not None:
            self.context.call_on_close(services.close)
            # Runs before the services are closed: the last one put down is the first one called.
            self.context.call_on_close(lambda: warn_of_backlog(services, self.lang))
        return services


def current(context: typer.Context) -> Command:
    """The command's shared part, set by the root callback."""
    found = context.find_object(Command) or Command("vi")
    return replace(found, context=context)


def language(asked: str | None, environment: Mapping[str, str]) -> Lang:
    """``--lang`` wins, then ``MOTLAN_LANG``, then an English locale; otherwise Vietnamese."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    wanted = asked or environment.get("MOTLAN_LANG") or locale
    return "en" if wanted.lower().startswith("en") else "vi"


def print_json(value: object) -> None:
    """One JSON value on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def error_json(error: MotlanError, lang: Lang) -> dict[str, str]:
    """An error as JSON output carries it."""
    return {"code": error.code, "message": error.message(lang)}


def complain(error: MotlanError, lang: Lang) -> None:
    """Tell a person on the error stream."""
    sentence = printable(error.sentence(lang))
    sys.stderr.write(f"✗ {sentence}\n  → {printable(error.next_step(lang))}  [{error.code}]\n")


_BACKLOG: Mapping[Lang, str] = {
    "vi": "⚠ CÒN {count} GIẤY TỜ CHỜ DẤU THỜI GIAN, lâu nhất từ {oldest}; lỗi gần nhất: {code}\n"
    "  → Kiểm tra dịch vụ dấu thời gian, rồi chạy 'motlan stamp'. Không có gì bị mất.\n",
    "en": "⚠ {count} PAPERS WAIT FOR THEIR TIMESTAMP, the oldest since {oldest}; last error: {code}\n"
    "  → Look after the timestamp service, then run 'motlan stamp'. Nothing is lost.\n",
}


_COPIES: Mapping[Lang, str] = {
    "vi": "⚠ CÒN {count} ĐỐI TƯỢNG CHƯA CÓ BẢN SAO THỨ HAI, lâu nhất từ {oldest}\n"
    "  → Kiểm tra nơi lưu thứ hai, rồi chạy 'motlan copies'. Không có gì bị mất.\n",
    "en": "⚠ {count} OBJECTS HAVE NO SECOND COPY YET, the oldest since {oldest}\n"
    "  → Look after the second place, then run 'motlan copies'. Nothing is lost.\n",
}


def warn_of_backlog(services: Services, lang: Lang) -> None:
    """After a command that wrote: tell a person what waits too long or is too much, stamps and copies."""
    if not services.wrote:
        return
    from flows.stamp_alarm import alarming_backlog
    from flows.upkeep import late_copies

    try:
        backlog, late = alarming_backlog(services), late_copies(services)
    except MotlanError as error:
        # The command itself has told, or will tell, what is wrong with the store.
        services.log.warning("stamps.no_alarm", code=error.code)
        return
    if backlog is not None:
        oldest = moment(backlog.oldest) if backlog.oldest else "—"
        line = _BACKLOG[lang].format(count=backlog.count, oldest=oldest, code=backlog.error_code or "—")
        sys.stderr.write(line)
    if late is not None:
        oldest = moment(late.oldest) if late.oldest else "—"
        sys.stderr.write(_COPIES[lang].format(count=late.waiting + late.blocked, oldest=oldest))


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
