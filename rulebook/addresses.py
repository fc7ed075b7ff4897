"""The end of a printed address: which province and district it names, and whether they are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rulebook.places import Places, Province
from rulebook.units import DISTRICTS, KIND_VI, UnitKind

_SPLIT = re.compile(
    r"\s*[,;]\s*|\s+[-–]\s+(?=(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|tp)\b)", re.IGNORECASE
)
_COUNTRY = frozenset({"việt nam", "vn", "viet nam"})
_KIND = re.compile(
    r"(?:^|.*\s)(tỉnh|thành phố|tp\.?|quận|q\.|thị xã|tx\.?|huyện|h\.|phường|p\.|thị trấn|tt\."
    r"|(?<!thị )xã|đặc khu)(?:(?<=\.)\s*|\s+)(\S.*)$",
    re.IGNORECASE,
)
_KINDS = {
    "tỉnh": UnitKind.PROVINCE,
    "thành phố": UnitKind.CITY,
    "tp": UnitKind.CITY,
    "quận": UnitKind.URBAN_DISTRICT,
    "q": UnitKind.URBAN_DISTRICT,
    "thị xã": UnitKind.TOWN,
    "tx": UnitKind.TOWN,
    "huyện": UnitKind.DISTRICT,
    "h": UnitKind.DISTRICT,
    "phường": UnitKind.WARD,
    "p": UnitKind.WARD,
    "thị trấn": UnitKind.TOWNLET,
    "tt": UnitKind.TOWNLET,
    "xã": UnitKind.COMMUNE,
    "đặc khu": UnitKind.ZONE,
}
_LONGEST = 400
_WHOLE_ADDRESS = 3
"""Parts from which on the last one is a province though no kind is printed before it."""


class Standing(StrEnum):
    """How a printed name stands to the known ones; former ones were no more when the 63 were made."""

    KNOWN = "known"
    NEAR = "near"
    FORMER = "former"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Judged:
    """A part of an address against the gazetteer; ``meant`` is the one name it nearly is."""

    standing: Standing
    meant: str = ""


_SILENT = Judged(Standing.SILENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Province, district and commune at the end of an address.

    Attributes:
        province, district, commune: how each stands; silent when the address does not say.
        provinces: provinces that the end may mean.
    """

    province: Judged
    district: Judged = _SILENT
    commune: Judged = _SILENT
    provinces: tuple[Province, ...] = ()


def read_ending(text: str, places: Places) -> Ending:
    """Judge the last parts of an address; text without any accent is nearly nothing: it was written so."""
    ending = _read(text, places)
    if not text.isascii():
        return ending
    return replace(
        ending,
        province=_if_known(ending.province),
        district=_if_known(ending.district),
        commune=_if_known(ending.commune),
    )


def _if_known(judged: Judged) -> Judged:
    return judged if judged.standing in {Standing.KNOWN, Standing.FORMER} else _SILENT


def _read(text: str, places: Places) -> Ending:
    parts = [part for part in _SPLIT.split(text[-_LONGEST:].strip(" .")) if part]
    if len(parts) > 1 and parts[-1].lower() in _COUNTRY:
        parts.pop()
    if not parts:
        return Ending(province=_SILENT)
    kind, name = _kind_and_name(parts[-1])
    if places.spelt.known(name) and kind in {None, UnitKind.PROVINCE, UnitKind.CITY}:
        provinces = places.spelt.known(name)
        named = _names(provinces)
        middle = _judge_middle(parts[:-1], places, provinces=named)
        known = Judged(Standing.KNOWN if named else Standing.FORMER)
        return Ending(province=known, district=middle[0], commune=middle[1], provinces=named)
    return Ending(province=_judge_province(parts, places, kind=kind, name=name))


def _judge_province(parts: Sequence[str], places: Places, *, kind: UnitKind | None, name: str) -> Judged:
    """A last part that is no province as it is spelt."""
    if kind is not UnitKind.PROVINCE and places.units.any_district.known(name):
        return _SILENT
    if kind is UnitKind.PROVINCE or kind is UnitKind.CITY or (kind is None and len(parts) >= _WHOLE_ADDRESS):
        meant = places.spelt.near(name)
        if meant:
            return Judged(Standing.NEAR, meant)
    return Judged(Standing.UNKNOWN) if kind is UnitKind.PROVINCE else _SILENT


def _judge_middle(
    parts: Sequence[str], places: Places, *, provinces: Sequence[Province]
) -> tuple[Judged, Judged]:
    """The part before the province: a district, or since the merger a commune."""
    if not parts or not provinces:
        return _SILENT, _SILENT
    kind, name = _kind_and_name(parts[-1])
    if kind in DISTRICTS or kind is None:
        judged = _judge_district(name, places, kind=kind, provinces=provinces)
        if judged.standing is not Standing.SILENT or kind is not None:
            return judged, _SILENT
    return _SILENT, _judge_commune(name, places, kind=kind, provinces=provinces)


def _judge_district(
    name: str, places: Places, *, kind: UnitKind | None, provinces: Sequence[Province]
) -> Judged:
    joined = {province.now for province in provinces}
    group = [province.name for province in places.provinces if province.now in joined]
    if any(places.units.districts(province).known(name) for province in group):
        return Judged(Standing.KNOWN)
    if kind is None:
        return _SILENT
    near = {meant for province in provinces if (meant := places.units.districts(province.name).near(name))}
    if len(near) == 1:
        return Judged(Standing.NEAR, f"{KIND_VI[kind]} {near.pop()}")
    return _SILENT


def _judge_commune(
    name: str, places: Places, *, kind: UnitKind | None, provinces: Sequence[Province]
) -> Judged:
    names = {province.name for province in provinces} | {province.now for province in provinces}
    lexicons = [places.units.communes(province) for province in sorted(names)]
    if any(lexicon.known(name) for lexicon in lexicons):
        return Judged(Standing.KNOWN)
    near = {meant for lexicon in lexicons if (meant := lexicon.near(name))}
    # A commune that is not in a list of some of them may well exist.
    whole = any(unit.listed for lexicon in lexicons for _, unit in lexicon.entries[:1])
    if kind is not None and whole and len(near) == 1:
        return Judged(Standing.NEAR, f"{KIND_VI[kind]} {near.pop()}")
    return _SILENT


def _names(found: Sequence[Province | None]) -> tuple[Province, ...]:
    return tuple(province for province in found if province is not None)


def _kind_and_name(part: str) -> tuple[UnitKind | None, str]:
    """``tỉnh Lào Cai`` is a province called ``Lào Cai``; of several kinds in one part the last counts."""
    whole = part.strip(" .")
    match = _KIND.match(whole)
    if match is None:
        return None, whole
    return _KINDS[match[1].lower().rstrip(".")], match[2].strip(" .")
