"""How a reading is scored against the truth: character error rate, word F1, key strings found.

Pure functions on text, so that every benchmark and test measures alike. Both texts are folded first: NFC,
and all white space (line breaks, form feeds) becomes one space. The distance is counted here, without a
library of another package's home: one column of the table is one whole number of as many bits as the truth
has letters (G. Myers 1999, in the form of H. Hyyrö 2003), some 20 ms for two pages of 5,000 letters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """What one page's reading is worth.

    Attributes:
        cer: Levenshtein distance over the length of the truth; 0 is perfect, above 1 where much was invented.
        word_f1: F1 of the multisets of words, 0 to 1.
        keys_right, keys: key strings of the truth found exactly, and how many there are.
    """

    cer: float
    word_f1: float
    keys_right: int
    keys: int


def fold(text: str) -> str:
    """NFC, white space folded to one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def edit_distance(first: str, second: str) -> int:
    """Letters to insert, delete or replace to make ``second`` of ``first``; nothing is folded here."""
    if len(first) < len(second):
        first, second = second, first
    if not second:
        return len(first)
    places: dict[str, int] = {}
    for index, letter in enumerate(second):
        places[letter] = places.get(letter, 0) | 1 << index
    full, last = (1 << len(second)) - 1, 1 << (len(second) - 1)
    rises, falls, distance = full, 0, len(second)
    for letter in first:
        match = places.get(letter, 0)
        diagonal = (((match & rises) + rises) ^ rises) | match | falls
        up = falls | (full & ~(diagonal | rises))
        down = rises & diagonal
        if up & last:
            distance += 1
        elif down & last:
            distance -= 1
        up = (up << 1 | 1) & full
        rises = (down << 1 & full) | (full & ~(diagonal | up))
        falls = up & diagonal
    return distance


def character_error_rate(truth: str, reading: str) -> float:
    """Distance over the length of the truth; on a blank truth 0 when nothing was read, else 1."""
    wanted, found = fold(truth), fold(reading)
    if not wanted:
        return 1.0 if found else 0.0
    return edit_distance(wanted, found) / len(wanted)


def word_f1(truth: str, reading: str) -> float:
    """F1 of the multisets of words, 0 to 1; two texts without a word agree."""
    wanted, found = Counter(fold(truth).split()), Counter(fold(reading).split())
    total = wanted.total() + found.total()
    return 2 * (wanted & found).total() / total if total else 1.0


def key_is_found(key: str, reading: str) -> bool:
    """Whether the key stands in the reading, letter for letter, not as a part of a longer word or number."""
    wanted, text = fold(key), fold(reading)
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not _joined(text, start) and not _joined(text, end):
            return True
        start = text.find(wanted, start + 1)
    return False


def score(truth: str, reading: str, *, keys: Sequence[str] = ()) -> TextScore:
    """All scores of one page."""
    return TextScore(
        cer=character_error_rate(truth, reading),
        word_f1=word_f1(truth, reading),
        keys_right=sum(key_is_found(key, reading) for key in keys),
        keys=len(keys),
    )


def _joined(text: str, cut: int) -> bool:
    """Whether a cut before this place would go through a word or number."""
    return 0 < cut < len(text) and text[cut - 1].isalnum() and text[cut].isalnum()
