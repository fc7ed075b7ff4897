"""Fields and code lists of archive packages: Circular 05/2025/TT-BNV, Annexes I to V, as a dated table.

The table is the profile: builders write what it names and the checker asks for what it demands, so that a
corrected annex is a new table and no change of code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError
from rulebook.load import Reader
from rulebook.table_files import read_table

SEVERAL = ";"
"""Stands between the codes of a field that takes several."""

_NUMBER = re.compile(r"^\d+$", re.ASCII)


class PackageKind(StrEnum):
    """The three packages of the OAIS model (ISO 14721; Circular 05/2025/TT-BNV Article 3)."""

    SIP = "sip"
    """Handed over to another system."""
    AIP = "aip"
    """Kept; the only kind that preserves (Article 28)."""
    DIP = "dip"
    """Given to a reader."""


class Level(StrEnum):
    """What a set of fields describes."""

    DOSSIER = "dossier"
    BUNDLE = "bundle"
    """Papers that make up no dossier (``AIP_tailieu``, ``SIP_tailieu``)."""
    REQUEST = "request"
    """The reader's request, in a package for a reader."""
    DOCUMENT = "document"


class ValueKind(StrEnum):
    """How a value is written."""

    TEXT = "text"
    DATE = "date"
    """``DD/MM/YYYY``."""
    NUMBER = "number"
    FLAG = "flag"
    """``1`` or ``0``."""


class Required(StrEnum):
    """When a field may not be empty."""

    NO = "no"
    ALWAYS = "always"
    DIGITISED = "digitised"
    ELECTRONIC = "electronic"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field of a package.

    Attributes:
        name: as our commands call it, and as a package for another system writes it.
        written: name in packages of a kind that writes another.
        without: kinds that do not have the field.
        label_vi: for people.
        kind: how the value is written.
        length: most characters, 0 for no limit.
        codes: name of the code list it is taken from, empty for none.
        several: takes several codes, with ``SEVERAL`` between them.
        required: when it may not be empty.
    """

    name: str
    label_vi: str
    written: Mapping[PackageKind, str]
    without: frozenset[PackageKind]
    kind: ValueKind
    length: int
    codes: str
    several: bool
    required: Required

    def name_in(self, kind: PackageKind) -> str:
        """The element's name in a package of the kind."""
        return self.written.get(kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageProfile:
    """What one dated table says.

    Attributes:
        version: of the table; stands in packages made by it.
        since: first day it holds.
        source: the law it comes from.
        urls: ``mets/@PROFILE`` by kind, and of a representation.
        defaults: values of fields when nobody gives any.
        codes: code lists: code to words.
        retention_codes: years to code of ``maintenance``.
        types: paper types to code of ``typeName``; all others are "32".
        taken: fields of a document to fields of our records.
        levels: rules by level, in the order of the annex.
    """

    version: str
    since: date
    source: str
    urls: Mapping[str, str]
    defaults: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    retention_codes: Mapping[str, str]
    types: Mapping[str, str]
    taken: Mapping[str, tuple[str, ...]]
    levels: Mapping[Level, tuple[FieldRule, ...]]

    def rules(self, level: Level, kind: PackageKind) -> tuple[FieldRule, ...]:
        """Fields of a level in packages of the kind, in order."""
        return tuple(rule for rule in self.levels[level] if kind not in rule.without)

    def missing(
        self, rules: Sequence[FieldRule], values: Mapping[str, str], *, kind: PackageKind
    ) -> tuple[FieldRule, ...]:
        """Fields that may not be empty and are. ``values`` are by the names packages of the kind write."""
        return tuple(
            rule
            for rule in rules
            if not values.get(rule.name_in(kind), "").strip() and _demanded(rule.required, values)
        )

    def wrong(self, rule: FieldRule, value: str) -> str:
        """Why a value cannot stand in a field, in Vietnamese; empty when it can, and for an empty value."""
        if not value:
            return ""
        if rule.length and len(value) > rule.length:
            return f"dài {len(value)} ký tự, tối đa {rule.length}"
        if any(ord(mark) < ord(" ") and mark not in "\n\t" for mark in value):
            return "có ký tự điều khiển"
        if rule.codes:
            return self._wrong_code(rule, value)
        return _wrong_form(rule.kind, value)

    def _wrong_code(self, rule: FieldRule, value: str) -> str:
        known = self.codes[rule.codes]
        given = [part.strip() for part in value.split(SEVERAL)] if rule.several else [value]
        unknown = [part for part in given if part not in known]
        return f"mã {unknown[0]!r} không có trong danh mục {', '.join(known)}" if unknown else ""


def _demanded(required: Required, values: Mapping[str, str]) -> bool:
    confidence = values.get("confidenceLevel", "")
    return {
        Required.NO: False,
        Required.ALWAYS: True,
        Required.DIGITISED: confidence in {"02", "03"},
        Required.ELECTRONIC: confidence in {"01", "03"},
        Required.RECOVERY: values.get("riskRecovery") == "1",
    }[required]


def _wrong_form(kind: ValueKind, value: str) -> str:
    if kind is ValueKind.NUMBER and _NUMBER.match(value) is None:
        return "cần số nguyên không âm"
    if kind is ValueKind.FLAG and value not in {"0", "1"}:
        return "cần 0 hoặc 1"
    if kind is ValueKind.DATE:
        try:
            # A calendar day without a time zone, as printed.
            found = datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007
        except ValueError:
            return "cần ngày dạng DD/MM/YYYY"
        if f"{found:%d/%m/%Y}" != value:
            return "cần ngày dạng DD/MM/YYYY"
    return ""


def load_profile(folder: Traversable | None = None, *, on: date | None = None) -> PackageProfile:
    """The table that holds on a day; the newest when no day is given.

    Raises:
        RulebookError: a table is wrong, or none holds on that day.
    """
    where = folder or files("rulebook") / "tables" / "packages"
    sources = sorted((found for found in where.iterdir() if found.name.endswith(".toml")), key=_name)
    profiles = [_profile(source) for source in sources]
    held = [profile for profile in profiles if on is None or profile.since <= on]
    if not held:
        raise RulebookError(where.name, line=0, reason="không có bảng gói lưu trữ nào đang có hiệu lực")
    return max(held, key=lambda profile: profile.since)


def _name(source: Traversable) -> str:
    return source.name


def _profile(source: Traversable) -> PackageProfile:
    reader = Reader(source, read_table(source))
    codes = reader.table("codes")
    if codes is None:
        raise reader.fail("codes", "thiếu")
    lists = {name: codes.pairs(name) for name in codes.keys()}  # noqa: SIM118 - a Reader is no mapping
    since = reader.day("since")
    if since is None:
        raise reader.fail("since", "thiếu")
    profile = PackageProfile(
        version=reader.text("version"),
        since=since,
        source=reader.text("source"),
        urls=reader.pairs("profiles"),
        defaults=reader.pairs("defaults"),
        codes=lists,
        retention_codes=reader.pairs("retention_years"),
        types=reader.pairs("types"),
        taken=reader.lists("taken"),
        levels={level: tuple(_rule(entry, lists) for entry in reader.tables(level.value)) for level in Level},
    )
    reader.done()
    _check(reader, profile)
    return profile


def _rule(reader: Reader, lists: Mapping[str, Mapping[str, str]]) -> FieldRule:
    written = {kind: reader.text(kind.value) for kind in PackageKind if reader.has(kind.value)}
    codes = reader.take("codes", str, default="")
    if codes and codes not in lists:
        raise reader.fail("codes", "không có danh mục này")
    without = [reader.chosen("without", name, PackageKind.SIP) for name in reader.words("without")]
    rule = FieldRule(
        name=reader.text("name"),
        label_vi=reader.text("label_vi"),
        written=written,
        without=frozenset(without),
        kind=reader.choice("kind", ValueKind.TEXT),
        length=reader.take("length", int, default=0),
        codes=codes,
        several=reader.take("several", bool, default=False),
        required=reader.choice("required", Required.NO),
    )
    reader.done()
    return rule


def _check(reader: Reader, profile: PackageProfile) -> None:
    """Codes that other parts of the table name are in their lists."""
    kinds = (*PackageKind, "representation")
    if any(str(kind) not in profile.urls for kind in kinds):
        raise reader.fail("profiles", f"cần đủ: {', '.join(map(str, kinds))}")
    for section, values, known in (
        ("types", profile.types, profile.codes.get("document_type", {})),
        ("retention_years", profile.retention_codes, profile.codes.get("maintenance", {})),
    ):
        for name, code in values.items():
            if code not in known:
                raise reader.fail(section, f"{name}: mã {code} không có trong danh mục")
    for level, rules in profile.levels.items():
        names = [rule.name for rule in rules]
        if not names or len(set(names)) != len(names):
            raise reader.fail(level.value, "không có trường nào, hoặc một trường ghi hai lần")
