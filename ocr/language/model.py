"""How likely a syllable is after two others: interpolated Kneser-Ney over committed counts.

The tables are made by ``ocr.language.train`` and mapped into memory; loading reads the vocabulary and sums
the counts once (about 0.1 s). The probability of the triple ``u v w`` is

    ``max(c(uvw) - D, 0) / c(uv) + rest(uv) * p(w | v)``

where ``rest`` is whatever the kept triples leave of 1, so it stays a probability although rare triples are
not kept (Chen & Goodman 1999, section 2.7; one discount for each order). Lower orders count different left
neighbours. All scores are natural logarithms.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ocr.language.syllables import Case, is_syllable
from ocr.language.tokens import NUMBER, UNKNOWN

DATA = Path(__file__).parent / "data"
ID_BITS = 13
# An id no table holds: a neighbour nobody knows, so that the score rests on what is known.
NOTHING = (1 << ID_BITS) - 1
_LOW_BITS = (1 << ID_BITS) - 1

# About as many different syllables as the rules of the orthography allow; and how unknown words divide
# between them and all other words.
_LEGAL_SYLLABLES = 17_000
_LEGAL_SHARE = 0.6
_LETTER_FLOOR = 1e-4
_CASES: tuple[Case, ...] = ("lower", "title", "upper")
_CASE_PRIOR = 2.0
_STRANGE_CASE = -8.0

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LanguageModel:
    """Counts of syllables, and the questions asked of them. Made by ``load_model``; never changed.

    Attributes:
        ids: token to id.
        forms: by id, for lower, title and upper case: log of how much likelier than for all words.
        cases: log probability of a case after another (or after ``start``).
        letters: log probability of each letter of a foreign word.
        pair_keys, pair_counts, triple_keys, triple_counts: see ``ocr.language.train``.
        pair_share: by pair, what its left neighbours leave after the discount, over those of its first token.
        pair_rest, triple_rest: by first token and by pair, the share left to the lower order.
        single: by id, probability without any neighbour.
        discount: taken off the count of each triple.
    """

    ids: Mapping[str, int]
    forms: npt.NDArray[np.float32]
    cases: Mapping[tuple[str, str], float]
    letters: Mapping[str, float]
    pair_keys: npt.NDArray[np.uint32]
    pair_counts: npt.NDArray[np.uint32]
    triple_keys: npt.NDArray[np.uint32]
    triple_counts: npt.NDArray[np.uint16]
    pair_share: npt.NDArray[np.float32]
    pair_rest: npt.NDArray[np.float32]
    triple_rest: npt.NDArray[np.float32]
    single: npt.NDArray[np.float32]
    discount: float

    def id_of(self, token: str) -> int:
        """The token's id, or that of the unknown."""
        return self.ids.get(token, self.ids[UNKNOWN])

    def log_single(self, token: int) -> float:
        """Log probability of an id without any neighbour."""
        return math.log(self.single[token])

    def id_or_nothing(self, token: str) -> int:
        """The token's id, or ``NOTHING``, which no table holds."""
        return self.ids.get(token, NOTHING)

    def spelling(self, token: str) -> float:
        """What an unknown token adds: how likely it is among all unknown words. 0 for known tokens."""
        return 0.0 if token in self.ids else _spelling(token, self.letters)

    def log_probs(self, first: Ids, second: Ids, third: Ids, *, order: int = 3) -> Floats:
        """Log probability of ``third`` after ``first second``, elementwise; arrays of one shape.

        Args:
            first: ids, ``NOTHING`` for an unknown neighbour.
            second: likewise.
            third: ids.
            order: 1 to 3: how many tokens to look at, to measure what each order is worth.
        """
        known = self.single[np.minimum(third, len(self.single) - 1)].astype(np.float64)
        if order >= 2:
            found, index = _find(self.pair_keys, (second << ID_BITS) | third)
            rest = self.pair_rest[np.minimum(second, len(self.pair_rest) - 1)]
            known = np.where(found, self.pair_share[index], 0.0) + rest * known
        if order >= 3:
            held, pair = _find(self.pair_keys, (first << ID_BITS) | second)
            found, index = _find(self.triple_keys, np.where(held, (pair << ID_BITS) | third, 0))
            seen = np.where(found & held, self.triple_counts[index] - self.discount, 0.0)
            higher = seen / self.pair_counts[pair] + self.triple_rest[pair] * known
            known = np.where(held, higher, known)
        result: Floats = np.log(np.maximum(known, 1e-12))
        return result

    def case_score(self, token: str, case: Case, before: str) -> float:
        """Log probability of a case for this token after a word of case ``before`` (or ``start``)."""
        after = self.cases.get((before, case), _STRANGE_CASE)
        index = self.ids.get(token)
        if index is None or case not in _CASES:
            return after
        return after + float(self.forms[index, _CASES.index(case)])

    def pair_counts_of(self, first: Ids, second: Ids) -> Ids:
        """How often two tokens stood beside each other in what was counted; shapes are broadcast."""
        found, index = _find(self.pair_keys, (first << ID_BITS) | second)
        return np.where(found, self.pair_counts[index], 0).astype(np.int64)

    def knows_pair(self, first: str, second: str) -> int:
        """How often the two tokens stood beside each other in what was counted."""
        ids = [np.array([self.ids.get(token, NOTHING)]) for token in (first, second)]
        return int(self.pair_counts_of(*ids)[0])


def load_model(folder: Path = DATA) -> LanguageModel:
    """The model of a folder of tables; the same object for the same folder."""
    return _load(folder.resolve())


@functools.cache
def _load(folder: Path) -> LanguageModel:
    rows = [row.split("\t") for row in (folder / "vocabulary.tsv").read_text(encoding="utf-8").splitlines()]
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    pair_keys, pair_counts, lefts, triple_keys, triple_counts = (
        np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
        for name in ("pair_keys", "pair_counts", "pair_lefts", "triple_keys", "triple_counts")
    )
    size = len(rows)
    kept = np.maximum(lefts.astype(np.float32) - figures["discount_pairs"], 0.0)
    firsts = pair_keys >> ID_BITS
    lefts_of = np.bincount(firsts, weights=lefts, minlength=size)
    share = (kept / np.maximum(lefts_of, 1.0)[firsts]).astype(np.float32)
    pair_rest = np.append(1.0 - np.bincount(firsts, weights=share, minlength=size), 1.0)
    owner = triple_keys >> ID_BITS
    taken = (triple_counts - figures["discount_triples"]) / pair_counts[owner]
    triple_rest = 1.0 - np.bincount(owner, weights=taken, minlength=len(pair_keys))
    single = np.bincount(pair_keys & _LOW_BITS, minlength=size).astype(np.float64) + 0.1
    cases = _cases(folder / "cases.tsv")
    return LanguageModel(
        ids={row[0]: index for index, row in enumerate(rows)},
        forms=_forms(rows, cases),
        cases=cases,
        letters=_letters(folder / "letters.tsv"),
        pair_keys=pair_keys,
        pair_counts=pair_counts,
        triple_keys=triple_keys,
        triple_counts=triple_counts,
        pair_share=share,
        pair_rest=np.clip(pair_rest, 1e-4, 1.0).astype(np.float32),
        triple_rest=np.clip(triple_rest, 1e-4, 1.0).astype(np.float32),
        single=(single / single.sum()).astype(np.float32),
        discount=float(figures["discount_triples"]),
    )


def _find(keys: npt.NDArray[np.uint32], wanted: Ids) -> tuple[npt.NDArray[np.bool_], Ids]:
    """Whether each wanted key is there, and its index (any valid index where it is not)."""
    asked = wanted.astype(np.uint32)
    index = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return keys[index] == asked, index


@functools.lru_cache(maxsize=8192)
def _legal(token: str) -> bool:
    return is_syllable(token)


def _spelling(token: str, letters: Mapping[str, float]) -> float:
    if token == NUMBER:
        return 0.0
    if _legal(token):
        return math.log(_LEGAL_SHARE / _LEGAL_SYLLABLES)
    floor = math.log(_LETTER_FLOOR)
    return math.log(1 - _LEGAL_SHARE) + sum(letters.get(letter, floor) for letter in token)


def _letters(path: Path) -> Mapping[str, float]:
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    total = sum(int(row[1]) for row in rows)
    return {row[0]: math.log(int(row[1]) / total) for row in rows}


def _forms(rows: list[list[str]], cases: Mapping[tuple[str, str], float]) -> npt.NDArray[np.float32]:
    counts = np.array([[int(cell) for cell in row[2:5]] for row in rows], dtype=np.float64)
    overall = np.array([cases["any", case] for case in _CASES])
    shares = (counts + _CASE_PRIOR * np.exp(overall)) / (counts.sum(axis=1, keepdims=True) + _CASE_PRIOR)
    worth: npt.NDArray[np.float32] = (np.log(shares) - overall).astype(np.float32)
    return worth


def _cases(path: Path) -> Mapping[tuple[str, str], float]:
    """Log probabilities of the second case after the first; the first ``any`` holds the overall shares."""
    counts: dict[tuple[str, str], float] = {("any", case): 0.5 for case in _CASES}
    for row in path.read_text(encoding="utf-8").splitlines():
        before, case, count = row.split("\t")
        for key in ((before, case), ("any", case)):
            counts[key] = counts.get(key, 0.5) + int(count)
    totals: dict[str, float] = {}
    for key, share in counts.items():
        totals[key[0]] = totals.get(key[0], 0.0) + share
    return {key: math.log(share / totals[key[0]]) for key, share in counts.items()}
