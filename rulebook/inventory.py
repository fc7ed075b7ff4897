"""Reads the inventory of a campaign: CSV or XLSX, one line for each box, or one for each result in a box."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from dossier.campaigns import DeclaredBox
from dossier.errors import InputTableError
from dossier.input_errors import InputTableFileError
from rulebook.catalogue_files import csv_rows, decoded, table_columns
from rulebook.xlsx import xlsx_rows

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 500_000
MOST_RESULTS: Final = 1_000_000
_LONGEST_LABEL: Final = 200
_FIRST_YEAR, _LAST_YEAR = 1945, 2099
_OFFICE: Final = re.compile(r"[A-Z]\d{1,2}(?:\.\d{1,3}){0,4}", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,7}", re.ASCII)
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "label": ("box", "label", "hop", "so hop", "hop so", "ma hop", "hop ho so", "cap", "don vi bao quan"),
    "office": ("office", "co quan", "ma co quan", "don vi"),
    "year": ("year", "nam"),
    "type": ("type", "loai", "loai giay to"),
    "results": ("results", "so ket qua", "so luong", "tong so"),
}

_Row = tuple[int, Mapping[str, str]]


def read_inventory(
    content: bytes, *, item: str, office: str, known_types: Collection[str]
) -> tuple[DeclaredBox, ...]:
    """The boxes of a file, in its order; lines of one box are added up, a line without a count is one result.

    Args:
        content: the whole file.
        item: its name, for errors.
        office: of boxes that name none.
        known_types: paper types a line may name.

    Raises:
        InputTableError: with the line that is wrong; nothing is taken then.
    """
    if len(content) > MOST_BYTES:
        raise InputTableFileError(item, line=0, reason=f"lớn quá {MOST_BYTES // 1024 // 1024} MB")
    boxes: dict[str, DeclaredBox] = {}
    for line, cells in _rows(content, item):
        box = _box(line, cells, item=item, office=office, known_types=known_types)
        before = boxes.get(box.label)
        boxes[box.label] = box if before is None else _joined(before, box, line=line, item=item)
    if not boxes:
        raise InputTableFileError(item, line=0, reason="không có hộp nào")
    return tuple(boxes.values())


def _rows(content: bytes, item: str) -> Iterator[_Row]:
    if content.startswith(b"PK"):
        yield from _named(xlsx_rows(content, item=item, most_rows=MOST_ROWS), item)
        return
    yield from _named(csv_rows(decoded(content, item), item), item)


def _named(rows: Iterable[tuple[int, Sequence[str]]], item: str) -> Iterator[_Row]:
    columns: dict[int, str] = {}
    for count, (line, cells) in enumerate(rows):
        if not columns:
            columns = table_columns(cells, _HEADS)
            if "label" not in columns.values():
                raise InputTableError(item, line=line, reason="dòng đầu thiếu cột hộp (box)")
            continue
        if count > MOST_ROWS:
            raise InputTableError(item, line=line, reason=f"quá {MOST_ROWS} dòng")
        if any(cell.strip() for cell in cells):
            found = {name: cells[place] for place, name in columns.items() if place < len(cells)}
            yield line, {name: " ".join(cell.split()) for name, cell in found.items()}


def _box(
    line: int, cells: Mapping[str, str], *, item: str, office: str, known_types: Collection[str]
) -> DeclaredBox:
    label, type_ = cells.get("label", ""), cells.get("type", "")
    told = cells.get("office", "").upper() or office
    if not label or len(label) > _LONGEST_LABEL:
        raise InputTableError(item, line=line, reason=f"cần tên hộp, dài nhất {_LONGEST_LABEL} chữ")
    if not _OFFICE.fullmatch(told):
        raise InputTableError(item, line=line, reason="cơ quan cần dạng H26.5.12")
    if type_ and type_ not in known_types:
        raise InputTableError(item, line=line, reason="loại giấy tờ không có trong từ vựng")
    year = _whole(cells.get("year", ""), 0, line=line, item=item)
    if year and not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InputTableError(item, line=line, reason=f"cần năm từ {_FIRST_YEAR} đến {_LAST_YEAR}")
    results = _whole(cells.get("results", ""), 1, line=line, item=item)
    if results > MOST_RESULTS:
        raise InputTableError(item, line=line, reason=f"quá {MOST_RESULTS} kết quả")
    return DeclaredBox(label=label, office=told, year=year, type=type_, results=results)


def _whole(text: str, missing: int, *, line: int, item: str) -> int:
    if not text:
        return missing
    bare = text.removesuffix(".0")
    if not _WHOLE.fullmatch(bare):
        raise InputTableError(item, line=line, reason="cần số nguyên")
    return int(bare)


def _joined(before: DeclaredBox, box: DeclaredBox, *, line: int, item: str) -> DeclaredBox:
    if before.office != box.office:
        raise InputTableError(item, line=line, reason="một hộp của hai cơ quan")
    return DeclaredBox(
        label=box.label,
        office=box.office,
        year=box.year if box.year == before.year else 0,
        type=box.type if box.type == before.type else "",
        results=before.results + box.results,
    )
