"""Provinces before and after the merger of 01/07/2025, and what the first digits of an identity number mean.

The prefix of an identity number is not the unit code with a zero in front: 015 in a number is Yên Bái, unit
15 is today's Lào Cai.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError
from rulebook.load import Reader, sourced_table
from rulebook.spelling import Lexicon
from rulebook.table_files import read_table
from rulebook.units import Unit, Units, read_communes, read_districts

_PROVINCES = 63
_KINDS = ("thành phố ", "tỉnh ", "tp. ", "tp ", "thanh pho ", "tinh ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """One of the 63 provinces before the merger.

    Attributes:
        prefix: three digits that open identity numbers registered there.
        name: as before the merger.
        now: the province it has been part of since.
        unit: two-digit code of that province (Decision 19/2025/QĐ-TTg).
        agency: code of its people's committee before the merger (``H26``).
    """

    prefix: str
    name: str
    now: str
    unit: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class Places:
    """The gazetteer.

    Attributes:
        provinces: the 63.
        merged_on: first day of the 34, and of no districts.
        prefixes: by the first digits of identity numbers.
        aliases: other spellings of a province, and provinces before the 63, which stand for none of them.
        units: districts and communes.
    """

    provinces: tuple[Province, ...]
    merged_on: date
    prefixes: Mapping[str, Province]
    aliases: tuple[tuple[str, Province | None], ...] = ()
    units: Units = Units(())  # noqa: RUF009 - nothing in it can change

    def by_prefix(self, prefix: str) -> Province | None:
        """The province of an identity number's first three digits; nothing for births abroad."""
        return self.prefixes.get(prefix)

    def named(self, text: str) -> tuple[Province, ...]:
        """Provinces a printed name may mean, old or new, with or without ``tỉnh`` or ``thành phố``."""
        return tuple(province for province in self.spelt.plain(_bare(text)) if province is not None)

    def with_units(self, units: Iterable[Unit]) -> Places:
        """The same with a catalogue of units before those of our own tables."""
        return replace(self, units=Units((*units, *self.units.units)))

    @cached_property
    def spelt(self) -> Lexicon[Province | None]:
        """Names of provinces, old and new; nothing stands for a province before the 63."""
        own: list[tuple[str, Province | None]] = []
        for province in self.provinces:
            for name in {province.name: None, province.now: None}:
                own += [(name, province), (_bare(name), province)]
        return Lexicon.of((*own, *self.aliases))

    def name_of(self, code: str, until: date | None) -> str | None:
        """The province of a two-digit code in catalogues; codes were given anew with the merger.

        Args:
            code: of the province.
            until: first day on which a unit below it was no more; nothing for units of today.
        """
        old = until is not None and until <= self.merged_on
        names = (
            (province.prefix[1:], province.name) if old else (province.unit, province.now)
            for province in self.provinces
        )
        return next((name for own, name in names if own == code), None)


@cache
def load_places() -> Places:
    """The project's own tables, read once.

    Raises:
        RulebookError: a table is wrong.
    """
    folder = files("rulebook") / "tables" / "places"
    places = read_places(folder / "provinces.toml")
    names = {prefix: province.name for prefix, province in places.prefixes.items()}
    units = (*read_districts(folder / "districts.toml", names), *read_communes(folder / "communes.toml"))
    return replace(places, aliases=read_names(folder / "names.toml", places), units=Units(units))


def read_places(source: Traversable) -> Places:
    """Read and check one table of provinces.

    Raises:
        RulebookError: the table is wrong.
    """
    reader = Reader(source, read_table(source))
    reader.need("source", str)
    merged_on = reader.need("merged_on", date)
    provinces = tuple(_province(entry) for entry in reader.tables("province"))
    prefixes = {province.prefix: province for province in provinces}
    if len(prefixes) != len(provinces) or len(provinces) != _PROVINCES:
        raise RulebookError(source.name, line=1, reason=f"cần {_PROVINCES} tỉnh với tiền tố khác nhau")
    reader.done()
    return Places(provinces=provinces, merged_on=merged_on, prefixes=prefixes)


def read_names(source: Traversable, places: Places) -> tuple[tuple[str, Province | None], ...]:
    """Other spellings of provinces, and provinces before the 63.

    Raises:
        RulebookError: the table is wrong.
    """
    reader = sourced_table(source)
    found: list[tuple[str, Province | None]] = []
    for spelling, name in reader.pairs("alias").items():
        meant = [province for province in places.provinces if province.name == name]
        if not meant:
            raise reader.fail("alias", f"không có tỉnh {name}")
        found += [(spelling, province) for province in meant]
    for entry in reader.tables("former"):
        found.append((entry.need("name", str), None))
        entry.need("until", date)
        entry.done()
    reader.done()
    return tuple(found)


def _bare(name: str) -> str:
    lowered = name.lower().strip()
    kind = next((kind for kind in _KINDS if lowered.startswith(kind)), "")
    return name.strip()[len(kind) :]


def _province(entry: Reader) -> Province:
    province = Province(
        prefix=entry.need("prefix", str),
        name=entry.need("name", str),
        now=entry.need("now", str),
        unit=entry.need("unit", str),
        agency=entry.need("agency", str),
    )
    if len(province.prefix) != 3 or not province.prefix.isdigit():
        raise entry.fail("prefix", "cần ba chữ số")
    entry.done()
    return province
