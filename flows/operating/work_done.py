"""Pages, papers and CPU seconds of a run, added to what all machines did while it goes on and at its end.

A run of a worker takes up to two hundred files: added at its end alone, nothing would seem to be done for an
hour, and then everything at once.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dossier.errors import MotlanError
from flows.pass_loop import PassLoop
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

KEEP_SECONDS: Final = 20.0
"""Between two times that a run adds what it did: less than two scrapes of Prometheus are apart."""
_NOT_COUNTED: Final = "work.not_counted"

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
        self._sums: defaultdict[str, float] = defaultdict(float)

    def hear(self, progress: Progress) -> None:
        """One thing that just happened."""
        with self._guard:
            self._count(progress)
        self._listen(progress)

    def take(self) -> dict[str, float]:
        """What was counted since it was taken last, by name."""
        with self._guard:
            taken = dict(self._sums)
            self._sums.clear()
            return taken

    def give_back(self, taken: Mapping[str, float]) -> None:
        """It could not be kept: the next time, then."""
        with self._guard:
            for name, more in taken.items():
                self._sums[name] += more

    def _count(self, progress: Progress) -> None:
        if progress.stage is Stage.PAGE:
            self._sums[PAGES] += 1
        elif progress.stage is Stage.READ:
            self._sums[f"{CPU}.{READING}"] += progress.seconds
        elif progress.stage is Stage.REFUSED:
            self._sums[REFUSED] += 1
        elif became := _BECAME.get(progress.stage):
            self._sums[f"{PAPERS}.{became}"] += 1
            self._sums[f"{CPU}.{FILING}"] += progress.seconds


class _Keeping(PassLoop):
    """Adds what was counted, again and again."""

    def __init__(self, services: Services, tally: Tally, *, pause_s: float) -> None:
        super().__init__("work-done", log=services.log, stopped=_NOT_COUNTED, pause_s=pause_s)
        self._services = services
        self._tally = tally

    def keep(self) -> None:
        """Add it now.

        Raises:
            StoreError: the records cannot be used; it is added the next time.
        """
        sums = self._tally.take()
        if not sums:
            return
        try:
            self._services.looking.records.upkeep.operating.add_done(sums)
        except MotlanError:
            self._tally.give_back(sums)
            raise

    def _pass(self) -> None:
        self.keep()

    def _interrupt(self) -> None:
        """One question to the records, which is waited for."""


@contextmanager
def counting(
    services: Services, listen: Listener, *, keep_seconds: float = KEEP_SECONDS
) -> Iterator[Listener]:
    """Count what a run tells while the block runs; keep the sums meanwhile and at its end, however it ends.

    A process that is killed takes what it did since along: they are figures, not records. Sums that cannot be
    kept stop nobody.

    Args:
        services: of the installation.
        listen: hears of everything as well.
        keep_seconds: between two times that the sums are kept.
    """
    tally = Tally(listen)
    keeping = _Keeping(services, tally, pause_s=keep_seconds)
    try:
        with keeping:
            yield tally.hear
    finally:
        try:
            keeping.keep()
        except MotlanError as error:
            services.log.warning(_NOT_COUNTED, code=error.code)
