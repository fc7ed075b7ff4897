"""Count an engine's mistakes: ``python -m ocr.language.learn pairs.tsv …``.

Each line of a file of pairs is ``printed<TAB>read<TAB>confidence``, one word each (``bench.language --pairs``
writes such a file for Tesseract). What is written holds counts of characters and of right and wrong words
only, so papers that may not be copied may be counted.

    ``confusions.tsv``: character read, character printed, how often (also where both are the same).
    ``trust.tsv``: confidence, right words, wrong words around it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ocr.language.confusions import DATA
from ocr.language.syllables import base_letters
from ocr.language.tokens import take_apart

Pair = tuple[str, str, float]

_EDGES = (0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.99)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the pairs and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=DATA)
    given = parser.parse_args(arguments)
    pairs = [pair for path in given.pairs for pair in read_pairs(path)]
    (given.out / "confusions.tsv").write_text(confusion_rows(pairs), encoding="utf-8")
    (given.out / "trust.tsv").write_text(trust_rows(pairs), encoding="utf-8")
    sys.stdout.write(f"{len(pairs)} words\n")
    return 0


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file."""
    rows = (row.split("\t") for row in path.read_text(encoding="utf-8").splitlines())
    return [(printed, read, float(confidence)) for printed, read, confidence in rows]


def confusion_rows(pairs: Iterable[Pair]) -> str:
    """Counts of characters read and printed, where a word has the same number of letters in both."""
    counts: Counter[tuple[str, str]] = Counter()
    for printed, read, _ in pairs:
        one, other = take_apart(printed).core.lower(), take_apart(read).core.lower()
        if one.isalpha() and len(one) == len(other) and _is_one_word(one, other):
            counts.update(zip(other, one, strict=True))
    rows = sorted(counts.items())
    return "".join(f"{read}\t{printed}\t{count}\n" for (read, printed), count in rows)


def trust_rows(pairs: Iterable[Pair]) -> str:
    """Right and wrong words by confidence; a word counts for the edge below it."""
    right: Counter[float] = Counter()
    wrong: Counter[float] = Counter()
    for printed, read, confidence in pairs:
        edge = max((edge for edge in _EDGES if edge <= confidence), default=_EDGES[0])
        (right if printed == read else wrong)[edge] += 1
    return "".join(f"{edge}\t{right[edge]}\t{wrong[edge]}\n" for edge in _EDGES)


def _is_one_word(one: str, other: str) -> bool:
    """Same letters but for one: a pair that differs in more is a wrong alignment."""
    return sum(a != b for a, b in zip(base_letters(one), base_letters(other), strict=True)) <= 1


if __name__ == "__main__":
    sys.exit(main())
