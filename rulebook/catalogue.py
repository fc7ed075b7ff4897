"""The official catalogue of units as a CSV file, which an operator loads."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from dossier.errors import InputTableError
from rulebook.units import KIND_VI, Unit, UnitKind

COLUMNS = ("code", "name", "kind", "parent", "since", "until")
"""Header of a catalogue file."""

_CODE = re.compile(r"(?:[0-9]{2}|[0-9]{3}|[0-9]{5})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Spreadsheets of this country part cells with a semicolon, since the comma is the decimal sign.
_BETWEEN_CELLS = ",;\t"
_MOST_ROWS = 50_000
_LONGEST_NAME = 100
_EVER = date.min
_KIND_OF = {**{words: kind for kind, words in KIND_VI.items()}, **{kind.value: kind for kind in UnitKind}}

NameOf = Callable[[str, date | None], str | None]


def read_units(lines: Iterable[str], *, item: str, names: NameOf) -> tuple[Unit, ...]:
    """A catalogue: CSV with the header ``code,name,kind,parent,since,until``.

    Cells are parted by commas, semicolons or tabs, as the header shows. Days are ``YYYY-MM-DD`` and may be
    empty. ``parent`` is the code of the unit above, which stands in the file or is a province; ``kind`` is
    written as in ``tinh, quan, thanh_pho, thi_xa, huyen, phuong, thi_tran, xa, dac_khu`` or in Vietnamese
    words.

    Args:
        lines: of the file, with their ends.
        item: its name, for errors.
        names: name of a province by its code and the day until which a unit below it existed.

    Returns:
        The units, sorted by code and first day; each row once.

    Raises:
        InputTableError: with the line that is wrong.
    """
    rows = list(_rows(lines, item))
    above: dict[str, list[_Row]] = {}
    for row in rows:
        above.setdefault(row.code, []).append(row)
    found: dict[tuple[str, date], Unit] = {}
    for row in rows:
        province = row.name if row.kind is UnitKind.PROVINCE else _province_of(row, above, names)
        if province is None:
            raise InputTableError(item, line=row.line, reason="không có đơn vị cấp trên (parent) này")
        unit = Unit(
            name=row.name,
            kind=row.kind,
            province=province,
            since=row.since,
            until=row.until,
            code=row.code,
            parent=row.parent,
            listed=True,
        )
        if found.setdefault((row.code, row.since or _EVER), unit) != unit:
            raise InputTableError(item, line=row.line, reason="mã này đã có với nội dung khác")
    if not found:
        raise InputTableError(item, line=1, reason="không có đơn vị nào")
    return tuple(unit for _, unit in sorted(found.items()))


def write_units(units: Sequence[Unit]) -> list[list[str]]:
    """Rows of a catalogue with its header, as ``read_units`` reads them."""
    return [
        list(COLUMNS),
        *(
            [unit.code, unit.name, unit.kind.value, unit.parent, _iso(unit.since), _iso(unit.until)]
            for unit in units
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row as written, its kind and days read."""

    line: int
    code: str
    name: str
    kind: UnitKind
    parent: str
    since: date | None
    until: date | None


def _rows(lines: Iterable[str], item: str) -> Iterator[_Row]:
    left = iter(lines)
    head = next(left, "").lstrip("\ufeff")
    mark = next((mark for mark in _BETWEEN_CELLS if mark in head), ",")
    reader = csv.reader(chain((head,), left), delimiter=mark)
    # A cell in quotes may hold line breaks: a row begins behind the last line of the one before.
    line = 1
    try:
        for row in reader:
            if line == 1:
                if tuple(cell.strip().lower() for cell in row) != COLUMNS:
                    raise InputTableError(item, line=1, reason=f"dòng đầu phải là {','.join(COLUMNS)}")
            elif line > _MOST_ROWS:
                raise InputTableError(item, line=line, reason=f"quá {_MOST_ROWS} dòng")
            elif any(cell.strip() for cell in row):
                yield _row(row, item=item, line=line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputTableError(item, line=line, reason="không phải CSV", cause=str(error)) from error


def _row(row: Sequence[str], *, item: str, line: int) -> _Row:
    def fail(reason: str) -> InputTableError:
        return InputTableError(item, line=line, reason=reason)

    if len(row) != len(COLUMNS):
        raise fail(f"cần {len(COLUMNS)} cột")
    code, name, kind, parent, since, until = (unicodedata.normalize("NFC", cell).strip() for cell in row)
    if not _CODE.fullmatch(code) or (parent and not _CODE.fullmatch(parent)):
        raise fail("mã (code, parent) phải là 2, 3 hoặc 5 chữ số")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise fail("tên (name) trống, quá dài hoặc có ký tự điều khiển")
    if not name[0].isalnum():
        # "=…", "@…", "-…": a formula, to every program that opens the file as a sheet.
        raise fail("tên (name) phải bắt đầu bằng chữ hoặc số")
    known = _KIND_OF.get(kind.lower())
    if known is None:
        raise fail("không biết loại đơn vị (kind)")
    try:
        first, last = (_day(day) for day in (since, until))
    except ValueError as error:
        raise fail("ngày (since, until) phải là YYYY-MM-DD") from error
    if first is not None and last is not None and first >= last:
        raise fail("until phải sau since")
    words = KIND_VI[known]
    bare = name[len(words) :].strip() if name.lower().startswith(f"{words} ") else name
    return _Row(line=line, code=code, name=bare, kind=known, parent=parent, since=first, until=last)


def _day(text: str) -> date | None:
    """A day as ``YYYY-MM-DD`` alone; nothing for an empty cell.

    Raises:
        ValueError: anything else, other ways of ISO 8601 included.
    """
    if text and _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text) if text else None


def _province_of(row: _Row, above: Mapping[str, Sequence[_Row]], names: NameOf) -> str | None:
    """Name of the province above; two steps at most (commune, district, province).

    Codes of provinces were given anew: of two rows with one code the one of the same days counts.
    """
    own = row
    for _ in range(3):
        parents = [one for one in above.get(own.parent, ()) if _overlap(one, row)]
        if not parents:
            return names(own.parent, row.until)
        own = parents[0]
        if own.kind is UnitKind.PROVINCE:
            return own.name
    return None


def _overlap(left: _Row, right: _Row) -> bool:
    starts = max(left.since or _EVER, right.since or _EVER)
    return starts < min(left.until or date.max, right.until or date.max)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
