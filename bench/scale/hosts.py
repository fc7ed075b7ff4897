"""Processes that stand for machines: a network namespace each where that is allowed, one core, CPU
counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = "motlan-bench"


def may_have_namespaces() -> bool:
    """Whether this account may make machines that share nothing but what they are given."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def host(number: int) -> Iterator[Sequence[str]]:
    """A machine with one core; gives what a command is begun with there.

    Args:
        number: counted from 0; machines beyond the cores that are there share them.
    """
    core = sorted(os.sched_getaffinity(0))[number % len(os.sched_getaffinity(0))]
    pinned = ["taskset", "-c", str(core)]
    if not may_have_namespaces():
        yield pinned
        return
    name = f"{_PREFIX}-{os.getpid()}-{number}"
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        yield ["ip", "netns", "exec", name, *pinned]
    finally:
        _ip("netns", "del", name)


@contextmanager
def worker(
    start: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """``motlan work`` on a machine, until the block ends."""
    command = [*start, sys.executable, "-m", "cli", "work", "--pool", "read", "--pool", "sign"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_prefect(pid: int) -> bool:
    """Whether a process is Prefect's own server."""
    try:
        return b"prefect.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
