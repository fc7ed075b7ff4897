"""Takes values out of a table and says exactly where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import TypeVar

from dossier.errors import RulebookError
from rulebook.problems import INVALID, Problem, Problems, Severity
from rulebook.table_files import Table, read_table, table_text
from rulebook.variants import Variant

T = TypeVar("T", str, int, float, bool, date)
E = TypeVar("E", bound=StrEnum)


_LONGEST_TEXT = 200
_VARIANT_KEYS = ("text", "since", "until", "form")


class Reader:
    """Takes typed values out of a table and names file and line when one is missing or of another kind.

    With ``problems`` the parts that can be read are read, and what is wrong is collected; without, the first
    wrong thing is raised.
    """

    def __init__(  # noqa: PLR0913 - where in which file a table stands has these parts
        self,
        source: Traversable,
        table: Table,
        *,
        section: str = "",
        lines: range | None = None,
        problems: Problems | None = None,
        text: Sequence[str] | None = None,
    ) -> None:
        self._source = source
        self._whole = text
        self._table = table
        self._section = section
        # 0-based lines of the file that belong to this table; nothing means the whole file.
        self._lines = lines
        self._problems = problems
        self._asked: set[str] = set()

    @property
    def source(self) -> Traversable:
        """The file."""
        return self._source

    def fail(self, key: str, reason: str) -> RulebookError:
        """The error to raise for a key of this table."""
        return RulebookError(self._source.name, line=self._line_of(key), reason=f"{key}: {reason}")

    def report(
        self,
        key: str,
        reason: str,
        *,
        code: str = INVALID,
        severity: Severity = Severity.ERROR,
        text: str = "",
    ) -> None:
        """Note what is wrong with a key and go on.

        Args:
            key: of this table.
            reason: in Vietnamese.
            code: stable code of the check.
            severity: whether it stops the start.
            text: the entry of a list that is meant; its own line is named.

        Raises:
            RulebookError: nobody collects problems.
        """
        line = self._line_of(key, text=text)
        message = f"{key}: {reason}"
        if self._problems is None:
            raise RulebookError(self._source.name, line=line, reason=message)
        self._problems.found.append(
            Problem(source=self._source, line=line, code=code, message=message, severity=severity)
        )

    def need(self, key: str, kind: type[T]) -> T:
        """A value that must be there.

        Raises:
            RulebookError: missing or of another type.
        """
        if key not in self._table:
            raise self.fail(key, "thiếu")
        return self._checked(key, kind)

    def text(self, key: str) -> str:
        """A text that must be there and say something; reported, and empty, when it does not."""
        self._asked.add(key)
        value = self._table.get(key)
        if value is None:
            self.report(key, "thiếu")
        elif not isinstance(value, str):
            self.report(key, "cần str")
        elif not value.strip():
            self.report(key, "rỗng")
        elif not value.isprintable():
            self.report(key, "có ký tự điều khiển hoặc xuống dòng")
        else:
            return value
        return ""

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self._table

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

    def number(self, key: str) -> float | None:
        """A number, whole or not; nothing when it is not there, reported when it is none."""
        self._asked.add(key)
        value = self._table.get(key)
        if value is None or type(value) in (int, float):
            return None if value is None else float(str(value))
        self.report(key, "cần số")
        return None

    def choice(self, key: str, default: E) -> E:
        """One of the values of the default's kind; reported when the table says another."""
        return self.chosen(key, self.take(key, str, default=default.value), default)

    def chosen(self, key: str, text: str, default: E) -> E:
        """The value that a text of this key names; the default, reported, when it names none."""
        kind = type(default)
        try:
            return kind(text)
        except ValueError:
            self.report(key, f"{text!r} không thuộc: {', '.join(kind)}", text=text)
            return default

    def day(self, key: str) -> date | None:
        """A calendar day, or nothing."""
        self._asked.add(key)
        value = self._table.get(key)
        # A moment is a kind of day in Python, and cannot be compared with one.
        if value is not None and type(value) is not date:
            raise self.fail(key, "cần ngày YYYY-MM-DD")
        return value

    def days(self) -> tuple[date | None, date | None]:
        """First and last day (``since``, ``until``) of what the table says; reported when turned around."""
        since, until = self.day("since"), self.day("until")
        if since is not None and until is not None and since > until:
            self.report("since", "sau ngày until")
        return since, until

    def variants(self, key: str) -> tuple[Variant, ...]:
        """A list of printed forms, each a text or a table ``{ text, since, until, form }``."""
        self._asked.add(key)
        value = self._table.get(key, [])
        if not isinstance(value, list):
            self.report(key, "cần danh sách chữ")
            return ()
        found = [self._variant(key, entry) for entry in value]
        return tuple(variant for variant in found if variant is not None)

    def _variant(self, key: str, entry: object) -> Variant | None:
        table: Table = {"text": entry} if isinstance(entry, str) else {}
        if isinstance(entry, dict):
            table = entry
        text, form = table.get("text"), table.get("form", "")
        since, until = table.get("since"), table.get("until")
        shown = text if isinstance(text, str) else ""
        wrong = _wrong_text(text) or ("form: cần chữ" if not isinstance(form, str) else "")
        unknown = [name for name in table if name not in _VARIANT_KEYS]
        if unknown:
            wrong = f"không biết khóa {unknown[0]}"
        if any(day is not None and type(day) is not date for day in (since, until)):
            wrong = "cần ngày YYYY-MM-DD"
        if wrong:
            self.report(key, wrong, text=shown)
            return None
        variant = Variant(text=shown, since=_day(since), until=_day(until), form=str(form))
        if variant.since is not None and variant.until is not None and variant.since > variant.until:
            self.report(key, f"{shown!r}: since sau ngày until", text=shown)
        return variant

    def table(self, key: str) -> Reader | None:
        """A table within this one, or nothing."""
        self._asked.add(key)
        value = self._table.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(key, "cần bảng")
        section = f"{self._section}.{key}" if self._section else key
        return self._inner(value, section=section, lines=self._span_of(section, key))

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
            self._inner(entry, section=section, lines=lines)
            for entry, lines in zip(value, spans, strict=True)
        )

    def keys(self) -> tuple[str, ...]:
        """Keys of the table, in its order."""
        return tuple(self._table)

    def done(self) -> None:
        """Every key must have been asked for: a misspelt key is an error, not silence.

        Raises:
            RulebookError: a key nobody knows, and nobody collects problems.
        """
        for key in self._table:
            if key not in self._asked:
                self.report(key, "không biết khóa này")

    def _inner(self, table: Table, *, section: str, lines: range | None) -> Reader:
        return Reader(
            self._source, table, section=section, lines=lines, problems=self._problems, text=self._text()
        )

    def _text(self) -> Sequence[str]:
        """The lines of the file; read once for all its parts."""
        if self._whole is None:
            self._whole = table_text(self._source).splitlines()
        return self._whole

    def _spans(self, section: str, count: int) -> list[range | None]:
        """The lines from each ``[[section]]`` header to the next; this table's own for inline arrays."""
        text = self._text()
        own = self._lines or range(len(text))
        heads = [number for number in own if text[number].strip() == f"[[{section}]]"]
        if not heads or len(heads) != count:
            return [self._lines] * count
        return [range(start, end) for start, end in zip(heads, [*heads[1:], own.stop], strict=True)]

    def _span_of(self, section: str, key: str) -> range:
        """The lines from the ``[section]`` header, or the line that sets the key."""
        text = self._text()
        own = self._lines or range(len(text))
        for start in own:
            if text[start].strip() == f"[{section}]":
                end = next(
                    (number for number in range(start + 1, own.stop) if text[number][:1] == "["), own.stop
                )
                return range(start, end)
        line = self._line_of(key)
        return range(line - 1, line)

    def _line_of(self, key: str, *, text: str = "") -> int:
        """First line that sets the key with this table's value, else the first that sets it, or a header.

        With ``text``, the first line from there on that holds it.
        """
        lines = self._text()
        whole = self._lines or range(len(lines))
        # A table's own keys end where the next header begins; its own header, if it has one, comes first.
        first = whole.start + (1 if self._lines else 0)
        own = range(
            whole.start,
            next((number for number in range(first, whole.stop) if lines[number][:1] == "["), whole.stop),
        )
        value = self._table.get(key)
        hits = [number + 1 for number in own if lines[number].split("=")[0].strip() == key]
        exact = [number for number in hits if isinstance(value, str) and value in lines[number - 1]]
        section = f"{self._section}.{key}" if self._section else key
        heads = [
            number + 1 for number in whole if lines[number].strip() in {f"[{section}]", f"[[{section}]]"}
        ]
        line = (exact or hits or heads or [own.start + 1])[0]
        if text:
            return next((number + 1 for number in range(line - 1, own.stop) if text in lines[number]), line)
        return line


def sourced_table(source: Traversable) -> Reader:
    """A table that tells where it comes from and whether somebody verified it.

    Raises:
        RulebookError: it cannot be read, or does not tell.
    """
    reader = Reader(source, read_table(source))
    reader.need("source", str)
    reader.need("verified", bool)
    return reader


def _wrong_text(text: object) -> str:
    """Why something is no printed text; empty when it is one."""
    if not isinstance(text, str):
        return "cần chữ"
    if not text.strip():
        return "chữ rỗng"
    if len(text) > _LONGEST_TEXT:
        return f"chữ dài quá {_LONGEST_TEXT} ký tự"
    return "" if text.isprintable() else "chữ có ký tự điều khiển"


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
