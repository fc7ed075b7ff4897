"""Slots of alternatives: one slot for each printed word, its choices scored by the pixels alone.

An engine that knows alternatives gives them itself; for one that gives a word and a confidence, ``widen``
adds what the word may have been printed as: accents lost or changed, letters of one shape, capitals in the
wrong place, digits in words and letters in numbers.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ocr.language.confusions import SHAPE_CHANCE, SHAPES, Confusions, load_confusions
from ocr.language.syllables import base_letters, case_of, is_syllable
from ocr.language.tokens import take_apart

_MOST_CHOICES = 10
# No language model makes up for so many nats: such readings only cost time.
_HOPELESS = 11.0
_FLOOR = -30.0
_LONGEST = 16
# Letters whose capital has the same shape, so that only the height tells.
_SAME_SHAPE = frozenset("cosuvwxzkp")
_FIRST_CAPITAL = 1e-3
_CASE_INSIDE = 0.3
_LETTER_IN_NUMBER = 0.9
_DIGIT_IN_WORD = 0.5
_DASH = 0.9
# Two letters are changed together only in a pair of vowels: ``uo`` read for ``ươ``, ``ie`` for ``iê``.
_LEADING = frozenset("uưiyo")
_MAIN = frozenset("oôơeêaăâóòỏõọốồổỗộớờởỡợéèẻẽẹếềểễệáàảãạấầẩẫậắằẳẵặ")
_LEAST_DOUBLE = 1e-7
# Chance of a mistake that is none of those generated; takes its share, so that a hopeless word stays.
_SOMETHING_ELSE = 1e-3
_LEAST_DOUBT = 1e-3

_AS_DIGITS = str.maketrans({"I": "1", "l": "1", "|": "1", "L": "1", "O": "0", "o": "0"})
_AS_LETTERS = tuple(
    str.maketrans(read, printed) for read, printed in (("10", "lo"), ("10", "io"), ("5", "s"))
)
_STROKES_AS_SLASHES = re.compile(r"^(\d{1,2})[Il|](\d{1,2})[Il|](\d{4})$")
_LETTERS_AMONG_DIGITS = re.compile(r"^(?=.*\d)[\d.,/:-]*\d[\d.,/:-]*[IlO|][\d.,/:IlO|-]*\d$")


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading of a word: NFC text without white space, and the natural log (≤ 0) of its probability.

    The score is that of the pixels: it knows nothing of the language.
    """

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Slot:
    """All readings of one printed word; the first is the engine's own and always there."""

    choices: tuple[Choice, ...]

    def __post_init__(self) -> None:
        if not self.choices:
            raise ValueError("a slot has at least the engine's own reading")

    @property
    def own(self) -> Choice:
        """The engine's own reading."""
        return self.choices[0]


def certain(text: str) -> Slot:
    """A slot that stands: one reading, sure."""
    return Slot((Choice(text, 0.0),))


def from_word(text: str, confidence: float, *, confusions: Confusions | None = None) -> Slot:
    """A slot from one word and the engine's own confidence (0 to 1), widened by what it may have been.

    How often words of that confidence are wrong comes from ``confusions``, as does what they may be.
    """
    table = load_confusions() if confusions is None else confusions
    wrong = table.chance_wrong(confidence)
    shares, most = _shares(text, table)
    wrong = max(wrong, most)
    own, doubt = _log(1 - wrong), _log(wrong)
    least = max(_FLOOR, own - _HOPELESS) - doubt
    further = (Choice(other, doubt + share) for other, share in shares if share > least)
    return Slot((Choice(text, own), *further))


def widen(slot: Slot, *, confusions: Confusions | None = None) -> Slot:
    """The slot with further readings, for an engine whose own alternatives may miss the printed one.

    What the engine offered keeps its score; further readings share what the engine leaves of 1 beside its
    own reading (at least ``_LEAST_DOUBT``), each by the chance of its mistake.
    """
    table = load_confusions() if confusions is None else confusions
    offered = {choice.text for choice in slot.choices}
    doubt = _log(max(_LEAST_DOUBT, 1 - math.exp(slot.own.score)))
    shares, _ = _shares(slot.own.text, table)
    further = (Choice(other, doubt + share) for other, share in shares if other not in offered)
    best = sorted((*slot.choices[1:], *further), key=lambda choice: (-choice.score, choice.text))
    return Slot((slot.own, *best[: _MOST_CHOICES - 1]))


@functools.lru_cache(maxsize=8192)
def _shares(text: str, confusions: Confusions) -> tuple[tuple[tuple[str, float], ...], float]:
    """The likeliest other readings with the log of their share of all mistakes, and the greatest chance."""
    weights = alternatives(text, confusions=confusions)
    total = math.log(sum(weights.values()) + _SOMETHING_ELSE)
    ranked = sorted(((other, _log(weight) - total) for other, weight in weights.items()), key=_by_share)
    return tuple(ranked[: _MOST_CHOICES - 1]), max(weights.values(), default=0.0)


def _by_share(entry: tuple[str, float]) -> tuple[float, str]:
    return -entry[1], entry[0]


def alternatives(text: str, *, confusions: Confusions) -> Mapping[str, float]:
    """What a word read as ``text`` may have been printed as, with the chance (0 to 1) of that mistake.

    Only forms that can be Vietnamese (or numbers, where the word is a number) are given.
    """
    if text in {"—", "―"}:
        return {"–": _DASH}
    printed = take_apart(text)
    core = printed.core
    if not core or len(core) > _LONGEST:
        return {}
    found: dict[str, float] = {}
    for other, chance in _cores(core, confusions):
        if other != core and chance > found.get(other, 0.0):
            found[other] = chance
    return {printed.opening + other + printed.closing: chance for other, chance in found.items()}


def _cores(core: str, confusions: Confusions) -> Iterator[tuple[str, float]]:
    if any(mark.isdigit() for mark in core):
        yield from number_repairs(core)
    elif core.isalpha():
        yield from _spelled(core, confusions)
        yield from _cased(core)


def number_repairs(core: str) -> Iterator[tuple[str, float]]:
    """A letter that can only be a digit or a slash, in a number; a digit in a word."""
    date = _STROKES_AS_SLASHES.match(core)
    if date:
        yield "/".join(date.groups()), _LETTER_IN_NUMBER
    elif _LETTERS_AMONG_DIGITS.match(core):
        yield core.translate(_AS_DIGITS), _LETTER_IN_NUMBER
    elif sum(mark.isdigit() for mark in core) == 1 and any(mark.isalpha() for mark in core):
        for letters in _AS_LETTERS:
            word = core.translate(letters)
            if word.islower() and is_syllable(word) and (len(word) > 2 or not word.isascii()):
                yield word, _DIGIT_IN_WORD


def _spelled(core: str, confusions: Confusions) -> Iterator[tuple[str, float]]:
    """One letter otherwise, or two that stand together; only what can be a syllable."""
    if core.isascii() and not is_syllable(core) and (len(core) > 7 or core.isupper()):
        return
    lower = core.lower()
    single = [
        [(other, chance) for other, chance in confusions.chances.get(letter, ()) if other.isalpha()]
        for letter in lower
    ]
    for index, others in enumerate(single):
        for other, chance in others:
            yield from _legal(lower[:index] + other + lower[index + 1 :], core, chance)
    for index in range(len(lower) - 1):
        if lower[index] in _LEADING and lower[index + 1] in _MAIN:
            for (one, first), (two, second) in itertools.product(single[index], single[index + 1]):
                if one in _LEADING and first * second > _LEAST_DOUBLE:
                    word = lower[:index] + one + two + lower[index + 2 :]
                    yield from _legal(word, core, first * second)
    for read, shape in SHAPES:
        if read in lower:
            yield from _legal(lower.replace(read, shape, 1), core, SHAPE_CHANCE)


def _legal(word: str, like: str, chance: float) -> Iterator[tuple[str, float]]:
    if is_syllable(word):
        yield restyle(word, like), chance


def _cased(core: str) -> Iterator[tuple[str, float]]:
    """Capitals inside a small word, and a first letter whose capital looks the same."""
    if case_of(core) == "mixed" and is_syllable(core):
        for form in (core.lower(), core.capitalize(), core.upper()):
            yield form, _CASE_INSIDE
    elif base_letters(core[0]) in _SAME_SHAPE and is_syllable(core):
        if case_of(core) == "title" and len(core) > 1:
            yield core.lower(), _FIRST_CAPITAL
        elif case_of(core) == "lower":
            yield core.capitalize(), _FIRST_CAPITAL


def restyle(word: str, like: str) -> str:
    """A lower-case word in the case of another; letters of a mixed word keep their places."""
    case = case_of(like)
    if case == "mixed":
        if len(word) != len(like):
            return word
        return "".join(
            letter.upper() if model.isupper() else letter for letter, model in zip(word, like, strict=True)
        )
    return {"title": word.capitalize(), "upper": word.upper()}.get(case, word)


def _log(chance: float) -> float:
    return max(_FLOOR, math.log(chance)) if chance > 0 else _FLOOR
