"""False alarms about legal forms: ``python -m bench.legal_forms``.

Pages of the truth set and of the samples are originals, whatever their wear. Each is asked the questions of
the intake: does it bear red ink where its type bears a seal, do its words call it a copy? Then the same pages
are made photocopies, grey with a colour cast, to see how many of these would be asked about. The words are
those of the truth, so that only the rules are measured and not the reader.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from dossier.geometry import Box
from dossier.text import Line, PageText, Word
from extraction.copies import copy_signs, is_certain, no_red_ink
from ocr.arrays import PageImage, as_gray
from ocr.limits import ReadLimits
from ocr.redink import red_ink_mm2
from ocr.sources import open_source
from rulebook.intake import IntakeRules, load_intake
from rulebook.paper_spec import Papers
from rulebook.papers import load_papers

ROOT = Path(__file__).parents[1]
_ON = date(2026, 11, 21)
_CAST = (4, 0, -6)
_NOISE = 3.0


@dataclass(frozen=True, slots=True)
class Case:
    """One page: its file and number there, the type of its paper, its words line by line."""

    path: Path
    number: int
    type: str
    text: str


def main() -> int:
    """0 when no original is refused; 1 when one is."""
    parser = argparse.ArgumentParser(prog="python -m bench.legal_forms")
    parser.add_argument("--truth", type=Path, default=ROOT / "bench" / "out" / "truth")
    asked = parser.parse_args()
    rules, papers, failed = load_intake(), load_papers(), 0
    for name, cases in (("samples", list(_samples())), ("truth", list(_truth(asked.truth)))):
        counted = _count(cases, rules, papers)
        failed += counted["originals refused for their words"]
        sys.stdout.write(f"{name}: {len(cases)} pages\n")
        for what, count in sorted(counted.items()):
            sys.stdout.write(f"  {count:5}  {what}\n")
    return 1 if failed else 0


def _count(cases: Sequence[Case], rules: IntakeRules, papers: Papers) -> Counter[str]:
    found: Counter[str] = Counter()
    rng = np.random.default_rng(7)
    for case in cases:
        with open_source(case.path, name=case.path.name, limits=ReadLimits()) as source:
            raw = source.page(case.number, enough_dpi=300)
        signs = copy_signs([_page(case, None)], papers)
        found["originals refused for their words"] += is_certain(signs)
        if signs:
            found[f"originals asked about for their words ({case.path.name} {case.number})"] += 1
        if raw.embedded is not None or not rules.bears_seal(case.type, _ON):
            continue
        found["pages of a type under a seal"] += 1
        red = red_ink_mm2(raw.pixels, dpi=raw.dpi)
        found["of these without colours, nothing said"] += red is None
        if no_red_ink([_page(case, red)]):
            found[f"originals asked about for want of red ({case.type})"] += 1
        copied = red_ink_mm2(_photocopy(raw.pixels, rng), dpi=raw.dpi)
        found["photocopies of these asked about"] += bool(no_red_ink([_page(case, copied)]))
    return found


def _page(case: Case, red: float | None) -> PageText:
    lines = tuple(
        Line(tuple(Word(word, Box(0, 30 * row, 100, 30 * row + 20), 0.99) for word in line.split()))
        for row, line in enumerate(case.text.splitlines())
        if line.strip()
    )
    return PageText(page=case.number, width=1000, height=1414, dpi=120, lines=lines, red_mm2=red)


def _photocopy(pixels: PageImage, rng: np.random.Generator) -> PageImage:
    """What a colour scanner sees of a black copy: grey, with the tint of paper and lamp."""
    gray = as_gray(pixels).astype(np.float32)[..., None] + np.asarray(_CAST, dtype=np.float32)
    noise = rng.normal(0.0, _NOISE, gray.shape).astype(np.float32)
    return np.asarray(np.clip(gray + noise, 0, 255), dtype=np.uint8)


def _samples() -> Iterator[Case]:
    for expected in sorted((ROOT / "samples" / "dossiers").glob("*/*.expected.json")):
        path = expected.with_name(expected.name.removesuffix(".expected.json"))
        texts = path.with_name(f"{path.name}.txt").read_text(encoding="utf-8").split("\f")
        for document in json.loads(expected.read_text(encoding="utf-8"))["documents"]:
            for number in document["pages"]:
                text = texts[number - 1] if number <= len(texts) else ""
                yield Case(path, number, str(document["type"]), text)


def _truth(folder: Path) -> Iterator[Case]:
    listed = folder / "truth.json"
    if not listed.exists():
        sys.stderr.write("✗ no truth set: make bench-set\n")
        return
    for entry in json.loads(listed.read_text(encoding="utf-8")):
        path = folder / str(entry["file"])
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        yield Case(path, 1, str(entry["type"]), text)


if __name__ == "__main__":
    sys.exit(main())
