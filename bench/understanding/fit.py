"""``python -m bench.understanding.fit``: fits the weights of ``extraction/data/confidence.json``.

Made pages of the tune half are read by the project's own reader and understood; a logistic model for each
family of kinds learns from the signs of each field whether it is right. Pages of the test half take no part;
they only tell, with ``--check``, how far off the confidences are.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.understanding.cases import Case, cases_of, same_value
from bench.understanding.readings import readings
from bench.understanding.score import calibration_error
from dossier.text import PageText
from extraction.classify import classify
from extraction.confidence import SIGNS, family
from extraction.layout import lay_out
from extraction.weighing import weigh
from rulebook.papers import load_papers
from rulebook.places import load_places

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "extraction" / "data" / "confidence.json"
KEPT = ROOT / "bench" / "out" / "readings"
_PENALTY = 2.0
_STEPS = 60
_FEWEST = 200

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Signs of one field given, its family, and whether its value is right."""

    family: str
    values: tuple[float, ...]
    right: bool


def samples(cases: Sequence[Case], pages: Sequence[PageText]) -> list[Sample]:
    """One sample for each field that is given with signs."""
    papers, places = load_papers(), load_places()
    found: list[Sample] = []
    for case, page in zip(cases, pages, strict=True):
        sheet = lay_out(page)
        if not sheet.rows:
            continue
        guess = classify(sheet, papers)
        for name, one in weigh(papers.spec(guess.type), [sheet], guess, places=places).items():
            if one.values is not None:
                right = same_value(case.fields.get(name, ""), one.field.value)
                found.append(Sample(family(one.spec), one.values, right))
    return found


def fit(found: Sequence[Sample]) -> Vector:
    """Weights of a logistic model by Newton's method, all but the bias kept small (ridge)."""
    signs = np.array([sample.values for sample in found])
    right = np.array([float(sample.right) for sample in found])
    weights = np.zeros(signs.shape[1])
    ridge = np.full(len(weights), _PENALTY)
    ridge[0] = _PENALTY / 1000
    for _ in range(_STEPS):
        likely = _sigmoid(signs @ weights)
        slope = signs.T @ (likely - right) + ridge * weights
        curve = (signs * (likely * (1 - likely))[:, None]).T @ signs + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights


def main() -> int:
    """Fit, tell, and with ``--write`` keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.understanding.fit")
    parser.add_argument("folders", nargs="+", type=Path, help="bộ trang chuẩn (bench.truth)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"ghi {TABLE.relative_to(ROOT)}")
    parser.add_argument("--check", type=Path, help="bộ có nửa test để xem độ lệch")
    asked = parser.parse_args()
    found = [
        sample for folder in asked.folders for sample in _of_folder(folder, "tune", workers=asked.workers)
    ]
    weights = {}
    for name in sorted({sample.family for sample in found}):
        own = [sample for sample in found if sample.family == name]
        if len(own) >= _FEWEST:
            weights[name] = fit(own)
            _tell(name, own, weights[name])
    if asked.check is not None:
        apart = _of_folder(asked.check, "test", workers=asked.workers)
        for name, own_weights in weights.items():
            _tell(f"{name} (test)", [one for one in apart if one.family == name], own_weights)
    if asked.write:
        table = {
            "signs": list(SIGNS),
            "fields": len(found),
            "weights": {name: [round(float(one), 4) for one in found_] for name, found_ in weights.items()},
        }
        TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def _of_folder(folder: Path, half: str, *, workers: int) -> list[Sample]:
    cases = cases_of(folder, half=half)
    pages = readings([case.image for case in cases], kept=KEPT, environment={}, workers=workers)
    return samples(cases, pages)


def _tell(name: str, found: Sequence[Sample], weights: Vector) -> None:
    if not found:
        return
    likely = _sigmoid(np.array([sample.values for sample in found]) @ weights)
    pairs = [(float(sure), sample.right) for sure, sample in zip(likely, found, strict=True)]
    wrong = sum(not sample.right for sample in found)
    sys.stdout.write(f"{name:14}{len(found):6} trường, {wrong:4} sai, ECE {calibration_error(pairs):.4f}\n")


def _sigmoid(total: Vector) -> Vector:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))), dtype=np.float64)


if __name__ == "__main__":
    sys.exit(main())
