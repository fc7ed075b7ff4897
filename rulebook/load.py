"""Read a table file and say exactly where it is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable
from typing import TypeVar

from dossier.errors import RulebookError

T = TypeVar("T", str, int, float, bool, date)

Table = Mapping[str, object]


def read_table(source: Traversable) -> Table:
    """Parse one TOML file.

    Raises:
        RulebookError: not TOML; the line is the parser's.
    """
    text = source.read_text(encoding="utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser's own message ends with "(at line 3, column 5)".
        line = "".join(mark for mark in str(error).partition("line ")[2].partition(",")[0] if mark.isdigit())
        raise RulebookError(source.name, line=int(line or 0), reason=str(error)) from error


class Reader:
    """Takes typed values out of a table and names file and line when one is missing or of another kind."""

    def __init__(self, source: Traversable, table: Table, *, section: str = "") -> None:
        self._source = source
        self._table = table
        self._section = section
        self._asked: set[str] = set()

    def fail(self, key: str, reason: str) -> RulebookError:
        """The error to raise for a key of this table."""
        return RulebookError(self._source.name, line=self._line_of(key), reason=f"{key}: {reason}")

    def need(self, key: str, kind: type[T]) -> T:
        """A value that must be there.

        Raises:
            RulebookError: missing or of another type.
        """
        if key not in self._table:
            raise self.fail(key, "thiếu")
        return self._checked(key, kind)

    def take(self, key: str, kind: type[T], *, default: T) -> T:
        """A value, or the default when the table does not have it.

        Raises:
            RulebookError: of another type.
        """
        self._asked.add(key)
        return self._checked(key, kind) if key in self._table else default

    def _checked(self, key: str, kind: type[T]) -> T:
        self._asked.add(key)
        value = self._table[key]
        # bool is a kind of int in Python; in a table it never is meant as one. Exact types, therefore.
        if type(value) is not kind:
            raise self.fail(key, f"cần {kind.__name__}")
        return value

    def day(self, key: str) -> date | None:
        """A calendar day, or nothing."""
        self._asked.add(key)
        value = self._table.get(key)
        if value is not None and not isinstance(value, date):
            raise self.fail(key, "cần ngày YYYY-MM-DD")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the table does not have it."""
        self._asked.add(key)
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise self.fail(key, "cần danh sách chữ")
        return tuple(value)

    def tables(self, key: str) -> tuple[Reader, ...]:
        """An array of tables; empty when there is none."""
        self._asked.add(key)
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fail(key, "cần danh sách bảng")
        return tuple(Reader(self._source, entry, section=key) for entry in value)

    def done(self) -> None:
        """Every key must have been asked for: a misspelt key is an error, not silence.

        Raises:
            RulebookError: a key nobody knows.
        """
        for key in self._table:
            if key not in self._asked:
                raise self.fail(key, "không biết khóa này")

    def _line_of(self, key: str) -> int:
        """First line that sets the key with this table's value, else the first that sets the key."""
        lines = self._source.read_text(encoding="utf-8").splitlines()
        value = self._table.get(key)
        hits = [number for number, line in enumerate(lines, 1) if line.split("=")[0].strip() == key]
        exact = [number for number in hits if isinstance(value, str) and value in lines[number - 1]]
        return (exact or hits or [1])[0]
