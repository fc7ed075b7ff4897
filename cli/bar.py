"""A progress bar on the error stream for long work; nothing where nobody looks at a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dossier.errors import Lang

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_READING: dict[Lang, str] = {"vi": "Đang đọc", "en": "Reading"}


class Bar:
    """Counts files, and shows the page within the file that is being read.

    Args:
        total: files.
        lang: language of the words beside the bar.
        shown: whether to draw; by default only on a terminal.
    """

    def __init__(self, *, total: int, lang: Lang, shown: bool | None = None) -> None:
        self._lang = lang
        self._total = total
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task(_READING[self._lang], total=self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def expect(self, total: int) -> None:
        """Now it is known how many files there are."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, total=total)

    def say(self, text: str) -> None:
        """Change the words beside the bar."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=text)

    def page(self, done: int, total: int) -> None:
        """Show which page of the file was just read (1-based)."""
        self.say(f"{_READING[self._lang]} ({done}/{total})")

    def step(self) -> None:
        """One file is done."""
        self.steps(1)

    def steps(self, count: int) -> None:
        """So many more files are done."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, count)
