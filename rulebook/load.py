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

    def __init__(
        self, source: Traversable, table: Table, *, section: str = "", lines: range | None = None
    ) -> None:
        self._source = source
        self._table = table
        self._section = section
        # 0-based lines of the file that belong to this table; nothing means the whole file.
        self._lines = lines
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

    def pairs(self, key: str) -> Mapping[str, str]:
        """A table of texts by name; empty when there is none."""
        self._asked.add(key)
        value = self._table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
            raise self.fail(key, "cần bảng tên và chữ")
        return value

    def numbers(self, key: str) -> Mapping[str, float]:
        """A table of numbers by name; empty when there is none."""
        self._asked.add(key)
        value = self._table.get(key, {})
        if not isinstance(value, dict) or not all(type(entry) in {int, float} for entry in value.values()):
            raise self.fail(key, "cần bảng tên và số")
        return value

    def lists(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A table of lists of texts by name; empty when there is none."""
        self._asked.add(key)
        value = self._table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "cần bảng tên và danh sách chữ")
        own = Reader(self._source, value, section=key, lines=self._lines)
        return {name: own.words(name) for name in value}

    def tables(self, key: str) -> tuple[Reader, ...]:
        """An array of tables; empty when there is none."""
        self._asked.add(key)
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fail(key, "cần danh sách bảng")
        section = f"{self._section}.{key}" if self._section else key
        spans = self._spans(section, len(value))
        return tuple(
            Reader(self._source, entry, section=section, lines=lines)
            for entry, lines in zip(value, spans, strict=True)
        )

    def done(self) -> None:
        """Every key must have been asked for: a misspelt key is an error, not silence.

        Raises:
            RulebookError: a key nobody knows.
        """
        for key in self._table:
            if key not in self._asked:
                raise self.fail(key, "không biết khóa này")

    def _text(self) -> list[str]:
        return self._source.read_text(encoding="utf-8").splitlines()

    def _spans(self, section: str, count: int) -> list[range | None]:
        """The lines from each ``[[section]]`` header to the next; this table's own for inline arrays."""
        text = self._text()
        own = self._lines or range(len(text))
        heads = [number for number in own if text[number].strip() == f"[[{section}]]"]
        if not heads or len(heads) != count:
            return [self._lines] * count
        return [range(start, end) for start, end in zip(heads, [*heads[1:], own.stop], strict=True)]

    def _line_of(self, key: str) -> int:
        """First line that sets the key with this table's value, else the first that sets it or its header."""
        text = self._text()
        whole = self._lines or range(len(text))
        # The keys of a table of an array end where the next header begins; the file's own may be anywhere.
        tail = (
            number for number in whole if self._lines and number > whole.start and text[number][:1] == "["
        )
        own = range(whole.start, next(tail, whole.stop))
        value = self._table.get(key)
        hits = [number + 1 for number in own if text[number].split("=")[0].strip() == key]
        exact = [number for number in hits if isinstance(value, str) and value in text[number - 1]]
        return (exact or hits or [own.start + 1])[0]
