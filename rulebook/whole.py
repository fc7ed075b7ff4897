"""All tables of the rulebook looked over at once: papers, procedures, places, names, and the office's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dossier.errors import ArgumentError, InputNotFoundError, RulebookError
from rulebook.names import load_names
from rulebook.papers import PAPERS_FOLDER, THRESHOLDS_FILE, Checked, check_papers
from rulebook.places import load_places
from rulebook.problems import Problem, Problems, Severity
from rulebook.procedures import load_procedures
from rulebook.vocabulary import UNKNOWN_TYPE


def check_rulebook(office: Path | None) -> Checked:
    """The project's own tables with those of the office, if it has any."""
    papers = check_papers(office=office)
    problems = Problems(list(papers.problems))
    tables = files("rulebook") / "tables"
    types = tuple(papers.papers.specs)
    counted = _checked(tables / "procedures", problems, lambda: load_procedures(types))
    counted += _checked(tables / "places", problems, load_places)
    counted += _checked(tables / "names", problems, load_names)
    return Checked(papers=papers.papers, problems=problems.in_order(), tables=papers.tables + counted)


def check_folder(folder: Path) -> Checked:
    """A folder of tables that is not in use yet.

    With ``unknown.toml`` it is a complete set of paper types; with ``papers`` or ``thresholds.toml`` an
    office's rulebook; else it holds an office's paper tables. A folder without any table is worth a note:
    it may be the wrong one.

    Raises:
        InputNotFoundError: no such folder.
        ArgumentError: a file.
    """
    if folder.exists() and not folder.is_dir():
        raise ArgumentError("FOLDER", expected="thư mục chứa các bảng, không phải một tệp")
    if not folder.is_dir():
        raise InputNotFoundError(str(folder))
    if (folder / f"{UNKNOWN_TYPE}.toml").is_file():
        return check_papers(folder)
    if (folder / PAPERS_FOLDER).is_dir() or (folder / THRESHOLDS_FILE).is_file():
        return check_papers(office=folder)
    checked = check_papers(office=folder, tables_folder=folder)
    if any(folder.glob("*.toml")):
        return checked
    empty = Problem(
        source=folder,
        line=0,
        code="rules.no_tables",
        message="thư mục không có bảng .toml nào; chỉ các bảng có sẵn được kiểm tra",
        severity=Severity.NOTE,
    )
    return replace(checked, problems=(*checked.problems, empty))


def _checked(folder: Traversable, problems: Problems, load: Callable[[], object]) -> int:
    """Load the tables of a folder, note the first thing wrong with them, and count them."""
    tables = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(".toml")}
    try:
        load()
    except RulebookError as error:
        with problems.catching(tables.get(error.item, folder)):
            raise
    return len(tables)
