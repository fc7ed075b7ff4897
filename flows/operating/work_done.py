"""Pages, papers and CPU seconds of a run, added to what all machines have done when the run ends."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dossier.errors import MotlanError
from flows.progress import Listener, Progress, Stage

if TYPE_CHECKING:
    from wiring.services import Services

PAGES: Final = "pages"
"""Name of the sum of pages that were read."""
CPU: Final = "cpu_seconds"
"""Begins the names of the sums of CPU seconds; the stage follows a point."""
PAPERS: Final = "papers"
"""Begins the names of the sums of papers; what became of them follows a point."""
REFUSED: Final = "files_refused"

READING: Final = "read"
"""Stage: from the image to words and the searchable page."""
FILING: Final = "file"
"""Stage: understanding, signing, sealing, storing."""

_BECAME: Final = {
    Stage.FILED: "filed",
    Stage.WAITING: "waiting",
    Stage.NOT_DIGITISED: "not_digitised",
}
OUTCOMES: Final = tuple(sorted(_BECAME.values()))
"""What becomes of a paper at first."""


class Tally:
    """Counts what one run tells. Safe for threads."""

    def __init__(self, listen: Listener) -> None:
        """Count, and pass on to whoever listens."""
        self._listen = listen
        self._guard = threading.Lock()
        self._sums: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}

    def hear(self, progress: Progress) -> None:
        """One thing that just happened."""
        with self._guard:
            self._count(progress)
        self._listen(progress)

    def sums(self) -> dict[str, float]:
        """What was counted, by name."""
        with self._guard:
            return {**self._sums, **self._seconds}

    def _count(self, progress: Progress) -> None:
        if progress.stage is Stage.PAGE:
            self._sums[PAGES] += 1
        elif progress.stage is Stage.READ:
            self._add_seconds(READING, progress.seconds)
        elif progress.stage is Stage.REFUSED:
            self._sums[REFUSED] += 1
        elif became := _BECAME.get(progress.stage):
            self._sums[f"{PAPERS}.{became}"] += 1
            self._add_seconds(FILING, progress.seconds)

    def _add_seconds(self, stage: str, seconds: float) -> None:
        name = f"{CPU}.{stage}"
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds


@contextmanager
def counting(services: Services, listen: Listener) -> Iterator[Listener]:
    """Count what a run tells while the block runs, and keep the sums at its end, however it ends.

    A process that is killed takes its last run's numbers along: they are figures, not records. Sums that
    cannot be kept stop nobody.
    """
    tally = Tally(listen)
    try:
        yield tally.hear
    finally:
        if sums := tally.sums():
            try:
                services.looking.records.upkeep.operating.add_done(sums)
            except MotlanError as error:
                services.log.warning("work.not_counted", code=error.code)
