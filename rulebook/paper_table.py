"""Reads the table of one paper type. What can be read is read; everything that is wrong is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TypeVar

from dossier.documents import PartyRole
from dossier.review import OWNER_QUESTION, SIGNATURE_QUESTION, TYPE_QUESTION
from rulebook.load import Reader
from rulebook.paper_spec import (
    Block,
    FieldSpec,
    Find,
    Kind,
    NotDemanded,
    PaperSpec,
    PartySpec,
    Retention,
    Sensitivity,
    ThresholdFrom,
    ask_below,
)
from rulebook.patterns import pattern_fault
from rulebook.problems import Problems
from rulebook.table_files import read_table
from rulebook.validity import Validity, ValidityKind
from rulebook.variants import texts
from rulebook.vocabulary import UNKNOWN_TYPE, VOCABULARY

Part = TypeVar("Part")

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
"""Grammar of names of types and fields; they stand in addresses, columns and JSON."""

DEFAULT = "default"
"""No type: the section of an office's thresholds that holds for all."""

_LONGEST_YEARS = 100
# Years of a term or of keeping: no law sets longer ones, and the calendar ends with the year 9999.
_LONGEST_MONTHS, _LONGEST_DAYS = _LONGEST_YEARS * 12, _LONGEST_YEARS * 366

_QUESTIONS = frozenset({TYPE_QUESTION, OWNER_QUESTION, SIGNATURE_QUESTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A paper type as read from its table, with the places of its parts for whoever finds fault with them."""

    spec: PaperSpec
    reader: Reader
    fields: Mapping[str, Reader]
    parties: tuple[tuple[PartySpec, Reader], ...]
    validity: tuple[tuple[Validity, Reader], ...]


def open_table(source: Traversable, problems: Problems) -> Reader | None:
    """The reader of a file; nothing, and a problem, when it is no table at all."""
    with problems.catching(source):
        return Reader(source, read_table(source), problems=problems)
    return None


def read_paper_table(reader: Reader, problems: Problems, *, own: bool) -> PaperTable | None:
    """Read one table; nothing, and a problem, when not even its type is clear.

    Args:
        reader: of the whole file.
        problems: where everything that is wrong goes.
        own: an office's table: its type and fields are its own, those of the vocabulary are refused.
    """
    with problems.catching(reader.source):
        return _paper(reader, problems, known=_known_fields(reader, own=own))
    return None


def _known_fields(reader: Reader, *, own: bool) -> Mapping[str, bool] | None:
    """Fields of the vocabulary, or nothing where the office names its own.

    Raises:
        RulebookError: no name, or a type that stands or does not stand in the vocabulary.
    """
    type_ = reader.need("type", str)
    if not own:
        if type_ not in VOCABULARY:
            raise reader.fail("type", f"không có trong từ vựng: {type_}")
        return VOCABULARY[type_]
    if NAME.fullmatch(type_) is None or type_ == DEFAULT:
        reason = "tên loại chỉ gồm chữ thường không dấu, số và gạch dưới, 2 đến 40 ký tự, khác default"
        raise reader.fail("type", reason)
    if type_ in VOCABULARY:
        raise reader.fail("type", f'{type_} đã có sẵn; để thêm nhãn hãy dùng extends = "{type_}"')
    return None


def _paper(reader: Reader, problems: Problems, *, known: Mapping[str, bool] | None) -> PaperTable:
    type_ = reader.need("type", str)
    blocks = _blocks(reader, problems)
    readers = _fields(reader, problems, known=known, blocks={block.name for block in blocks})
    fields = tuple(field for field, _ in readers)
    names = {field.name for field in fields}
    parties = tuple(
        (party, entry)
        for entry in reader.tables("party")
        if (party := _caught(problems, entry, names, _party)) is not None
    )
    validity = tuple(
        (rule, entry)
        for entry in reader.tables("validity")
        if (rule := _caught(problems, entry, names, _validity)) is not None
    )
    titles = reader.variants("titles")
    spec = PaperSpec(
        type=type_,
        label_vi=reader.text("label_vi"),
        titles=texts(titles),
        title_variants=titles,
        anchors=texts(reader.variants("anchors")),
        later_pages=reader.words("later_pages"),
        excluded=reader.words("excluded"),
        fields=fields,
        blocks=blocks,
        parties=tuple(party for party, _ in parties),
        validity=tuple(rule for rule, _ in validity),
        result_code=reader.take("result_code", str, default=""),
        retention=read_retention(reader),
        not_demanded=tuple(_not_demanded(entry) for entry in reader.tables("not_demanded")),
        image_sensitivity=reader.choice("image_sensitivity", Sensitivity.BASIC),
        sides=reader.take("sides", int, default=0),
        administrative=reader.take("administrative", bool, default=False),
        source=reader.text("source"),
        valid_from=reader.day("valid_from"),
        valid_to=reader.day("valid_to"),
        own=known is None,
    )
    if type_ != UNKNOWN_TYPE and not (spec.titles or spec.administrative):
        reader.report("titles", "thiếu tiêu đề để nhận ra loại giấy")
    reader.done()
    return PaperTable(
        spec=spec,
        reader=reader,
        fields={field.name: entry for field, entry in readers},
        parties=parties,
        validity=validity,
    )


def _caught(
    problems: Problems, entry: Reader, names: set[str], read: Callable[[Reader, set[str]], Part]
) -> Part | None:
    """One part; nothing, and a problem, when it cannot be read."""
    with problems.catching(entry.source):
        return read(entry, names)
    return None


def _blocks(reader: Reader, problems: Problems) -> tuple[Block, ...]:
    blocks: dict[str, Block] = {}
    for entry in reader.tables("block"):
        with problems.catching(entry.source):
            anchors = entry.variants("anchors")
            block = Block(
                name=entry.need("name", str),
                anchors=texts(anchors),
                variants=anchors,
                closed=entry.take("closed", bool, default=False),
            )
            if not block.anchors:
                entry.report("anchors", "thiếu")
            if block.name in blocks:
                entry.report("name", f"phần {block.name} ghi hai lần")
            entry.done()
            blocks[block.name] = block
    return tuple(blocks.values())


def _fields(
    reader: Reader, problems: Problems, *, known: Mapping[str, bool] | None, blocks: set[str]
) -> tuple[tuple[FieldSpec, Reader], ...]:
    """The fields in the order of the table, each once, every key field of the vocabulary among them."""
    fields: dict[str, tuple[FieldSpec, Reader]] = {}
    for entry in reader.tables("field"):
        with problems.catching(entry.source):
            field = _field(entry, known, blocks)
            if field.name in fields:
                entry.report("name", f"trường {field.name} ghi hai lần")
            fields[field.name] = (field, entry)
    missing = [name for name, key in (known or {}).items() if key and name not in fields]
    if missing:
        reader.report("field", f"thiếu trường chính {', '.join(missing)}")
    if not fields:
        reader.report("field", "thiếu")
    return tuple(fields.values())


def _field(entry: Reader, known: Mapping[str, bool] | None, blocks: set[str]) -> FieldSpec:
    name = entry.need("name", str)
    kind = entry.chosen("kind", entry.need("kind", str), Kind.TEXT)
    key = _is_key(entry, name, known)
    find = tuple(entry.chosen("find", word, Find.LABEL) for word in entry.words("find")) or (Find.LABEL,)
    labels = entry.variants("labels")
    field = FieldSpec(
        name=name,
        label_vi=entry.text("label_vi"),
        kind=kind,
        key=key,
        sensitivity=entry.choice("sensitivity", Sensitivity.BASIC),
        labels=texts(labels),
        variants=labels,
        find=find,
        block=entry.take("block", str, default=""),
        multiline=entry.take("multiline", bool, default=False),
        pattern=_pattern(entry),
        choices=entry.words("choices"),
        unit=entry.take("unit", str, default=""),
        ask_below=entry.take("ask_below", float, default=ask_below(kind)),
        threshold_from=ThresholdFrom.TABLE if entry.has("ask_below") else ThresholdFrom.PROGRAM,
    )
    if field.block and field.block not in blocks:
        entry.report("block", f"không có phần {field.block}")
    if Find.LABEL in find and not field.labels:
        entry.report("name", f"{name}: thiếu nhãn (labels)")
    if Find.PATTERN in find and field.pattern is None:
        entry.report("name", f"{name}: thiếu mẫu (pattern)")
    if not 0.0 <= field.ask_below <= 1.0:
        entry.report("ask_below", "ngoài khoảng 0 đến 1", code="rules.threshold")
    entry.done()
    return field


def _is_key(entry: Reader, name: str, known: Mapping[str, bool] | None) -> bool:
    """Whether the field is key.

    Raises:
        RulebookError: a name the vocabulary, or the grammar of names, does not allow.
    """
    if known is None:
        if NAME.fullmatch(name) is None or name in _QUESTIONS:
            raise entry.fail(
                "name",
                "tên trường chỉ gồm chữ thường không dấu, số và gạch dưới, khác type, owner, signature",
            )
        return entry.take("key", bool, default=False)
    if name not in known:
        raise entry.fail("name", f"không có trong từ vựng: {name}")
    if entry.take("key", bool, default=known[name]) is not known[name]:
        entry.report("name", f"{name}: khóa chính khác với từ vựng")
    return known[name]


def _pattern(entry: Reader) -> re.Pattern[str] | None:
    text = entry.take("pattern", str, default="")
    if not text:
        return None
    fault = pattern_fault(text)
    if fault:
        entry.report("pattern", fault, code="rules.pattern_unsafe")
        return None
    return re.compile(text)


def _party(entry: Reader, names: set[str]) -> PartySpec:
    spec = PartySpec(
        role=entry.chosen("role", entry.need("role", str), PartyRole.OWNER),
        relation=entry.text("relation"),
        name=_field_name(entry, "name", names, needed=True),
        number=_field_name(entry, "number", names),
        birth=_field_name(entry, "birth", names),
    )
    entry.done()
    return spec


def _validity(entry: Reader, names: set[str]) -> Validity:
    since, until = entry.days()
    rule = Validity(
        kind=entry.chosen("kind", entry.need("kind", str), ValidityKind.UNKNOWN),
        article=entry.text("article"),
        months=entry.take("months", int, default=0),
        days=entry.take("days", int, default=0),
        field=_field_name(entry, "field", names),
        status_check=entry.take("status_check", str, default=""),
        since=since,
        until=until,
        when=_field_name(entry, "when", names),
        values=entry.words("values"),
        verified=entry.take("verified", bool, default=False),
    )
    if rule.months > _LONGEST_MONTHS or rule.days > _LONGEST_DAYS:
        entry.report("kind", f"dài quá {_LONGEST_YEARS} năm")
    if (rule.kind is ValidityKind.MONTHS) != (rule.months > 0):
        entry.report("kind", "cần số tháng đúng khi và chỉ khi kind là months")
    if (rule.kind is ValidityKind.DAYS) != (rule.days > 0):
        entry.report("kind", "cần số ngày đúng khi và chỉ khi kind là days")
    if (rule.is_period or rule.kind is ValidityKind.PRINTED) and not rule.field:
        entry.report("kind", "cần trường (field) để tính")
    if rule.values and not rule.when:
        entry.report("values", "cần trường (when) để so")
    entry.done()
    return rule


def read_retention(reader: Reader) -> Retention | None:
    """The term of keeping in a table or an office's file; nothing when it states none."""
    entry = reader.table("retention")
    if entry is None:
        return None
    found = Retention(
        article=entry.text("article"),
        years=entry.take("years", int, default=0),
        permanent=entry.take("permanent", bool, default=False),
        verified=entry.take("verified", bool, default=False),
    )
    if not 0 <= found.years <= _LONGEST_YEARS or (found.years and found.permanent):
        entry.report("years", f"cần 0 đến {_LONGEST_YEARS} năm, và 0 khi lưu vĩnh viễn")
    entry.done()
    return found


def _not_demanded(entry: Reader) -> NotDemanded:
    since, until = entry.days()
    if since is None:
        raise entry.fail("since", "thiếu")
    found = NotDemanded(
        since=since,
        until=until,
        article=entry.text("article"),
        unless_vi=entry.take("unless_vi", str, default=""),
        verified=entry.take("verified", bool, default=False),
    )
    entry.done()
    return found


def _field_name(entry: Reader, key: str, names: set[str], *, needed: bool = False) -> str:
    name = entry.need(key, str) if needed else entry.take(key, str, default="")
    if name and name not in names:
        entry.report(key, f"không có trường {name}")
    return name
