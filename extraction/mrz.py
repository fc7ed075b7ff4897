"""The machine-readable zone of identity cards (TD1, ICAO Doc 9303 part 5), checked by its digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dossier.persons import Sex
from extraction.layout import Row, Sheet

_WIDTH = 30
_WEIGHTS = (7, 3, 1)
_LETTER_FOR_DIGIT = str.maketrans({"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "G": "6"})
_DIGIT_FOR_LETTER = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B"})
_ALLOWED = re.compile(r"[^A-Z0-9<]")
_FILLERS = str.maketrans({"«": "<", "‹": "<", "(": "<", "{": "<", "[": "<", "≤": "<"})
_ID_LINE = re.compile(r"^[I1L]D?VNM|^.{0,2}VNM\d{6}")
_MIN_LENGTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Td1:
    """A zone that was read.

    Attributes:
        lines: three lines of thirty, as corrected.
        number: twelve-digit identity number; empty when its check digit fails.
        birth, expiry: days; nothing when their check digits fail or the card has no last day.
        sex: or nothing.
        passed: share (0 to 1) of the four check digits that agree.
        rows: where it stands.
    """

    lines: tuple[str, str, str]
    number: str
    birth: date | None
    expiry: date | None
    sex: Sex | None
    passed: float
    rows: tuple[Row, ...]


def check_digit(text: str) -> str:
    """ICAO check digit: weights 7, 3, 1; letters count from 10, the filler 0."""
    total = 0
    for index, mark in enumerate(text):
        number = 0 if mark == "<" else int(mark, 36)
        total += number * _WEIGHTS[index % 3]
    return str(total % 10)


def find_td1(sheet: Sheet) -> Td1 | None:
    """The zone of a sheet, or nothing."""
    lines = [(row, _clean(row)) for row in sheet.rows]
    for index, (_, first) in enumerate(lines[:-1]):
        if _ID_LINE.match(first) is None or len(first) < _MIN_LENGTH:
            continue
        following = [(row, line) for row, line in lines[index + 1 : index + 4] if len(line) >= 12]
        if not following or "VNM" not in following[0][1] and "<" not in following[0][1]:
            continue
        third = following[1] if len(following) > 1 else None
        rows = (lines[index][0], following[0][0], *((third[0],) if third else ()))
        parsed = parse_td1((first, following[0][1], third[1] if third else ""))
        return replace(parsed, rows=rows)
    return None


def parse_td1(lines: Sequence[str]) -> Td1:
    """Read three lines; digits and letters that recognition confuses are set right by position."""
    first = _first_line(lines[0])
    second = _second_line(lines[1])
    third = _fill(lines[2].translate(_DIGIT_FOR_LETTER))
    number = first[15:27]
    number_good = number.isdigit() and check_digit(first[5:14]) == first[14] and _extended_good(first)
    birth_good = check_digit(second[0:6]) == second[6]
    expiry_good = check_digit(second[8:14]) == second[14]
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29]) == second[29]
    birth = _day(second[0:6], number=number) if birth_good else None
    return Td1(
        lines=(first, second, third),
        number=number if number_good else "",
        birth=birth,
        expiry=_future_day(second[8:14], birth=birth) if expiry_good else None,
        sex={"M": Sex.MALE, "F": Sex.FEMALE}.get(second[7]),
        passed=(number_good + birth_good + expiry_good + composite) / 4,
        rows=(),
    )


def _clean(row: Row) -> str:
    joined = "".join(token.text + (":" if token.colon else "") for token in row.tokens)
    return _ALLOWED.sub("", joined.translate(_FILLERS).replace(" ", "").upper())


def _fill(line: str) -> str:
    return line[:_WIDTH].ljust(_WIDTH, "<")


def _first_line(line: str) -> str:
    """``IDVNM`` + nine digits + check + twelve digits + ``<<`` + check."""
    digits = line[5:].rstrip("<").translate(_LETTER_FOR_DIGIT)
    core, last = digits[:22], re.sub(r"\D", "", digits[22:])[-1:]
    return _fill(f"IDVNM{core}<<{last}") if len(core) == 22 and last else _fill(f"IDVNM{digits}")


def _second_line(line: str) -> str:
    """Birth + check + sex + expiry + check + ``VNM`` + fillers + composite check."""
    head, _, tail = line.partition("VNM")
    head = head[:7].translate(_LETTER_FOR_DIGIT) + head[7:8] + head[8:15].translate(_LETTER_FOR_DIGIT)
    digits = re.sub(r"\D", "", tail.translate(_LETTER_FOR_DIGIT))
    return f"{head.ljust(15, '<')[:15]}VNM".ljust(29, "<") + (digits[-1:] or "<")


def _extended_good(first: str) -> bool:
    """The long number ends with the document number and has a check digit of its own."""
    return first[15:27].endswith(first[5:14]) and check_digit(first[15:27]) == first[29]


def _day(text: str, *, number: str) -> date | None:
    """Birth date; the century is the one the identity number tells, else the twentieth or twenty-first."""
    if not text.isdigit():
        return None
    century = 19 + int(number[3]) // 2 if number.isdigit() else (19 if int(text[:2]) > 30 else 20)
    return _calendar(century * 100 + int(text[:2]), text)


def _future_day(text: str, *, birth: date | None) -> date | None:
    """Last valid day: always in this century; a card without one prints nines or fillers."""
    if not text.isdigit() or text.startswith("99"):
        return None
    day = _calendar(2000 + int(text[:2]), text)
    return None if day is not None and birth is not None and day <= birth else day


def _calendar(year: int, text: str) -> date | None:
    try:
        return date(year, int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
