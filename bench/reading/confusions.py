"""Which words were taken for which: what a reader has to learn from.

Only words that the reading lacks or has too many of are paired, so that lines read in another order do not
count as wrong words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from bench.reading.run import Outcome
from ocr.scoring import fold

Pair = tuple[str, str]


def confusions(truth: str, reading: str) -> Counter[Pair]:
    """Pairs (what stands there, what was read); empty where a word is missing or was invented."""
    wanted, found = fold(truth).split(), fold(reading).split()
    lost = Counter(wanted) - Counter(found)
    invented = Counter(found) - Counter(wanted)
    pairs: Counter[Pair] = Counter()
    for step in Levenshtein.opcodes(wanted, found):
        if step.tag == "equal":
            continue
        ours = _take(wanted[step.src_start : step.src_end], lost)
        theirs = _take(found[step.dest_start : step.dest_end], invented)
        for index in range(max(len(ours), len(theirs))):
            pair = (
                ours[index] if index < len(ours) else "",
                theirs[index] if index < len(theirs) else "",
            )
            pairs[pair] += 1
    return pairs


def errors_json(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """All confusions of one way, most frequent first, and those of each page that has any."""
    total: Counter[Pair] = Counter()
    pages: list[dict[str, object]] = []
    for outcome in outcomes:
        pairs = confusions(outcome.case.truth, outcome.shot.text)
        total += pairs
        lost_keys = [key for key in outcome.case.keys if key not in fold(outcome.shot.text)]
        if pairs or lost_keys:
            pages.append(
                {
                    "page": outcome.case.name,
                    "grade": outcome.case.grade,
                    "cer": round(outcome.score.cer, 4),
                    "lost_keys": lost_keys,
                    "pairs": _rows(pairs),
                }
            )
    pages.sort(key=lambda page: -float(str(page["cer"])))
    return {"total": _rows(total), "pages": pages}


def _take(words: Sequence[str], wrong: Counter[str]) -> list[str]:
    """Those of the words that are wrong, each as often as it is."""
    taken = []
    for word in words:
        if wrong[word] > 0:
            wrong[word] -= 1
            taken.append(word)
    return taken


def _rows(pairs: Counter[Pair]) -> list[list[object]]:
    return [[wanted, found, count] for (wanted, found), count in pairs.most_common()]
