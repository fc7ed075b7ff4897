"""What programs that share nothing cost each other on the cores of this machine.

``python -m bench.scale.machine [--workers 1,2,4] [--pages 10] [--into docs/scale.md]``. Each process reads
the same sample pages, pinned as the workers of ``bench.scale_model`` are, with no store, database or Prefect
beside it. CPU seconds a page alone over those with so many at once: what is below 1 the machine takes (two
hardware threads of one core, caches, memory, other guests), and no program can win it back. What workers lose
beyond that is ours.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.pages import write_pages
from bench.reading.usage import cpu_by_process
from bench.scale.figures import put_figures
from bench.scale.hosts import host
from wiring.services import Services
from wiring.settings import read_settings

_READY: Final = "ready"
_DONE: Final = "done"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the processes, or be one of them."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale.machine", description=__doc__)
    parser.add_argument("--workers", default="1,2,4", help="how many at once, with commas")
    parser.add_argument("--pages", type=int, default=10, help="that each reads")
    parser.add_argument("--into", type=Path, help="a page of the documentation that shows the table")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.read is not None:
        _read(asked.read, asked.pages)
        return
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as made:
        folder = Path(made)
        write_pages(folder)
        costs = {number: cost(number, asked.pages, folder) for number in map(int, asked.workers.split(","))}
    told = table(costs)
    sys.stdout.write(told)
    if asked.into is not None:
        put_figures(asked.into, "scale_machine", told)


def cost(count: int, pages: int, folder: Path) -> float:
    """CPU seconds a page while so many processes read at once.

    Args:
        count: of processes; more than there are cores share them.
        pages: that each reads.
        folder: where they lie.
    """
    with ExitStack() as stack:
        processes = [_begin(stack, number, pages, folder) for number in range(count)]
        for process in processes:
            _expect(process, _READY)
        before = sum(_seconds(process) for process in processes)
        for process in processes:
            _go(process)
        for process in processes:
            _expect(process, _DONE)
        spent = sum(_seconds(process) for process in processes) - before
        for process in processes:
            _go(process)
    return spent / count / pages


def table(costs: dict[int, float]) -> str:
    """For people."""
    (first, *_) = costs.values()
    lines = [f"{'at once':>8}{'CPU s a page':>14}{'alone / at once':>17}"]
    lines += [f"{count:>8}{seconds:>14.3f}{first / seconds:>17.2f}" for count, seconds in costs.items()]
    return "\n".join([*lines, f"reading alone, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", ""])


def _begin(stack: ExitStack, number: int, pages: int, folder: Path) -> subprocess.Popen[str]:
    start = stack.enter_context(host(number))
    command = [*start, sys.executable, "-m", "bench.scale.machine", "--read", str(folder)]
    return stack.enter_context(
        subprocess.Popen(
            [*command, "--pages", str(pages)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "MOTLAN_WORKERS": "1"},
        )
    )


def _read(folder: Path, pages: int) -> None:
    """One of the processes: a page to get warm, then so many, each time when told."""
    found = sorted(folder.glob("page-*"))
    with (
        tempfile.TemporaryDirectory(prefix="motlan-bench-") as made,
        Services(read_settings({**os.environ, "MOTLAN_DATA": f"{made}/data"})) as services,
    ):
        services.create()
        for number in range(pages + 1):
            page = found[number % len(found)]
            services.reader.read(page, name=page.name, work=Path(made) / f"{number}")
            if number == 0:
                _say(_READY)
        _say(_DONE)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def _go(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.write("\n")
        process.stdin.flush()


def _expect(process: subprocess.Popen[str], word: str) -> None:
    said = process.stdout.readline().strip() if process.stdout is not None else ""
    if said != word:
        msg = f"a process that reads said {said!r}"
        raise RuntimeError(msg)


def _seconds(process: subprocess.Popen[str]) -> float:
    return sum(cpu_by_process(process.pid).values())


if __name__ == "__main__":
    main()
