"""``python -m bench.scanning``: how long a clerk waits after the last page of a dossier is out of the feeder.

The real command ``motlan scan`` takes a dossier of ten colour pages from a stand-in for ``scanimage`` at the
pace of an office scanner (25 pages a minute), with ``motlan serve`` running beside it as on a desk, and
without. The clock starts when the last page lies whole on the disk and stops when "check these fields" is on
the screen. CPU seconds are those of all processes from start to end; on a machine with other work they say
more than the wall does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.pages import write_pages
from wiring.services import Services
from wiring.settings import read_settings

OUT = Path(__file__).parent / "out" / "scanning.json"
OWNER = "079186999401"
_PAGES = 10
_A4_PIXELS = 3_500_000
_DPI = 300


def main() -> int:
    """Measure both ways; print and leave as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages-per-minute", type=float, default=25.0)
    asked.add_argument("--runs", type=int, default=1)
    asked.add_argument("--only", choices=("serve", "alone"), default="")
    told = asked.parse_args()
    pace = 60.0 / told.pages_per_minute
    results = []
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        folder = Path(name)
        tray = _tray(folder)
        for run in range(told.runs):
            for way in ("serve", "alone"):
                if told.only in ("", way):
                    data = folder / f"{way}-{run}"
                    found = measure(data, tray, pace=pace, served=way == "serve", work=folder)
                    results.append({"way": way, **found})
                    sys.stdout.write(f"{way}: {json.dumps(found)}\n")
                    sys.stdout.flush()
    OUT.parent.mkdir(exist_ok=True)
    told_all = {"pages_per_minute": told.pages_per_minute, "load": os.getloadavg(), "runs": results}
    OUT.write_text(json.dumps(told_all, indent=1), encoding="utf-8")
    return 0


def measure(data: Path, tray: Path, *, pace: float, served: bool, work: Path) -> Mapping[str, object]:
    """One dossier through one new installation."""
    fed = work / "fed.txt"
    fed.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "MOTLAN_DATA": str(data),
        "MOTLAN_SCANNERS": json.dumps({"bench": {"device": "bench", "program": str(_program(work))}}),
        "BENCH_TRAY": str(tray),
        "BENCH_PACE": str(pace),
        "BENCH_OUT": str(fed),
    }
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as services:
        services.create()
    with _serving(environment, data) if served else _nobody() as serving:
        before, served_before = _children_cpu(), _tree_cpu(serving)
        lines, ended = _scan(environment)
        own, served_cpu = _children_cpu() - before, _tree_cpu(serving) - served_before
    moments = [float(line) for line in fed.read_text(encoding="ascii").split()]
    pages = [line for _, line in lines if "page" in line and "advice" in line]
    shown = next(at for at, line in lines if "document" in line or "error" in line)
    return {
        "pages": len(pages),
        "papers": sum("document" in line for _, line in lines),
        "feeding_s": round(moments[-1] - moments[0], 1),
        "after_last_page_s": round(shown - moments[-1], 2),
        "to_the_end_s": round(ended - moments[-1], 2),
        "coach_median_s": sorted(line["told_s"] for line in pages)[len(pages) // 2],
        "coach_worst_s": max(line["told_s"] for line in pages),
        "cpu_s_scan": round(own, 1),
        "cpu_s_serve": round(served_cpu, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _scan(environment: Mapping[str, str]) -> tuple[Sequence[tuple[float, dict[str, float]]], float]:
    """Run the command; each line of its output with the moment it came."""
    command = [sys.executable, "-m", "cli", "scan", "--json", "--owner", OWNER]
    lines: list[tuple[float, dict[str, float]]] = []
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:
        lines.extend((time.time(), json.loads(line)) for line in process.stdout or ())
    return lines, time.time()


@contextmanager
def _serving(environment: Mapping[str, str], data: Path) -> Iterator[int]:
    """``motlan serve`` as a desk has it: up since the morning."""
    from web.client import is_up  # noqa: PLC0415

    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"], env=dict(environment), start_new_session=True
    )
    try:
        while not is_up(data):
            if process.poll() is not None:
                msg = "motlan serve did not come up"
                raise RuntimeError(msg)
            time.sleep(0.2)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def _nobody() -> Iterator[None]:
    yield None


def _tray(folder: Path) -> Path:
    """Ten pages of A4 from the samples."""
    made, tray = folder / "made", folder / "tray"
    made.mkdir()
    tray.mkdir()
    from PIL import Image  # noqa: PLC0415

    chosen = []
    for path in write_pages(made):
        with Image.open(path) as image:
            if image.width * image.height >= _A4_PIXELS:
                chosen.append((path, image.width))
    for number, (path, width) in enumerate(chosen[:_PAGES], start=1):
        target = tray / f"{number:03d}.jpg"
        shutil.copy(path, target)
        wanted = round(210 / 25.4 * _DPI)
        if abs(width - wanted) > 10:
            with Image.open(path) as image:
                size = (wanted, round(image.height * wanted / width))
                image.resize(size, Image.Resampling.LANCZOS).save(target, quality=95)
    return tray


def _program(folder: Path) -> Path:
    path = folder / "scanimage"
    root = Path(__file__).parent.parent
    path.write_text(
        f'#!/bin/sh\ncd {root}\nexec {sys.executable} -m bench.paced_scanner "$@"\n', encoding="utf-8"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _tree_cpu(session: int | None) -> float:
    """CPU seconds of all processes of a session until now; 0 for none."""
    if session is None:
        return 0.0
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
