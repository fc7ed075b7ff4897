"""Paper types of this installation: the project's tables and the office's, read again when a file changes.

A wrong table stops the start. In a program that already runs it changes nothing: the tables that were read
last stay in force, and the log says so, because a half-written file must not stop the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from dossier.errors import RulebookError
from rulebook.catalogue_kept import CATALOGUE_FILE, CATALOGUE_FOLDER, load_history
from rulebook.catalogue_rules import with_catalogue
from rulebook.national_catalogue import History
from rulebook.paper_spec import Papers
from rulebook.papers import PAPERS_FOLDER, THRESHOLDS_FILE, load_papers
from rulebook.procedure_tables import PROCEDURES_FOLDER, load_procedures
from rulebook.procedures import Procedures
from rulebook.signed_by_person import SIGNING_FILE, SigningRules, load_signing
from wiring.logs import Log

Signature = tuple[tuple[str, int, int], ...]
"""Name, time of change (nanoseconds) and size (bytes) of each of the office's files."""


class OfficeRules:
    """The tables as they stand now."""

    def __init__(self, folder: Path, log: Callable[[], Log]) -> None:
        self.folder = folder
        self._log = log
        self._seen: Signature = ()
        self._papers: Papers | None = None
        self._seen_procedures: tuple[Papers, Signature] | None = None
        self._procedures: Procedures | None = None
        self._seen_signing: Signature | None = None
        self._signing = SigningRules()

    def papers(self) -> Papers:
        """All paper types.

        Raises:
            RulebookError: a table is wrong, and none was read before.
        """
        seen = self._signature()
        if self._papers is None:
            self._papers, self._seen = self._read_papers(seen), seen
        elif seen != self._seen:
            # Remembered first: a file that stays wrong is told once.
            self._seen = seen
            try:
                self._papers = self._read_papers(seen)
            except RulebookError as error:
                line = error.details.get("line", 0)
                self._log().warning("rulebook.kept_old", code=error.code, line=line)
        return self._papers

    def procedures(self) -> Procedures:
        """All procedures: the project's tables, the office's, and the national catalogue it imported.

        Raises:
            RulebookError: a table is wrong, and none was read before.
        """
        papers = self.papers()
        seen = (papers, self._procedure_signature())
        if self._procedures is None:
            self._procedures, self._seen_procedures = self._read_procedures(*seen), seen
        elif seen != self._seen_procedures:
            self._seen_procedures = seen
            try:
                self._procedures = self._read_procedures(*seen)
            except RulebookError as error:
                self._log().warning("rulebook.kept_old", code=error.code, line=error.details.get("line", 0))
        return self._procedures

    def signing(self) -> SigningRules:
        """Which papers a person signs.

        Raises:
            RulebookError: the table is wrong, and none was read before.
        """
        told = _told(self.folder / SIGNING_FILE)
        seen: Signature = (told,) if told is not None else ()
        if seen == self._seen_signing:
            return self._signing
        known = tuple(self.papers().specs)
        is_first, self._seen_signing = self._seen_signing is None, seen
        try:
            self._signing = load_signing(self.folder, known=known)
        except RulebookError as error:
            if is_first:
                self._seen_signing = None
                raise
            self._log().warning("rulebook.kept_old", code=error.code, line=error.details.get("line", 0))
        return self._signing

    def _read_papers(self, seen: Signature) -> Papers:
        return load_papers(office=self.folder) if seen else _own_papers()

    def _read_procedures(self, papers: Papers, seen: Signature) -> Procedures:
        # Nothing of the office's is read for it, papers included.
        if not self._seen and not seen:
            return _own_procedures()
        tables = load_procedures(tuple(papers.specs), office=self.folder)
        return with_catalogue(tables, load_history(self.folder), papers)

    def _procedure_signature(self) -> Signature:
        files = sorted((self.folder / PROCEDURES_FOLDER).glob("*.toml"))
        catalogue = self.folder / CATALOGUE_FOLDER / CATALOGUE_FILE
        return tuple(told for path in (*files, catalogue) if (told := _told(path)) is not None)

    def _signature(self) -> Signature:
        files = sorted((self.folder / PAPERS_FOLDER).glob("*.toml"))
        return tuple(
            told for path in (*files, self.folder / THRESHOLDS_FILE) if (told := _told(path)) is not None
        )


@cache
def _own_papers() -> Papers:
    """The project's tables, where the office has none of its own: the same for all who look in a process."""
    return load_papers()


@cache
def _own_procedures() -> Procedures:
    papers = _own_papers()
    return with_catalogue(load_procedures(tuple(papers.specs)), History(), papers)


def _told(path: Path) -> tuple[str, int, int] | None:
    """Name, time of change and size; nothing for a file that is not there, or no longer."""
    try:
        told = path.stat()
    except OSError:
        return None
    return path.name, told.st_mtime_ns, told.st_size
