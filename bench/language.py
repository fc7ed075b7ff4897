"""``make bench-language``: what the language part repairs, what it harms, and what it costs.

    python -m bench.language [--corpus FILE] [--pairs FILE]

Four kinds of text: the last tenth of the corpus (never counted in training) and the text of the samples, both
with made mistakes; made names in the frames of papers, all read rightly; and what Tesseract reads on the
samples and on public scans, where they lie beside the checkout. No text is printed or kept, counts only.
``--pairs`` writes printed and read words of the papers for ``ocr.language.learn``; keep that file out of the
project.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.language_scans import ROOT, read_papers
from bench.language_text import ReadWord, Tally, corrupted, judge, mark_names, name_lines
from ocr.language.decode import Settings
from ocr.language.model import load_model
from ocr.language.syllables import is_syllable
from ocr.language.tokens import running_tokens
from ocr.language.train import divide, read_lines

_RATE = 0.03
_HELD_OUT_LINES = 1200
_NAME_LINES = 3000
_PAGE = 40
# What each part is worth: the parts are added one after the other.
VARIANTS: Mapping[str, Settings] = {
    "engine alone": Settings(order=0, case_weight=0.0),
    "+ case": Settings(order=0),
    "+ legality": Settings(order=0, illegal=4.0),
    "+ single syllables": Settings(order=1),
    "+ pairs": Settings(order=2),
    "+ triples": Settings(order=3),
    "without protection": Settings(protect=False),
}

Lines = Sequence[Sequence[ReadWord]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and leave it as JSON in ``bench/out/language.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "../shared/corpus/legal-text-vi.txt.xz")
    parser.add_argument("--pairs", type=Path, help="write printed, read, confidence here")
    given = parser.parse_args(arguments)
    rng = random.Random(20260701)  # noqa: S311  chance for a benchmark
    sets = _sets(given.corpus, rng)
    if given.pairs:
        _write_pairs(given.pairs, [sets[name] for name in ("samples", "drawn", "scans") if name in sets])
    result: dict[str, object] = {"perplexity": _perplexity(given.corpus), "cost": _cost(sets)}
    for name, lines in sets.items():
        for variant, settings in VARIANTS.items():
            row = _judged(lines, settings).row()
            result[f"{name} | {variant}"] = row
            print(f"{name:22} {variant:20}", *(f"{key} {value:g}" for key, value in row.items()), sep="  ")
    print("perplexity", result["perplexity"], "cost", result["cost"])
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    (out / "language.json").write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


def _sets(corpus: Path, rng: random.Random) -> dict[str, Lines]:
    sets: dict[str, Lines] = {}
    if corpus.exists():
        held = [line for line in divide(read_lines(corpus))[1] if len(line.split()) > 3]
        chosen = rng.sample(held, _HELD_OUT_LINES)
        sets["held-out law, made"] = [corrupted(line.split(), rate=_RATE, rng=rng) for line in chosen]
    else:
        sys.stderr.write(f"BỎ QUA phần giữ lại: không có {corpus.name}.\n")
    texts = sorted((ROOT / "samples" / "dossiers").rglob("*.txt"))
    lines = [line for text in texts for line in text.read_text(encoding="utf-8").splitlines()]
    sets["sample text, made"] = [mark_names(corrupted(line.split(), rate=_RATE, rng=rng)) for line in lines]
    syllables = [token for token in load_model().ids if is_syllable(token)] + _rare_syllables(rng)
    sets["made names"] = list(name_lines(_NAME_LINES, rng=rng, syllables=syllables))
    for kind in ("samples", "drawn", "scans"):
        read = [line for _, page in read_papers(kind) for line in page]
        if read:
            sets[kind] = read
    return sets


def _rare_syllables(rng: random.Random) -> list[str]:
    """Legal syllables that laws hardly know: names of villages and people are full of them."""
    onsets = ("s", "ch", "l", "ph", "n", "tr", "x", "d", "g", "r", "gi", "kh", "v", "th", "b", "m", "h")
    rhymes = ("eo", "ang", "ừ", "ề", "ải", "ẩn", "ư", "ỷ", "ờ", "oong", "ưng", "ềnh", "in", "ùa", "ứ", "ùng")
    made = {rng.choice(onsets) + rng.choice(rhymes) for _ in range(2000)}
    return sorted(word for word in made if is_syllable(word))


def _judged(lines: Lines, settings: Settings) -> Tally:
    pages = [lines[start : start + _PAGE] for start in range(0, len(lines), _PAGE)]
    return sum((judge(page, settings) for page in pages), Tally())


def _perplexity(corpus: Path) -> dict[str, float]:
    """Per token of the held-out tenth, unknown words by their spelling too."""
    if not corpus.exists():
        return {}
    model = load_model()
    tokens = [token for line in divide(read_lines(corpus))[1] for token in running_tokens(line)[:-1]]
    ids = np.array([model.id_of(token) for token in tokens])
    spelling = sum(map(model.spelling, tokens))
    found = {}
    for order in (1, 2, 3):
        scores = model.log_probs(ids[:-2], ids[1:-1], ids[2:], order=order)
        found[f"order {order}"] = round(math.exp(-(float(scores.sum()) + spelling) / len(scores)), 1)
    return found


def _cost(sets: Mapping[str, Lines]) -> dict[str, float]:
    """CPU milliseconds for 500 words, cold (first use of each word) and warm; memory the language adds."""
    lines = next((sets[name] for name in ("scans", "drawn", "samples") if name in sets), [])
    words = sum(map(len, lines))
    spent = []
    for _ in range(2):
        started = time.process_time()
        _judged(lines, Settings())
        spent.append(1000 * (time.process_time() - started) * 500 / max(1, words))
    return {"ms cold": round(spent[0], 1), "ms warm": round(spent[1], 1), "MB": _memory()}


def _memory() -> float:
    """Resident memory of a fresh process that decodes one line, less that of numpy alone."""
    alone, ours = (
        float(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT))
        for code in (f"import numpy; {_PEAK}", f"{_ONE_LINE}; {_PEAK}")
    )
    return round(ours - alone, 1)


# The kernel's own high-water mark: that of ``getrusage`` begins with the parent's.
_PEAK = "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024)"
_ONE_LINE = (
    "from ocr.language.lattice import from_word; from ocr.language.decode import decode; "
    "decode([from_word(word, 0.9) for word in 'thâm quyên quyêt định'.split()])"
)


def _write_pairs(path: Path, sets: Sequence[Lines]) -> None:
    rows = [
        f"{word.printed}\t{word.read}\t{word.confidence}\n"
        for lines in sets
        for line in lines
        for word in line
    ]
    path.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
