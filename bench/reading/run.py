"""Let every way read every page, in processes of their own, and score what they read."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path

from bench.reading.cases import Case
from bench.reading.usage import MemoryWatch
from bench.reading.ways import OcrMyPdf, Ours, Plain, Shot, Way, WayName, shoot
from ocr.scoring import TextScore, score


@dataclass(frozen=True, slots=True)
class Outcome:
    """One page read in one way, and what that is worth."""

    case: Case
    shot: Shot
    score: TextScore

    @property
    def turned_right(self) -> bool | None:
        """Whether the page was turned as it has to be; None where nobody can tell."""
        if self.case.rotation is None or self.shot.rotation is None:
            return None
        return self.case.rotation == self.shot.rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class WayResult:
    """All pages read in one way.

    Attributes:
        wall: seconds from the first page to the last, all workers together.
        peak_megabytes: the most memory one worker had, with the programs it started.
    """

    way: WayName
    outcomes: tuple[Outcome, ...]
    wall: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a worker process makes its way to read.

    Attributes:
        way: which.
        environment: settings of the project's reader.
        ocrmypdf: the program; used by that way only.
    """

    way: WayName
    environment: Mapping[str, str]
    ocrmypdf: Path | None = None

    def make(self) -> Way:
        """The way, ready to read."""
        if self.way == "ours":
            from wiring.services import Services  # noqa: PLC0415  only this way needs the project wired
            from wiring.settings import read_settings  # noqa: PLC0415

            return Ours(Services(read_settings({**self.environment, "MOTLAN_WORKERS": "1"})).reader)
        if self.way == "ocrmypdf" and self.ocrmypdf is not None:
            return OcrMyPdf(self.ocrmypdf)
        return Plain()


def run_way(
    recipe: Recipe, cases: Sequence[Case], *, workers: int, tell: Callable[[int], None] = lambda _: None
) -> WayResult:
    """Read all pages with that many processes.

    Args:
        recipe: the way.
        cases: the pages.
        workers: processes; each reads one page at a time on one core.
        tell: called with the number of pages finished.
    """
    with _pool(recipe, workers) as pool:
        # The clock starts when each has read a page: a worker that reads dossiers is started once a day.
        for ready in [pool.submit(_ready, case.image) for case in [*cases[:1]] * workers]:
            ready.result()
        started = time.perf_counter()
        with MemoryWatch(_workers) as watch:
            shots: list[Shot] = []
            for shot in pool.map(_read, (case.image for case in cases)):
                shots.append(shot)
                tell(len(shots))
        wall = time.perf_counter() - started
    outcomes = judged(cases, shots)
    return WayResult(way=recipe.way, outcomes=outcomes, wall=wall, peak_megabytes=watch.peak_megabytes)


def run_here(way: Way, cases: Sequence[Case]) -> WayResult:
    """Read all pages in this process, one after the other: for tests and for profiling."""
    started = time.perf_counter()
    with MemoryWatch(lambda: (os.getpid(),)) as watch:
        shots = [shoot(way, case.image) for case in cases]
    return WayResult(
        way=way.name,
        outcomes=judged(cases, shots),
        wall=time.perf_counter() - started,
        peak_megabytes=watch.peak_megabytes,
    )


def judged(cases: Sequence[Case], shots: Sequence[Shot]) -> tuple[Outcome, ...]:
    """Readings with their scores."""
    return tuple(
        Outcome(case, shot, score(case.truth, shot.text, keys=case.keys))
        for case, shot in zip(cases, shots, strict=True)
    )


_way: list[Way] = []
_gate: list[Barrier] = []
_SLOWEST_START = 120.0


def _pool(recipe: Recipe, workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a worker's memory is then its own.
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(workers)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=(recipe, gate))


def _prepare(recipe: Recipe, gate: Barrier) -> None:
    _way[:], _gate[:] = [recipe.make()], [gate]


def _ready(image: Path) -> None:
    """Read a page that is not counted, wait for the other workers: all have then loaded what they need."""
    shoot(_way[0], image)
    _gate[0].wait(_SLOWEST_START)


def _read(image: Path) -> Shot:
    return shoot(_way[0], image)


def _workers() -> Iterator[int]:
    for process in multiprocessing.active_children():
        if process.pid is not None:
            yield process.pid
