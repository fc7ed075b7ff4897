"""Importing the national catalogue of procedures: read, compared, tried out, then kept in one move."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dossier.errors import ArgumentError, InputNotFoundError
from dossier.events import Event, EventKind
from dossier.input_errors import InputTableFileError
from rulebook.catalogue_files import MOST_BYTES, read_edition
from rulebook.catalogue_kept import CATALOGUE_FILE, CATALOGUE_FOLDER, load_history, to_json
from rulebook.catalogue_rules import ComponentRules
from rulebook.national_catalogue import Change, Difference, Edition, Outcome, take_in
from rulebook.procedure_tables import load_procedures
from storage.filesystem import SystemFiles, store_errors, write_private_file
from wiring.services import Services

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        edition: as it is kept.
        procedures: how many the file lists.
        differences: what changes, by code.
        own_tables: codes among them that follow a table of the project or the office: a person looks whether
            the table must change too.
        not_listed: codes in force that the file does not list and that stay.
        unmapped: components of the file, by code of their procedure, that nobody has said the paper type of.
        kept: whether something was written.
    """

    edition: Edition
    procedures: int
    differences: tuple[Difference, ...]
    own_tables: tuple[str, ...]
    not_listed: tuple[str, ...]
    unmapped: tuple[tuple[str, str], ...]
    kept: bool


def import_catalogue(  # noqa: PLR0913 - what a person may say about an edition
    services: Services,
    file: Path,
    *,
    name: str = "",
    counts_from: date | None = None,
    whole: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Bring an edition of the catalogue into the office's rulebook.

    Args:
        services: of this installation.
        file: CSV, XLSX or JSON.
        name: of the edition; the first letters of the file's hash when not given.
        counts_from: first day it counts; today when not given.
        whole: what the file does not list has ended.
        dry_run: only tell what would change.

    Raises:
        InputNotFoundError: there is no such file.
        InputTableError: the file is wrong; nothing is changed.
        ArgumentError: the day has passed, or the name cannot be shown.
        StoreError: the catalogue cannot be written.
    """
    today = services.today()
    start = counts_from or today
    if start < today:
        # Dossiers of those days have been answered by the versions of those days.
        raise ArgumentError("--from", expected=f"ngày từ {today.isoformat()} trở đi")
    content = _content(file)
    sha256 = hashlib.sha256(content).hexdigest()
    name = " ".join(name.split()) or sha256[:12]
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise ArgumentError("--edition", expected=f"tên bản danh mục, tối đa {_LONGEST_NAME} ký tự")
    papers = services.papers
    listed = read_edition(content, item=file.name, known_types=papers.specs)
    edition = Edition(name=name, counts_from=start, imported=today, sha256=sha256)
    rules = ComponentRules(papers)
    tables = load_procedures(tuple(papers.specs), office=services.rules_folder).versions
    if dry_run:
        outcome = take_in(load_history(services.rules_folder), edition, listed, whole=whole)
    else:
        with services.writing():
            outcome = take_in(load_history(services.rules_folder), edition, listed, whole=whole)
            if outcome.differences:
                _keep(services, edition, outcome)
    return Imported(
        edition=edition,
        procedures=len({entry.code for entry in listed}),
        differences=tuple(sorted(outcome.differences, key=lambda found: found.code)),
        own_tables=tuple(found.code for found in outcome.differences if found.code in tables),
        not_listed=outcome.not_listed,
        unmapped=tuple(
            (entry.code, component.name_vi)
            for entry in listed
            if entry.code not in tables
            for component in entry.components
            if not rules.is_mapped(component)
        ),
        kept=bool(outcome.differences) and not dry_run,
    )


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise InputNotFoundError(file.name)
    with file.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    if not content:
        raise InputTableFileError(file.name, line=0, reason="tệp rỗng")
    return content


def _keep(services: Services, edition: Edition, outcome: Outcome) -> None:
    """Write the catalogue whole, and tell the journal by counts and hash only."""
    folder = services.rules_folder / CATALOGUE_FOLDER
    files = SystemFiles()
    with store_errors(CATALOGUE_FILE):
        for made in (services.rules_folder, folder):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.sync_folder(made.parent)
    write_private_file(files, folder / CATALOGUE_FILE, to_json(outcome.history).encode())
    counts = {change.value: sum(found.change is change for found in outcome.differences) for change in Change}
    services.store.records.record(
        Event(
            kind=EventKind.RULES_CHANGED,
            at=services.clock(),
            actor=services.settings.actor,
            subject=edition.sha256,
            details={"table": CATALOGUE_FOLDER, "from": edition.counts_from.isoformat(), **counts},
        )
    )
