"""All tables of the rulebook looked over at once: papers, procedures, places, names, and the office's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dossier.errors import ArgumentError, InputNotFoundError, RulebookError
from rulebook.catalogue_kept import CATALOGUE_FILE, CATALOGUE_FOLDER, load_history
from rulebook.names import load_names
from rulebook.packages import load_profile
from rulebook.papers import PAPERS_FOLDER, THRESHOLDS_FILE, Checked, check_papers
from rulebook.places import load_places
from rulebook.plans import PLANS_FOLDER, check_office_plans, load_plans
from rulebook.problems import Problem, Problems, Severity
from rulebook.procedure_tables import PROCEDURES_FOLDER, check_office_procedures, load_procedures
from rulebook.procedures import Procedures
from rulebook.service_index import load_full_marks
from rulebook.vocabulary import UNKNOWN_TYPE
from rulebook.workday_tables import WORKDAYS_FOLDER, check_office_days, load_working_days

_DRAFT = ".part"
"""Ends the name of a file that is being written."""


def check_rulebook(office: Path | None) -> Checked:
    """The project's own tables with those of the office, if it has any."""
    papers = check_papers(office=office)
    problems = Problems([*papers.problems, *(_left_out(office) if office is not None else ())])
    tables = files("rulebook") / "tables"
    types = tuple(papers.papers.specs)
    procedures: list[Procedures] = []
    counted = _checked(
        tables / PROCEDURES_FOLDER, problems, lambda: procedures.append(load_procedures(types))
    )
    counted += _checked(tables / "places", problems, load_places)
    counted += _checked(tables / "names", problems, load_names)
    counted += _checked(tables / "packages", problems, load_profile)
    counted += _checked(tables / WORKDAYS_FOLDER, problems, load_working_days)
    counted += _checked(tables / "indicators", problems, lambda: (load_full_marks(date.max), load_plans()))
    if office is not None:
        counted += check_office_days(office, problems)
        counted += check_office_plans(office, problems)
        counted += check_office_procedures(office, types, problems)
        with problems.catching(office / CATALOGUE_FOLDER / CATALOGUE_FILE):
            load_history(office)
    versions = (version for found in procedures for own in found.versions.values() for version in own)
    return Checked(
        papers=papers.papers,
        problems=problems.in_order(),
        tables=papers.tables + counted,
        besides=sum(version.unverified for version in versions),
    )


def check_folder(folder: Path) -> Checked:
    """A folder of tables that is not in use yet.

    With ``unknown.toml`` it is a complete set of paper types, with ``papers`` an office's rulebook; else the
    office's paper tables lie in it, beside ``thresholds.toml`` if there is one.

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
    tables = folder / PAPERS_FOLDER if (folder / PAPERS_FOLDER).is_dir() else folder
    checked = check_papers(office=folder, tables_folder=tables)
    problems = Problems([*checked.problems, *_left_out(folder)])
    counted = check_office_days(folder, problems) + check_office_plans(folder, problems)
    counted += check_office_procedures(folder, tuple(checked.papers.specs), problems)
    return replace(checked, problems=problems.in_order(), tables=checked.tables + counted)


def _left_out(office: Path) -> Iterator[Problem]:
    """Files that look like tables and are not read, and folders without any: somebody believes they count."""
    papers = office / PAPERS_FOLDER
    if papers.is_dir():
        for table in sorted(office.glob("*.toml")):
            if table.name != THRESHOLDS_FILE:
                yield _note(table, "rules.not_read", f"không được đọc: chuyển vào thư mục {PAPERS_FOLDER}")
    kinds = (papers, office / WORKDAYS_FOLDER, office / PROCEDURES_FOLDER, office / PLANS_FOLDER)
    folders = [folder for folder in (office, *kinds) if folder.is_dir()]
    imported = (office / CATALOGUE_FOLDER / CATALOGUE_FILE).is_file()
    for entry in (entry for folder in folders for entry in sorted(folder.glob("*"))):
        misnamed = ".toml" in entry.name.lower() and not entry.name.endswith((".toml", _DRAFT))
        if misnamed:
            yield _note(entry, "rules.not_read", "không được đọc: tên tệp phải kết thúc bằng .toml")
    if not imported and not any(path for folder in folders for path in folder.glob("*.toml")):
        yield _note(office, "rules.no_tables", "không có bảng .toml nào; chỉ các bảng có sẵn được kiểm tra")


def _note(source: Path, code: str, message: str) -> Problem:
    return Problem(source=source, line=0, code=code, message=message, severity=Severity.NOTE)


def _checked(folder: Traversable, problems: Problems, load: Callable[[], object]) -> int:
    """Load the tables of a folder, note the first thing wrong with them, and count them."""
    tables = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(".toml")}
    try:
        load()
    except RulebookError as error:
        with problems.catching(tables.get(error.item, folder)):
            raise
    return len(tables)
