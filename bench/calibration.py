"""``python -m bench.calibration``: what word confidences are worth, and the table that sets them right.

    python -m bench.calibration [--engine net|tesseract] [--limit N] [--real FOLDER] [--kept] [--write]

Pages with known text are read; a word counts as right where the truth of its page prints it just so. The map
is fitted on the tune half and on the public scans. What is told of the test half was never fitted, what is
told of the tune half and the public scans is cross-validated: every page by a map fitted without its file.
``bench/out/calibration-ENGINE.json`` keeps kind, confidence and verdict of every word, never a text.
``--write`` puts the map into ``ocr/data/calibration.json``. Do this again whenever the engine, the language
part or the rules about junk change.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

from bench.isotonic import SHAPES, expected_error, log_loss
from bench.reading.cases import Case, cases_of_folder, cases_of_scans, spread
from ocr.arrays import GrayImage
from ocr.calibration import ANY, KINDS, TABLE, Curve, kind_of
from ocr.engine import Engine, EngineWord, RecogniseMode
from ocr.reader import Reader
from wiring.services import Services
from wiring.settings import read_settings

ROOT = Path(__file__).parents[1]
PUBLIC = ("real", "drawn")
ENGINES = ("net", "tesseract")
_FOLDS = 8
_SEED = 20261126
_SURE = 0.9


class Way(NamedTuple):
    """How a map is fitted: in which shape, and whether each kind of word has its own."""

    shape: str
    kinds: bool


WAYS = tuple(Way(shape, kinds) for kinds in (False, True) for shape in SHAPES)


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one page: what kind each is, the reader's own confidence (0 to 1), whether it is right."""

    name: str
    grade: str
    half: str
    kinds: tuple[str, ...]
    raw: tuple[float, ...]
    right: tuple[bool, ...]

    @property
    def is_for_fitting(self) -> bool:
        """Whether a map may be fitted on the page."""
        return self.half == "tune" or self.grade in PUBLIC

    @property
    def file(self) -> str:
        """Pages of one file stay together."""
        return self.name.partition("#")[0]


class Uncalibrated:
    """An engine under a name that has no table, so that the reader gives its own confidences."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> str:
        """See ``ocr.engine``."""
        return f"uncalibrated {self._engine.version()}"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``."""
        return self._engine.recognise(image, dpi=dpi, mode=mode, seconds=seconds)


def right_words(truth: str, read: Sequence[str]) -> list[bool]:
    """For each word read, whether the truth prints it.

    In order first; then, as columns may have been read in another order, wherever the truth has one left.
    """
    wanted = truth.split()
    right = [False] * len(read)
    left = Counter(wanted)
    for step in Levenshtein.opcodes(wanted, list(read)):
        if step.tag == "equal":
            for index in range(step.dest_start, step.dest_end):
                right[index] = True
                left[read[index]] -= 1
    for index, word in enumerate(read):
        if not right[index] and left[word] > 0:
            right[index] = True
            left[word] -= 1
    return right


def page_words(case: Case, reader: Reader, work: Path) -> PageWords:
    """Read one page and judge its words."""
    reading = reader.read(case.image, name=case.image.name, work=work)
    words = [word for page in reading.pages for word in page.words]
    return PageWords(
        name=case.name,
        grade=case.grade,
        half=case.half,
        kinds=tuple(kind_of(word.text) for word in words),
        raw=tuple(round(word.confidence, 6) for word in words),
        right=tuple(right_words(case.truth, [word.text for word in words])),
    )


def curves_of(pages: Iterable[PageWords], way: Way) -> dict[str, Curve]:
    """One map for words of any kind, or one for each."""
    rows = [row for page in pages for row in zip(page.kinds, page.raw, page.right, strict=True)]
    curves = {}
    for kind in KINDS if way.kinds else (ANY,):
        mine = [(raw, right) for its, raw, right in rows if kind in {ANY, its}]
        if mine:
            curves[kind] = SHAPES[way.shape]([raw for raw, _ in mine], [right for _, right in mine])
    return curves


def chances_of(page: PageWords, curves: Mapping[str, Curve]) -> list[float]:
    """The chance of every word of the page to be right; its confidence where no map was fitted."""
    found = (
        (curves.get(kind) or curves.get(ANY), raw) for kind, raw in zip(page.kinds, page.raw, strict=True)
    )
    return [raw if curve is None else curve.at(raw) for curve, raw in found]


def cross_validated(pages: Sequence[PageWords], way: Way) -> list[list[float]]:
    """For every page the chances of its words by a map that was fitted without its file."""
    files = sorted({page.file for page in pages})
    order = np.random.default_rng(_SEED).permutation(len(files)).tolist()
    fold = {files[index]: place % _FOLDS for place, index in enumerate(order)}
    without = [
        curves_of((page for page in pages if fold[page.file] != number), way) for number in range(_FOLDS)
    ]
    return [chances_of(page, without[fold[page.file]]) for page in pages]


class Row(NamedTuple):
    """What confidences are worth on some pages; errors and shares 0 to 1.

    ``before`` and ``after`` are calibration errors of all words; the other two only of words said to be below
    ``_SURE``: the many sure words, nearly all right, hide what the doubtful ones are worth.
    """

    pages: int
    words: int
    right: float
    before: float
    after: float
    doubted_before: float
    doubted_after: float


def row(pages: Sequence[PageWords], found: Sequence[Sequence[float]]) -> Row:
    """Expected calibration error of the reader's own confidences and of these chances."""
    right = [verdict for page in pages for verdict in page.right]
    raw = [confidence for page in pages for confidence in page.raw]
    said = [chance for some in found for chance in some]
    return Row(
        len(pages),
        len(right),
        round(sum(right) / max(1, len(right)), 5),
        *(round(expected_error(chances, right), 5) for chances in (raw, said)),
        *(round(_error_of_doubted(chances, right), 5) for chances in (raw, said)),
    )


def _error_of_doubted(chances: Sequence[float], right: Sequence[bool]) -> float:
    doubted = [(one, verdict) for one, verdict in zip(chances, right, strict=True) if one < _SURE]
    return expected_error([one for one, _ in doubted], [verdict for _, verdict in doubted])


def report(pages: Sequence[PageWords], way: Way) -> dict[str, Row]:
    """A row for each grade of the test half, and cross-validated ones for what was fitted on."""
    fitting = [page for page in pages if page.is_for_fitting]
    held = dict(zip((page.name for page in fitting), cross_validated(fitting, way), strict=True))
    curves = curves_of(fitting, way)
    groups: dict[str, list[PageWords]] = {}
    for page in pages:
        if page.half:
            groups.setdefault(f"{page.half} {page.grade}", []).append(page)
            groups.setdefault(f"{page.half} all", []).append(page)
        else:
            groups.setdefault(page.grade, []).append(page)
    groups["fitted on"] = fitting
    return {
        name: row(some, [held.get(page.name) or chances_of(page, curves) for page in some])
        for name, some in sorted(groups.items())
    }


def best_way(pages: Sequence[PageWords]) -> tuple[Way, dict[str, float]]:
    """The way with the least cross-validated loss on these pages, and the loss of each."""
    right = [verdict for page in pages for verdict in page.right]
    losses = {
        way: log_loss([chance for some in cross_validated(pages, way) for chance in some], right)
        for way in WAYS
    }
    return min(WAYS, key=losses.__getitem__), {
        f"{way.shape}, {'each kind' if way.kinds else 'any kind'}": round(loss, 5)
        for way, loss in losses.items()
    }


def table_entry(pages: Sequence[PageWords], way: Way, *, version: str, made: str) -> dict[str, object]:
    """What ``ocr/data/calibration.json`` keeps for one engine."""
    fitting = [page for page in pages if page.is_for_fitting]
    total = row(fitting, cross_validated(fitting, way))
    return {
        "version": version,
        "made": made,
        "shape": way.shape,
        "pages": total.pages,
        "words": total.words,
        "right": total.right,
        "error_before": total.before,
        "error_after_cross_validated": total.after,
        "kinds": {
            kind: {"raw": curve.raw, "right": curve.right} for kind, curve in curves_of(fitting, way).items()
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Read or take what was kept, fit, tell, and write the table where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, default="net")
    parser.add_argument("--folder", type=Path, default=ROOT / "bench" / "out" / "truth")
    parser.add_argument("--real", type=Path, default=ROOT.parent / "shared" / "real")
    parser.add_argument("--limit", type=int, default=0, help="pages of the truth set, as if drawn by lot")
    parser.add_argument("--kept", action="store_true", help="take the words of the last run, read nothing")
    parser.add_argument("--write", action="store_true", help="put the map into the committed table")
    asked = parser.parse_args(arguments)
    kept = ROOT / "bench" / "out" / f"calibration-{asked.engine}.json"
    if not asked.kept:
        _read_all(asked.engine, kept, folder=asked.folder, real=asked.real, limit=asked.limit)
    data = json.loads(kept.read_text(encoding="utf-8"))
    pages = [PageWords(**entry) for entry in data["pages"]]
    way, losses = best_way([page for page in pages if page.is_for_fitting])
    for name, loss in losses.items():
        print(f"{name:24} loss {loss:.5f}")
    print(
        f"{'':16}{'pages':>6}{'words':>8}{'right':>9}{'before':>9}{'after':>9}{f'< {_SURE}':>9}{'after':>9}"
    )
    for name, one in report(pages, way).items():
        errors = "".join(f"{share:9.4f}" for share in one[2:])
        print(f"{name:16}{one.pages:6}{one.words:8}{errors}")
    if asked.write:
        _write(table_entry(pages, way, version=data["version"], made=data["made"]), engine=asked.engine)
    return 0


def _read_all(engine: str, kept: Path, *, folder: Path, real: Path, limit: int) -> None:
    services = Services(read_settings({"MOTLAN_ENGINE": engine}))
    reader = Reader(Uncalibrated(services.engine), witness=services.witness)
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        work = Path(name)
        cases = spread(cases_of_folder(folder, work=work), limit)
        if real.is_dir():
            cases += cases_of_scans(real, work=work)
        pages = []
        for case in cases:
            pages.append(asdict(page_words(case, reader, work / "kept")))
            sys.stderr.write(f"\r{len(pages)}/{len(cases)}")
    sys.stderr.write("\n")
    data = {
        "version": services.engine.version(),
        "made": datetime.now(UTC).date().isoformat(),
        "pages": pages,
    }
    kept.write_text(json.dumps(data), encoding="utf-8")


def _write(entry: Mapping[str, object], *, engine: str) -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {"engines": {}}
    table["made_by"] = "python -m bench.calibration"
    table["engines"][engine] = entry
    TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
