"""Reads an edition of the national catalogue of procedures: CSV, XLSX or JSON, within bounds.

A table has one row for each component, under a header in Vietnamese or English; JSON has a list of
procedures, alone or under ``procedures``. Which form a file has is told by its bytes, not by its name.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dossier.codes import parse_procedure_code
from dossier.errors import ArgumentError, InputTableError
from dossier.input_errors import InputTableFileError
from dossier.persons import search_form
from rulebook.national_catalogue import Listed, ListedComponent
from rulebook.xlsx import xlsx_rows

MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_ROWS: Final = 200_000
_LONGEST: Final = {"code": 40, "name": 600, "field": 200, "component_code": 50, "component_name": 600}
_MOST_COMPONENTS: Final = 200
_BETWEEN_CELLS: Final = ",;\t"
_RESULT: Final = re.compile(r"KQ\.[A-Z]\d{2}\.\d{6}", re.ASCII)
_DAY_VI: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}", re.ASCII)
_EPOCH: Final = date(1899, 12, 30)

_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "procedure_code", "ma thu tuc", "ma tthc", "ma so"),
    "name": ("name", "procedure_name", "ten thu tuc", "ten tthc", "ten thu tuc hanh chinh"),
    "field": ("field", "linh vuc", "ten linh vuc"),
    "valid_from": ("valid_from", "ngay hieu luc", "hieu luc tu", "ngay ap dung"),
    "valid_to": ("valid_to", "ngay het hieu luc", "hieu luc den", "ngay bai bo"),
    "component_code": ("component_code", "ma thanh phan", "ma giay to", "ma thanh phan ho so"),
    "component_name": ("component_name", "ten thanh phan", "ten giay to", "thanh phan ho so"),
    "types": ("types", "loai giay to"),
    "results": ("result_codes", "replacement_results", "ma ket qua thay the", "ma ket qua"),
}
_NEEDED: Final = ("code", "name", "component_name")


def read_edition(content: bytes, *, item: str, known_types: Iterable[str]) -> tuple[Listed, ...]:
    """The procedures of a file, by code and first day.

    Args:
        content: the whole file.
        item: its name, for errors.
        known_types: paper types a row may name.

    Raises:
        InputTableError: with the line (row, or place in the list of a JSON file) that is wrong.
    """
    if len(content) > MOST_BYTES:
        raise InputTableFileError(item, line=0, reason=f"lớn hơn {MOST_BYTES // 1024 // 1024} MB")
    if content[:2] == b"PK":
        rows = _table_rows(xlsx_rows(content, item=item, most_rows=_MOST_ROWS), item)
    else:
        text = decoded(content, item)
        starts = text.lstrip()[:1]
        rows = _json_rows(text, item) if starts in {"[", "{"} else _table_rows(csv_rows(text, item), item)
    return _grouped(rows, item, frozenset(known_types))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: where it stands, and its cells by our names; a cell that is not there is empty."""

    line: int
    cells: Mapping[str, str]

    def fail(self, item: str, reason: str) -> InputTableError:
        return InputTableError(item, line=self.line, reason=reason)


def decoded(content: bytes, item: str) -> str:
    """The text of a table.

    Raises:
        InputTableError: it is no UTF-8; the line is named.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputTableError(item, line=line, reason="không phải UTF-8") from error


def csv_rows(text: str, item: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Line and cells of each row; the first line tells what stands between cells.

    Raises:
        InputTableError: it is no CSV.
    """
    head = text.partition("\n")[0]
    mark = max(_BETWEEN_CELLS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputTableError(item, line=line, reason="không phải CSV", cause=str(error)) from error


def _table_rows(rows: Iterable[tuple[int, Sequence[str]]], item: str) -> Iterator[_Row]:
    columns: dict[int, str] = {}
    for count, (line, cells) in enumerate(rows):
        if not columns:
            columns = table_columns(cells, _HEADS)
            missing = [name for name in _NEEDED if name not in columns.values()]
            if missing:
                raise InputTableError(item, line=line, reason=f"dòng đầu thiếu cột {', '.join(missing)}")
            continue
        if count > _MOST_ROWS:
            raise InputTableError(item, line=line, reason=f"quá {_MOST_ROWS} dòng")
        if any(cell.strip() for cell in cells):
            yield _Row(line, {name: cells[place] for place, name in columns.items() if place < len(cells)})


def table_columns(cells: Sequence[str], heads: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Which column of a table holds what, by its first row; a column nobody asks for is left alone.

    Args:
        cells: the first row.
        heads: by our names, what may stand above the column, as ``search_form`` writes it.
    """
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        said = " ".join(search_form(cell).split())
        name = next((name for name, known in heads.items() if said in known), "")
        if name and name not in found.values():
            found[place] = name
    return found


def _json_rows(text: str, item: str) -> Iterator[_Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise InputTableError(item, line=line, reason="không phải JSON") from error
    entries = told.get("procedures") if isinstance(told, dict) else told
    if not isinstance(entries, list):
        raise InputTableFileError(item, line=0, reason="cần danh sách thủ tục (procedures)")
    count = 0
    for place, entry in enumerate(entries, start=1):
        for cells in _entry_rows(entry, place, item):
            count += 1
            if count > _MOST_ROWS:
                raise InputTableError(item, line=place, reason=f"quá {_MOST_ROWS} thành phần")
            yield _Row(place, cells)


def _entry_rows(entry: object, place: int, item: str) -> Iterator[dict[str, str]]:
    """A procedure of a JSON file as rows: one for each component, or one without any."""
    if not isinstance(entry, dict):
        raise InputTableError(item, line=place, reason="cần một đối tượng cho mỗi thủ tục")
    components = entry.get("components", [])
    if not isinstance(components, list) or not all(isinstance(one, dict) for one in components):
        raise InputTableError(item, line=place, reason="components: cần danh sách đối tượng")
    names = ("code", "name", "field", "valid_from", "valid_to")
    own = {name: _json_text(entry.get(name), name, place, item) for name in names}
    for one in components:
        yield own | {
            "component_code": _json_text(one.get("code"), "code", place, item),
            "component_name": _json_text(one.get("name"), "name", place, item),
            "types": _json_words(one.get("types"), "types", place, item),
            "results": _json_words(one.get("result_codes"), "result_codes", place, item),
        }
    if not components:
        yield own


def _json_text(value: object, name: str, place: int, item: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputTableError(item, line=place, reason=f"{name}: cần chữ")
    return value


def _json_words(value: object, name: str, place: int, item: str) -> str:
    words = [] if value is None else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputTableError(item, line=place, reason=f"{name}: cần danh sách chữ")
    return ";".join(words)


def _grouped(rows: Iterable[_Row], item: str, known_types: frozenset[str]) -> tuple[Listed, ...]:
    found: dict[tuple[str, date | None], tuple[Listed, list[ListedComponent]]] = {}
    for row in rows:
        head = _procedure(row, item)
        kept, components = found.setdefault((head.code, head.valid_from), (head, []))
        if kept != head:
            raise row.fail(item, "tên, lĩnh vực hoặc ngày của thủ tục khác với dòng trước của cùng mã")
        component = _component(row, item, known_types)
        if component is None:
            continue
        if any(component.code == other.code for other in components):
            raise row.fail(item, f"mã thành phần {component.code} lặp lại trong thủ tục")
        if len(components) >= _MOST_COMPONENTS:
            raise row.fail(item, f"thủ tục có quá {_MOST_COMPONENTS} thành phần")
        components.append(component if component.code else _numbered(component, len(components)))
    if not found:
        raise InputTableError(item, line=1, reason="không có thủ tục nào")
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] or date.min))
    return tuple(head.with_components(components) for _, (head, components) in ordered)


def _numbered(component: ListedComponent, place: int) -> ListedComponent:
    """Many exports name components without a code: their place is the code."""
    return ListedComponent(f"TP-{place + 1:02d}", component.name_vi, component.types, component.results)


def _procedure(row: _Row, item: str) -> Listed:
    try:
        code = parse_procedure_code(_text(row, "code", item))
    except ArgumentError as error:
        raise row.fail(item, "mã thủ tục (code) phải có dạng 1.004222") from error
    name = _text(row, "name", item)
    if not name:
        raise row.fail(item, "thiếu tên thủ tục (name)")
    first, last = _day(row, "valid_from", item), _day(row, "valid_to", item)
    if first is not None and last is not None and last < first:
        raise row.fail(item, "ngày hết hiệu lực trước ngày hiệu lực")
    return Listed(
        code=code, name_vi=name, field_vi=_text(row, "field", item), valid_from=first, valid_to=last
    )


def _component(row: _Row, item: str, known_types: frozenset[str]) -> ListedComponent | None:
    name = _text(row, "component_name", item)
    if not name:
        return None
    types, results = _words(row, "types"), _words(row, "results")
    for type_ in types:
        if type_ not in known_types:
            raise row.fail(item, f"không có loại giấy tờ {type_[:60]!r} (types)")
    for code in results:
        if _RESULT.fullmatch(code) is None:
            raise row.fail(item, "mã kết quả (result_codes) phải có dạng KQ.G15.000031")
    return ListedComponent(_text(row, "component_code", item), name, types, results)


def _text(row: _Row, name: str, item: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", row.cells.get(name, "")).split())
    if len(text) > _LONGEST[name]:
        raise row.fail(item, f"{name}: dài quá {_LONGEST[name]} ký tự")
    if not text.isprintable():
        raise row.fail(item, f"{name}: có ký tự điều khiển")
    return text


def _words(row: _Row, name: str) -> tuple[str, ...]:
    words = (word.strip() for word in re.split(r"[;,\s]+", row.cells.get(name, "")))
    return tuple(dict.fromkeys(word for word in words if word))


def _day(row: _Row, name: str, item: str) -> date | None:
    text = row.cells.get(name, "").strip()
    try:
        return table_day(text) if text else None
    except ValueError as error:
        raise row.fail(item, f"{name}: cần ngày YYYY-MM-DD hoặc dd/mm/yyyy") from error


def table_day(text: str) -> date:
    """A day as ``2026-07-01``, ``01/07/2026`` or the serial number a spreadsheet keeps it as.

    Raises:
        ValueError: it is none.
    """
    printed = _DAY_VI.fullmatch(text)
    if printed:
        return date(int(printed[3]), int(printed[2]), int(printed[1]))
    if _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(text))
    return date.fromisoformat(text[:10]) if len(text) in {10, 19} else _no_day()


def _no_day() -> date:
    raise ValueError
