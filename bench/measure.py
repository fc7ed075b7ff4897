"""CPU and wall seconds of a program with everything it started, and of a piece of code."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system, children included) and wall seconds."""

    cpu: float
    wall: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


def program(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a program to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    started = time.perf_counter()
    before = _children()
    done = subprocess.run(
        command, env={**os.environ, **(environment or {})}, capture_output=True, check=False
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return Cost(_children() - before, time.perf_counter() - started)


@dataclass(slots=True)
class Stages:
    """Costs added up by stage."""

    costs: dict[str, Cost] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what the block costs, all threads and children of this process."""
        wall, cpu = time.perf_counter(), _all()
        yield
        spent = Cost(_all() - cpu, time.perf_counter() - wall)
        self.costs[name] = self.costs.get(name, Cost(0.0, 0.0)) + spent

    def call(self, name: str, work: Callable[[], object]) -> None:
        """Count one call."""
        with self.stage(name):
            work()


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _all() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + _children()
