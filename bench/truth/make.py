"""Make the pages: lay out, print, wear, store, and note what stands on each.

Beside every image stands its text (``.txt``); ``truth.json`` lists all pages with grade, half, rotation, key
strings, type and fields. The same seed and count give the same bytes.
"""

from __future__ import annotations

import json
import multiprocessing
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.truth.chance import Chance
from bench.truth.fonts import Family, dressed, shares
from bench.truth.hands import add_hands
from bench.truth.kit import Draft, Look, mark_specimen
from bench.truth.plan import SMALL_PRINT, Entry
from bench.truth.space import fits
from bench.truth.wear import Scene, scene_of, take
from ocr.scoring import fold
from samples.degrade import Pixels
from samples.raster import render
from samples.sheet import Sheet
from samples.truth import Paper

_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8)
_TRIES = 6
_FAMILIES_TRIED = 8
_PHONE_DPI = 72
_KEY_ENDINGS = ("_id", "_number", "_code", "_date", "_at", "date_of_birth", "date_of_death")
# Identity numbers and dates wherever they stand.
_LOOSE = re.compile(r"(?<!\w)(?:\d{12}|\d{2}/\d{2}/\d{4}|ngày \d{2} tháng \d{1,2} năm \d{4})(?!\w)")
_NO_KEYS = ("registered_at", "change_number")


class LayoutError(RuntimeError):
    """A layout that does not fit its sheet, whatever is drawn by lot: a mistake in the layout."""


def make_set(
    out: Path, entries: Sequence[Entry], *, seed: int, workers: int, tell: Callable[[int], None]
) -> None:
    """Make all pages into a folder that is then as good as new.

    Args:
        out: folder for images, texts and ``truth.json``.
        entries: what to make.
        seed: of the whole set.
        workers: processes.
        tell: called with the number of pages finished.

    Raises:
        FontMissingError: with the Debian packages to install.
    """
    for half in {entry.half for entry in entries}:
        shares(half)
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("[0-9]*-*.*"), out / "truth.json"):
        old.unlink(missing_ok=True)
    known: list[dict[str, Any]] = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for truth in pool.map(partial(make_page, out, seed=seed), entries):
            known.append(truth)
            tell(len(known))
    text = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    (out / "truth.json").write_text(text, encoding="utf-8")


def make_page(out: Path, entry: Entry, *, seed: int) -> dict[str, Any]:
    """Make one page; gives its entry of ``truth.json``."""
    chance = Chance(entry.half, np.random.default_rng([seed, entry.index]))
    family, paper, sheet = print_in_some(chance.some(shares(entry.half), _FAMILIES_TRIED), entry, seed=seed)
    with dressed(family):
        mark_specimen(sheet)
        add_hands(sheet, chance)
        scene = scene_of(entry.grade, chance)
        if entry.layout in SMALL_PRINT:
            scene = replace(scene, dpi=300)
        page, back = render(sheet, scene.dpi), _behind(sheet, scene)
    pixels = take(page, scene, rng=chance.rng, behind=back)
    file = store(pixels, scene, out / entry.stem)
    (out / f"{entry.stem}.txt").write_text(sheet.text, encoding="utf-8")
    return {
        "file": file.name,
        **_of_text(entry, paper, sheet.text),
        "font": family.name,
        **_of_scene(scene),
    }


def print_in_some(families: Sequence[Family], entry: Entry, *, seed: int) -> tuple[Family, Paper, Sheet]:
    """The paper in the first of the families that is not too wide for the layout.

    Raises:
        LayoutError: none fits.
    """
    for family in families:
        with dressed(family):
            try:
                return family, *lay_out(entry, seed=seed)
            except LayoutError:
                continue
    raise LayoutError(f"{entry.layout} ({entry.half}) does not fit its sheet in any family")


def lay_out(entry: Entry, *, seed: int) -> tuple[Paper, Sheet]:
    """The paper, and the one of its sheets that becomes the page; set smaller or drawn anew until it fits.

    Raises:
        LayoutError: it never fits.
    """
    for attempt in range(_TRIES):
        for scale in _SCALES:
            # The same lots for every scale: the paper says the same, in smaller print.
            rng = np.random.default_rng([seed, entry.index, attempt])
            chance = Chance(entry.half, rng)
            draft = Draft(chance=chance, look=Look.of(chance, scale=scale))
            paper = entry.draw(draft)
            if all(fits(sheet) for sheet in paper.sheets):
                return paper, paper.sheets[int(rng.integers(0, len(paper.sheets)))]
    raise LayoutError(f"{entry.layout} ({entry.half}) does not fit its sheet")


def printed_fields(paper: Paper, text: str) -> dict[str, dict[str, str]]:
    """Fields that stand on this page: of a paper of several pages each has its own."""
    page = fold(text)
    return {
        name: asdict(entry)
        for name, entry in paper.fields.entries.items()
        if len(paper.sheets) == 1 or fold(entry.printed) in page
    }


def key_strings(fields: dict[str, dict[str, str]], text: str) -> list[str]:
    """Identity numbers, dates and document numbers as they are printed, in fields and in running text."""
    named = [
        fold(entry["printed"])
        for name, entry in fields.items()
        if name.endswith(_KEY_ENDINGS) and name not in _NO_KEYS
    ]
    wanted = [*(key for key in named if any(letter.isdigit() for letter in key)), *_LOOSE.findall(fold(text))]
    return list(dict.fromkeys(wanted))


def _behind(sheet: Sheet, scene: Scene) -> Pixels | None:
    """The other side of the sheet: print of about the same kind; what shines through of it is mirrored."""
    if not scene.wear.bleed:
        return None
    other = Sheet(sheet.width, sheet.height, ops=[op for op in sheet.ops if getattr(op, "y", 0) > 60])
    return render(other, scene.dpi)


def store(pixels: Pixels, scene: Scene, stem: Path) -> Path:
    """Write the image as the scene stores it; gives its path."""
    image = Image.fromarray(pixels)
    if scene.depth == "bilevel":
        path = stem.with_suffix(".tif")
        image.convert("1").save(path, compression="group4", dpi=(scene.dpi, scene.dpi))
        return path
    path = stem.with_suffix(".jpg")
    dpi = _PHONE_DPI if scene.photo else scene.dpi
    image.save(path, "JPEG", quality=scene.quality, dpi=(dpi, dpi))
    return path


def _of_text(entry: Entry, paper: Paper, text: str) -> dict[str, Any]:
    fields = printed_fields(paper, text)
    return {
        "half": entry.half,
        "grade": entry.grade,
        "type": paper.kind,
        "layout": entry.layout,
        "keys": key_strings(fields, text),
        "fields": fields,
    }


def _of_scene(scene: Scene) -> dict[str, Any]:
    return {
        "rotation": (360 - scene.turn) % 360,
        "dpi": scene.dpi,
        "depth": scene.depth,
        "skew": scene.skew,
        "photo": scene.photo,
        "fade": scene.fade,
        "spine": scene.spine,
    }
