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

from cli.words import printable
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


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
