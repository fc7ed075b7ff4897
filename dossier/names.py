"""How alike two names of people are: the same name is written in many ways, and many people share one name.

Older papers write ``Thuý`` and ``Mĩ`` where newer ones write ``Thúy`` and ``Mỹ``; machine lines and passports
write no accents; clerks put a title in front or leave a middle name out. What is printed is never changed:
this module only compares.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import Final

from dossier.persons import search_form


class Likeness(IntEnum):
    """How two names agree, a bigger value is the closer agreement."""

    OTHER = 0
    """Another name, or no name to compare."""
    SHORTER = 1
    """One leaves out middle names; family name and given name agree."""
    ACCENTS = 2
    """The letters agree and both have accents, but not the same ones: two names, or a misread one."""
    BARE = 3
    """The letters agree and one of them is written without any accent."""
    SPELLING = 4
    """The same name in the old or the new orthography, or with a title in front."""
    SAME = 5
    """The same letters and accents."""


_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: marks of tone, unlike those that make another vowel."""
_TITLES: Final = frozenset(["ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ", "em", "cháu"])
_BESIDE_LETTERS: Final = re.compile(r"[.,:;/()\[\]|]+")
_SINGLE_Y: Final = re.compile(r"^((?:qu|[bcdđghklmnpqrstvx]+))y$")
_MOST_WORDS: Final = 16
_MOST_LETTERS: Final = 200


def likeness(left: str, right: str) -> Likeness:
    """Compare two names; the order of the two makes no difference."""
    ours, theirs = _words(left), _words(right)
    if not ours or not theirs:
        return Likeness.OTHER
    if ours == theirs:
        return Likeness.SAME
    return max(_compare(one, other) for one in _readings(ours) for other in _readings(theirs))


def name_key(name: str) -> str:
    """Family name and given name without accents: what every way to write one name has in common."""
    words = [_bare(word) for word in _without_title(_words(name))]
    return " ".join(dict.fromkeys((words[0], words[-1]))) if words else ""


def _compare(left: tuple[str, ...], right: tuple[str, ...]) -> Likeness:
    ours, theirs = tuple(map(_spelt, left)), tuple(map(_spelt, right))
    if ours == theirs:
        return Likeness.SPELLING
    our_letters, their_letters = tuple(map(_bare, left)), tuple(map(_bare, right))
    one_is_bare = _is_bare(left) or _is_bare(right)
    if our_letters == their_letters:
        return Likeness.BARE if one_is_bare else Likeness.ACCENTS
    if one_is_bare:
        ours, theirs = our_letters, their_letters
    return Likeness.SHORTER if _leaves_out(ours, theirs) or _leaves_out(theirs, ours) else Likeness.OTHER


def _words(name: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFC", name[:_MOST_LETTERS]).casefold().replace("\u2019", "'")
    return tuple(_BESIDE_LETTERS.sub(" ", folded).split()[:_MOST_WORDS])


def _readings(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The name as it stands, and without its title: ``Ông`` is a family name too."""
    short = _without_title(words)
    return (words,) if short == words else (words, short)


def _without_title(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 2 and words[0] in _TITLES:
        words = words[1:]
    return words


def _spelt(word: str) -> str:
    """One spelling for both orthographies: tone behind the syllable, ``i`` for a ``y`` that stands alone."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in parts if mark in _TONES)
    vowels = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return _SINGLE_Y.sub(r"\1i", vowels) + tone


def _bare(word: str) -> str:
    return search_form(_spelt(word))


def _is_bare(words: tuple[str, ...]) -> bool:
    return all(search_form(word) == word for word in words)


def _leaves_out(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the shorter name keeps family and given name and the order of what is between."""
    if not 2 <= len(short) < len(long) or (short[0], short[-1]) != (long[0], long[-1]):
        return False
    rest = iter(long)
    return all(word in rest for word in short)
