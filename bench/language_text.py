"""Printed text made into what an engine might have read, and the count of what the language part did to it.

The mistakes are made by rules of their own, not by the table of confusions that the decoder uses.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.language.decode import Decision, Settings, decode_page
from ocr.language.lattice import from_word
from ocr.language.names import load_names
from ocr.language.syllables import case_of
from ocr.language.tokens import take_apart

# Shares of the mistakes Tesseract made on the public scans, rounded.
_MARK_LOST, _TONE_CHANGED, _SHAPE_LOST = 0.55, 0.35, 0.10
_TONES = ("\u0300", "\u0301", "\u0303", "\u0309")


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A printed word, what was read, and the engine's confidence (0 to 1)."""

    printed: str
    read: str
    confidence: float
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Words by what became of them.

    Attributes:
        words: all words.
        repaired: read wrong, now right.
        missed: read wrong and still wrong.
        harmed: read right, now wrong.
        names_harmed: those of the harmed that are part of a name.
    """

    words: int = 0
    repaired: int = 0
    missed: int = 0
    harmed: int = 0
    names: int = 0
    names_harmed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            *(
                getattr(self, name) + getattr(other, name)
                for name in ("words", "repaired", "missed", "harmed", "names", "names_harmed")
            )
        )

    def row(self) -> dict[str, float]:
        """For the table: counts, and shares in percent."""
        wrong = self.repaired + self.missed
        right = max(1, self.words - wrong)
        return {
            "words": self.words,
            "wrong before": wrong,
            "repaired %": round(100 * self.repaired / max(1, wrong), 1),
            "harmed": self.harmed,
            "harmed %": round(100 * self.harmed / right, 4),
            "names": self.names,
            "names harmed": self.names_harmed,
        }


def judge(lines: Sequence[Sequence[ReadWord]], settings: Settings) -> Tally:
    """Decode a page of words and compare with what was printed."""
    found = decode_page(
        [[from_word(word.read, word.confidence) for word in line] for line in lines], settings=settings
    )
    pairs = zip(
        (word for line in lines for word in line), (one for line in found for one in line), strict=True
    )
    total = Tally()
    for word, decision in pairs:
        total += _judged(word, decision)
    return total


def _judged(word: ReadWord, decision: Decision) -> Tally:
    was, now = word.read == word.printed, decision.text == word.printed
    return Tally(
        words=1,
        repaired=int(not was and now),
        missed=int(not was and not now),
        harmed=int(was and not now),
        names=int(word.is_name),
        names_harmed=int(word.is_name and was and not now),
    )


def corrupted(words: Iterable[str], *, rate: float, rng: random.Random) -> list[ReadWord]:
    """Words of a line, some with a lost or changed accent, each with a confidence as Tesseract gives them."""
    return [_one(word, rate=rate, rng=rng) for word in words]


def _one(word: str, *, rate: float, rng: random.Random) -> ReadWord:
    word = unicodedata.normalize("NFC", word)
    if rng.random() < rate:
        wrong = _wrong(word, rng)
        if wrong != word:
            # Half of the wrong words are read with a confidence that right ones have too.
            return ReadWord(word, wrong, rng.choice((rng.uniform(0.5, 0.9), rng.uniform(0.9, 0.97))))
    return ReadWord(word, word, rng.uniform(0.6, 0.95) if rng.random() < 0.1 else rng.uniform(0.95, 0.99))


def _wrong(word: str, rng: random.Random) -> str:
    apart = list(unicodedata.normalize("NFD", word))
    tones = [index for index, mark in enumerate(apart) if mark in _TONES]
    shapes = [index for index, mark in enumerate(apart) if mark in "\u0302\u0306\u031b"]
    kind = rng.random()
    if tones and kind < _MARK_LOST:
        del apart[tones[0]]
    elif tones and kind < _MARK_LOST + _TONE_CHANGED:
        apart[tones[0]] = rng.choice([tone for tone in _TONES if tone != apart[tones[0]]])
    elif shapes and kind < _MARK_LOST + _TONE_CHANGED + _SHAPE_LOST:
        del apart[shapes[0]]
    return unicodedata.normalize("NFC", "".join(apart))


def name_lines(count: int, *, rng: random.Random, syllables: Sequence[str]) -> Iterator[list[ReadWord]]:
    """Lines that name made persons and places, in the frames of papers, all read rightly.

    Args:
        count: how many lines.
        rng: chance.
        syllables: legal syllables, common and rare, to make given names and villages of.
    """
    names = load_names()
    surnames, middles = sorted(names.surnames), sorted(names.middles)
    weights = [names.surnames[name] + 0.002 for name in surnames]
    frames = (
        ("Họ, chữ đệm, tên:", ""), ("ông", "là người đứng tên"), ("bà", "sinh năm 1990"), ("", ""),
        ("Chủ tịch", "đã ký"), ("thôn", "được giao"), ("xã", "huyện"), ("Người ký:", ""), ("con của", "và"),
    )  # fmt: skip
    for _ in range(count):
        before, after = rng.choice(frames)
        person = [rng.choices(surnames, weights)[0], rng.choice(middles), rng.choice(syllables)]
        place = [rng.choice(syllables) for _ in range(rng.choice((2, 2, 3)))]
        name = place if before in {"thôn", "xã"} else person[: rng.choice((2, 3, 3))]
        cased = (
            [part.upper() for part in name] if rng.random() < 0.3 else [part.capitalize() for part in name]
        )
        words = [(word, False) for word in before.split()]
        words += [(word, True) for word in cased]
        words += [(word, False) for word in after.split()]
        yield [
            replace(_one(word, rate=0.0, rng=rng), confidence=rng.uniform(0.6, 0.98), is_name=named)
            for word, named in words
        ]


def mark_names(words: Sequence[ReadWord]) -> list[ReadWord]:
    """Words in runs of two or more capitalised words, within a line, marked as names."""
    cases = [case_of(take_apart(word.printed).core) for word in words]
    near = [
        case == "title" and "title" in (cases[index - 1 : index] + cases[index + 1 : index + 2])
        for index, case in enumerate(cases)
    ]
    return [replace(word, is_name=named) for word, named in zip(words, near, strict=True)]
