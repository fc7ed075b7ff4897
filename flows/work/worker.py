"""A process that takes work from the line, does it and looks for more, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from dossier.errors import MotlanError, OrchestrationError, StoreBusyError
from dossier.ids import ItemId
from dossier.work import Lease, Pool
from dossier.work_errors import WorkLostError
from flows.operating.sign_of_life import give_sign
from flows.operating.work_done import counting
from flows.private_temp import private_temp
from flows.progress import Listener, Progress, Stage, silent
from flows.recipe import TURN_SECONDS, Stretch, run_stretch
from flows.server import answers, bring_up
from flows.work.holding import LEAVE_SECONDS as BEATS_LEAVE_SECONDS
from flows.work.holding import Beats, holding_work, take_over_dead, temp_of
from flows.work.prefect_runs import close_dead_runs, forget_old_runs
from wiring.logs import kind_of
from wiring.services import Services
from wiring.settings import Settings

POLL_SECONDS: Final = 2.0
"""Between two looks into the line of a machine that does nothing but work."""

_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0
_STRETCH_FILES: Final = 200
_TIDY_SECONDS: Final = 3600.0
LEAVE_SECONDS: Final = 60.0
"""So long a process that does something else as well waits for its worker at the end."""


def stop_seconds(settings: Settings) -> float:
    """How long a process that was told to stop may still have work in hand: two pages, or its turn to file.

    Units and manifests give it more before they kill it (``deploy/``).
    """
    return max(2 * settings.page_seconds, TURN_SECONDS) + BEATS_LEAVE_SECONDS


class Worker:
    """Works for some pools."""

    def __init__(  # noqa: PLR0913 - each is something a caller or a test chooses
        self,
        services: Services,
        pools: Collection[Pool],
        *,
        stopping: threading.Event,
        poll_seconds: float = POLL_SECONDS,
        listen: Listener = silent,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Get ready; nothing is taken yet.

        Args:
            services: of this installation.
            pools: what is taken: ``read``, ``sign`` or both.
            stopping: is set when nothing more is to be begun.
            poll_seconds: between two looks when nothing waits.
            listen: hears of progress.
            monotonic: seconds that only grow.
        """
        self._services = services
        self._pools = frozenset(pools)
        self._stopping = stopping
        self._poll_seconds = poll_seconds
        self._listen = listen
        self._monotonic = monotonic
        self._tidied: float | None = None
        self._cut_off: Sequence[Lease] = ()

    def run(self) -> None:
        """Work until told to stop; trouble of the installation is waited out."""
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            give_sign(self._services.settings.data)
            try:
                done = self._stretch()
            except WorkLostError as error:
                # Others go on with it; under a new name so does this process.
                self._services.log.warning("work.lost", item=error.item)
                continue
            except Exception as error:  # noqa: BLE001 - a thread's last fence; else nothing is worked on any more
                code = error.code if isinstance(error, MotlanError) else MotlanError.code
                if not self._stopping.is_set():
                    self._services.log.warning("work.stopped", code=code, cause=kind_of(error))
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if not done:
                self._stopping.wait(self._poll_seconds)

    def _stretch(self) -> int:
        """Work on what waits; gives how many files."""
        services = self._services
        if self._cut_off:
            services.looking.records.work.uncount(self._cut_off)
            self._cut_off = ()
        take_over_dead(services)
        if not services.looking.records.work.waits(sorted(self._pools)):
            return 0
        if Pool.READ in self._pools:
            # Asked before anything is taken: without an engine no page can be read.
            services.engine.version()
        self._bring_up()
        with (
            self._noting() as noted,
            holding_work(services) as held,
            private_temp(temp_of(services, held.holder)),
            counting(services, self._hear) as counted,
        ):
            stretch = Stretch(
                services,
                counted,
                held.holder,
                pools=self._pools,
                stopping=self._stopping,
                most=_STRETCH_FILES,
            )
            noted.append((held, stretch.leases))
            return run_stretch(stretch)

    @contextmanager
    def _noting(self) -> Iterator[list[tuple[Beats, Mapping[ItemId, Lease]]]]:
        """Remember what was in hand when the database went away; told to it once it is back."""
        noted: list[tuple[Beats, Mapping[ItemId, Lease]]] = []
        try:
            yield noted
        finally:
            self._cut_off = [lease for held, leases in noted if held.was_cut_off for lease in leases.values()]

    def _hear(self, progress: Progress) -> None:
        give_sign(self._services.settings.data)
        self._listen(progress)
        if progress.stage is Stage.PAGE and self._stopping.is_set():
            # Finished pages are kept; the file is given back, and this try is not counted.
            raise StoreBusyError(str(self._services.settings.data))

    def _bring_up(self) -> None:
        settings = self._services.settings
        try:
            bring_up(settings.data, url=settings.prefect_url)
        except Exception as error:
            # Whatever Prefect raises (it has no tree of its own here).
            raise OrchestrationError("work", cause=repr(error)) from error
        if not answers(settings.prefect_url):
            return
        if self._tidied is None or self._monotonic() - self._tidied >= _TIDY_SECONDS:
            self._tidied = self._monotonic()
            tidy_prefect(self._services)


def tidy_prefect(services: Services) -> None:
    """Put Prefect's account right; what fails here is no matter, the next time comes."""
    now = services.clock()
    try:
        closed = close_dead_runs(living=services.looking.records.work.living, now=now)
        forgotten = forget_old_runs(before=now - timedelta(days=services.settings.work.prefect_days))
    except Exception as error:  # noqa: BLE001 - whatever Prefect raises
        services.log.warning("prefect.not_tidied", cause=kind_of(error))
        return
    if closed or forgotten:
        services.log.info("prefect.tidied", closed=closed, forgotten=forgotten)


@contextmanager
def working_along(services: Services, *, poll_seconds: float) -> Iterator[None]:
    """Work on what waits while the block runs, beside what else this process does.

    Args:
        services: of this installation; where its settings say that work is done elsewhere, nothing is done.
        poll_seconds: between two looks when nothing waits.
    """
    if not services.settings.work.here:
        yield
        return
    stopping = threading.Event()
    worker = Worker(services, (Pool.READ, Pool.SIGN), stopping=stopping, poll_seconds=poll_seconds)
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(LEAVE_SECONDS)
