"""A file with the dossiers that the national portal counts as received: CSV, XLSX or JSON, within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from dossier.errors import InputTableError
from dossier.input_errors import InputTableFileError
from dossier.portal import PortalCount
from rulebook.catalogue_files import csv_rows, decoded, table_columns, table_day
from rulebook.xlsx import xlsx_rows

_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_ROWS: Final = 100_000
_LONGEST: Final = 40
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "office": ("office", "ma co quan", "ma don vi", "ma dinh danh"),
    "first": ("from", "first", "tu ngay"),
    "last": ("to", "last", "den ngay"),
    "received": ("received", "tiep nhan", "ho so tiep nhan", "so ho so tiep nhan"),
}


def read_counts(content: bytes, *, item: str) -> tuple[PortalCount, ...]:
    """The counts of a file: office, first and last day, dossiers received.

    Args:
        content: the whole file; a JSON file is a list of objects with the keys ``office``, ``from``, ``to``
            and ``received``.
        item: its name, for errors.

    Raises:
        InputTableError: with the line (row, or place in the list of a JSON file) that is wrong.
    """
    if len(content) > _MOST_BYTES:
        raise InputTableFileError(item, line=0, reason=f"lớn hơn {_MOST_BYTES // 1024 // 1024} MB")
    if content[:2] == b"PK":
        rows = _of_table(xlsx_rows(content, item=item, most_rows=_MOST_ROWS), item)
    else:
        text = decoded(content, item)
        is_json = text.lstrip()[:1] in {"[", "{"}
        rows = _of_json(text, item) if is_json else _of_table(csv_rows(text, item), item)
    found = tuple(_count(line, cells, item) for line, cells in rows)
    if not found:
        raise InputTableFileError(item, line=0, reason="không có dòng nào")
    return found


def _of_table(rows: Iterable[tuple[int, Sequence[str]]], item: str) -> Iterator[tuple[int, dict[str, str]]]:
    columns: dict[int, str] = {}
    for line, cells in rows:
        if not columns:
            columns = table_columns(cells, _HEADS)
            missing = [name for name in _HEADS if name not in columns.values()]
            if missing:
                raise InputTableError(item, line=line, reason=f"dòng đầu thiếu cột {', '.join(missing)}")
        elif line > _MOST_ROWS:
            raise InputTableError(item, line=line, reason=f"quá {_MOST_ROWS} dòng")
        elif any(cell.strip() for cell in cells):
            yield line, {name: cells[place] for place, name in columns.items() if place < len(cells)}


def _of_json(text: str, item: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputTableFileError(item, line=0, reason="không phải JSON") from error
    entries = told if isinstance(told, list) else [told]
    if len(entries) > _MOST_ROWS:
        raise InputTableFileError(item, line=0, reason=f"quá {_MOST_ROWS} dòng")
    for place, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise InputTableError(item, line=place, reason="cần một đối tượng JSON")
        yield (
            place,
            {name: str(entry[head]) for name, heads in _HEADS.items() for head in heads if head in entry},
        )


def _count(line: int, cells: Mapping[str, str], item: str) -> PortalCount:
    told = {name: cells.get(name, "").strip() for name in _HEADS}
    wrong = next((name for name, text in told.items() if not text or len(text) > _LONGEST), "")
    if wrong:
        raise InputTableError(item, line=line, reason=f"{wrong}: thiếu hoặc quá dài")
    try:
        first, last = table_day(told["first"]), table_day(told["last"])
    except (ValueError, OverflowError) as error:
        raise InputTableError(
            item, line=line, reason="từ ngày, đến ngày: cần YYYY-MM-DD hoặc dd/mm/yyyy"
        ) from error
    number = told["received"].replace(".", "")
    if not number.isascii() or not number.isdecimal():
        raise InputTableError(item, line=line, reason="received: cần số hồ sơ")
    return PortalCount(office=told["office"], first=first, last=last, received=int(number))
