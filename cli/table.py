"""Tables for people: what was filed, what waits, what was refused; one document; lists of documents."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cli.explain import note
from cli.words import CONCLUSIONS, SIGNED, STATES, masked, moment, printable
from dossier.documents import Document, DocumentState

if TYPE_CHECKING:
    from rich.table import Table

    from dossier.errors import Lang
    from flows.report import BatchReport, PaperRow
    from signing.interrupted import Outcome
    from wiring.services import Services

_WIDTH = 165
_FILE_WIDTH = 34
_ID_WIDTH = 36
_MENDED = ("page.rotated", "page.skew")


def filed_table(report: BatchReport, lang: Lang) -> str:
    """Paper, type, owner, fields, confidence, signature, hash of the file, seconds."""
    vi = lang == "vi"
    table = _table(
        ["Giấy tờ", "Loại", "Chủ sở hữu", "Trường", "Tin cậy", "Chữ ký", "SHA-256", "Giây"]
        if vi
        else ["Paper", "Type", "Owner", "Fields", "Confidence", "Signature", "SHA-256", "Seconds"],
        whole=_FILE_WIDTH,
    )
    for row in report.papers:
        document = row.document
        asked = (
            f" ({len(document.questions)} {'cần xem' if vi else 'to check'})" if document.questions else ""
        )
        _add(
            table,
            _paper_name(row),
            row.label,
            _owners(document),
            f"{len(document.fields)}{asked}",
            f"{row.confidence:.0%}",
            CONCLUSIONS[document.signature][lang] + (" (DEMO)" if row.demo else ""),
            _hash(document, lang),
            f"{row.seconds:.1f}" if row.seconds else "—",
        )
    filed = sum(row.document.state is DocumentState.FILED for row in report.papers)
    waiting = len(report.papers) - filed
    total = (
        f"{filed} giấy tờ đã lưu kho, {waiting} chờ người xem, {len(report.refused)} tệp không nhận, "
        f"{len(report.duplicates)} tệp trùng; {report.seconds:.1f} giây CPU.\n"
        if vi
        else f"{filed} papers filed, {waiting} wait for a person, {len(report.refused)} files refused, "
        f"{len(report.duplicates)} duplicates; {report.seconds:.1f} CPU seconds.\n"
    )
    return (_rendered(table) if report.papers else "") + total


def refused_lines(report: BatchReport) -> str:
    """One line for each refused file: what happened and what to do, with the stable code."""
    return "".join(f"✗ {printable(row.message)}  [{row.code}]\n" for row in report.refused)


def signed_table(outcomes: Sequence[Outcome], lang: Lang, *, demo: bool) -> str:
    """File, what became of it, where the signed file lies; then the sum."""
    vi = lang == "vi"
    table = _table(
        ["Tệp", "Kết quả", "Tệp đã ký"] if vi else ["File", "Result", "Signed file"], whole=_FILE_WIDTH
    )
    for outcome in outcomes:
        state = "refused" if outcome.error else "earlier" if outcome.earlier else "signed"
        words = SIGNED[state][lang] + (" (DEMO)" if demo and state == "signed" else "")
        code = f"  [{outcome.error.code}]" if outcome.error else ""
        _add(table, outcome.item, words + code, str(outcome.out or "—"))
    signed = sum(outcome.out is not None and not outcome.earlier for outcome in outcomes)
    earlier = sum(outcome.earlier for outcome in outcomes)
    rest = len(outcomes) - signed - earlier
    total = (
        f"{signed} tệp đã ký, {earlier} tệp đã ký từ trước, {rest} tệp chưa ký.\n"
        if vi
        else f"{signed} files signed, {earlier} signed before, {rest} not signed.\n"
    )
    return _rendered(table) + total


def skipped_lines(report: BatchReport) -> str:
    """Names of files a folder held that are no papers, so that nothing is left out in silence."""
    if not report.skipped:
        return ""
    return f"Bỏ qua {len(report.skipped)} tệp không phải giấy tờ: {printable(', '.join(report.skipped))}\n"


def documents_table(services: Services, documents: Sequence[Document], lang: Lang) -> str:
    """A list of papers; identity numbers are masked."""
    from flows.lookup import question_label

    if not documents:
        return "Không có giấy tờ nào.\n" if lang == "vi" else "No papers.\n"
    table = _table(
        ["Mã giấy tờ", "Loại", "Chủ sở hữu", "Trạng thái", "Có giá trị đến", "Tin cậy", "Cần người xem"]
        if lang == "vi"
        else ["Document", "Type", "Owner", "State", "Valid until", "Trust", "To check"],
        whole=_ID_WIDTH,
    )
    for document in documents:
        _add(
            table,
            document.id,
            services.papers.spec(document.type).label_vi,
            _owners(document),
            STATES[document.state][lang],
            _term(document, lang),
            str(document.trust),
            ", ".join(question_label(services, document, name) for name in document.questions),
        )
    return _rendered(table)


def fields_table(services: Services, document: Document, lang: Lang) -> str:
    """One paper with its fields; doubtful ones are marked."""
    from flows.lookup import label, question_label

    spec = services.papers.spec(document.type)
    head = [
        f"{spec.label_vi}  ({document.type_confidence:.0%})",
        f"Mã giấy tờ: {document.id} (bản {document.version})",
        f"Trạng thái: {STATES[document.state][lang]}; mức tin cậy: {document.trust}",
        f"Có giá trị đến: {_term(document, lang)}",
        f"Chữ ký: {CONCLUSIONS[document.signature][lang]}"
        + (
            f", kiểm tra lúc {moment(document.signature_checked_at)}" if document.signature_checked_at else ""
        ),
        f"SHA-256 của tệp: {document.object_sha256 or '—'}",
    ]
    if document.result_code:
        head.append(f"Mã kết quả số hóa: {document.result_code}")
    if document.questions:
        asked = ", ".join(question_label(services, document, name) for name in document.questions)
        head.append(f"Cần người xem: {asked}")
        head += page_notes(document, lang)
    table = _table(["Trường", "Giá trị", "Như in", "Tin cậy", "Trang", ""])
    for found in document.fields:
        _add(
            table,
            label(spec, found.name),
            found.value,
            found.printed,
            f"{found.confidence:.0%}",
            str(found.page),
            "← xem lại" if found.name in document.questions else "",
        )
    return "\n".join(head) + "\n" + (_rendered(table) if document.fields else "")


def page_notes(document: Document, lang: Lang) -> list[str]:
    """What was noticed about the pages of the paper, one line each; not what is mended already."""
    return [f"  {note(finding, lang)}" for finding in document.findings if finding.code not in _MENDED]


def _paper_name(row: PaperRow) -> str:
    pages = row.document.pages
    shown = f"tr. {pages[0]}" if len(pages) == 1 else f"tr. {pages[0]}–{pages[-1]}"
    return f"{row.file} ({shown})"


def _owners(document: Document) -> str:
    names = [
        " ".join(part for part in (party.name, masked(party.number)) if part) for party in document.owners
    ]
    return "; ".join(names) or "—"


def _hash(document: Document, lang: Lang) -> str:
    """The hash of the file itself: places may keep it under another name."""
    if document.state is DocumentState.WAITING:
        return STATES["waiting"][lang]
    return f"{document.object_sha256[:16]}…" if document.object_sha256 else "—"


def _term(document: Document, lang: Lang) -> str:
    if document.term.until is not None:
        return document.term.until.strftime("%d/%m/%Y")
    words = {
        "unlimited": {"vi": "không thời hạn", "en": "no expiry"},
        "unknown": {"vi": "chưa rõ", "en": "unknown"},
    }
    return words[document.term.kind][lang]


def text_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain cells."""
    table = _table(heads)
    for row in rows:
        _add(table, *row)
    return _rendered(table)


def _table(columns: Sequence[str], *, whole: int = 0) -> Table:
    """A plain table; the first column has at least ``whole`` characters, so that ids stay in one piece."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, name in enumerate(columns):
        table.add_column(name, overflow="fold", min_width=whole if index == 0 else None)
    return table


def _add(table: Table, *cells: str) -> None:
    """A row whose cells are text only: whatever a scan or file name holds is shown, never interpreted."""
    from rich.text import Text

    table.add_row(*(Text(printable(cell)) for cell in cells))


def _rendered(table: Table) -> str:
    from rich.console import Console

    target = io.StringIO()
    Console(file=target, width=_WIDTH).print(table)
    return target.getvalue()
