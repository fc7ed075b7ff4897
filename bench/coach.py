"""``python -m bench.coach``: what the scanner coach sees, and what it says in vain.

Pages of the truth set (nobody in them exists) are drawn as a good scanner gives them; each is looked at as
it is (anything said is a false alarm) and again with one defect of each kind put on it (not said is a miss).
The limits in ``ocr/coach_limits.toml`` were set on the first half; the second half has other words, people
and lots, and is what counts. Real scans, where they lie beside the project, count for false alarms alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from bench.coach_defects import DEFECTS, Defect, as_colour
from bench.truth.chance import Chance
from bench.truth.fonts import HALVES, Half, dressed, shares
from bench.truth.make import print_in_some
from bench.truth.plan import Entry, entries
from bench.truth.wear import Scene, scene_of, take
from ocr.arrays import PageImage
from ocr.checks.sides import find_cards
from ocr.coach import PageLook, look_at
from ocr.coaching_files import looks_of, with_sides
from rulebook.seals import sealed_types
from samples.raster import render

OUT = Path(__file__).parent / "out" / "coach.json"
SEED = 20261127
# Both sides of it lie on one page of the truth set.
_TWO_SIDES = "identity_card"


@dataclass(slots=True)
class Score:
    """Counts of one half."""

    pages: int = 0
    said: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    alarmed: int = 0
    sealed: int = 0
    seal_seen: int = 0
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page as a good scanner gives it."""

    pixels: PageImage
    dpi: int
    type: str
    sheets: int


def main() -> int:
    """Measure both halves; print the table, leave it as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", type=int, default=40, help="pages of each half")
    asked.add_argument("--real", type=Path, default=None, help="folder of real scans")
    asked.add_argument("--half", choices=("tune", "test", "both"), default="both")
    told = asked.parse_args()
    halves = HALVES if told.half == "both" else (told.half,)
    result: dict[str, object] = {}
    for half in halves:
        score = measure(half, pages=told.pages)
        result[half] = as_json(score)
        sys.stdout.write(table(half, score))
    if told.real is not None:
        result["real"] = real_alarms(told.real)
        sys.stdout.write(f"real scans: {json.dumps(result['real'])}\n")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return 0


def measure(half: Half, *, pages: int) -> Score:
    """Pages of one half, as they are and with each defect."""
    score = Score()
    rng = np.random.default_rng([SEED, half == "test"])
    before: Drawn | None = None
    for page in drawn(half, pages=pages):
        look = with_sides(_looked(page.pixels, page, score), None)
        codes = {one.code for one in look.advice}
        score.pages += 1
        score.said.update(codes)
        score.alarmed += bool(codes)
        if page.type in sealed_types() and page.sheets == 1 and page.pixels.ndim == 3:
            score.sealed += 1
            score.seal_seen += look.sealed
        for name, defect in DEFECTS.items():
            _with_defect(name, defect, page, score=score, rng=rng)
        if page.type == _TWO_SIDES:
            if before is not None:
                _with_one_side_twice(page, before, score=score)
            before = page
    return score


def _with_one_side_twice(page: Drawn, before: Drawn, *, score: Score) -> None:
    """The front of another card of the kind lies where the back should lie."""
    here, there = find_cards(page.pixels, dpi=page.dpi), find_cards(before.pixels, dpi=before.dpi)
    score.tried["wrong_side"] += 1
    if len(here) != 2 or len(there) != 2:
        return
    slot, front = here[1], there[0]
    card = before.pixels[front.top : front.bottom, front.left : front.right]
    made = as_colour(page.pixels).copy()
    size = (slot.right - slot.left, slot.bottom - slot.top)
    made[slot.top : slot.bottom, slot.left : slot.right] = cv2.resize(as_colour(card), size)
    look = with_sides(_looked(made, page, score), None)
    score.found["wrong_side"] += "coach.wrong_side" in {one.code for one in look.advice}


def _with_defect(name: str, defect: Defect, page: Drawn, *, score: Score, rng: np.random.Generator) -> None:
    made = defect(page.pixels, page.dpi, rng)
    if made is None:
        return
    look = _looked(made, page, score)
    codes = {one.code for one in look.advice}
    score.tried[name] += 1
    score.found[name] += f"coach.{name}" in codes


def _looked(pixels: PageImage, page: Drawn, score: Score) -> PageLook:
    started = time.process_time()
    look = look_at(pixels, dpi=page.dpi, page=1, longest_mm=297.0)
    score.seconds.append(time.process_time() - started)
    return look


def drawn(half: Half, *, pages: int) -> Iterator[Drawn]:
    """Pages of that half, spread over all layouts, as a scanner in good order gives them."""
    good = [entry for entry in entries(8 * pages, half=half) if entry.grade in ("clean", "light")]
    for entry in good[:pages]:
        yield draw(entry)


def draw(entry: Entry) -> Drawn:
    """One page: its wear as the truth set has it, but lying straight, in colour or grey."""
    chance = Chance(entry.half, np.random.default_rng([SEED, entry.index]))
    family, paper, sheet = print_in_some(chance.some(shares(entry.half), 3), entry, seed=SEED)
    with dressed(family):
        scene: Scene = scene_of(entry.grade, chance)
        scene = replace(
            scene,
            depth="grey" if scene.depth == "grey" else "colour",
            skew=max(-1.2, min(1.2, scene.skew)),
            quality=max(85, scene.quality),
            photo=False,
            turn=0,
        )
        page = render(sheet, scene.dpi)
    pixels = take(page, scene, rng=chance.rng)
    coded = cv2.imencode(".jpg", as_colour(pixels)[:, :, ::-1])[1]
    again = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)
    kept = again if pixels.ndim == 3 else again[:, :, 0]
    return Drawn(pixels=np.ascontiguousarray(kept), dpi=scene.dpi, type=paper.kind, sheets=len(paper.sheets))


def real_alarms(folder: Path) -> dict[str, int]:
    """Pages of real scans, and how many of them something is said about, code by code."""
    said: Counter[str] = Counter()
    for path in sorted(folder.glob("*.pdf")):
        for look in looks_of(path, max_pixels=100_000_000):
            said["pages"] += 1
            said.update({one.code for one in look.advice})
    return dict(said)


def as_json(score: Score) -> dict[str, object]:
    """All counts; seconds as median and worst CPU seconds of a page."""
    return {
        "pages": score.pages,
        "pages_with_false_alarm": score.alarmed,
        "false_alarms": dict(score.said),
        "found": {name: [score.found[name], score.tried[name]] for name in score.tried},
        "seal_seen": [score.seal_seen, score.sealed],
        "cpu_seconds": {
            "median": round(float(np.median(score.seconds)), 3),
            "worst": round(max(score.seconds), 3),
        },
    }


def table(half: str, score: Score) -> str:
    """The same for people."""
    lines = [f"\n{half}: {score.pages} pages, {score.alarmed} with a false alarm {dict(score.said)}"]
    lines += [
        f"  {name:14} {score.found[name]:4} of {score.tried[name]:4} found  {score.found[name] / count:6.1%}"
        for name, count in score.tried.items()
    ]
    lines.append(f"  seal seen on {score.seal_seen} of {score.sealed} pages of sealed types")
    cpu = np.array(score.seconds)
    lines.append(f"  CPU seconds a page: median {np.median(cpu):.2f}, worst {cpu.max():.2f}\n")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
