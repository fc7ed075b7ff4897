"""Secrets by reference: ``env:NAME``, ``file:PATH``, ``credential:NAME`` or ``ask``; settings hold none."""

from __future__ import annotations

import os
import re
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

REFERENCES = ("env:", "file:", "credential:")
"""How a reference begins that leads to a secret without a person."""

_CREDENTIALS = "CREDENTIALS_DIRECTORY"
_CREDENTIAL_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BUT_GROUP_READS = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO
"""systemd grants its service a credential by an access control list, which shows as a right of the group."""


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
        if self.reference != "ask" and not self.reference.startswith(REFERENCES):
            reason = "ghi env:TÊN_BIẾN, file:ĐƯỜNG_DẪN, credential:TÊN hoặc ask"
            raise SettingsError(self.where, reason=reason)

    @property
    def asks(self) -> bool:
        """Whether a person holds it, and the program knows it from nowhere else."""
        return self.reference == "ask"

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
            return _from_file(Path(name).expanduser(), where=self.where, barred=_OTHERS)
        if kind == "credential":
            return _from_file(self._credential(name), where=self.where, barred=_BUT_GROUP_READS)
        return self.ask(f"{self.where}: ")

    def _credential(self, name: str) -> Path:
        """Where the manager of services put it (systemd.exec(5), "Credentials")."""
        folder = self.environment.get(_CREDENTIALS)
        if _CREDENTIAL_NAME.fullmatch(name) is None:
            raise SettingsError(self.where, reason="tên bí mật chỉ gồm chữ, số, dấu chấm, gạch")
        if not folder:
            raise SettingsError(self.where, reason=f"biến môi trường {_CREDENTIALS} chưa được đặt")
        return Path(folder) / name


def ask_on_terminal(question: str) -> str:
    """Ask a person without showing what is typed.

    Raises:
        SettingsError: there is no terminal.
    """
    if not sys.stdin.isatty():
        raise SettingsError(question.rstrip(": "), reason="cần một cửa sổ dòng lệnh để hỏi")
    return getpass(question)


def _from_file(path: Path, *, where: str, barred: int) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            if os.fstat(stream.fileno()).st_mode & barred:
                raise SettingsError(where, reason="tệp bí mật để người khác đọc được (chmod 600)")
            return stream.read().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SettingsError(where, reason="không đọc được tệp bí mật", cause=type(error).__name__) from error
