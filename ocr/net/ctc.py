"""Class scores along a line as words: the best reading, where each word stands, and what else it may be.

Connectionist temporal classification (Graves et al., ICML 2006): class 0 is the blank between signs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.language.syllables import is_syllable
from ocr.net.session import FloatArray

STEP = 4
_BLANK = 0
# A sign that is not the best one is kept as an alternative above this chance.
_LIKELY = 0.004
_MOST_SIGNS = 4
_MOST_CHOICES = 12
_LEAST = 1e-6
_NOTHING = 0.03
# A white space that another sign outdid, where two words are joined that cannot be one.
_HIDDEN_SPACE = 0.02
_AROUND = ".,;:()\"“”'!?-–"


@dataclass(frozen=True, slots=True)
class Sign:
    """One place of the line: signs with their chances, the best first, its first and last step.

    ``gap`` is the chance (0 to 1) of a white space that was not seen before it.
    """

    signs: tuple[tuple[str, float], ...]
    first: int
    last: int
    gap: float = 0.0

    @property
    def best(self) -> str:
        """The likeliest sign."""
        return self.signs[0][0]


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word of a line.

    Attributes:
        text: best reading.
        confidence: chance of its least certain sign, 0 to 1.
        choices: readings with the natural logarithm of their chance, the best first.
        left, right: columns of the crop.
        clear: mean chance of its signs, 0 to 1.
    """

    text: str
    confidence: float
    choices: tuple[tuple[str, float], ...]
    left: float
    right: float
    clear: float = 1.0


def chances_of(scores: FloatArray) -> FloatArray:
    """Softmax over the classes (last axis)."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: FloatArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return chances


def words_of(chances: FloatArray, alphabet: str) -> tuple[ReadWord, ...]:
    """Words of one line from its chances (steps by classes), left to right."""
    words: list[ReadWord] = []
    signs: list[Sign] = []
    edge = 0.0
    for sign in _signs(chances, alphabet):
        if sign.best == " ":
            middle = (sign.first + sign.last + 1) / 2 * STEP
            _add(words, signs, left=edge, right=middle)
            signs, edge = [], middle
        else:
            signs.append(sign)
    _add(words, signs, left=edge, right=float(chances.shape[0] * STEP))
    return tuple(words)


def _hidden_space(signs: Sequence[Sign]) -> int | None:
    """Where a word that cannot be one, such as ``đềnghị`` or ``/Passport``, falls into two; else None."""
    slash = _beside_slash(signs)
    if slash is not None:
        return slash
    text = "".join(sign.best for sign in signs)
    core = text.strip(_AROUND)
    if not core.isalpha() or is_syllable(core):
        return None
    places = [
        index
        for index in range(1, len(signs))
        if signs[index].gap >= _HIDDEN_SPACE
        and is_syllable(text[:index].strip(_AROUND))
        and is_syllable(text[index:].strip(_AROUND))
    ]
    return max(places, key=lambda index: signs[index].gap, default=None)


def _beside_slash(signs: Sequence[Sign]) -> int | None:
    """Where white may stand before or after a slash: between two names of one thing, never in a number."""
    places = [
        index
        for index in range(1, len(signs))
        if signs[index].gap >= _HIDDEN_SPACE
        and "/" in (pair := signs[index - 1].best + signs[index].best)
        and not any(mark.isdigit() for mark in pair)
    ]
    return max(places, key=lambda index: signs[index].gap, default=None)


def _add(words: list[ReadWord], signs: Sequence[Sign], *, left: float, right: float) -> None:
    if not signs:
        return
    place = _hidden_space(signs)
    if place is not None:
        middle = signs[place].first * STEP - STEP / 2
        _add(words, signs[:place], left=left, right=middle)
        _add(words, signs[place:], left=middle, right=right)
        return
    text = "".join(sign.best for sign in signs)
    # A sign shows a step or two after its left edge.
    tight_left = max(left, (signs[0].first - 2) * STEP)
    tight_right = min(right, (signs[-1].last + 3) * STEP)
    confidence = min(sign.signs[0][1] for sign in signs)
    clear = math.fsum(sign.signs[0][1] for sign in signs) / len(signs)
    words.append(ReadWord(text, confidence, _choices(signs), tight_left, tight_right, clear))


def _signs(chances: FloatArray, alphabet: str) -> list[Sign]:
    """The signs of a line; all its runs of steps with one best class are weighed at once."""
    best = chances.argmax(axis=1)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(best)) + 1))
    peaks = np.maximum.reduceat(chances, starts, axis=0)
    seen = 1.0 - np.minimum.reduceat(chances[:, _BLANK], starts)
    spaces = peaks[:, alphabet.index(" ") + 1].tolist()
    is_blank = best[starts] == _BLANK
    shown = np.flatnonzero(~is_blank)
    peaks = peaks[shown]
    peaks[:, _BLANK] = 0.0
    rows = np.arange(len(shown))[:, None]
    top = np.argpartition(peaks, -_MOST_SIGNS, axis=1)[:, -_MOST_SIGNS:]
    order = top[rows, np.argsort(peaks[rows, top], axis=1)[:, ::-1]]
    ends = [*starts[1:].tolist(), best.size]
    signs: list[Sign] = []
    for index, kinds, likely in zip(shown.tolist(), order.tolist(), peaks[rows, order].tolist(), strict=True):
        # What stands between two signs is one run of blanks.
        gap = spaces[index - 1] if index and is_blank[index - 1] else 0.0
        kept = [
            (alphabet[kind - 1], chance)
            for kind, chance in zip(kinds, likely, strict=True)
            if chance >= _LIKELY
        ]
        # Blanks beside the signs count as not seen.
        scale = max(likely[0], float(seen[index]), _LEAST, sum(chance for _, chance in kept))
        chosen = tuple((sign, chance / scale) for sign, chance in kept)
        signs.append(Sign(chosen, ends[index - 1] if index else 0, ends[index] - 1, gap))
    return signs


def _choices(signs: Sequence[Sign]) -> tuple[tuple[str, float], ...]:
    """The likeliest readings of a word, by the product of the chances of their signs."""
    readings: list[tuple[str, float]] = [("", 0.0)]
    for sign in signs:
        if len(sign.signs) == 1:
            mark, chance = sign.signs[0]
            step = math.log(max(chance, _LEAST))
            readings = [(text + mark, score + step) for text, score in readings]
            continue
        grown = [
            (text + mark, score + math.log(max(chance, _LEAST)))
            for text, score in readings
            for mark, chance in sign.signs
            if mark != " "
        ]
        readings = sorted(grown, key=lambda entry: -entry[1])[:_MOST_CHOICES]
    return tuple((text, score) for text, score in readings if text)
