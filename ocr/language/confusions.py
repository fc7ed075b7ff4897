"""What an engine mistakes for what: probabilities from the tables that ``ocr.language.learn`` makes.

A character that was read stands for itself or for one it is taken for. How often is counted on pairs of
truth and reading; where few were seen, a prior by the kind of mistake speaks: an accent lost or changed is
far more common than a letter changed.
"""

from __future__ import annotations

import bisect
import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ocr.language.syllables import base_letters, split_tone

DATA = Path(__file__).parent / "data"

# Prior chance that a character was printed otherwise, by the kind of mistake (orders of magnitude from the
# first pairs counted; a table of counts soon overrules them), and how many sightings a prior is worth.
_MARK_LOST = 2e-3
_TONE_CHANGED = 1.5e-3
_VOWEL_CHANGED = 1e-3
_MARK_ADDED = 4e-4
_DOT_CHANGED = 1e-4
_LETTER_CHANGED = 1e-4
_PRIOR_WEIGHT = 400.0

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_DOT = "\u0323"
_FAMILIES = ("aăâ", "eê", "i", "oôơ", "uư", "y")
# Letters of one shape; each may stand for each other one of its group.
_LOOKALIKES = ("dđ", "li", "ce", "nh", "un", "gq", "vy", "tf", "bh", "rt")

# Shapes of more than one letter: what was read, what was printed.
SHAPES: tuple[tuple[str, str], ...] = (("rn", "m"), ("m", "rn"), ("cl", "d"), ("ii", "n"), ("ri", "n"))
SHAPE_CHANCE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Confusions:
    """Mistakes of one engine.

    Attributes:
        chances: for each lower-case character read, the characters it may stand for with their
            probabilities (0 to 1); its own is what is left.
        edges: confidences of the engine, rising, where ``wrong`` was measured.
        wrong: share of wrong words there.
    """

    chances: Mapping[str, tuple[tuple[str, float], ...]]
    edges: tuple[float, ...]
    wrong: tuple[float, ...]

    def chance_wrong(self, confidence: float) -> float:
        """Chance (0 to 1) that a word read with this confidence of the engine is wrong; never rising."""
        index = bisect.bisect_right(self.edges, confidence)
        if index == 0:
            return self.wrong[0]
        if index == len(self.edges):
            return self.wrong[-1]
        low, high = self.edges[index - 1], self.edges[index]
        share = (confidence - low) / (high - low)
        return self.wrong[index - 1] * (1 - share) + self.wrong[index] * share


@functools.cache
def load_confusions(folder: Path = DATA) -> Confusions:
    """The mistakes counted in a folder of tables; without tables, the priors alone."""
    counts: dict[tuple[str, str], int] = {}
    totals: dict[str, int] = {}
    for read, printed, count in _rows(folder / "confusions.tsv"):
        counts[read, printed] = int(count)
        totals[read] = totals.get(read, 0) + int(count)
    prior = _prior()
    chances: dict[str, tuple[tuple[str, float], ...]] = {}
    for read in prior.keys() | totals.keys():
        others = dict(prior.get(read, {}))
        for seen, printed in counts:
            if seen == read != printed:
                others.setdefault(printed, 0.0)
        total = totals.get(read, 0) + _PRIOR_WEIGHT
        chances[read] = tuple(
            (printed, (counts.get((read, printed), 0) + _PRIOR_WEIGHT * chance) / total)
            for printed, chance in sorted(others.items())
        )
    trust = [(float(edge), int(right), int(wrong)) for edge, right, wrong in _rows(folder / "trust.tsv")]
    edges = tuple(edge for edge, _, _ in trust) or (0.0, 1.0)
    wrong = tuple((bad + 0.5) / (right + bad + 1.0) for _, right, bad in trust) or (0.6, 0.01)
    return Confusions(chances, edges, _falling(wrong))


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    return [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]


def _falling(values: tuple[float, ...]) -> tuple[float, ...]:
    """The running minimum: surer words are never held to be more often wrong."""
    return tuple(min(values[: index + 1]) for index in range(len(values)))


def _prior() -> Mapping[str, Mapping[str, float]]:
    prior: dict[str, dict[str, float]] = {}
    for family in _FAMILIES:
        forms = [_compose(vowel, tone) for vowel in family for tone in _TONES]
        for read in forms:
            prior[read] = {printed: _vowel_chance(read, printed) for printed in forms if printed != read}
    for group in _LOOKALIKES:
        for read in group:
            prior.setdefault(read, {}).update(
                {printed: _LETTER_CHANGED for printed in group if printed != read}
            )
    return prior


def _compose(vowel: str, tone: str) -> str:
    return unicodedata.normalize("NFC", vowel + tone)


def _vowel_chance(read: str, printed: str) -> float:
    (vowel, had), (other, has) = split_tone(read), split_tone(printed)
    if (_DOT in had) != (_DOT in has):
        return _DOT_CHANGED if vowel == other else _DOT_CHANGED / 4
    if vowel == other:
        return _MARK_LOST if not had else _MARK_ADDED if not has else _TONE_CHANGED
    lost = vowel == base_letters(vowel) and (not had or bool(has))
    changed = _VOWEL_CHANGED if lost else _VOWEL_CHANGED / 2
    return changed if had == has else changed / 2
