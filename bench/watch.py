"""What ``motlan watch`` costs while nothing happens, and what a look at a full folder costs.

``python -m bench.watch [--files 10000] [--seconds 60]``. The watch is the real command in its own process.
CPU seconds and resident memory are those the kernel counts for it, after its working process has ended. In
the second round every file is kept and remembered, so that each look goes through all of them.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage.hot_folder.look import look
from storage.hot_folder.mark import FolderMark
from storage.hot_folder.plan import WatchMemory
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.store_secret import read_key
from storage.vault import Vault
from wiring.services import Services
from wiring.settings import read_settings

_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print shares, megabytes and milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as place:
        data, folder = Path(place) / "data", Path(place) / "vao"
        folder.mkdir()
        with Services(read_settings({"MOTLAN_DATA": str(data)})) as services:
            services.create()
        _report("thư mục trống", *_idle(data, folder, asked.seconds))
        for number in range(asked.files):
            (folder / f"to-{number:05}.pdf").write_bytes(b"%PDF-1.7 %%EOF")
        _remember(data, folder)
        sys.stdout.write(f"một lượt xem {asked.files:,} tệp: {_cost_of_a_look(folder) * 1000:.0f} ms CPU\n")
        _report(f"{asked.files:,} tệp để nguyên", *_idle(data, folder, asked.seconds))
    return 0


def _report(what: str, share: float, megabytes: float) -> None:
    sys.stdout.write(f"{what}: {share:.2%} CPU, {megabytes:.0f} MB\n")
    sys.stdout.flush()


def _remember(data: Path, folder: Path) -> None:
    """As if the watch had dealt with every file."""
    secret = read_key(Layout(data))
    identity = FolderMark(folder, home=data / "watch").claim()
    vault = Vault(secret=secret, ring=ring_of_store(secret))
    memory = WatchMemory(data / "watch" / identity, vault=vault)
    memory.prepare()
    memory.load()
    memory.remember(list(look(folder).files.values()))


def _cost_of_a_look(folder: Path) -> float:
    """CPU seconds, the best of five."""
    costs = []
    for _ in range(5):
        before = time.process_time()
        look(folder)
        costs.append(time.process_time() - before)
    return min(costs)


def _idle(data: Path, folder: Path, seconds: float) -> tuple[float, float]:
    """Share of a core and megabytes of an idle watch, once its working process is gone."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "watch", str(folder), "--after", "keep", "--json"],
        env={**os.environ, "MOTLAN_DATA": str(data)},
        stdout=subprocess.PIPE,
    )
    try:
        # It says that it begins once its working process is ready; that ends after a minute without work.
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        process.stdout.readline()
        while _children(process.pid):
            time.sleep(1)
        before, begun = _seconds(process.pid), time.monotonic()
        time.sleep(seconds)
        share = (_seconds(process.pid) - before) / (time.monotonic() - begun)
        return share, _megabytes(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def _seconds(pid: int) -> float:
    """CPU seconds of a process, user and system."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICKS


def _megabytes(pid: int) -> float:
    """Resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
