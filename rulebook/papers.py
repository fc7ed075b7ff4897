"""Paper types: the project's own tables, and those of the office on top. A wrong table stops the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError
from rulebook.extensions import Extension, extended, is_extension, places_of, read_extension
from rulebook.load import Reader
from rulebook.paper_checks import ambiguous_labels, check_table, check_titles, report_ambiguous
from rulebook.paper_spec import FieldSpec, Find, Kind, Papers, PaperSpec, Sensitivity
from rulebook.paper_table import PaperTable, open_table, read_paper_table
from rulebook.problems import INVALID, Problem, Problems
from rulebook.thresholds import read_thresholds
from rulebook.variants import key_of
from rulebook.vocabulary import UNKNOWN_TYPE

__all__ = [
    "Checked",
    "FieldSpec",
    "Find",
    "Kind",
    "PaperSpec",
    "Papers",
    "Sensitivity",
    "check_papers",
    "load_papers",
    "read_paper",
]

PAPERS_FOLDER = "papers"
"""Folder of paper tables in an office's rulebook."""

THRESHOLDS_FILE = "thresholds.toml"
"""File of thresholds in an office's rulebook."""

_MOST_TABLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the tables say, and all that is wrong with them.

    Attributes:
        papers: types that could be read; nothing to work with while there are errors.
        problems: by file and line.
        tables: files that were looked at.
        besides: rules of other tables that nobody has verified.
    """

    papers: Papers
    problems: tuple[Problem, ...]
    tables: int
    besides: int = 0

    @property
    def unverified(self) -> int:
        """How many rules nobody has verified."""
        return sum(spec.unverified for spec in self.papers.specs.values()) + self.besides


def load_papers(folder: Traversable | None = None, *, office: Traversable | None = None) -> Papers:
    """Read and check every table of the folder (the project's own by default), then the office's.

    The caller keeps the result: reading takes some tens of milliseconds.

    Args:
        folder: of a complete set of tables.
        office: an office's rulebook folder: ``papers/*.toml``, ``thresholds.toml``; either may be missing.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    problems = Problems()
    papers, _ = _collect(folder, office, problems)
    problems.stop()
    return papers


def check_papers(
    folder: Traversable | None = None,
    *,
    office: Traversable | None = None,
    tables_folder: Traversable | None = None,
) -> Checked:
    """As ``load_papers``, but tells everything that is wrong instead of stopping at the first.

    Args:
        folder: as there.
        office: as there.
        tables_folder: the office's paper tables, where they do not lie in ``papers``.
    """
    problems = Problems()
    papers, tables = _collect(folder, office, problems, tables_folder=tables_folder)
    return Checked(papers=papers, problems=problems.in_order(), tables=tables)


def read_paper(source: Traversable, *, own: bool = False) -> PaperSpec:
    """Read one table.

    Args:
        source: the file.
        own: an office's table, whose type and fields are its own.

    Raises:
        RulebookError: the table is wrong.
    """
    problems = Problems()
    reader = open_table(source, problems)
    table = read_paper_table(reader, problems, own=own) if reader is not None else None
    if table is not None:
        check_table(table)
    problems.stop()
    if table is None:
        raise RulebookError(source.name, line=0, reason="không đọc được bảng")
    return table.spec


def _collect(
    folder: Traversable | None,
    office: Traversable | None,
    problems: Problems,
    *,
    tables_folder: Traversable | None = None,
) -> tuple[Papers, int]:
    source = folder if folder is not None else files("rulebook") / "tables" / "papers"
    book = _Book(problems)
    readers = _readers(source, problems)
    for reader in readers:
        book.add(read_paper_table(reader, problems, own=False))
    counted = len(readers)
    if UNKNOWN_TYPE not in book.specs:
        problems.found.append(_missing(source, f"thiếu bảng {UNKNOWN_TYPE}.toml"))
    if office is not None:
        counted += _add_office(tables_folder or office / PAPERS_FOLDER, book)
    check_titles(book.titles)
    papers = Papers(book.specs)
    thresholds = office / THRESHOLDS_FILE if office is not None else None
    if thresholds is not None and thresholds.is_file():
        counted += 1
        papers = papers.with_thresholds(read_thresholds(thresholds, papers, problems))
    return papers, counted


@dataclass(slots=True)
class _Book:
    """The types read so far, and where each title stands."""

    problems: Problems
    specs: dict[str, PaperSpec] = field(default_factory=dict)
    titles: list[tuple[str, str, Reader]] = field(default_factory=list)

    def add(self, table: PaperTable | None) -> None:
        """Take a type in, unless another table describes it."""
        if table is None:
            return
        spec = table.spec
        if spec.type in self.specs:
            table.reader.report("type", f"loại {spec.type} đã có bảng khác")
            return
        check_table(table)
        self.specs[spec.type] = spec
        self.titles += [(spec.type, title, table.reader) for title in spec.titles]

    def extend(self, extension: Extension) -> None:
        """Add an office's words to a type."""
        spec = self.specs.get(extension.type)
        if spec is None:
            extension.reader.report("extends", f"không có loại {extension.type}")
            return
        self.specs[spec.type] = extended(spec, extension)
        self.titles += [(spec.type, title.text, extension.reader) for title in extension.titles]
        _check_added(self.specs[spec.type], extension)


def _add_office(folder: Traversable, book: _Book) -> int:
    """The office's own types first, then the words it adds to any type; how many tables there are."""
    readers = _readers(folder, book.problems) if folder.is_dir() else []
    waiting: list[Extension] = []
    for reader in readers:
        if is_extension(reader):
            extension = read_extension(reader, book.problems)
            waiting += [extension] if extension is not None else []
        else:
            book.add(read_paper_table(reader, book.problems, own=True))
    for extension in waiting:
        book.extend(extension)
    return len(readers)


def _check_added(spec: PaperSpec, extension: Extension) -> None:
    added: Mapping[str, Reader] = places_of(extension)
    for left, right, label in ambiguous_labels(spec, only=added):
        report_ambiguous(_place(added, label, extension), left, right, label)


def _place(added: Mapping[str, Reader], label: str, extension: Extension) -> Reader:
    return added.get(key_of(label), extension.reader)


def _readers(folder: Traversable, problems: Problems) -> list[Reader]:
    """Every table of a folder that is TOML, by name."""
    try:
        entries = list(folder.iterdir())
    except OSError:
        problems.found.append(_missing(folder, "không đọc được thư mục"))
        return []
    tables = (entry for entry in entries if entry.name.endswith(".toml") and entry.name != THRESHOLDS_FILE)
    names = sorted(tables, key=lambda entry: entry.name)
    if len(names) > _MOST_TABLES:
        problems.found.append(_missing(folder, f"quá {_MOST_TABLES} bảng"))
        return []
    readers = (open_table(entry, problems) for entry in names)
    return [reader for reader in readers if reader is not None]


def _missing(folder: Traversable, reason: str) -> Problem:
    return Problem(source=folder, line=0, code=INVALID, message=reason)
