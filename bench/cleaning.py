"""CPU milliseconds of every cleaning step on the scanned sample pages: ``python -m bench.cleaning``.

Each step runs several times on a page and the shortest counts, so that two runs compare. One core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from bench.pages import SAMPLES
from ocr.arrays import turn_upright
from ocr.checks.blank import has_no_print
from ocr.cleaning import straighten
from ocr.deskew import find_skew, ink_mask
from ocr.despeckle import despeckled
from ocr.ink import divide_background, stretch, text_channel
from ocr.limits import ReadLimits
from ocr.orientation import guess_upright
from ocr.perspective import flatten_photo
from ocr.rules import without_rules
from ocr.sources import RawPage, open_source
from ocr.strokes import darkened, made_solid

_T = TypeVar("_T")
_SUFFIXES = {".jpg", ".png", ".tif", ".pdf"}


class Steps:
    """Milliseconds by step, summed over pages."""

    def __init__(self, *, repeats: int) -> None:
        self._repeats = repeats
        self.milliseconds: dict[str, float] = {}

    def measure(self, name: str, work: Callable[[], _T]) -> _T:
        """Run ``work`` several times, add its shortest time, give its result."""
        result, shortest = _timed(work)
        for _ in range(self._repeats - 1):
            result, spent = _timed(work)
            shortest = min(shortest, spent)
        self.milliseconds[name] = self.milliseconds.get(name, 0.0) + shortest * 1000
        return result

    @property
    def total(self) -> float:
        """Milliseconds of all steps."""
        return sum(self.milliseconds.values())


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = time.thread_time()
    result = work()
    return result, time.thread_time() - started


def clean_page(raw: RawPage, steps: Steps) -> None:
    """The steps of ``ocr.pages`` before recognition, without a second witness for the turn."""
    dpi = raw.dpi
    if raw.bilevel:
        text = steps.measure("strokes", lambda: made_solid(raw.pixels, dpi=dpi))
    else:
        steps.measure("perspective", lambda: flatten_photo(raw.pixels, dpi=dpi))
        channel = steps.measure("ink by colour", lambda: text_channel(raw.pixels, dpi=dpi))
        divided = steps.measure("background", lambda: divide_background(channel, dpi=dpi))
        faint = steps.measure("faint print", lambda: darkened(divided, dpi=dpi))
        text = steps.measure("stretch", lambda: stretch(divided)) if faint is None else faint
    steps.measure("print or not", lambda: has_no_print(text, dpi=dpi))
    mask = steps.measure("mask", lambda: ink_mask(text, dpi=dpi))
    guess = steps.measure("orientation", lambda: guess_upright(mask))
    upright = steps.measure("turn", lambda: turn_upright(text, guess.turn))
    lying = np.rot90(mask, k=-(guess.turn // 90))
    skew, _ = steps.measure("skew", lambda: find_skew(lying))
    clean = steps.measure("straighten", lambda: straighten(upright, dpi=dpi, skew=skew))
    bare = steps.measure("rules", lambda: without_rules(clean.image, dpi=clean.dpi))
    steps.measure("specks", lambda: despeckled(bare, dpi=clean.dpi))


def scanned_pages(files: list[Path]) -> Iterator[tuple[str, RawPage]]:
    """The pages of the files that have to be recognised, with a name for each."""
    for path in files:
        with open_source(path, name=path.name, limits=ReadLimits()) as source:
            for number in range(1, source.page_count + 1):
                raw = source.page(number)
                if raw.embedded is None:
                    yield f"{path.name} {number}", raw


def main() -> None:
    """Print a line for each page and the mean of each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="scans; the sample dossiers when none is given")
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    files = chosen.files or sorted(path for path in SAMPLES.glob("*/*") if path.suffix in _SUFFIXES)
    total = Steps(repeats=1)
    count = 0
    for name, raw in scanned_pages(files):
        steps = Steps(repeats=chosen.repeats)
        clean_page(raw, steps)
        height, width = raw.pixels.shape[:2]
        print(f"{steps.total:7.1f} ms  {width}x{height} {raw.dpi} dpi  {name}")
        for step, spent in steps.milliseconds.items():
            total.milliseconds[step] = total.milliseconds.get(step, 0.0) + spent
        count += 1
    print(f"\nmean of {count} pages")
    for step, spent in total.milliseconds.items():
        print(f"{spent / max(1, count):7.1f} ms  {step}")
    print(f"{total.total / max(1, count):7.1f} ms  all steps")


if __name__ == "__main__":
    main()
