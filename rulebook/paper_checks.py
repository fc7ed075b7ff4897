"""Checks of paper tables beyond their grammar: words that mean two things, terms with holes, wrong kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from rulebook.load import Reader
from rulebook.paper_spec import FieldSpec, Find, Kind, PaperSpec
from rulebook.paper_table import PaperTable
from rulebook.problems import Severity
from rulebook.validity import Validity
from rulebook.variants import key_of

_RESULT_CODE = re.compile(r"KQ\.[A-Z]\d{2}\.\d{6}")
_PARTY_KINDS = {
    "name": {Kind.PERSON_NAME, Kind.TEXT},
    "number": {Kind.PERSONAL_ID, Kind.CODE},
    "birth": {Kind.DATE, Kind.YEAR},
}
_OPEN = "rules.validity_gap"


def check_table(table: PaperTable) -> None:
    """Report what is wrong within one table."""
    for left, right, label in ambiguous_labels(table.spec):
        entry = table.fields[right.name]
        report_ambiguous(entry, left, right, label)
    _check_repeated(table)
    _check_parties(table)
    _check_validity(table)
    code = table.spec.result_code
    if code and _RESULT_CODE.fullmatch(code) is None:
        table.reader.report("result_code", "cần dạng KQ.G15.000031", code="rules.result_code")


def ambiguous_labels(
    spec: PaperSpec, only: Collection[str] | None = None
) -> Iterator[tuple[FieldSpec, FieldSpec, str]]:
    """Pairs of fields of one kind and block that are looked for behind the same label, with that label.

    Fields of different kinds may share one: a line may say several things (``lần thứ 3, ngày …``).

    Args:
        spec: the type.
        only: keys of the labels to look at; all when not given.
    """
    labelled = [field for field in spec.fields if Find.LABEL in field.find]
    for left, right in combinations(labelled, 2):
        if left.block != right.block or left.kind is not right.kind:
            continue
        known = {key_of(label) for label in left.labels}
        for label in right.labels:
            if key_of(label) in known and (only is None or key_of(label) in only):
                yield left, right, label


def report_ambiguous(entry: Reader, left: FieldSpec, right: FieldSpec, label: str) -> None:
    """Two fields of one kind would both take what stands behind the label."""
    entry.report(
        "labels",
        f"nhãn {label!r} dùng cho cả {left.name} và {right.name}",
        code="rules.label_ambiguous",
        text=label,
    )


def _check_repeated(table: PaperTable) -> None:
    """A label that is read as another one of the same field does nothing: worth a note."""
    for field in table.spec.fields:
        seen: dict[str, str] = {}
        for label in field.labels:
            first = seen.setdefault(key_of(label), label)
            if first != label:
                table.fields[field.name].report(
                    "labels",
                    f"nhãn {label!r} đọc như {first!r} của cùng trường, có thể bỏ",
                    code="rules.label_repeated",
                    severity=Severity.NOTE,
                    text=label,
                )


def check_titles(titles: Sequence[tuple[str, str, Reader]]) -> None:
    """Report titles that two types claim; the one that came later is to blame.

    Args:
        titles: type, title and the table that says it, the project's own first.
    """
    owner: dict[str, str] = {}
    for type_, title, table in titles:
        first = owner.setdefault(key_of(title), type_)
        if first != type_:
            table.report(
                "titles",
                f"tiêu đề {title!r} trùng với loại {first}",
                code="rules.title_collision",
                text=title,
            )


def _check_parties(table: PaperTable) -> None:
    for party, entry in table.parties:
        for key, allowed in _PARTY_KINDS.items():
            field = table.spec.by_name.get(getattr(party, key))
            if field is not None and field.kind not in allowed:
                wanted = ", ".join(sorted(allowed))
                entry.report(key, f"{field.name} là {field.kind}, cần {wanted}", code="rules.party_kind")


def _check_validity(table: PaperTable) -> None:
    """Every day of issue has exactly one rule that needs no field, and every rule can be reached."""
    if not table.validity:
        table.reader.report("validity", "thiếu (chưa rõ thì ghi kind = 'unknown')", code=_OPEN)
        return
    general = [(rule, entry) for rule, entry in table.validity if not rule.when]
    general.sort(key=lambda found: found[0].since or date.min)
    if not general:
        table.validity[0][1].report("when", "thiếu quy tắc chung cho các giấy còn lại", code=_OPEN)
        return
    first, last = general[0], general[-1]
    if first[0].since is not None and first[0].since > (table.spec.valid_from or date.min):
        first[1].report("since", f"chưa có quy tắc cho giấy cấp trước {_shown(first[0].since)}", code=_OPEN)
    if last[0].until is not None and last[0].until < (table.spec.valid_to or date.max):
        last[1].report("until", f"chưa có quy tắc cho giấy cấp sau {_shown(last[0].until)}", code=_OPEN)
    for (before, _), (after, entry) in pairwise(general):
        _check_seam(before, after, entry)
    _check_reached(table.validity)


def _check_seam(before: Validity, after: Validity, entry: Reader) -> None:
    if before.until is None or after.since is None or after.since <= before.until:
        entry.report("since", "trùng thời gian với quy tắc khác", code="rules.validity_overlap")
    elif after.since > before.until + timedelta(days=1):
        entry.report(
            "since",
            f"chưa có quy tắc cho giấy cấp từ {_shown(before.until + timedelta(days=1))}"
            f" đến {_shown(after.since - timedelta(days=1))}",
            code=_OPEN,
        )


def _check_reached(rules: Sequence[tuple[Validity, Reader]]) -> None:
    for index, (rule, entry) in enumerate(rules):
        if rule.when and any(_holds(earlier, rule) for earlier, _ in rules[:index] if not earlier.when):
            entry.report(
                "when",
                "không bao giờ dùng tới: quy tắc chung đứng trước đã áp dụng; đặt quy tắc này lên trước",
                code="rules.validity_overlap",
            )


def _holds(outer: Validity, inner: Validity) -> bool:
    """Whether every day of the inner rule is a day of the outer."""
    return (outer.since or date.min) <= (inner.since or date.min) and (inner.until or date.max) <= (
        outer.until or date.max
    )


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
