"""CPU milliseconds of each cleaning step and page check on the sample scans: ``python -m bench.cleaning``.

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
from ocr.checks.blur import check_blur
from ocr.checks.corner import check_corner
from ocr.checks.cut import check_cut
from ocr.checks.dark import check_dark
from ocr.checks.fold import check_fold
from ocr.checks.seal import check_seal
from ocr.cleaning import straighten, text_image
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


def check_page(raw: RawPage, steps: Steps) -> None:
    """The checks that look at pixels, each by itself."""
    text = text_image(raw.pixels, dpi=raw.dpi, bilevel=raw.bilevel)
    facts: dict[str, Callable[[], object]] = {
        "blank": lambda: has_no_print(text, dpi=raw.dpi),
        "blurred": lambda: check_blur(text, page=1, dpi=raw.dpi, bilevel=raw.bilevel),
        "dark": lambda: check_dark(raw.pixels, page=1),
        "cut": lambda: check_cut(text, page=1, dpi=raw.dpi),
        "corner": lambda: check_corner(raw.pixels, page=1, dpi=raw.dpi),
        "fold": lambda: check_fold(raw.pixels, page=1, dpi=raw.dpi, bilevel=raw.bilevel),
        "seal": lambda: check_seal(raw.pixels, page=1, dpi=raw.dpi, expected=True),
    }
    for name, check in facts.items():
        steps.measure(name, check)


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = time.thread_time()
    result = work()
    return result, time.thread_time() - started


class Sums:
    """What each step took on each page."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = {}

    def add(self, steps: Steps) -> None:
        """The steps of one more page."""
        for name, spent in (*steps.milliseconds.items(), ("all", steps.total)):
            self._times.setdefault(name, []).append(spent)

    def show(self, title: str) -> None:
        """Print mean and largest time of each step, over the pages that went through it."""
        print(f"\n{title}: mean and largest of {len(self._times.get('all', []))} pages")
        for name, times in self._times.items():
            print(f"{sum(times) / len(times):7.1f} {max(times):7.1f} ms  {name}")


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
    cleaning, checks = Sums(), Sums()
    for name, raw in scanned_pages(files):
        clean, checked = Steps(repeats=chosen.repeats), Steps(repeats=chosen.repeats)
        clean_page(raw, clean)
        check_page(raw, checked)
        height, width = raw.pixels.shape[:2]
        print(f"{clean.total:7.1f} ms  {width}x{height} {raw.dpi} dpi  {name}")
        cleaning.add(clean)
        checks.add(checked)
    cleaning.show("cleaning")
    checks.show("checks")


if __name__ == "__main__":
    main()
