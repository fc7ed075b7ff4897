"""Secrets by reference: ``env:NAME``, ``file:PATH`` or ``ask``. The settings file itself holds none."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path

from dossier.errors import SettingsError

Asker = Callable[[str], str]
"""Asks a person for a secret; gets the question."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(slots=True)
class Secret:
    """Read when it is first needed, then kept; never shows in a representation.

    Attributes:
        where: name of the setting, for errors and for the question to a person.
        reference: where it is.
        environment: usually ``os.environ``.
        ask: asks a person; gets the question.
    """

    where: str
    reference: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    ask: Asker = field(repr=False)
    _value: str | None = field(default=None, init=False, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.reference != "ask" and not self.reference.startswith(("env:", "file:")):
            raise SettingsError(self.where, reason="ghi env:TÊN_BIẾN, file:ĐƯỜNG_DẪN hoặc ask")

    def __call__(self) -> str:
        """The secret.

        Raises:
            SettingsError: it is not there, others may read it, or nobody can be asked.
        """
        with self._turn:
            if self._value is None:
                self._value = self._read()
            return self._value

    def fresh(self) -> str:
        """The secret as its source has it now, so that a new one counts at once; a person is asked once.

        Raises:
            SettingsError: as above.
        """
        return self() if self.reference == "ask" else self._read()

    def _read(self) -> str:
        kind, _, name = self.reference.partition(":")
        if kind == "env":
            if not self.environment.get(name):
                raise SettingsError(self.where, reason=f"biến môi trường {name} chưa được đặt")
            return self.environment[name]
        if kind == "file":
            return _from_file(Path(name).expanduser(), where=self.where)
        return self.ask(f"{self.where}: ")


def ask_on_terminal(question: str) -> str:
    """Ask a person without showing what is typed.

    Raises:
        SettingsError: there is no terminal.
    """
    if not sys.stdin.isatty():
        raise SettingsError(question.rstrip(": "), reason="cần một cửa sổ dòng lệnh để hỏi")
    return getpass(question)


def _from_file(path: Path, *, where: str) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            if os.fstat(stream.fileno()).st_mode & _OTHERS:
                raise SettingsError(where, reason="tệp bí mật để người khác đọc được (chmod 600)")
            return stream.read().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SettingsError(where, reason="không đọc được tệp bí mật", cause=type(error).__name__) from error
