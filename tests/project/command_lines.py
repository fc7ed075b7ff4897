"""Command lines of documents and service files, read by the command's own parser; nothing is run."""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer.main
from typer.exceptions import TyperException

from cli.main import app

_FENCE = re.compile(r"^\s*```")
_BRACKETS = str.maketrans("", "", "[]")
_START = re.compile(r"^(?:\s{4}|)(?:sudo (?:-u \w+ )?)?(motlan(?= ).*)$")


@functools.cache
def _command() -> Any:
    return typer.main.get_command(app)


def fault(arguments: Sequence[str]) -> str:
    """What the command finds wrong with these arguments; empty when it would run.

    Args:
        arguments: without the program's name.
    """
    command: Any = _command()
    context, name, rest = None, "motlan", list(arguments)
    try:
        while command is not None:
            context = command.make_context(name, rest, parent=context)
            left = [*getattr(context, "_protected_args", []), *context.args]
            if not left or not hasattr(command, "resolve_command"):
                return ""
            name, command, rest = command.resolve_command(context, left)
    except typer.Exit:
        # Only --help ends a command while it is read.
        return ""
    except TyperException as error:
        return str(getattr(error, "format_message", error.__str__)())
    return f"no command {name}"


def in_document(text: str) -> Iterator[str]:
    """Command lines in the code blocks of a Markdown text, without comments and what follows a pipe."""
    fenced = False
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            continue
        found = _START.match(line)
        if found and (fenced or line.startswith("    ")):
            command = re.split(r"\s(?:#|\||&&|>)\s?", found[1])[0].strip()
            # Brackets say that a part may be left out, a bar that there is a choice: the longest, the first.
            yield re.sub(r"\|\w+", "", command.translate(_BRACKETS))


def of_unit(path: Path) -> Iterator[list[str]]:
    """The commands of a unit file of systemd: programs with their arguments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key in {"ExecStart", "ExecStartPre", "ExecStartPost", "ExecStop"} and value:
            yield shlex.split(value.lstrip("-@:+!"))
