"""Paper types of this installation: the project's tables and the office's, read again when a file changes.

A wrong table stops the start. In a program that already runs it changes nothing: the tables that were read
last stay in force, and the log says so, because a half-written file must not stop the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dossier.errors import RulebookError
from rulebook.paper_spec import Papers
from rulebook.papers import PAPERS_FOLDER, THRESHOLDS_FILE, load_papers
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

    def papers(self) -> Papers:
        """All paper types.

        Raises:
            RulebookError: a table is wrong, and none was read before.
        """
        seen = self._signature()
        if self._papers is None:
            self._papers, self._seen = load_papers(office=self.folder), seen
        elif seen != self._seen:
            # Remembered first: a file that stays wrong is told once.
            self._seen = seen
            try:
                self._papers = load_papers(office=self.folder)
            except RulebookError as error:
                line = error.details.get("line", 0)
                self._log().warning("rulebook.kept_old", code=error.code, line=line)
        return self._papers

    def _signature(self) -> Signature:
        files = sorted((self.folder / PAPERS_FOLDER).glob("*.toml"))
        return tuple(
            told for path in (*files, self.folder / THRESHOLDS_FILE) if (told := _told(path)) is not None
        )


def _told(path: Path) -> tuple[str, int, int] | None:
    """Name, time of change and size; nothing for a file that is not there, or no longer."""
    try:
        told = path.stat()
    except OSError:
        return None
    return path.name, told.st_mtime_ns, told.st_size
