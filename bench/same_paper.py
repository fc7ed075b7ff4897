"""Are papers that are scanned again found, and is nobody asked about others? ``python -m bench.same_paper``.

Every paper is drawn for invented people and scanned twice, the second time worn, askew, at another resolution
and with one more red stamp. Two papers are set against it: a twin, the same form filled in for other people,
and an altered copy, the same sheet with one digit of a number or date changed. All are judged as if they
belonged to one owner, which is harder than in a store, where only papers of one owner and type, or of one
number, meet. The distance of fingerprints was chosen on scans of both halves, word thresholds by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bench.truth.chance import Chance
from bench.truth.fonts import Family, Half, dressed, shares
from bench.truth.kit import mark_specimen
from bench.truth.make import LayoutError, print_in_some, store
from bench.truth.plan import SMALL_PRINT, Entry
from bench.truth.wear import Scene, scene_of, take
from dossier.documents import Document
from dossier.fingerprints import CANDIDATE_DISTANCE, Fingerprint, distance
from dossier.ids import DocumentId, ItemId
from dossier.same import CHANGED_DIGITS, CHANGED_FIELD
from extraction.document import understand_paper
from extraction.sameness import compare, judge
from ocr.fingerprints import ink_fingerprint, page_ink
from ocr.records import PageReading
from samples.degrade import Grade, Pixels
from samples.raster import render
from samples.sheet import Sheet, Text
from wiring.services import Services
from wiring.settings import read_settings

LAYOUTS: Final = (
    "birth_certificate",
    "marriage_certificate",
    "residence_confirmation",
    "marital_status_certificate",
    "household_business_certificate",
    "decision",
)
_SEED: Final = 8_020
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Scanned:
    document: Document
    reading: PageReading


def main() -> None:
    """Measure one half and print the counts as JSON."""
    parser = argparse.ArgumentParser(prog="bench.same_paper")
    parser.add_argument("--half", choices=("tune", "test"), default="test")
    parser.add_argument("--papers", type=int, default=2, help="of each layout")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--kept", type=Path, help="folder for what was read, so that nothing is read twice")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    distances: dict[str, list[int]] = {"again": [], "twin": [], "altered": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        Services(read_settings({"MOTLAN_DATA": f"{folder}/data"})) as services,
    ):
        bench = _Bench(services, Path(folder), kept=asked.kept or Path(folder) / "pages")
        for index in range(asked.papers * len(LAYOUTS)):
            layout = LAYOUTS[index % len(LAYOUTS)]
            bench.measure(
                Entry(index=index, layout=layout, half=asked.half, grade="light"), counts, distances
            )
    told = _told(asked.half, counts, distances, bench.seconds, bench.pages)
    print(json.dumps(told, ensure_ascii=False, indent=1))
    if asked.out:
        asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


class _Bench:
    def __init__(self, services: Services, folder: Path, *, kept: Path) -> None:
        self._services = services
        self._kept = kept
        self._folder = folder
        self.pages = 0
        self.seconds = 0.0

    def measure(self, entry: Entry, counts: Counter[str], distances: dict[str, list[int]]) -> None:
        """One paper: again, its twin, and an altered copy of it."""
        chance = Chance(entry.half, np.random.default_rng([_SEED, entry.index]))
        try:
            family, sheet = _drawn(entry, chance)
            _, twin = _drawn(replace(entry, index=entry.index + 100_000), chance)
        except LayoutError:
            counts["not_drawn"] += 1
            return
        altered = _altered(sheet, chance.rng)
        first = self._scanned(family, sheet, entry, chance, grade="light")
        others: list[tuple[str, Sheet | None, bool, Grade]] = [
            ("again", sheet, True, "worn"),
            ("twin", twin, False, "light"),
            ("altered", altered, False, "light"),
        ]
        for name, other, stamped, grade in others:
            if other is None:
                continue
            found = self._scanned(family, other, entry, chance, grade=grade, stamped=stamped)
            because = self._judged(first, found)
            counts[f"{name}.pairs"] += 1
            counts[f"{name}.asked"] += bool(because)
            counts[f"{name}.called_changed"] += bool({CHANGED_DIGITS, CHANGED_FIELD} & set(because))
            distances[name].append(distance(_print(first), _print(found)))

    def _scanned(  # noqa: PLR0913 - what makes a scan
        self,
        family: Family,
        sheet: Sheet,
        entry: Entry,
        chance: Chance,
        *,
        grade: Grade,
        stamped: bool = False,
    ) -> _Scanned:
        scene = _scene(entry, grade, chance)
        with dressed(family):
            page = render(sheet, scene.dpi)
        if stamped:
            page = _stamp(page, scene.dpi, chance.rng)
        pixels = take(page, scene, rng=chance.rng)
        self.pages += 1
        path = store(pixels, scene, self._folder / f"{self.pages:04d}")
        started = time.thread_time()
        ink_fingerprint(page_ink(pixels, dpi=scene.dpi), skew=1.0)
        self.seconds += time.thread_time() - started
        reading = self._services.reader.read(path, name=path.name, work=self._kept)
        understood = understand_paper(reading.pages, self._services.papers, places=self._services.places)
        name = f"00000000-0000-5000-8000-{self.pages:012d}"
        document = Document(
            id=DocumentId(name),
            item=ItemId(name),
            pages=(1,),
            type=understood.type,
            type_confidence=understood.type_confidence,
            fields=understood.fields,
            parties=understood.parties,
        )
        return _Scanned(document, reading.readings[0])

    def _judged(self, first: _Scanned, other: _Scanned) -> tuple[str, ...]:
        if first.document.type != other.document.type:
            return ()
        return judge(
            first.document,
            other.document,
            compare([first.reading.page], [other.reading.page]),
            pictures_agree=distance(_print(first), _print(other)) <= CANDIDATE_DISTANCE,
            key_fields=self._services.papers.spec(first.document.type).key_fields,
        )


def _print(scanned: _Scanned) -> Fingerprint:
    return scanned.reading.fingerprint or Fingerprint(0)


def _drawn(entry: Entry, chance: Chance) -> tuple[Family, Sheet]:
    family, _, sheet = print_in_some(chance.some(shares(entry.half), 8), entry, seed=_SEED)
    with dressed(family):
        mark_specimen(sheet)
    return family, sheet


def _scene(entry: Entry, grade: Grade, chance: Chance) -> Scene:
    scene = replace(scene_of(grade, chance), turn=0)
    return replace(scene, dpi=300) if entry.layout in SMALL_PRINT else scene


def _stamp(page: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """A red frame with words, as a counter stamps what it received."""
    image = page.copy()
    mm = dpi / 25.4
    left, top = (round(float(rng.uniform(0.1, 0.6)) * side) for side in (page.shape[1], page.shape[0]))
    red = (196, 38, 44)
    cv2.rectangle(image, (left, top), (left + round(46 * mm), top + round(18 * mm)), red, round(0.6 * mm))
    at = (left + round(4 * mm), top + round(11 * mm))
    cv2.putText(image, "DA TIEP NHAN", at, cv2.FONT_HERSHEY_SIMPLEX, mm / 6, red, round(0.5 * mm))
    return image


def _altered(sheet: Sheet, rng: np.random.Generator) -> Sheet | None:
    """The sheet with one digit changed in one of its numbers or dates."""
    copy = deepcopy(sheet)
    places = [
        (index, found.start())
        for index, op in enumerate(copy.ops)
        if isinstance(op, Text) and len(_DIGIT.findall(op.content)) >= 4
        for found in _DIGIT.finditer(op.content)
    ]
    if not places:
        return None
    index, at = places[int(rng.integers(0, len(places)))]
    op = copy.ops[index]
    assert isinstance(op, Text)  # noqa: S101 - chosen among these
    digit = str((int(op.content[at]) + int(rng.integers(1, 10))) % 10)
    copy.ops[index] = replace(op, content=op.content[:at] + digit + op.content[at + 1 :])
    return copy


def _told(
    half: Half, counts: Counter[str], distances: dict[str, list[int]], seconds: float, pages: int
) -> dict[str, object]:
    spread: dict[str, Sequence[int]] = {name: sorted(found) for name, found in distances.items() if found}
    return {
        "half": half,
        "pages": pages,
        "fingerprint_cpu_ms": round(1000 * seconds / max(1, pages), 1),
        "counts": dict(sorted(counts.items())),
        "distances": spread,
    }


if __name__ == "__main__":
    main()
