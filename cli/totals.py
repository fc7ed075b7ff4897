"""What people are told about pages: separator sheets, empty pages, counts that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.words import printable
from dossier.totals import PAPERS_DIFFER, Difference

if TYPE_CHECKING:
    from dossier.errors import Lang
    from flows.report import BatchReport, FileRow


def page_lines(report: BatchReport, lang: Lang) -> str:
    """A line for each file with separator sheets or empty pages, so that every page is accounted for."""
    return "".join(f"{line}\n" for row in report.files for line in _of_file(row, lang))


def count_lines(report: BatchReport, lang: Lang) -> str:
    """A line for each declared count that was not found; each asks a person."""
    lines = [
        f"⚠ {printable(row.file)}{_place(difference, lang)}: {_sentence(difference, lang)}\n"
        for row in report.files
        for difference in row.stack.differences
    ]
    if report.counted is not None:
        name = "Cả lần đưa vào" if lang == "vi" else "The whole batch"
        lines += [f"⚠ {name}: {_sentence(difference, lang)}\n" for difference in report.counted.differences]
        if not report.counted.differences:
            lines.append("✓ Số đã khai khớp.\n" if lang == "vi" else "✓ Declared counts agree.\n")
    return "".join(lines)


def _of_file(row: FileRow, lang: Lang) -> Iterator[str]:
    stack = row.stack
    sheets = [sheet.page for sheet in stack.separators]
    blanks = [page for paper in stack.papers for page in paper.blanks]
    parts = []
    if sheets:
        parts.append(f"{'tờ ngăn' if lang == 'vi' else 'separator sheets'}: {_pages(sheets, lang)}")
    if stack.backs:
        name = "mặt sau trống của tờ ngăn" if lang == "vi" else "empty backs of these"
        parts.append(f"{name}: {_pages(stack.backs, lang)}")
    if stack.asides:
        name = "mặt sau trắng để riêng" if lang == "vi" else "empty backs kept aside"
        parts.append(f"{name}: {_pages(stack.asides, lang)}")
    if blanks:
        name = "trang trắng giữ cùng giấy tờ" if lang == "vi" else "blank pages kept with their paper"
        parts.append(f"{name}: {_pages(blanks, lang)}")
    if parts:
        yield f"{printable(row.file)}: {'; '.join(parts)}"


def _pages(numbers: Sequence[int], lang: Lang) -> str:
    return ("tr. " if lang == "vi" else "p. ") + ", ".join(map(str, sorted(numbers)))


def _place(difference: Difference, lang: Lang) -> str:
    return f" ({'tờ ngăn tr.' if lang == 'vi' else 'sheet p.'} {difference.page})"


def _sentence(difference: Difference, lang: Lang) -> str:
    if lang == "vi":
        unit = "giấy tờ" if difference.code == PAPERS_DIFFER else "trang có chữ"
        told = f"đã khai {difference.declared} {unit}, tìm thấy {difference.found}; cần người xem"
    else:
        unit = "papers" if difference.code == PAPERS_DIFFER else "printed pages"
        told = f"{difference.declared} {unit} declared, {difference.found} found; a person must look"
    return f"{told}  [{difference.code}]"
