"""Pages of one batch that say the same: fed twice, or taken with a stuck-on note and without it.

Only words are compared here; whether the pictures agree as well is for ``ocr.prints``. Two papers of one form
say nearly the same too, so numbers decide: where each page has a number that the other lacks, they are two.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dossier.text import PageText
from extraction.folding import squash

_LEAST_WORDS: Final = 12
_RUN: Final = 4
_FULL, _EVERY = 100, 4
_DIGITS: Final = 4
# A run of words that stands on so many pages belongs to a form and tells nothing.
_COMMON: Final = 6
_SAME: Final = 0.8
_COVERED, _STILL_THERE = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Saying:
    """Two pages by their places, and how much they have in common (0 to 1).

    Attributes:
        first, second: places, in order.
        likeness: words in common of all words.
        covered: one of them says hardly more than a part of the other, as under a note.
    """

    first: int
    second: int
    likeness: float
    covered: bool


Words = Sequence[str]
"""What a page says, folded; kept alone, so that batches of thousands of pages stay small."""


def words_of(page: PageText) -> Words:
    """The words of a page, in reading order."""
    return [text for word in page.words if len(text := squash(word.text)) > 1]


def saying_the_same(pages: Sequence[Words]) -> tuple[Saying, ...]:
    """Pairs among the pages of a batch, in their order; work grows with the pages, not with their pairs."""
    found = []
    for first, second in sorted(_candidates(pages)):
        one = _compared(pages[first], pages[second])
        if one is None:
            continue
        likeness, part = one
        if likeness >= _SAME:
            found.append(Saying(first, second, likeness, covered=False))
        elif second == first + 1 and likeness >= _COVERED and part >= _STILL_THERE:
            found.append(Saying(first, second, likeness, covered=True))
    return tuple(found)


def _candidates(pages: Sequence[Words]) -> set[tuple[int, int]]:
    """Pairs that share a rare number or a rare run of words."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, words in enumerate(pages):
        if len(words) >= _LEAST_WORDS:
            for feature in _features(words):
                places[feature].append(place)
    return {
        (left, right)
        for holders in places.values()
        if len(holders) <= _COMMON
        for index, left in enumerate(holders)
        for right in holders[index + 1 :]
    }


def _features(words: Words) -> set[int]:
    """Checksums of numbers and of runs of words; of a full page every fourth run is enough."""
    runs = {
        zlib.crc32(" ".join(words[index : index + _RUN]).encode()) for index in range(len(words) - _RUN + 1)
    }
    if len(words) >= _FULL:
        runs = {run for run in runs if run % _EVERY == 0}
    return runs | {zlib.crc32(word.encode()) for word in words if _is_number(word)}


def _compared(left: Words, right: Words) -> tuple[float, float] | None:
    """Words in common of all, and of the smaller page; nothing where numbers say that they are two papers."""
    one, other = Counter(left), Counter(right)
    common = (one & other).total()
    if any(map(_is_number, one - other)) and any(map(_is_number, other - one)):
        return None
    return common / (one | other).total(), common / min(one.total(), other.total())


def _is_number(word: str) -> bool:
    return sum(mark.isdigit() for mark in word) >= _DIGITS
