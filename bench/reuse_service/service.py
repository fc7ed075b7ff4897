"""``motlan serve`` on one core, and what it and the server of the database cost in CPU."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOTLAN = (sys.executable, "-c", "from cli.main import main; main()")
"""The command, from the folder this runs in."""

_TICK = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running service: its process, and where it listens."""

    process: int
    host: str
    port: int

    def cpu_seconds(self) -> float:
        """Of the process and the children that it waited for."""
        return _cpu(self.process)


@contextmanager
def serving(environment: dict[str, str], *, core: int) -> Iterator[Served]:
    """The command as users start it, bound to one core."""
    command = [*MOTLAN, "serve", "--listen", "127.0.0.1:0"]
    settings = {
        key: value for key, value in os.environ.items() if not key.startswith("MOTLAN_")
    } | environment
    log = Path(environment["MOTLAN_DATA"]) / "bench-serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env=settings,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509  no thread is running yet
        )
        try:
            found = _wait_for(log, process, r":(\d+)/")
            # The desk behind it comes up too, and takes CPU until it has.
            socket = Path(environment["MOTLAN_DATA"]) / "run" / "motlan.sock"
            deadline = time.monotonic() + _START_SECONDS
            while not socket.exists() and time.monotonic() < deadline:
                time.sleep(0.5)
            yield Served(process.pid, "127.0.0.1", int(found))
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(log: Path, process: subprocess.Popen[bytes], pattern: str) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(pattern, log.read_text("utf-8"))
        if found:
            return found[1]
        time.sleep(0.2)
    raise SystemExit(f"no service: {log.read_text('utf-8')[-2000:]}")


def database_processes(name: str) -> list[int]:
    """Processes of PostgreSQL that serve one database on this machine."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                title = (place / "cmdline").read_bytes()
            except OSError:
                continue
            if title.startswith(b"postgres:") and f" {name} ".encode() in title:
                found.append(int(place.name))
    return found


def database_cpu_seconds(processes: list[int]) -> float:
    """CPU of those processes."""
    return sum(_cpu(process) for process in processes)


def _cpu(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK
