"""CPU milliseconds of each stage and peak memory of reading pages: ``python -m bench.reader_cost FILE…``.

The pages go one after another through one reader in one process, as they do in a worker, so that memory which
is not given back shows. Stages that lie in others are indented; a stage holds all that lies in it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2

import ocr.first_look
import ocr.net.ctc
import ocr.net.engine
import ocr.net.finder
import ocr.net.session
import ocr.pages
from ocr.net.engine import NetEngine
from ocr.reader import Reader

# Who calls, by what name, and what the stage is called here.
_STAGES: tuple[tuple[object, str, str], ...] = (
    (ocr.pages, "first_look", "first look"),
    (ocr.first_look, "flatten_photo", "  slanted photo"),
    (ocr.first_look, "text_image", "  text image"),
    (ocr.first_look, "coloured_ink", "  coloured ink"),
    (ocr.first_look, "has_no_print", "  print or not"),
    (ocr.first_look, "_findings", "  checks"),
    (ocr.pages, "_settle", "turn and slant"),
    (ocr.pages, "straighten", "straighten"),
    (ocr.pages, "without_rules", "rules"),
    (ocr.pages, "despeckled", "specks"),
    (NetEngine, "recognise", "engine (all calls)"),
    (ocr.net.finder.LineFinder, "find", "  finder"),
    (ocr.net.engine._Reading, "_chances", "  chances"),  # noqa: SLF001  the seams of the engine are private
    (ocr.net.session.Network, "run", "    networks, finder too"),
    (ocr.net.engine, "cut", "  cuts"),
    (ocr.net.engine, "words_of", "  words"),
    (ocr.net.engine, "_on_page", "  boxes"),
    (ocr.pages, "worded", "language"),
    (ocr.pages, "lines_of_engine", "reading order"),
)


class Clocks:
    """CPU seconds by stage, and how often each was gone through."""

    def __init__(self) -> None:
        self.seconds = {name: 0.0 for _, _, name in _STAGES}
        self.calls = dict.fromkeys(self.seconds, 0)

    def watch(self) -> None:
        """From now on every stage is timed."""
        for owner, attribute, name in _STAGES:
            setattr(owner, attribute, self._timed(getattr(owner, attribute), name))

    def _timed(self, work: Callable[..., Any], name: str) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            started = time.thread_time()
            try:
                return work(*given, **named)
            finally:
                self.seconds[name] += time.thread_time() - started
                self.calls[name] += 1

        return timed


def memory_megabytes() -> Mapping[str, int]:
    """``VmHWM``, the peak since ``forget_peak``, and ``VmRSS``, what is resident now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = (line.split() for line in lines if line.startswith(("VmHWM:", "VmRSS:")))
    return {name.rstrip(":"): int(value) // 1024 for name, value, _ in found}


def forget_peak() -> None:
    """The peak of this process starts anew (Linux, proc(5): clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    """Print a line for each file, the mean of each stage, and the largest peak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    engine = NetEngine()
    engine.version()
    reader = Reader(engine)
    print(f"{memory_megabytes()['VmRSS']:5d} MB with everything loaded")
    clocks = Clocks()
    pages, largest, spent = 0, 0, [0.0, 0.0, 0.0]
    for index, path in enumerate((chosen.files[0], *chosen.files)):
        if index == 1:
            # The first reading loaded what is loaded late.
            clocks.watch()
        forget_peak()
        with tempfile.TemporaryDirectory() as work:
            readings = reader.read(path, name=path.name, work=Path(work)).readings
        memory = memory_megabytes()
        largest = max(largest, memory["VmHWM"])
        if index == 0:
            continue
        stages = [reading.stages for reading in readings]
        decode, clean, recognise = (
            sum(getattr(stage, name) for stage in stages) * 1000 for name in ("decode", "clean", "recognise")
        )
        pages += len(stages)
        spent = [sum(pair) for pair in zip(spent, (decode, clean, recognise), strict=True)]
        print(
            f"{decode:5.0f} {clean:5.0f} {recognise:5.0f} ms {memory['VmHWM']:5d} MB peak "
            f"{memory['VmRSS']:5d} MB after  {path.name}"
        )
    print(f"\nmean of {pages} pages")
    for name, total in zip(("decode", "clean", "recognise"), spent, strict=True):
        print(f"{total / pages:7.1f} ms  {name}")
    print(f"{sum(spent) / pages:7.1f} ms  all\n")
    for name, seconds in clocks.seconds.items():
        print(f"{seconds * 1000 / pages:7.1f} ms {clocks.calls[name] / pages:7.1f} times  {name}")
    print(f"\n{largest:5d} MB at most")


if __name__ == "__main__":
    main()
