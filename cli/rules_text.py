"""The tables of the law as clerks and archivists read them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from cli.words import printable
from dossier.errors import Lang
from rulebook.paper_spec import FieldSpec, Papers, PaperSpec, PartySpec, Retention
from rulebook.problems import Problem, Severity
from rulebook.validity import Validity
from rulebook.variants import Variant

Words = Mapping[Lang, str]

_WIDTH = 150

_KINDS: Mapping[str, Words] = {
    "person_name": {"vi": "họ tên", "en": "name"},
    "date": {"vi": "ngày", "en": "date"},
    "year": {"vi": "năm", "en": "year"},
    "personal_id": {"vi": "số định danh", "en": "identity number"},
    "sex": {"vi": "giới tính", "en": "sex"},
    "code": {"vi": "số, ký hiệu", "en": "code"},
    "place": {"vi": "nơi chốn", "en": "place"},
    "text": {"vi": "chữ", "en": "text"},
    "money": {"vi": "số lượng", "en": "amount"},
    "area": {"vi": "diện tích", "en": "area"},
    "number": {"vi": "số đếm", "en": "count"},
    "mrz": {"vi": "dòng máy đọc", "en": "MRZ"},
}
_SENSITIVITY: Mapping[str, Words] = {
    "basic": {"vi": "cơ bản", "en": "basic"},
    "sensitive": {"vi": "NHẠY CẢM", "en": "SENSITIVE"},
}
_THRESHOLD: Mapping[str, Words] = {
    "program": {"vi": "mặc định", "en": "default"},
    "table": {"vi": "bảng", "en": "table"},
    "office": {"vi": "cơ quan", "en": "office"},
}
_ROLES: Mapping[str, Words] = {
    "owner": {"vi": "Chủ giấy tờ", "en": "Owner"},
    "related": {"vi": "Người liên quan", "en": "Related person"},
}
_RELATIONS = {
    "subject": "người được cấp",
    "applicant": "người nộp",
    "mother": "mẹ",
    "father": "cha",
    "wife": "vợ",
    "husband": "chồng",
    "household_head": "chủ hộ",
    "land_user": "người sử dụng đất",
    "business_owner": "chủ hộ kinh doanh",
    "enterprise": "doanh nghiệp",
    "representative": "người đại diện",
    "builder": "chủ đầu tư",
    "party_a": "bên A",
    "party_b": "bên B",
}
_WAYS: Mapping[str, Words] = {
    "number": {"vi": "số ở đầu giấy", "en": "number at the top"},
    "place_date": {"vi": "dòng địa danh, ngày", "en": "line of place and date"},
    "place": {"vi": "địa danh", "en": "place line"},
    "issuer": {"vi": "tên cơ quan ở đầu giấy", "en": "agency at the top"},
    "summary": {"vi": "trích yếu dưới tiêu đề", "en": "summary under the title"},
    "letter_summary": {"vi": "sau V/v", "en": "behind V/v"},
    "signer": {"vi": "họ tên dưới chữ ký", "en": "name under the signature"},
    "signer_role": {"vi": "chức vụ trên chữ ký", "en": "role over the signature"},
    "signer_agency": {"vi": "cơ quan trên chữ ký", "en": "agency over the signature"},
    "pattern": {"vi": "theo mẫu ký tự", "en": "by its pattern"},
    "named_person": {"vi": "người nêu trong văn bản", "en": "person named in the text"},
    "table": {"vi": "bảng", "en": "table"},
    "title": {"vi": "tiêu đề", "en": "title"},
    "granting": {"vi": "sau lời cấp cho", "en": "behind the words that grant"},
    "block_date": {"vi": "ngày trong phần", "en": "date within the block"},
    "mrz": {"vi": "dòng máy đọc", "en": "MRZ"},
}
_UNVERIFIED: Words = {"vi": "chưa kiểm chứng", "en": "not verified"}
_SEVERITY: Mapping[Severity, Words] = {
    Severity.ERROR: {"vi": "SAI", "en": "WRONG"},
    Severity.NOTE: {"vi": "lưu ý", "en": "note"},
}
_NO_LIMIT: Words = {"vi": "không thời hạn", "en": "no expiry"}
_UNTIL_CHANGED: Words = {"vi": "đến khi có thay đổi", "en": "until something changes"}
_UNKNOWN: Words = {
    "vi": "chưa có thời hạn chung, phải hỏi người xử lý",
    "en": "no general term: a person is asked",
}


def list_text(papers: Papers, lang: Lang) -> str:
    """One line for each paper type."""
    heads = (
        ("Loại", "Tên", "Trường", "Nhạy cảm", "Nguồn bảng")
        if lang == "vi"
        else ("Type", "Name", "Fields", "Sensitive", "Table")
    )
    rows = [
        (
            spec.type,
            spec.label_vi,
            str(len(spec.fields)),
            str(sum(field.sensitivity == "sensitive" for field in spec.fields) or "—"),
            origin(spec, lang),
        )
        for spec in papers.specs.values()
    ]
    return _table(heads, rows)


def origin(spec: PaperSpec, lang: Lang) -> str:
    """Whose table it is, and which of the office's files add words to it."""
    own = {"vi": "của cơ quan", "en": "the office's"} if spec.own else {"vi": "có sẵn", "en": "built in"}
    return own[lang] + (f" + {', '.join(spec.extended_by)}" if spec.extended_by else "")


def show_text(spec: PaperSpec, lang: Lang) -> str:
    """Everything the tables say about a paper type."""
    vi = lang == "vi"
    image = _SENSITIVITY[spec.image_sensitivity][lang]
    lines = [
        f"{spec.label_vi}  ({spec.type})",
        f"{'Bảng' if vi else 'Table'}: {origin(spec, lang)}",
        f"{'Căn cứ' if vi else 'Source'}: {spec.source}",
        f"{'Mã kết quả quốc gia' if vi else 'National result code'}: {spec.result_code or '—'}",
        f"{'Ảnh của giấy tờ' if vi else 'Picture of the paper'}: {image}",
        f"{'Thời hạn bảo quản' if vi else 'Retention'}: {retention_text(spec.retention, lang)}",
        *(f"{_ROLES[party.role][lang]}: {_party(spec, party, lang)}" for party in spec.parties),
        f"{'Giá trị sử dụng' if vi else 'Term'}:",
        *(f"  • {term_text(spec, rule, lang)}" for rule in spec.validity),
        *_not_demanded(spec, lang),
        *_listed("Tiêu đề" if vi else "Titles", spec.title_variants),
        *([f"{'Cụm từ nhận dạng' if vi else 'Phrases'}: {'; '.join(spec.anchors)}"] if spec.anchors else []),
        *(
            line
            for block in spec.blocks
            for line in _listed(f"{'Phần' if vi else 'Block'} {block.name}", block.variants)
        ),
    ]
    return printable("\n".join(lines)) + "\n\n" + _fields(spec, lang)


def term_text(spec: PaperSpec, rule: Validity, lang: Lang) -> str:
    """One rule about the term, with its days, condition and article."""
    vi = lang == "vi"
    field = spec.by_name[rule.field].label_vi if rule.field in spec.by_name else rule.field
    ends = {
        "unlimited": _NO_LIMIT[lang],
        "until_changed": _UNTIL_CHANGED[lang],
        "unknown": _UNKNOWN[lang],
        "months": f"{rule.months} tháng kể từ: {field}" if vi else f"{rule.months} months from: {field}",
        "days": f"{rule.days} ngày kể từ: {field}" if vi else f"{rule.days} days from: {field}",
        "printed": f"theo ngày in trên giấy: {field}" if vi else f"as printed: {field}",
    }
    about = []
    if rule.when:
        named = spec.by_name[rule.when].label_vi
        values = f" = {', '.join(rule.values)}" if rule.values else (" có ghi" if vi else " is given")
        about.append(f"{'khi' if vi else 'when'} {named}{values}")
    if rule.since or rule.until:
        about.append(f"{'giấy cấp' if vi else 'issued'} {days_text(rule.since, rule.until)}")
    article = rule.article + ("" if rule.verified else f" ({_UNVERIFIED[lang]})")
    return "; ".join((ends[rule.kind], *about)) + f" — {article}"


def retention_text(retention: Retention | None, lang: Lang) -> str:
    """How long papers of a type are kept."""
    if retention is None:
        return "—"
    vi = lang == "vi"
    kept = "chưa rõ" if vi else "not known"
    if retention.permanent:
        kept = "vĩnh viễn" if vi else "for good"
    elif retention.years:
        kept = f"{retention.years} {'năm' if vi else 'years'}"
    return f"{kept} — {retention.article}" + ("" if retention.verified else f" ({_UNVERIFIED[lang]})")


def days_text(since: date | None, until: date | None) -> str:
    """``01/01/2016 – 30/06/2025``; an open side is dots."""
    return f"{_day(since)} – {_day(until)}"


def problem_line(problem: Problem, lang: Lang) -> str:
    """``file:line: WRONG message [code]``, as editors and people can follow it."""
    word = _SEVERITY[problem.severity][lang]
    return printable(f"{shown(problem)}: {word}: {problem.message}  [{problem.code}]") + "\n"


def shown(problem: Problem) -> str:
    """File and line of a problem; the file as seen from where the person works."""
    return f"{file_of(problem)}:{problem.line}"


def file_of(problem: Problem) -> str:
    """The file of a problem as seen from where the person works."""
    path = Path(str(problem.source))
    here = Path.cwd()
    told = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
    # A line break in a name would make two lines of one problem.
    return printable(told.replace("\n", "\N{REPLACEMENT CHARACTER}"))


def _party(spec: PaperSpec, party: PartySpec, lang: Lang) -> str:
    names = [name for name in (party.name, party.number, party.birth) if name in spec.by_name]
    relation = _RELATIONS.get(party.relation, party.relation) if lang == "vi" else party.relation
    return f"{relation} ({', '.join(spec.by_name[name].label_vi for name in names)})"


def _not_demanded(spec: PaperSpec, lang: Lang) -> Iterator[str]:
    for rule in spec.not_demanded:
        head = "Không được yêu cầu nộp" if lang == "vi" else "May not be demanded"
        unless = f", {'trừ khi' if lang == 'vi' else 'unless'} {rule.unless_vi}" if rule.unless_vi else ""
        article = rule.article + ("" if rule.verified else f" ({_UNVERIFIED[lang]})")
        yield f"{head}: {days_text(rule.since, rule.until)}{unless} — {article}"


def _listed(head: str, variants: Sequence[Variant]) -> Iterator[str]:
    if variants:
        yield f"{head}:"
        yield from (f"  • {variant_text(variant)}" for variant in variants)


def variant_text(variant: Variant) -> str:
    """A printed form with its days and the form that sets it, where the table says so."""
    about = [days_text(variant.since, variant.until)] if variant.dated else []
    about += [variant.form] if variant.form else []
    return variant.text + (f"  [{'; '.join(about)}]" if about else "")


def _fields(spec: PaperSpec, lang: Lang) -> str:
    heads = (
        ("Trường", "Tên", "Loại", "Chính", "Dữ liệu", "Hỏi khi dưới", "Nhãn in trên giấy")
        if lang == "vi"
        else ("Field", "Name", "Kind", "Key", "Data", "Ask below", "Printed labels")
    )
    return _table(heads, [_field(field, lang) for field in spec.fields])


def _field(field: FieldSpec, lang: Lang) -> tuple[str, ...]:
    labels = "; ".join(variant_text(variant) for variant in field.variants)
    ways = ", ".join(_WAYS[way][lang] for way in field.find if way != "label")
    return (
        field.name,
        field.label_vi,
        _KINDS[field.kind][lang] + (f" ({field.unit})" if field.unit else ""),
        "●" if field.key else "",
        _SENSITIVITY[field.sensitivity][lang],
        f"{field.ask_below:.2f} {_THRESHOLD[field.threshold_from][lang]}",
        "; ".join(part for part in (labels, f"({ways})" if ways else "") if part),
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "…"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table; cells are text only, whatever a table of the office holds."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    target = io.StringIO()
    Console(file=target, width=_WIDTH).print(table)
    return target.getvalue()
