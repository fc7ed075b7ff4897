"""Draw the pages of the stacks: every sheet of every paper and empty backs, all of them worn."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.stacks.papers import LONG, Layout
from bench.truth.chance import Chance
from bench.truth.fonts import HALVES, Family, Half, dressed, shares
from bench.truth.hands import add_hands
from bench.truth.kit import Draft, Look, mark_specimen
from bench.truth.make import LayoutError, store
from bench.truth.plan import LAYOUTS, SMALL_PRINT
from bench.truth.space import fits
from bench.truth.wear import GRADES, Scene, scene_of, take
from samples.degrade import Grade, Pixels
from samples.raster import render
from samples.sheet import Sheet
from samples.truth import Paper

_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8)
_TRIES = 6
_FAMILIES_TRIED = 8
_BLANKS = 10
# What shines through is the other side's body, not its head.
_HEAD = 60
# An annex that goes with no paper begins nothing: it stands behind its decision in ``papers.annexed``.
_ALONE = frozenset({"annex"})
_FINE = SMALL_PRINT | {"card_sides"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One paper to draw: its place in the set decides everything drawn by lot."""

    index: int
    layout: str
    half: Half
    grade: Grade

    @property
    def draw(self) -> Layout:
        """The layout itself."""
        known = LONG.get(self.layout) or LAYOUTS[self.layout]
        return known[HALVES.index(self.half)]


def wanted(half: Half) -> Sequence[Wanted]:
    """Every layout of a half in every grade, those of several pages among them, and empty backs."""
    names = [*(name for name in LAYOUTS if name not in _ALONE), *LONG]
    cases = [(name, grade) for grade in GRADES for name in names]
    cases += [("blank", GRADES[index % len(GRADES)]) for index in range(_BLANKS)]
    return [
        Wanted(index=index, layout=name, half=half, grade=grade) for index, (name, grade) in enumerate(cases)
    ]


def make_pages(
    out: Path, half: Half, *, seed: int, workers: int, tell: Callable[[int, int], None]
) -> list[dict[str, Any]]:
    """Draw all pages of a half that are not there yet.

    Args:
        out: folder for images and ``papers.json``.
        half: whose layouts, fonts and words are used.
        seed: of the whole set.
        workers: processes.
        tell: called with papers finished and papers in all.

    Returns:
        For each paper its layout, type, grade and files in order.
    """
    out.mkdir(parents=True, exist_ok=True)
    papers = wanted(half)
    listing = out / "papers.json"
    if listing.is_file():
        return list(json.loads(listing.read_text(encoding="utf-8")))
    known: list[dict[str, Any]] = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for made in pool.map(partial(_make_paper, out, seed=seed), papers):
            known.append(made)
            tell(len(known), len(papers))
    listing.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return known


def _make_paper(out: Path, paper: Wanted, *, seed: int) -> dict[str, Any]:
    chance = Chance(paper.half, np.random.default_rng([seed, paper.index]))
    files = [
        store(pixels, scene, out / f"{paper.index:04d}-{number}").name
        for number, (pixels, scene) in enumerate(_taken(paper, chance, seed=seed), start=1)
    ]
    return {**asdict(paper), "files": files}


def _taken(paper: Wanted, chance: Chance, *, seed: int) -> Iterator[tuple[Pixels, Scene]]:
    """Each sheet as it came off the glass; the sheets of one paper are worn alike, each in its own way."""
    if paper.layout == "blank":
        scene = scene_of(paper.grade, chance)
        yield take(render(Sheet(), scene.dpi), scene, rng=chance.rng), scene
        return
    family, sheets = _sheets(paper, chance, seed=seed)
    with dressed(family):
        for sheet in sheets:
            mark_specimen(sheet)
            add_hands(sheet, chance)
            scene = _scene(paper, chance)
            ops = [op for op in sheet.ops if getattr(op, "y", 0) > _HEAD]
            behind = (
                render(Sheet(sheet.width, sheet.height, ops=ops), scene.dpi) if scene.wear.bleed else None
            )
            yield take(render(sheet, scene.dpi), scene, rng=chance.rng, behind=behind), scene


def _scene(paper: Wanted, chance: Chance) -> Scene:
    scene = scene_of(paper.grade, chance)
    if paper.layout not in _FINE:
        return scene
    # Photographed on a desk, a card of this size would be a stamp: these come from the glass.
    return Scene(**{**_plain(scene), "dpi": 300, "photo": scene.photo and paper.layout in SMALL_PRINT})


def _plain(scene: Scene) -> dict[str, Any]:
    return {name: getattr(scene, name) for name in Scene.__slots__}


def _sheets(paper: Wanted, chance: Chance, *, seed: int) -> tuple[Family, Sequence[Sheet]]:
    """The paper's sheets, and the family they are set in: the first that is not too wide."""
    for family in chance.some(shares(paper.half), _FAMILIES_TRIED):
        with dressed(family):
            found = _fitting(paper, seed=seed)
            if found is not None:
                return family, found.sheets
    raise LayoutError(f"{paper.layout} ({paper.half}) does not fit its sheets in any family")


def _fitting(paper: Wanted, *, seed: int) -> Paper | None:
    for attempt in range(_TRIES):
        for scale in _SCALES:
            # The same lots for every scale: the paper says the same, in smaller print.
            chance = Chance(paper.half, np.random.default_rng([seed, paper.index, attempt]))
            drawn = paper.draw(Draft(chance=chance, look=Look.of(chance, scale=scale)))
            if all(fits(sheet) for sheet in drawn.sheets):
                return drawn
    return None
