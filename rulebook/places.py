"""Provinces before and after the merger of 01/07/2025, and what the first digits of an identity number mean.

The prefix of an identity number is not the unit code with a zero in front: 015 in a number is Yên Bái, unit
15 is today's Lào Cai.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError
from dossier.persons import search_form
from rulebook.load import Reader, read_table

_PROVINCES = 63
_KINDS = ("thanh pho ", "tinh ", "tp. ", "tp ")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The gazetteer of provinces. ``merged_on`` is the first day of the new provinces."""

    provinces: tuple[Province, ...]
    merged_on: date
    prefixes: Mapping[str, Province]

    def by_prefix(self, prefix: str) -> Province | None:
        """The province of an identity number's first three digits; nothing for births abroad."""
        return self.prefixes.get(prefix)

    def named(self, text: str) -> tuple[Province, ...]:
        """Provinces a printed name may mean, old or new, with or without ``tỉnh`` or ``thành phố``."""
        plain = search_form(text)
        for kind in _KINDS:
            plain = plain.removeprefix(kind)
        return tuple(
            province
            for province in self.provinces
            if plain in {search_form(province.name), search_form(province.now)}
        )


@cache
def load_places() -> Places:
    """The project's own table, read once.

    Raises:
        RulebookError: the table is wrong.
    """
    return read_places(files("rulebook") / "tables" / "places" / "provinces.toml")


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
