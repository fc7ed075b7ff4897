"""Districts and communes: tables of our own, from memory; an operator loads the official catalogue.

There is no district level since 01/07/2025; papers of the years before name one, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from importlib.resources.abc import Traversable

from rulebook.load import Reader, sourced_table
from rulebook.spelling import Lexicon


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
    reader = sourced_table(source)
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
    reader = sourced_table(source)
    since = reader.need("since", date)
    units = []
    for entry in reader.tables("province"):
        province = entry.need("name", str)
        for kind in (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.ZONE):
            units += [_unit(name, kind, province, since=since) for name in entry.words(kind.value)]
        entry.done()
    reader.done()
    return tuple(units)


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
