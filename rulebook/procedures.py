"""Procedures and their components on a given day: what may stand in for a paper, and when it is not asked.

One table for each procedure code in ``tables/procedures/``, with dated versions, because a dossier keeps the
version of the day it was received. What a database already holds (Resolution 66.7/2025/NQ-CP) and what may
no longer be demanded (Law on criminal records as amended, from 1 July 2026) are dates in the table too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import TypeVar

from dossier.access import Purpose
from dossier.codes import parse_procedure_code
from dossier.errors import ArgumentError, ProcedureUnknownError
from dossier.trust import Trust
from rulebook.load import Reader
from rulebook.table_files import read_table

Choice = TypeVar("Choice", bound=StrEnum)


class Whose(StrEnum):
    """Whose paper a component asks for."""

    APPLICANT = "applicant"
    PARTNER = "partner"
    """The other party: the future spouse, the other parent, the other side of a transaction."""
    CHILD = "child"
    """Of the applicant; a paper of a child that names the applicant as parent is looked at too."""


class Scope(StrEnum):
    """Where a paper must come from (phạm vi có hiệu lực)."""

    NATION = "nation"
    PLACE = "place"
    """Only papers issued in the place the question names."""


class Handling(StrEnum):
    """What becomes of a point that the program cannot settle."""

    ACCEPT = "accept"
    """Held, with the reason that a clerk must check the status."""
    PERSON = "person"
    """A clerk settles it: unsure."""
    ASK = "ask"
    """The citizen is asked for another paper."""


class Anew(StrEnum):
    """Whether the component is handed in anew each time, whatever the store holds."""

    NO = "no"
    FORM = "form"
    """A form the applicant fills in."""
    SINGLE_USE = "single_use"
    """A paper that serves one dossier only (giấy chứng sinh)."""


class DataMode(StrEnum):
    """What a database does to a component."""

    REPLACES = "replaces"
    """The officer reads the data; the paper must not be asked for."""
    LOOK_FIRST = "look_first"
    """The officer looks there first; only what is not found is taken from papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A database that covers a component from a day on.

    Attributes:
        code: short name programs use (``population``).
        database: name in Vietnamese.
        since: first day.
        mode: whether the data takes the place of the paper, or is only looked at first.
        source: legal ground.
    """

    code: str
    database: str
    since: date
    mode: DataMode
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPurpose:
    """A paper type that counts only for the purpose written on it.

    Attributes:
        type: the paper type.
        words: phrases of which one must stand in the purpose on the paper.
        other_words: phrases that show that it was issued for something else.
        source: legal ground.
    """

    type: str
    words: tuple[str, ...]
    other_words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a procedure (thành phần hồ sơ).

    Attributes:
        code: unique within its version, at most 50 characters.
        name_vi: as clerks know it.
        source: legal ground, or where the rule is from.
        anew: a form or single-use paper is never taken from the store.
        types: paper types that are this component.
        replacement_results: result-type codes (``KQ.G15.000031``) that stand in for it.
        trust: the weakest step of the ladder that is enough.
        whose: whose paper it may be.
        scope: where it must come from.
        status_check: for a paper that a later event may end (marriage, land, business).
        unknown_term: for a paper whose term is not known; never ``ACCEPT``.
        read_by_person: the type says too little (any decision is a ``decision``): a clerk reads the content.
        newest_wins: a newer paper of the kind ends the older one.
        dossier_wanted: sensitive content, only looked at for a named dossier.
        purposes: why the paper may be looked at.
        stated_purposes: paper types bound to the purpose written on them.
        data: the databases that cover it.
        not_required_since: the day it was switched off, if it was.
        condition_fact: name of the fact the component depends on, empty when it is always asked.
        condition_vi: that condition in words.
    """

    code: str
    name_vi: str
    source: str
    anew: Anew
    types: tuple[str, ...]
    replacement_results: tuple[str, ...]
    trust: Trust
    whose: tuple[Whose, ...]
    scope: Scope
    status_check: Handling
    unknown_term: Handling
    read_by_person: bool
    newest_wins: bool
    dossier_wanted: bool
    purposes: tuple[Purpose, ...]
    stated_purposes: tuple[StatedPurpose, ...]
    data: tuple[DataSource, ...]
    not_required_since: date | None
    condition_fact: str
    condition_vi: str

    def replaced_by(self, day: date, *, unreadable: Collection[str] = ()) -> DataSource | None:
        """The database read in place of the paper on that day, when it can be read; the earliest such one."""
        ready = (
            entry
            for entry in self.data
            if entry.mode is DataMode.REPLACES and entry.since <= day and entry.code not in unreadable
        )
        return min(ready, key=lambda entry: entry.since, default=None)

    def switched_off(self, day: date) -> bool:
        """Whether the paper may no longer be demanded on that day."""
        return self.not_required_since is not None and self.not_required_since <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One version of a procedure, in force from its first to its last day, both included."""

    code: str
    name_vi: str
    valid_from: date
    valid_to: date | None
    source: str
    components: tuple[Component, ...]

    def in_force(self, day: date) -> bool:
        """Whether this is the version of that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Procedures:
    """All procedures: versions by code, oldest first."""

    versions: Mapping[str, tuple[Procedure, ...]]

    def on(self, code: str, day: date) -> Procedure:
        """The version in force on a day.

        Args:
            code: short procedure code (``1.001193``).
            day: day of reception.

        Raises:
            ProcedureUnknownError: no such code, or not in force on that day.
        """
        for version in self.versions.get(code, ()):
            if version.in_force(day):
                return version
        raise ProcedureUnknownError(code, on=f"{day:%d/%m/%Y}")

    def codes(self, day: date) -> tuple[str, ...]:
        """Codes of the procedures in force on a day, in order."""
        return tuple(
            code
            for code, versions in sorted(self.versions.items())
            if any(version.in_force(day) for version in versions)
        )


def load_procedures(known_types: Collection[str], *, tables: Traversable | None = None) -> Procedures:
    """Read and check every procedure table.

    Args:
        known_types: names of the paper types of the rulebook.
        tables: folder of the tables; those of the package when not given.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    folder = tables or files("rulebook") / "tables" / "procedures"
    sources = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )
    return Procedures(dict(_read_file(source, known_types) for source in sources))


def _read_file(source: Traversable, known_types: Collection[str]) -> tuple[str, tuple[Procedure, ...]]:
    reader = Reader(source, read_table(source))
    code = reader.need("code", str)
    name_vi = _text(reader, "name_vi")
    try:
        plain = parse_procedure_code(code) == code
    except ArgumentError as error:
        raise reader.fail("code", "không phải mã thủ tục") from error
    if not plain or source.name != f"{code}.toml":
        raise reader.fail("code", "khác tên tệp")
    entries = reader.tables("version")
    reader.done()
    if not entries:
        raise reader.fail("version", "thiếu")
    versions = [
        (entry, _version(entry, code=code, name_vi=name_vi, known_types=known_types)) for entry in entries
    ]
    for (_, earlier), (later_reader, later) in pairwise(versions):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise later_reader.fail("valid_from", "trùng thời gian với phiên bản trước")
    return code, tuple(version for _, version in versions)


def _version(reader: Reader, *, code: str, name_vi: str, known_types: Collection[str]) -> Procedure:
    valid_from = reader.day("valid_from")
    valid_to = reader.day("valid_to")
    source = _text(reader, "source")
    entries = reader.tables("component")
    reader.done()
    if valid_from is None:
        raise reader.fail("valid_from", "thiếu")
    if valid_to is not None and valid_to < valid_from:
        raise reader.fail("valid_to", "trước ngày bắt đầu")
    if not entries:
        raise reader.fail("component", "thiếu")
    components: list[Component] = []
    for entry in entries:
        component = _component(entry, known_types)
        if component.code in {other.code for other in components}:
            raise entry.fail("code", "trùng mã thành phần")
        components.append(component)
    return Procedure(
        code=code,
        name_vi=name_vi,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        components=tuple(components),
    )


def _component(reader: Reader, known_types: Collection[str]) -> Component:
    component = Component(
        code=_text(reader, "code"),
        name_vi=_text(reader, "name_vi"),
        source=_text(reader, "source"),
        anew=_choice(reader, "anew", default=Anew.NO),
        types=reader.words("types"),
        replacement_results=reader.words("replacement_results"),
        trust=_trust(reader),
        whose=_choices(reader, "whose", Whose) or (Whose.APPLICANT,),
        scope=_choice(reader, "scope", default=Scope.NATION),
        # The careful way is the one that holds when the table is silent.
        status_check=_choice(reader, "status_check", default=Handling.PERSON),
        unknown_term=_choice(reader, "unknown_term", default=Handling.ASK),
        read_by_person=reader.take("read_by_person", bool, default=False),
        newest_wins=reader.take("newest_wins", bool, default=False),
        dossier_wanted=reader.take("dossier_wanted", bool, default=False),
        purposes=_choices(reader, "purposes", Purpose) or (Purpose.PROCEDURE, Purpose.OWNER),
        stated_purposes=tuple(_stated_purpose(entry) for entry in reader.tables("stated_purpose")),
        data=tuple(_data(entry) for entry in reader.tables("data")),
        not_required_since=reader.day("not_required_since"),
        condition_fact=reader.take("condition_fact", str, default=""),
        condition_vi=reader.take("condition_vi", str, default=""),
    )
    reader.done()
    _check_component(reader, component, known_types)
    return component


def _check_component(reader: Reader, component: Component, known_types: Collection[str]) -> None:
    """What a component must keep beyond the kinds of its values."""
    if len(component.code) > 50:
        raise reader.fail("code", "dài quá 50 ký tự")
    for name in component.types:
        if name not in known_types:
            raise reader.fail("types", f"không có loại giấy tờ {name}")
    bound = [purpose.type for purpose in component.stated_purposes]
    if not set(bound) <= set(component.types) or len(set(bound)) < len(bound):
        raise reader.fail("stated_purpose", "loại giấy tờ lặp lại hoặc không thuộc thành phần")
    if component.anew is Anew.FORM and (component.types or component.replacement_results or component.data):
        raise reader.fail("anew", "biểu mẫu điền mới không có giấy tờ thay thế")
    if component.anew is Anew.NO and not (component.types or component.replacement_results):
        raise reader.fail("types", "thiếu")
    if component.unknown_term is Handling.ACCEPT:
        raise reader.fail("unknown_term", "chưa rõ thời hạn thì không được coi là còn hiệu lực")
    if bool(component.condition_fact) != bool(component.condition_vi):
        raise reader.fail("condition_fact", "cần đủ condition_fact và condition_vi")


def _data(reader: Reader) -> DataSource:
    since = reader.day("since")
    if since is None:
        raise reader.fail("since", "thiếu")
    found = DataSource(
        code=_text(reader, "code"),
        database=_text(reader, "database"),
        since=since,
        mode=_choice(reader, "mode", default=DataMode.REPLACES),
        source=_text(reader, "source"),
    )
    reader.done()
    return found


def _stated_purpose(reader: Reader) -> StatedPurpose:
    found = StatedPurpose(
        type=_text(reader, "type"),
        words=reader.words("words"),
        other_words=reader.words("other_words"),
        source=_text(reader, "source"),
    )
    reader.done()
    if not found.words:
        raise reader.fail("words", "thiếu")
    return found


def _text(reader: Reader, key: str) -> str:
    value = reader.need(key, str)
    if not value.strip():
        raise reader.fail(key, "rỗng")
    return value


def _trust(reader: Reader) -> Trust:
    name = reader.take("trust", str, default=Trust.T5.name)
    if name not in Trust.__members__:
        raise reader.fail("trust", "cần T1 đến T6")
    return Trust[name]


def _choice(reader: Reader, key: str, *, default: Choice) -> Choice:
    kind = type(default)
    value = reader.take(key, str, default=default.value)
    try:
        return kind(value)
    except ValueError as error:
        raise reader.fail(key, f"không có giá trị {value}") from error


def _choices(reader: Reader, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
    try:
        return tuple(kind(value) for value in reader.words(key))
    except ValueError as error:
        raise reader.fail(key, str(error)) from error
