"""What zones of all sizes share: check digits, marks that recognition confuses, days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Protocol

from dossier.persons import Sex
from extraction.layout import Row

LETTER_FOR_DIGIT = str.maketrans(
    {
        "O": "0",
        "Q": "0",
        "D": "0",
        "I": "1",
        "L": "1",
        "Z": "2",
        "A": "4",
        "S": "5",
        "G": "6",
        "T": "7",
        "B": "8",
    }
)
DIGIT_FOR_LETTER = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B"})
NOT_ALLOWED = re.compile(r"[^A-Z0-9<]")
SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}

_WEIGHTS = (7, 3, 1)
_FILLERS = str.maketrans({"«": "<", "‹": "<", "(": "<", "{": "<", "[": "<", "≤": "<"})
# A letter where a digit stands may be more than one digit; the likeliest first.
_DIGITS = {"Q": "09", "G": "69", "Z": "27", "S": "58", "B": "83", "C": "06", "U": "0", "E": "8"}
_LETTERS = {"0": "ODQ", "1": "IL", "2": "Z", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B"}
_MOST_READINGS = 4096
_FALSE_FILLERS = re.compile(r"<[<KLCE]{2,}$")
_LAST_CENTURY = 30
"""Two-digit years of birth above it are of the twentieth century."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a zone says about a field: value, how sure (0 to 1), reason codes."""

    value: str
    confidence: float
    reasons: tuple[str, ...] = ()


class Zone(Protocol):
    """A zone that was read, of whatever size."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Where it stands."""

    @property
    def passed(self) -> float:
        """Share (0 to 1) of its check digits that agree."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines, as corrected."""

    def said(self) -> Mapping[str, Said]:
        """What it says, by field; nothing that fails its check digit."""


CORRECTED = "mrz.digit_corrected"
"""Reason code: marks of the zone were misread; its check digits leave one reading."""


def check_digit(text: str) -> str:
    """ICAO check digit: weights 7, 3, 1; letters count from 10, the filler 0."""
    total = 0
    for index, mark in enumerate(text):
        number = 0 if mark == "<" else int(mark, 36)
        total += number * _WEIGHTS[index % 3]
    return str(total % 10)


def clean(row: Row) -> str:
    """A row as a line of a zone: capitals, digits and fillers without spaces."""
    joined = "".join(token.text + (":" if token.colon else "") for token in row.tokens)
    return NOT_ALLOWED.sub("", joined.translate(_FILLERS).replace(" ", "").upper())


def filled(line: str, width: int) -> str:
    """A line of the zone's width."""
    return line[:width].ljust(width, "<")


def name_line(line: str, width: int) -> str:
    """A line of names: letters only, and fillers at its end that were read as letters set right."""
    letters = line.translate(DIGIT_FOR_LETTER)
    return filled(_FALSE_FILLERS.sub(lambda tail: "<" * len(tail[0]), letters), width)


def as_digits(mark: str) -> str:
    """Digits a mark may be; itself when it is one; nothing when it looks like none."""
    if mark.isdecimal():
        return mark
    return _DIGITS.get(mark) or mark.translate(LETTER_FOR_DIGIT) if mark != "<" else ""


def as_letters(mark: str) -> str:
    """Letters a mark may be."""
    return mark if mark.isalpha() else _LETTERS.get(mark, "")


def only_reading(choices: Sequence[str], holds: Callable[[str], bool]) -> tuple[str, bool]:
    """The first choice everywhere where it holds, else the one other reading that does.

    Args:
        choices: for each place the marks it may be, the likeliest first.
        holds: whether the check digits agree.

    Returns:
        The reading, empty when none holds or more than one might; and whether it is another than the first.
    """
    if not all(choices):
        return "", False
    first = "".join(marks[0] for marks in choices)
    if holds(first):
        return first, False
    if prod(len(set(marks)) for marks in choices) > _MOST_READINGS:
        return "", False
    found = {reading for reading in _readings(choices) if holds(reading)}
    return (found.pop(), True) if len(found) == 1 else ("", False)


def _readings(choices: Sequence[str]) -> Iterator[str]:
    return ("".join(marks) for marks in product(*(dict.fromkeys(marks) for marks in choices)))


def birth_day(text: str, *, number: str) -> date | None:
    """Birth date; the century is the one the identity number tells, else the twentieth or twenty-first."""
    if not text.isdecimal():
        return None
    told = 19 + int(number[3]) // 2 if number.isdecimal() else 0
    century = told or (19 if int(text[:2]) > _LAST_CENTURY else 20)
    return calendar_day(century * 100 + int(text[:2]), text)


def last_day(text: str, *, birth: date | None) -> date | None:
    """Last valid day: always in this century; a paper without one prints nines or fillers."""
    if not text.isdecimal() or text.startswith("99"):
        return None
    day = calendar_day(2000 + int(text[:2]), text)
    return None if day is not None and birth is not None and day <= birth else day


def calendar_day(year: int, text: str) -> date | None:
    """The day of a year that ``YYMMDD`` says."""
    try:
        return date(year, int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
