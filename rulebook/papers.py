"""Reads ``tables/papers/*.toml`` into specifications and refuses anything the vocabulary does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from dossier.documents import PartyRole
from dossier.errors import RulebookError
from rulebook.load import Reader, read_table
from rulebook.paper_spec import (
    ASK_BELOW,
    Block,
    FieldSpec,
    Find,
    Kind,
    Papers,
    PaperSpec,
    PartySpec,
    Sensitivity,
)
from rulebook.validity import Validity, ValidityKind
from rulebook.vocabulary import UNKNOWN_TYPE, VOCABULARY

__all__ = ["FieldSpec", "Find", "Kind", "PaperSpec", "Papers", "Sensitivity", "load_papers", "read_paper"]

E = TypeVar("E", bound=StrEnum)


def load_papers(folder: Traversable | None = None) -> Papers:
    """Read and check every table of the folder (the project's own by default).

    The caller keeps the result: reading takes some tens of milliseconds.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    source = folder if folder is not None else files("rulebook") / "tables" / "papers"
    tables = sorted(
        (entry for entry in source.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )
    specs: dict[str, PaperSpec] = {}
    for table in tables:
        spec = read_paper(table)
        if spec.type in specs:
            raise RulebookError(table.name, line=1, reason=f"loại {spec.type} đã có bảng khác")
        specs[spec.type] = spec
    if UNKNOWN_TYPE not in specs:
        raise RulebookError(source.name, line=0, reason=f"thiếu bảng {UNKNOWN_TYPE}.toml")
    return Papers(specs)


def read_paper(source: Traversable) -> PaperSpec:
    """Read one table.

    Raises:
        RulebookError: the table is wrong.
    """
    reader = Reader(source, read_table(source))
    type_ = reader.need("type", str)
    if type_ not in VOCABULARY:
        raise reader.fail("type", f"không có trong từ vựng: {type_}")
    blocks = tuple(_block(entry) for entry in reader.tables("block"))
    known = VOCABULARY[type_]
    fields = _fields(reader, known, {block.name for block in blocks})
    names = {field.name for field in fields}
    spec = PaperSpec(
        type=type_,
        label_vi=reader.need("label_vi", str),
        titles=reader.words("titles"),
        anchors=reader.words("anchors"),
        later_pages=reader.words("later_pages"),
        excluded=reader.words("excluded"),
        fields=fields,
        blocks=blocks,
        parties=tuple(_party(entry, names) for entry in reader.tables("party")),
        validity=tuple(_validity(entry, names) for entry in reader.tables("validity")),
        result_code=reader.take("result_code", str, default=""),
        retention_years=reader.take("retention_years", int, default=0),
        sides=reader.take("sides", int, default=0),
        administrative=reader.take("administrative", bool, default=False),
        source=reader.need("source", str),
        valid_from=reader.day("valid_from"),
        valid_to=reader.day("valid_to"),
    )
    if type_ != UNKNOWN_TYPE and not (spec.titles or spec.administrative):
        raise reader.fail("titles", "thiếu tiêu đề để nhận ra loại giấy")
    reader.done()
    return spec


def _fields(reader: Reader, known: Mapping[str, bool], blocks: set[str]) -> tuple[FieldSpec, ...]:
    """The fields in the order of the table, each once, every key field of the vocabulary among them."""
    fields: dict[str, FieldSpec] = {}
    for entry in reader.tables("field"):
        field = _field(entry, known, blocks)
        if field.name in fields:
            raise entry.fail("name", f"trường {field.name} ghi hai lần")
        fields[field.name] = field
    missing = [name for name, key in known.items() if key and name not in fields]
    if missing:
        raise reader.fail("field", f"thiếu trường chính {', '.join(missing)}")
    return tuple(fields.values())


def _block(entry: Reader) -> Block:
    block = Block(
        name=entry.need("name", str),
        anchors=entry.words("anchors"),
        closed=entry.take("closed", bool, default=False),
    )
    if not block.anchors:
        raise entry.fail("anchors", "thiếu")
    entry.done()
    return block


def _field(entry: Reader, known: Mapping[str, bool], blocks: set[str]) -> FieldSpec:
    name = entry.need("name", str)
    if name not in known:
        raise entry.fail("name", f"không có trong từ vựng: {name}")
    key = entry.take("key", bool, default=known[name])
    if key is not known[name]:
        raise entry.fail("name", f"{name}: khóa chính khác với từ vựng")
    find = tuple(_choice(entry, "find", Find, word) for word in entry.words("find")) or (Find.LABEL,)
    field = FieldSpec(
        name=name,
        label_vi=entry.need("label_vi", str),
        kind=_choice(entry, "kind", Kind, entry.need("kind", str)),
        key=key,
        sensitivity=_choice(
            entry, "sensitivity", Sensitivity, entry.take("sensitivity", str, default=Sensitivity.BASIC.value)
        ),
        labels=entry.words("labels"),
        find=find,
        block=entry.take("block", str, default=""),
        multiline=entry.take("multiline", bool, default=False),
        pattern=_pattern(entry),
        unit=entry.take("unit", str, default=""),
        ask_below=entry.take("ask_below", float, default=ASK_BELOW),
    )
    if field.block and field.block not in blocks:
        raise entry.fail("block", f"không có phần {field.block}")
    if Find.LABEL in find and not field.labels:
        raise entry.fail("name", f"{name}: thiếu nhãn (labels)")
    if Find.PATTERN in find and field.pattern is None:
        raise entry.fail("name", f"{name}: thiếu mẫu (pattern)")
    if not 0.0 <= field.ask_below <= 1.0:
        raise entry.fail("ask_below", "ngoài khoảng 0 đến 1")
    entry.done()
    return field


def _pattern(entry: Reader) -> re.Pattern[str] | None:
    text = entry.take("pattern", str, default="")
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise entry.fail("pattern", f"biểu thức sai: {error}") from error


def _party(entry: Reader, names: set[str]) -> PartySpec:
    spec = PartySpec(
        role=_choice(entry, "role", PartyRole, entry.need("role", str)),
        relation=entry.need("relation", str),
        name=_field_name(entry, "name", names, needed=True),
        number=_field_name(entry, "number", names),
        birth=_field_name(entry, "birth", names),
    )
    entry.done()
    return spec


def _validity(entry: Reader, names: set[str]) -> Validity:
    rule = Validity(
        kind=_choice(entry, "kind", ValidityKind, entry.need("kind", str)),
        article=entry.need("article", str),
        months=entry.take("months", int, default=0),
        field=_field_name(entry, "field", names),
        status_check=entry.take("status_check", str, default=""),
        since=entry.day("since"),
        until=entry.day("until"),
    )
    if (rule.kind is ValidityKind.MONTHS) != (rule.months > 0):
        raise entry.fail("kind", "cần số tháng đúng khi và chỉ khi kind là months")
    if rule.kind in {ValidityKind.MONTHS, ValidityKind.PRINTED} and not rule.field:
        raise entry.fail("kind", "cần trường (field) để tính")
    if rule.since is not None and rule.until is not None and rule.since > rule.until:
        raise entry.fail("since", "sau ngày until")
    entry.done()
    return rule


def _field_name(entry: Reader, key: str, names: set[str], *, needed: bool = False) -> str:
    name = entry.need(key, str) if needed else entry.take(key, str, default="")
    if name and name not in names:
        raise entry.fail(key, f"không có trường {name}")
    return name


def _choice(entry: Reader, key: str, kind: type[E], text: str) -> E:
    try:
        return kind(text)
    except ValueError as error:
        allowed = ", ".join(kind)
        raise entry.fail(key, f"{text!r} không thuộc: {allowed}") from error
