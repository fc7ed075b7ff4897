"""A discrete-event simulation of workers on a line: who reads, who may file, who shares a core.

Every worker has a thread for each page it may read at once, and one that files. Cores are shared evenly
by the threads that compute on them. Of all machines one files at a time, for five seconds before another
may (decision 0013): the one lock of the model. Costs are drawn from those that were measured; chance and
clock are the model's own, so the same seed gives the same run.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bench.scale.costs import UnitCosts
from flows.recipe import FILES_AHEAD, WRITES_SECONDS

_NEVER: Final = float("inf")
_SMALL: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What the work is done on.

    Attributes:
        workers: how many processes.
        threads: pages that each reads at once.
        cores: of each worker's machine; workers of one machine share them.
        machines: they are spread over, evenly.
    """

    workers: int
    threads: int = 1
    cores: int = 1
    machines: int = 0

    @property
    def hosts(self) -> int:
        """Machines; as many as workers unless told."""
        return self.machines or self.workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run gave.

    Attributes:
        files: brought to rest.
        wall: seconds from the first file to the last.
        cpu: seconds that were computed.
        writer: share of the time in which somebody had the turn to write.
        waited: seconds from arrival to rest, the median of all files.
    """

    files: int
    wall: float
    cpu: float
    writer: float
    waited: float

    @property
    def rate(self) -> float:
        """Files a second."""
        return self.files / self.wall if self.wall else 0.0


class _Pool(StrEnum):
    READ = "read"
    SIGN = "sign"


@dataclass(slots=True)
class _Job:
    """Something that computes: CPU seconds that are left of a file's stage."""

    worker: _Worker
    pool: _Pool
    arrived: float
    left: float


@dataclass(slots=True, eq=False)
class _Worker:
    host: int
    taken: deque[float] = field(default_factory=deque)
    reading: int = 0
    waits: bool = False
    files: bool = False
    until: float = 0.0
    jobs: list[_Job] = field(default_factory=list)


def simulate(costs: UnitCosts, plant: Plant, *, arrivals: Sequence[float], chance: random.Random) -> Outcome:
    """Let the workers go on until every file has come to rest.

    Args:
        costs: of one page; a file of the model is a page that is a paper.
        plant: workers and cores.
        arrivals: seconds at which files are handed in, in order.
        chance: which of the measured costs each file has.
    """
    return _Run(costs, plant, arrivals, chance).outcome()


class _Run:
    def __init__(
        self, costs: UnitCosts, plant: Plant, arrivals: Sequence[float], chance: random.Random
    ) -> None:
        self._costs, self._plant, self._chance = costs, plant, chance
        self._workers = [_Worker(host=number % plant.hosts) for number in range(plant.workers)]
        self._coming = deque(arrivals)
        self._unread: deque[float] = deque()
        self._unfiled: deque[float] = deque()
        self._writer: _Worker | None = None
        self._line: deque[_Worker] = deque()
        self._now = self._cpu = self._written = 0.0
        self._waited: list[float] = []

    def outcome(self) -> Outcome:
        first = self._coming[0] if self._coming else 0.0
        while self._coming or self._unread or self._unfiled or self._computing():
            self._arrive()
            for worker in self._workers:
                self._begin(worker)
            self._go_on()
        waited = sorted(self._waited)
        return Outcome(
            files=len(waited),
            wall=self._now - first,
            cpu=self._cpu,
            writer=self._written / (self._now - first) if self._now > first else 0.0,
            waited=waited[len(waited) // 2] if waited else 0.0,
        )

    def _computing(self) -> bool:
        return any(worker.jobs for worker in self._workers)

    def _arrive(self) -> None:
        while self._coming and self._coming[0] <= self._now + _SMALL:
            self._unread.append(self._coming.popleft())

    def _begin(self, worker: _Worker) -> None:
        """What a worker does now, as ``flows.recipe`` does: pages first, then its turn to write."""
        # Who files or stands in line for it takes nothing: one thread does all three.
        if not worker.files and not worker.waits:
            while self._unread and worker.reading + len(worker.taken) < self._room():
                worker.taken.append(self._unread.popleft())
        # What is in hand is read meanwhile; but on one core nothing is begun while the machine files.
        alone = worker.files and self._plant.threads == 1
        while worker.taken and worker.reading < self._plant.threads and not alone:
            worker.reading += 1
            cost = self._chance.choice(self._costs.read) + self._costs.rest + self._costs.prefect
            worker.jobs.append(_Job(worker, _Pool.READ, worker.taken.popleft(), cost))
        if worker.files:
            self._file_next(worker)
        elif self._unfiled and not worker.waits:
            worker.waits = True
            self._line.append(worker)
        if self._writer is None and self._line:
            self._let_write(self._line.popleft())

    def _room(self) -> int:
        """Files that a worker may have in hand; what it reads where no more wait than there are workers."""
        is_scarce = len(self._unread) <= len(self._workers)
        return self._plant.threads + (0 if is_scarce else FILES_AHEAD)

    def _let_write(self, worker: _Worker) -> None:
        self._writer, worker.waits, worker.files = worker, False, True
        worker.until = self._now + WRITES_SECONDS
        self._file_next(worker)

    def _file_next(self, worker: _Worker) -> None:
        if any(job.pool is _Pool.SIGN for job in worker.jobs):
            return
        if not self._unfiled or self._now + _SMALL >= worker.until:
            self._writer, worker.files = None, False
            self._begin(worker)
            return
        cost = self._chance.choice(self._costs.file)
        worker.jobs.append(_Job(worker, _Pool.SIGN, self._unfiled.popleft(), cost))

    def _go_on(self) -> None:
        """Compute until the next thing happens: a stage ends, a file comes."""
        on_host: dict[int, list[_Job]] = {}
        for worker in self._workers:
            on_host.setdefault(worker.host, []).extend(worker.jobs)
        shares = {
            host: min(1.0, self._plant.cores / len(jobs)) if jobs else 0.0 for host, jobs in on_host.items()
        }
        step = min(
            (job.left / shares[host] for host, jobs in on_host.items() for job in jobs), default=_NEVER
        )
        if self._coming:
            step = min(step, self._coming[0] - self._now)
        step = 0.0 if step is _NEVER else max(step, 0.0)
        self._now += step
        self._written += step if self._writer is not None else 0.0
        for host, jobs in on_host.items():
            for job in jobs:
                job.left -= step * shares[host]
                self._cpu += step * shares[host]
        for worker in self._workers:
            for job in [job for job in worker.jobs if job.left <= _SMALL]:
                worker.jobs.remove(job)
                self._end(job)

    def _end(self, job: _Job) -> None:
        if job.pool is _Pool.READ:
            job.worker.reading -= 1
            self._unfiled.append(job.arrived)
        else:
            self._waited.append(self._now - job.arrived)
