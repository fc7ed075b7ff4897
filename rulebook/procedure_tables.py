"""Reads the procedure tables: one TOML file for each code, the project's own and those of the office."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from dossier.access import Purpose
from dossier.codes import parse_procedure_code
from dossier.errors import ArgumentError
from dossier.trust import Trust
from rulebook.load import Reader
from rulebook.problems import Problems
from rulebook.procedures import (
    Anew,
    Component,
    DataMode,
    DataSource,
    Handling,
    Procedure,
    Procedures,
    Scope,
    StatedPurpose,
    Whose,
)
from rulebook.table_files import read_table
from rulebook.time_limits import LimitUnit, TimeLimit

PROCEDURES_FOLDER = "procedures"
"""Folder of these tables, in the project and in an office's rulebook."""

Choice = TypeVar("Choice", bound=StrEnum)


def load_procedures(
    known_types: Collection[str], *, tables: Traversable | None = None, office: Traversable | None = None
) -> Procedures:
    """Read and check every procedure table.

    Args:
        known_types: names of the paper types of the rulebook.
        tables: folder of the tables; those of the package when not given.
        office: an office's rulebook folder. A table in its ``procedures`` speaks for its code from the first
            day of its first version on; before that day the project's version stays what it was.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    own = _read_folder(tables or files("rulebook") / "tables" / PROCEDURES_FOLDER, known_types)
    added = office / PROCEDURES_FOLDER if office is not None else None
    if added is not None and added.is_dir():
        for code, versions in _read_folder(added, known_types).items():
            own[code] = (*cut_off(own.get(code, ()), versions[0].valid_from), *versions)
    return Procedures(own)


def check_office_procedures(office: Path, known_types: Collection[str], problems: Problems) -> int:
    """Note what is wrong with an office's own procedure tables; how many there are."""
    folder = office / PROCEDURES_FOLDER
    found = _sources(folder) if folder.is_dir() else []
    for source in found:
        with problems.catching(source):
            read_procedure(source, known_types)
    return len(found)


def cut_off(versions: Iterable[Procedure], first: date) -> Iterator[Procedure]:
    """The versions as far as they lie before a day."""
    for version in versions:
        if version.valid_to is not None and version.valid_to < first:
            yield version
        elif version.valid_from < first:
            yield replace(version, valid_to=first - timedelta(days=1))


def _read_folder(folder: Traversable, known_types: Collection[str]) -> dict[str, tuple[Procedure, ...]]:
    return dict(read_procedure(source, known_types) for source in _sources(folder))


def _sources(folder: Traversable) -> list[Traversable]:
    tables = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return sorted(tables, key=lambda entry: entry.name)


def read_procedure(source: Traversable, known_types: Collection[str]) -> tuple[str, tuple[Procedure, ...]]:
    """One table: the code and its versions, oldest first.

    Raises:
        RulebookError: it is wrong; the line is named.
    """
    reader = Reader(source, read_table(source))
    code = reader.need("code", str)
    name_vi = _text(reader, "name_vi")
    field_vi = reader.take("field_vi", str, default="")
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
        (entry, replace(_version(entry, known_types), code=code, name_vi=name_vi, field_vi=field_vi))
        for entry in entries
    ]
    for (_, earlier), (later_reader, later) in pairwise(versions):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise later_reader.fail("valid_from", "trùng thời gian với phiên bản trước")
    return code, tuple(version for _, version in versions)


def _version(reader: Reader, known_types: Collection[str]) -> Procedure:
    """One version; the code and the names stand above it in the file."""
    valid_from = reader.day("valid_from")
    valid_to = reader.day("valid_to")
    source = _text(reader, "source")
    verified = reader.take("verified", bool, default=False)
    results = reader.words("results")
    limits = reader.tables("limit")
    entries = reader.tables("component")
    reader.done()
    if valid_from is None:
        raise reader.fail("valid_from", "thiếu")
    if valid_to is not None and valid_to < valid_from:
        raise reader.fail("valid_to", "trước ngày bắt đầu")
    if not entries:
        raise reader.fail("component", "thiếu")
    unknown = [each for each in results if each not in known_types]
    if unknown:
        raise reader.fail("results", f"loại giấy tờ không có trong từ vựng: {unknown[0][:50]}")
    if len(limits) > 1:
        raise reader.fail("limit", "chỉ một thời hạn")
    components: list[Component] = []
    for entry in entries:
        component = _component(entry, known_types)
        if component.code in {other.code for other in components}:
            raise entry.fail("code", "trùng mã thành phần")
        components.append(component)
    return Procedure(
        code="",
        name_vi="",
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        components=tuple(components),
        results=results,
        limit=_limit(limits[0]) if limits else None,
        verified=verified,
    )


def _limit(reader: Reader) -> TimeLimit:
    cut_off_at = reader.take("cut_off", str, default="15:00")
    amount = reader.take("amount", int, default=1)
    unit = reader.choice("unit", LimitUnit.WORKING_DAYS)
    source = _text(reader, "source")
    verified = reader.take("verified", bool, default=False)
    reader.done()
    try:
        at = time.fromisoformat(cut_off_at)
    except ValueError as error:
        raise reader.fail("cut_off", 'cần giờ dạng "15:00"') from error
    try:
        return TimeLimit(unit=unit, amount=amount, cut_off=at, source=source, verified=verified)
    except ArgumentError as error:
        raise reader.fail("amount", "cần số từ 1 đến 3660") from error


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
        unmapped=reader.take("unmapped", bool, default=False),
        not_required_unless_vi=reader.take("not_required_unless_vi", str, default=""),
        verified=reader.take("verified", bool, default=False),
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
    _check_mapping(reader, component)
    if component.unknown_term is Handling.ACCEPT:
        raise reader.fail("unknown_term", "chưa rõ thời hạn thì không được coi là còn hiệu lực")
    if bool(component.condition_fact) != bool(component.condition_vi):
        raise reader.fail("condition_fact", "cần đủ condition_fact và condition_vi")
    if component.not_required_unless_vi and component.not_required_since is None:
        raise reader.fail("not_required_unless_vi", "cần not_required_since")


def _check_mapping(reader: Reader, component: Component) -> None:
    """A component tells its papers, or that it is handed in anew, or that nobody has said."""
    if component.anew is Anew.FORM and (component.types or component.replacement_results or component.data):
        raise reader.fail("anew", "biểu mẫu điền mới không có giấy tờ thay thế")
    mapped = bool(component.types or component.replacement_results)
    if component.unmapped and (mapped or component.anew is not Anew.NO):
        raise reader.fail("unmapped", "chỉ khi chưa nêu loại giấy tờ nào")
    if component.anew is Anew.NO and not mapped and not component.unmapped:
        raise reader.fail("types", "thiếu")


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
        verified=reader.take("verified", bool, default=False),
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
