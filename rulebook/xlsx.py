"""The cells of the first sheet of an XLSX workbook (ECMA-376), read as text within tight bounds.

A workbook comes from outside: it is a ZIP of XML parts, either of which may be a bomb. So no part is taken at
its word: bytes are counted while they are unpacked, document types (and with them entities) are refused, and
rows, columns and the length of a cell are limited. Formulas are not run; the value that was saved is read.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Final
from xml.parsers import expat

from dossier.errors import InputTableError
from dossier.input_errors import InputTableFileError

MOST_COLUMNS: Final = 64
LONGEST_CELL: Final = 2000
_MOST_PARTS: Final = 2000
_MOST_BYTES: Final = 192 * 1024 * 1024
# Sheets of text shrink to a tenth or so; a bomb to a thousandth.
_MOST_RATIO: Final = 150
_FREE_BYTES: Final = 1024 * 1024
_MOST_STRINGS: Final = 1_000_000
_MOST_TEXT: Final = 128 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_LETTERS: Final = 26

Connect = Callable[[expat.XMLParserType], None]
"""Sets the handlers of a parser."""

Row = tuple[int, tuple[str, ...]]
"""Number of the row in the sheet, from 1, and its cells."""


def xlsx_rows(content: bytes, *, item: str, most_rows: int) -> Iterator[Row]:
    """The rows of the first sheet that have a cell.

    Args:
        content: the whole file.
        item: its name, for errors.
        most_rows: rows beyond it are refused.

    Raises:
        InputTableError: no workbook, or beyond the bounds; the line is the row, 0 when it is none.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            book = _Workbook(archive, item)
            strings = book.strings()
            sheet = _Sheet(item, strings, most_rows)
            book.parse(book.first_sheet(), sheet.connect)
    except (
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        zlib.error,
    ) as error:
        raise InputTableFileError(
            item, line=0, reason="không phải tệp XLSX", cause=str(error)[:200]
        ) from error
    yield from sheet.rows


class _Workbook:
    """The parts of a workbook, unpacked piece by piece."""

    def __init__(self, archive: zipfile.ZipFile, item: str) -> None:
        self._archive = archive
        self._item = item
        self._left = _MOST_BYTES
        if len(archive.infolist()) > _MOST_PARTS:
            raise InputTableFileError(item, line=0, reason="tệp XLSX có quá nhiều phần")

    def has(self, name: str) -> bool:
        return name in self._archive.NameToInfo

    def parse(self, name: str, connect: Connect) -> None:
        """Feed a part to the handlers that ``connect`` sets."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        connect(parser)
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise InputTableFileError(self._item, line=0, reason="tệp XLSX có mật khẩu")
        read = 0
        try:
            with self._archive.open(info) as part:
                for piece in _pieces(part):
                    read += len(piece)
                    self._left -= len(piece)
                    packed = max(info.compress_size, 1)
                    if self._left < 0 or (read > _FREE_BYTES and read > packed * _MOST_RATIO):
                        raise InputTableFileError(self._item, line=0, reason="tệp XLSX bung ra quá lớn")
                    parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputTableFileError(
                self._item, line=0, reason="phần XML trong tệp XLSX bị hỏng", cause=str(error)
            ) from error

    def _refuse(self, *_: object) -> None:
        raise InputTableFileError(self._item, line=0, reason="tệp XLSX có khai báo DOCTYPE, không được đọc")

    def first_sheet(self) -> str:
        """The part of the first sheet, as the workbook and its relations name it."""
        ids: list[str] = []
        targets: dict[str, str] = {}

        def sheets(name: str, attributes: dict[str, str]) -> None:
            if name.endswith(" sheet"):
                ids.extend(value for key, value in attributes.items() if key.endswith(" id"))

        def relations(name: str, attributes: dict[str, str]) -> None:
            if name.endswith(" Relationship"):
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self.parse("xl/workbook.xml", lambda parser: setattr(parser, "StartElementHandler", sheets))
        self.parse(
            "xl/_rels/workbook.xml.rels", lambda parser: setattr(parser, "StartElementHandler", relations)
        )
        target = targets.get(ids[0], "") if ids else ""
        part = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
        if not target or not self.has(part):
            raise InputTableFileError(self._item, line=0, reason="tệp XLSX không có trang tính")
        return part

    def strings(self) -> list[str]:
        """The shared texts; readings for East Asian scripts (``rPh``) are no part of them."""
        found = _Strings(self._item)
        if self.has("xl/sharedStrings.xml"):
            self.parse("xl/sharedStrings.xml", found.connect)
        return found.texts


@dataclass(slots=True)
class _Strings:
    item: str
    texts: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _reading: int = 0
    _text: bool = False
    _length: int = 0
    _total: int = 0

    def connect(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self._reading += kind == "rPh"
        self._text = kind == "t" and not self._reading

    def _end(self, name: str) -> None:
        kind = name.rpartition(" ")[2]
        self._reading -= kind == "rPh"
        self._text = False
        if kind == "si":
            text = "".join(self._parts)
            self._parts.clear()
            self._length = 0
            self._total += len(text)
            if len(self.texts) >= _MOST_STRINGS or self._total > _MOST_TEXT:
                raise InputTableFileError(self.item, line=0, reason="tệp XLSX có quá nhiều chữ")
            self.texts.append(text)

    def _data(self, text: str) -> None:
        if self._text:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise InputTableFileError(self.item, line=0, reason=f"ô dài quá {LONGEST_CELL} ký tự")


@dataclass(slots=True)
class _Sheet:
    item: str
    strings: list[str]
    most_rows: int
    rows: list[Row] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _column: int = 0
    _kind: str = ""
    _parts: list[str] = field(default_factory=list)
    _inside: bool = False
    _length: int = 0

    def connect(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                told = attributes.get("r", "")
                self._number = int(told) if told.isascii() and told.isdigit() else self._number + 1
                self._cells, self._column = {}, 0
            case "c":
                told = attributes.get("r", "")
                self._column = _column(told) if told else self._column + 1
                if not 1 <= self._column <= MOST_COLUMNS:
                    raise self._fail(f"quá {MOST_COLUMNS} cột")
                self._kind = attributes.get("t", "n")
                self._parts.clear()
                self._length = 0
            case "v" | "t":
                self._inside = True

    def _end(self, name: str) -> None:
        match name.rpartition(" ")[2]:
            case "v" | "t":
                self._inside = False
            case "c":
                self._cells[self._column] = self._value("".join(self._parts))
            case "row" if any(self._cells.values()):
                if len(self.rows) >= self.most_rows:
                    raise self._fail(f"quá {self.most_rows} dòng")
                last = max(self._cells)
                cells = tuple(self._cells.get(column, "") for column in range(1, last + 1))
                self.rows.append((self._number, cells))

    def _data(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise self._fail(f"ô dài quá {LONGEST_CELL} ký tự")

    def _value(self, text: str) -> str:
        if self._kind == "s":
            if not (text.isascii() and text.isdigit()) or int(text) >= len(self.strings):
                raise self._fail("ô trỏ tới chữ không có trong tệp")
            text = self.strings[int(text)]
        elif self._kind == "e":
            raise self._fail("ô có lỗi công thức")
        return text

    def _fail(self, reason: str) -> InputTableError:
        return InputTableError(self.item, line=self._number, reason=reason)


def _column(reference: str) -> int:
    """The number of the column of a cell (``B7``: 2)."""
    number = 0
    for mark in reference[:4]:
        if not "A" <= mark <= "Z":
            break
        number = number * _LETTERS + ord(mark) - ord("A") + 1
    return number


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(_CHUNK):
        yield piece
