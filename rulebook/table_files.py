"""Reads the file of a table: bounded, as TOML, with the line where it is none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError

Table = Mapping[str, object]

_MOST_BYTES = 512 * 1024
# How the parser's own messages begin, and what a person who wrote the table is told.
_SYNTAX = {
    "Cannot overwrite": "khóa này đã ghi ở trên",
    "Cannot declare": "phần này đã ghi ở trên",
    "Duplicate": "khóa này ghi hai lần",
    "Invalid value": "giá trị sai; chữ phải đặt trong dấu ngoặc kép",
    "Invalid statement": "dòng này không phải khóa = giá trị, cũng không phải [phần]",
    "Invalid date": "ngày không có thật",
    "Expected '='": "thiếu dấu = sau khóa",
    "Expected newline": "còn chữ thừa sau giá trị",
    "Unterminated string": "thiếu dấu ngoặc kép đóng",
    "Unclosed": "thiếu dấu ngoặc đóng",
    "Illegal character": "có ký tự điều khiển",
    "Unescaped": "dấu \\ phải viết hai lần, hoặc đặt chữ trong dấu nháy đơn",
}


def table_text(source: Traversable) -> str:
    """The text of a table file; the mark that some editors put before it is left out.

    Raises:
        RulebookError: it cannot be read, is no UTF-8 or far too long.
    """
    # A pipe or a device would never end.
    if not source.is_file():
        raise RulebookError(source.name, line=0, reason="không phải tệp thường")
    try:
        with source.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise RulebookError(source.name, line=0, reason="không đọc được tệp") from error
    if len(content) > _MOST_BYTES:
        raise RulebookError(source.name, line=0, reason=f"lớn hơn {_MOST_BYTES // 1024} KB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RulebookError(source.name, line=line, reason="không phải UTF-8") from error


def read_table(source: Traversable) -> Table:
    """Parse one TOML file.

    Raises:
        RulebookError: not TOML; the line is the parser's.
    """
    text = table_text(source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser's own message ends with "(at line 3, column 5)", or with "(at end of document)".
        line = "".join(mark for mark in str(error).partition("line ")[2].partition(",")[0] if mark.isdigit())
        last = len(text.splitlines())
        raise RulebookError(source.name, line=int(line or last), reason=_syntax(str(error))) from error
    except (ValueError, RecursionError) as error:
        # Not the parser's own: a whole number of thousands of digits, or brackets as deep.
        raise RulebookError(source.name, line=0, reason="số quá dài, hoặc ngoặc lồng nhau quá sâu") from error


def _syntax(message: str) -> str:
    """What is wrong with a file that is no TOML, in Vietnamese, with the parser's own words."""
    known = next((words for start, words in _SYNTAX.items() if message.startswith(start)), "")
    return f"sai cú pháp TOML: {known} ({message})" if known else f"sai cú pháp TOML ({message})"
