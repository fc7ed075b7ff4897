"""Words as people look for them: with accents or without, however the tone is placed, numbers in any form.

A word has two forms. The accented one keeps every letter as it is written, with the tone at the end of the
syllable, so that ``hòa`` and ``hoà`` are one; the bare one has no accents and no ``đ``. Groups of digits
beside each other also count as the number they are (``012 345``), and a date counts as the day it names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook and dot below; circumflex, breve and horn make other letters and stay."""
_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"(?<![^\W_])\d+(?:[ .,\-\u00a0]\d+)+(?![^\W_])")
_DATE: Final = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})\s?[./\-]\s?(?P<m2>\d{1,2})\s?[./\-]\s?(?P<y2>\d{4})"
    r"|(?P<d3>\d{1,2})\s+th[aá]ng\s+(?P<m3>\d{1,2})\s+n[aă]m\s+(?P<y3>\d{4})"
    r")(?!\d)",
    re.IGNORECASE,
)
_GROUP: Final = frozenset({3, 4})
"""Digits of the groups that people part numbers into."""
_MOST_DIGITS: Final = 20
_LONGEST: Final = 64
_KNOWN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word of a text.

    Attributes:
        bare: without accents, lower case.
        accented: with them; the same for numbers and days.
        begin, end: where it stands in the text, in characters.
        whole: a number or a day that several words make; it is no word of a sequence.
    """

    bare: str
    accented: str
    begin: int
    end: int
    whole: bool = False


@lru_cache(maxsize=_KNOWN)
def forms(word: str) -> tuple[str, str]:
    """The bare and the accented form of one word."""
    letters: list[str] = []
    tones: list[str] = []
    for mark in unicodedata.normalize("NFD", word.lower()):
        (tones if mark in _TONES else letters).append(mark)
    accented = unicodedata.normalize("NFC", "".join(letters)) + "".join(sorted(tones))
    bare = "".join(mark for mark in letters if not unicodedata.combining(mark)).replace("đ", "d")
    return bare[:_LONGEST], accented[: 2 * _LONGEST]


def spoken(text: str) -> Sequence[Spoken]:
    """The words of a line, then the numbers and days that several of them make. The text is NFC."""
    found = []
    for match in _WORD.finditer(text):
        bare, accented = forms(match[0])
        if bare:
            found.append(Spoken(bare, accented, match.start(), match.end()))
    return [*found, *_numbers(text), *days(text)]


def days(text: str) -> Iterator[Spoken]:
    """The days that a text names, each as one word in ISO 8601."""
    for match in _DATE.finditer(text):
        year, month, day = (
            next(int(match[f"{part}{form}"]) for form in (1, 2, 3) if match[f"{part}{form}"])
            for part in "ymd"
        )
        try:
            iso = date(year, month, day).isoformat()
        except ValueError:
            continue
        yield Spoken(iso, iso, match.start(), match.end(), whole=True)


def has_accents(word: str) -> bool:
    """Whether a word is written with accents or ``đ``: they count then."""
    bare, accented = forms(word)
    return bare != accented


def _numbers(text: str) -> Iterator[Spoken]:
    dates = [(match.start(), match.end()) for match in _DATE.finditer(text)]
    for match in _DIGITS.finditer(text):
        groups = re.split(r"\D", match[0])
        digits = "".join(groups)
        if len(digits) > _MOST_DIGITS or any(a < match.end() and match.start() < b for a, b in dates):
            continue
        later = {len(group) for group in groups[1:]}
        if len(later) == 1 and later <= _GROUP and (later == {3} or len(groups[0]) == 4):
            yield Spoken(digits, digits, match.start(), match.end(), whole=True)
