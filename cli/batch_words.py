"""What people are told of batches: a table of many, one in full, backs kept aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.table import text_table
from cli.words import STATES, Words, moment, printable
from dossier.batches import (
    CARD_SIDE_MISSING,
    CARD_SIDES_APART,
    FILE_REFUSED,
    NOT_COUNTED,
    PAGES_ALIKE,
    Alike,
    BatchState,
)
from dossier.keeping import Act
from dossier.totals import PAGES_DIFFER, PAPERS_DIFFER

if TYPE_CHECKING:
    from dossier.batches import AlikePages, BatchRow, Problem
    from dossier.documents import Document
    from dossier.errors import Lang
    from dossier.feeding import ScannedPage
    from dossier.ids import ItemId
    from flows.batches import BatchView, FileView

    Scanned = Mapping[ItemId, Sequence[ScannedPage]]
    """Pages of files that a scanner made."""

_STATES: Mapping[BatchState, Words] = {
    BatchState.OPEN: {"vi": "đang mở", "en": "open"},
    BatchState.CLOSED: {"vi": "đã đóng", "en": "closed"},
}
_FILES: Mapping[str, Words] = {
    "received": {"vi": "chưa đọc", "en": "not read"},
    "read": {"vi": "đã đọc, chưa lưu", "en": "read, not filed"},
    "done": {"vi": "đã xử lý", "en": "done"},
    "quarantined": {"vi": "không nhận", "en": "refused"},
}
_PROBLEMS: Mapping[str, Words] = {
    NOT_COUNTED: {"vi": "chưa ai đếm giấy tờ và trang", "en": "nobody counted papers and pages"},
    PAPERS_DIFFER: {
        "vi": "đã khai {declared} giấy tờ, tìm thấy {found}",
        "en": "{declared} papers declared, {found} found",
    },
    PAGES_DIFFER: {
        "vi": "đã khai {declared} trang có chữ, tìm thấy {found}",
        "en": "{declared} printed pages declared, {found} found",
    },
    FILE_REFUSED: {"vi": "tệp không nhận được", "en": "the file was refused"},
    PAGES_ALIKE: {
        "vi": "trang giống một trang khác, chưa ai nói là gì",
        "en": "the page is like another one; nobody said what it is",
    },
    CARD_SIDE_MISSING: {
        "vi": "thẻ chỉ có một mặt; quét mặt kia cùng tệp",
        "en": "only one side of the card; scan the other side in one file",
    },
    CARD_SIDES_APART: {
        "vi": "mặt kia của thẻ nằm ở tệp {other}; quét hai mặt cùng một tệp",
        "en": "the other side of the card lies in file {other}; scan both in one file",
    },
}
_ALIKE: Mapping[Alike, Words] = {
    Alike.NOTE: {"vi": "trang có giấy dán, chụp hai lần", "en": "page with a note, taken twice"},
    Alike.TWICE: {"vi": "một trang quét hai lần", "en": "one page fed twice"},
    Alike.DIFFERENT: {"vi": "hai trang khác nhau", "en": "two pages"},
}


def table(rows: Sequence[BatchRow], lang: Lang) -> str:
    """A line for each batch."""
    if not rows:
        return "Không có đợt nào.\n" if lang == "vi" else "No batches.\n"
    heads = (
        ["Đợt", "Nhận lúc", "Hồ sơ", "Tệp", "Đã khai", "Người quét", "Máy quét", "Trạng thái"]
        if lang == "vi"
        else ["Batch", "Received", "Dossier", "Files", "Declared", "Operator", "Device", "State"]
    )
    return text_table(heads, [_row(row, lang) for row in rows])


def whole(view: BatchView, lang: Lang, *, label: Callable[[str], str], scanned: Scanned | None = None) -> str:
    """One batch: counts, files with their papers, what does not agree, pages that look alike, history.

    Args:
        view: the batch.
        lang: of the sentences.
        label: Vietnamese name of a paper type.
        scanned: what the files of scans tell of their pages.
    """
    return "".join(f"{line}\n" for line in _lines(view, lang, label, scanned or {}))


def asides(view: BatchView, lang: Lang) -> str:
    """Backs kept aside, with what takes each back."""
    lines = [
        f"{printable(file.item.name)} {_page(page, lang)}:"
        f" motlan batches blank take-back {file.item.id} {page}\n"
        for file in view.files
        for page in file.asides
    ]
    if not lines:
        return (
            "Không có mặt sau trắng nào để riêng.\n" if lang == "vi" else "No empty backs are kept aside.\n"
        )
    return "".join(lines)


def papers_said(papers: Sequence[Document], lang: Lang) -> str:
    """What became of papers that somebody spoke about."""
    if not papers:
        return "Đã ghi.\n" if lang == "vi" else "Recorded.\n"
    return "".join(f"{paper.id}: {STATES[paper.state][lang]}, {_pages(paper, lang)}\n" for paper in papers)


def _row(row: BatchRow, lang: Lang) -> Sequence[str]:
    trouble = [
        f"{count} {words}"
        for count, words in (
            (row.refused, "không nhận" if lang == "vi" else "refused"),
            (row.unfinished, "chưa xong" if lang == "vi" else "unfinished"),
        )
        if count
    ]
    counted = (
        f"{row.declared.papers}/{row.declared.pages}"
        if any((row.declared.papers, row.declared.pages))
        else "—"
    )
    return (
        row.id,
        moment(row.received_at),
        printable(row.dossier) or "—",
        f"{row.files}" + (f" ({', '.join(trouble)})" if trouble else ""),
        counted,
        printable(", ".join(row.operators)) or "—",
        printable(", ".join(row.devices)) or "—",
        _STATES[row.state][lang],
    )


def _lines(view: BatchView, lang: Lang, label: Callable[[str], str], scanned: Scanned) -> Iterator[str]:
    vi = lang == "vi"
    yield f"{'Đợt' if vi else 'Batch'} {view.batch.id}: {_STATES[view.state][lang]}"
    yield f"  {'nhận lúc' if vi else 'received'} {moment(view.batch.received_at)}"
    if view.batch.dossier:
        yield f"  {'hồ sơ' if vi else 'dossier'} {printable(view.batch.dossier)}"
    units = ("giấy tờ", "trang có chữ") if vi else ("papers", "printed pages")
    declared, found = view.declared, view.found
    yield (
        f"  {'đã khai' if vi else 'declared'}: {declared.papers or '—'} {units[0]}, "
        f"{declared.pages or '—'} {units[1]}"
    )
    yield f"  {'tìm thấy' if vi else 'found'}: {found.papers} {units[0]}, {found.pages} {units[1]}"
    yield f"  SHA-256 {'của đợt' if vi else 'of the batch'}: {view.digest}"
    for place, file in enumerate(view.files, start=1):
        yield from _file_lines(place, file, lang, label)
        for page in scanned.get(file.item.id, ()):
            yield f"     {_page(page.number, lang)} {moment(page.at)}  SHA-256 {page.sha256[:16]}…"
    for pair in view.alike:
        yield _alike_line(pair, view, lang)
    for problem in view.problems:
        yield _problem_line(problem, lang)
    for one in view.history:
        word = (
            ("đóng" if vi else "closed") if one.act is Act.BATCH_CLOSED else ("mở lại" if vi else "reopened")
        )
        why = f": {printable(one.reason)}" if one.reason else ""
        yield f"  {moment(one.at)} {word} ({one.actor}){why}"


def _file_lines(place: int, file: FileView, lang: Lang, label: Callable[[str], str]) -> Iterator[str]:
    vi, item = lang == "vi", file.item
    fed = " · ".join(part for part in (item.origin.operator, printable(item.origin.device)) if part)
    yield (
        f"  {place}. {printable(item.name)}  {_FILES[item.state][lang]}"
        + (f" [{item.error_code}]" if item.error_code else "")
        + (f"  {fed}" if fed else "")
    )
    yield f"     {item.id}  SHA-256 {item.sha256[:16]}…"
    for paper in file.papers:
        asked = f"  ← {len(paper.questions)} {'cần xem' if vi else 'to check'}" if paper.questions else ""
        yield (
            f"     {paper.id}  {_pages(paper, lang)}  {label(paper.type)}, {STATES[paper.state][lang]}{asked}"
        )
    if file.asides:
        name = "mặt sau trắng để riêng" if vi else "empty backs kept aside"
        yield f"     {name}: {', '.join(_page(page, lang) for page in file.asides)}"


def _alike_line(pair: AlikePages, view: BatchView, lang: Lang) -> str:
    told = pair.said or pair.guess
    asked = "" if pair.said else (" (máy đoán)" if lang == "vi" else " (a guess)")
    line = f"  ≈ {pair.first} ~ {pair.second} ({pair.likeness:.0%}): {_ALIKE[told][lang]}{asked}"
    if pair.said is None:
        line += f"\n      → motlan batches alike {view.batch.id} {pair.first} {pair.second} --as {pair.guess}"
    return line


def _problem_line(problem: Problem, lang: Lang) -> str:
    where = "".join(
        f"{name} {number}, "
        for name, number in (
            ("tệp" if lang == "vi" else "file", problem.file),
            ("tr." if lang == "vi" else "p.", problem.page),
        )
        if number
    )
    sentence = _PROBLEMS[problem.code][lang].format(
        declared=problem.declared, found=problem.found, other=problem.other
    )
    return f"  ⚠ {where}{sentence}  [{problem.code}]"


def _pages(paper: Document, lang: Lang) -> str:
    return _page(", ".join(map(str, paper.pages)), lang)


def _page(number: int | str, lang: Lang) -> str:
    return f"{'tr.' if lang == 'vi' else 'p.'} {number}"
