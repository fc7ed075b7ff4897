"""Districts and communes: tables of our own, from memory, and the official catalogue an operator loads.

There is no district level since 01/07/2025; papers of the years before name one, and stay as they are.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from importlib.resources.abc import Traversable

from dossier.errors import InputTableError
from rulebook.load import Reader, read_table
from rulebook.spelling import Lexicon

COLUMNS = ("code", "name", "kind", "parent", "since", "until")
"""Header of a catalogue file."""

_CODE = re.compile(r"^(?:[0-9]{2}|[0-9]{3}|[0-9]{5})$")
_MOST_ROWS = 50_000
_LONGEST_NAME = 100
_EVER = date.min


class UnitKind(StrEnum):
    """What kind of unit, as catalogues write it."""

    PROVINCE = "tinh"
    URBAN_DISTRICT = "quan"
    CITY = "thanh_pho"
    TOWN = "thi_xa"
    DISTRICT = "huyen"
    WARD = "phuong"
    TOWNLET = "thi_tran"
    COMMUNE = "xa"
    ZONE = "dac_khu"


DISTRICTS = frozenset({UnitKind.URBAN_DISTRICT, UnitKind.CITY, UnitKind.TOWN, UnitKind.DISTRICT})
KIND_VI: Mapping[UnitKind, str] = {
    UnitKind.PROVINCE: "tỉnh",
    UnitKind.URBAN_DISTRICT: "quận",
    UnitKind.CITY: "thành phố",
    UnitKind.TOWN: "thị xã",
    UnitKind.DISTRICT: "huyện",
    UnitKind.WARD: "phường",
    UnitKind.TOWNLET: "thị trấn",
    UnitKind.COMMUNE: "xã",
    UnitKind.ZONE: "đặc khu",
}
_KIND_OF = {**{words: kind for kind, words in KIND_VI.items()}, **{kind.value: kind for kind in UnitKind}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit below the province, or a province of a catalogue.

    Attributes:
        name: without its kind.
        kind: what it is.
        province: name of its province on the days it existed.
        since, until: first day, and first day no more; the whole past or future when not known.
        code: of the official catalogue; empty in our own tables.
        parent: code of the unit above; empty in our own tables.
        listed: it comes from a catalogue that lists all units of its kind.
    """

    name: str
    kind: UnitKind
    province: str
    since: date | None = None
    until: date | None = None
    code: str = ""
    parent: str = ""
    listed: bool = False


@dataclass(frozen=True)
class Units:
    """All units that are known."""

    units: tuple[Unit, ...]

    def districts(self, province: str) -> Lexicon[Unit]:
        """Districts a province has had."""
        return self._districts.get(province, _NONE)

    def communes(self, province: str) -> Lexicon[Unit]:
        """Communes, wards and zones a province has or has had."""
        return self._communes.get(province, _NONE)

    @cached_property
    def any_district(self) -> Lexicon[Unit]:
        """Districts of the whole country."""
        return Lexicon.of((unit.name, unit) for unit in self.units if unit.kind in DISTRICTS)

    @cached_property
    def _districts(self) -> Mapping[str, Lexicon[Unit]]:
        return _by_province(unit for unit in self.units if unit.kind in DISTRICTS)

    @cached_property
    def _communes(self) -> Mapping[str, Lexicon[Unit]]:
        own = (
            unit for unit in self.units if unit.kind not in DISTRICTS and unit.kind is not UnitKind.PROVINCE
        )
        return _by_province(own)


_NONE: Lexicon[Unit] = Lexicon(())


def _by_province(units: Iterable[Unit]) -> Mapping[str, Lexicon[Unit]]:
    found: dict[str, list[tuple[str, Unit]]] = {}
    for unit in units:
        found.setdefault(unit.province, []).append((unit.name, unit))
    return {province: Lexicon.of(entries) for province, entries in found.items()}


def read_districts(source: Traversable, names: Mapping[str, str]) -> tuple[Unit, ...]:
    """Our own table of districts.

    Args:
        source: the table.
        names: prefix of identity numbers to the name of the province.

    Raises:
        RulebookError: the table is wrong.
    """
    reader = _opened(source)
    until = reader.need("until", date)
    units = []
    for entry in reader.tables("province"):
        province = _province(entry, names)
        for kind in (UnitKind.URBAN_DISTRICT, UnitKind.CITY, UnitKind.TOWN, UnitKind.DISTRICT):
            units += [_unit(name, kind, province, until=until) for name in entry.words(kind.value)]
        entry.done()
    for entry in reader.tables("former"):
        kind = UnitKind(entry.need("kind", str))
        province = _province(entry, names)
        units.append(_unit(entry.need("name", str), kind, province, until=entry.need("until", date)))
        entry.done()
    reader.done()
    return tuple(units)


def read_communes(source: Traversable) -> tuple[Unit, ...]:
    """Our own table of wards, communes and zones since the merger.

    Raises:
        RulebookError: the table is wrong.
    """
    reader = _opened(source)
    since = reader.need("since", date)
    units = []
    for entry in reader.tables("province"):
        province = entry.need("name", str)
        for kind in (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.ZONE):
            units += [_unit(name, kind, province, since=since) for name in entry.words(kind.value)]
        entry.done()
    reader.done()
    return tuple(units)


def read_units(lines: Iterable[str], *, item: str, names: Mapping[str, str]) -> tuple[Unit, ...]:
    """A catalogue: CSV with the header ``code,name,kind,parent,since,until``.

    Days are ISO 8601 and may be empty. ``parent`` is the code of the unit above, which stands in the file or
    is a province; ``kind`` is written as in ``tinh, quan, thanh_pho, thi_xa, huyen, phuong, thi_tran, xa,
    dac_khu`` or in Vietnamese words.

    Args:
        lines: of the file.
        item: its name, for errors.
        names: province codes to names, as far as known before the file.

    Returns:
        The units, sorted by code and first day; each row once.

    Raises:
        InputTableError: with the line that is wrong.
    """
    rows = list(_rows(lines, item))
    above = {code: (name, parent) for _, code, name, _kind, parent, _since, _until in rows}
    found: dict[tuple[str, date], Unit] = {}
    for line, code, name, kind, parent, since, until in rows:
        province = name if kind is UnitKind.PROVINCE else _province_of(parent, above, names)
        if province is None:
            raise InputTableError(item, line=line, reason="không có đơn vị cấp trên (parent) này")
        unit = Unit(
            name=name,
            kind=kind,
            province=province,
            since=since,
            until=until,
            code=code,
            parent=parent,
            listed=True,
        )
        if found.setdefault((code, since or _EVER), unit) != unit:
            raise InputTableError(item, line=line, reason="mã này đã có với nội dung khác")
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


_Row = tuple[int, str, str, UnitKind, str, date | None, date | None]


def _rows(lines: Iterable[str], item: str) -> Iterator[_Row]:
    reader = csv.reader(line.lstrip("\ufeff") for line in lines)
    try:
        for number, row in enumerate(reader, 1):
            if number == 1:
                if tuple(cell.strip().lower() for cell in row) != COLUMNS:
                    raise InputTableError(item, line=1, reason=f"dòng đầu phải là {','.join(COLUMNS)}")
                continue
            if number > _MOST_ROWS:
                raise InputTableError(item, line=number, reason=f"quá {_MOST_ROWS} dòng")
            if any(cell.strip() for cell in row):
                yield _row(row, item=item, line=number)
    except csv.Error as error:
        raise InputTableError(
            item, line=reader.line_num, reason="không phải CSV", cause=str(error)
        ) from error


def _row(row: Sequence[str], *, item: str, line: int) -> _Row:
    def fail(reason: str) -> InputTableError:
        return InputTableError(item, line=line, reason=reason)

    if len(row) != len(COLUMNS):
        raise fail(f"cần {len(COLUMNS)} cột")
    code, name, kind, parent, since, until = (unicodedata.normalize("NFC", cell).strip() for cell in row)
    if not _CODE.match(code) or (parent and not _CODE.match(parent)):
        raise fail("mã (code, parent) phải là 2, 3 hoặc 5 chữ số")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise fail("tên (name) trống hoặc quá dài")
    known = _KIND_OF.get(kind.lower())
    if known is None:
        raise fail("không biết loại đơn vị (kind)")
    try:
        first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    except ValueError as error:
        raise fail("ngày (since, until) phải là YYYY-MM-DD") from error
    if first is not None and last is not None and first >= last:
        raise fail("until phải sau since")
    words = KIND_VI[known]
    bare = name[len(words) :].strip() if name.lower().startswith(f"{words} ") else name
    return line, code, bare, known, parent, first, last


def _province_of(parent: str, above: Mapping[str, tuple[str, str]], names: Mapping[str, str]) -> str | None:
    """Name of the province above; two steps at most (commune, district, province)."""
    for _ in range(3):
        if parent not in above:
            return names.get(parent)
        name, higher = above[parent]
        if len(parent) == 2:
            return name
        parent = higher
    return None


def _opened(source: Traversable) -> Reader:
    reader = Reader(source, read_table(source))
    reader.need("source", str)
    reader.need("verified", bool)
    return reader


def _province(entry: Reader, names: Mapping[str, str]) -> str:
    prefix = entry.need("prefix", str)
    if prefix not in names:
        raise entry.fail("prefix", "không có tỉnh này")
    return names[prefix]


def _unit(
    name: str, kind: UnitKind, province: str, *, since: date | None = None, until: date | None = None
) -> Unit:
    """``Quận 1`` is called ``1``: the kind stands before every name."""
    bare = name.removeprefix("Quận ") if kind is UnitKind.URBAN_DISTRICT else name
    return Unit(name=bare, kind=kind, province=province, since=since, until=until)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
