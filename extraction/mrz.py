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
_LETTER_FOR_DIGIT = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "G": "6"}
)
_DIGIT_FOR_LETTER = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B"})
_ALLOWED = re.compile(r"[^A-Z0-9<]")
_FILLERS = str.maketrans({"«": "<", "‹": "<", "(": "<", "{": "<", "[": "<", "≤": "<"})
_ID_LINE = re.compile(r"^[A-Z0-9<]{0,3}[VY]N[MH][0-9A-Z]{9}")
_DATE_LINE = re.compile(r"^[0-9A-Z]{6,7}[0-9A-Z<][MF<][0-9A-Z<]{6,7}[VY]N[MH]")


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
        complete: all three lines were read.
    """

    lines: tuple[str, str, str]
    number: str
    birth: date | None
    expiry: date | None
    sex: Sex | None
    passed: float
    rows: tuple[Row, ...]
    complete: bool = True


def check_digit(text: str) -> str:
    """ICAO check digit: weights 7, 3, 1; letters count from 10, the filler 0."""
    total = 0
    for index, mark in enumerate(text):
        number = 0 if mark == "<" else int(mark, 36)
        total += number * _WEIGHTS[index % 3]
    return str(total % 10)


def find_td1(sheet: Sheet) -> Td1 | None:
    """The zone of a sheet, or nothing; told by its second line, the one with the dates."""
    lines = [(row, _clean(row)) for row in sheet.rows]
    for index, (row, second) in enumerate(lines):
        if _DATE_LINE.match(second) is None:
            continue
        above = lines[index - 1] if index and _ID_LINE.match(lines[index - 1][1]) else None
        below = lines[index + 1] if index + 1 < len(lines) and "<<" in lines[index + 1][1] else None
        parsed = parse_td1((above[1] if above else "", second, below[1] if below else ""))
        rows = (*((above[0],) if above else ()), row, *((below[0],) if below else ()))
        return replace(parsed, rows=rows, complete=above is not None and below is not None)
    return None


def parse_td1(lines: Sequence[str]) -> Td1:
    """Read three lines; digits and letters that recognition confuses are set right by position."""
    above, middle, below = (_ALLOWED.sub("", line.upper()) for line in lines)
    first = _first_line(above)
    second = _second_line(middle)
    third = _fill(below.translate(_DIGIT_FOR_LETTER))
    number = first[15:27]
    number_good = _number_good(first)
    if number_good:
        # The document number is the end of the identity number: the one that was checked tells the other.
        first = f"{first[:5]}{number[-9:]}{first[14:]}"
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
    start = line.find("VNM") + 3 if "VNM" in line[:9] else 5
    digits = line[start:].rstrip("<").translate(_LETTER_FOR_DIGIT)
    core, last = digits[:22], re.sub(r"\D", "", digits[22:])[-1:]
    return _fill(f"IDVNM{core}<<{last}") if len(core) == 22 and last else _fill(f"IDVNM{digits}")


def _second_line(line: str) -> str:
    """Birth + check + sex + expiry + check + ``VNM`` + fillers + composite check."""
    head, _, tail = line.partition("VNM")
    head = head[:7].translate(_LETTER_FOR_DIGIT) + head[7:8] + head[8:15].translate(_LETTER_FOR_DIGIT)
    digits = re.sub(r"\D", "", tail.translate(_LETTER_FOR_DIGIT))
    return f"{head.ljust(15, '<')[:15]}VNM".ljust(29, "<") + (digits[-1:] or "<")


def _number_good(first: str) -> bool:
    """Both check digits agree with the identity number, whose last nine digits are the document number."""
    number = first[15:27]
    return number.isdigit() and check_digit(number) == first[29] and check_digit(number[-9:]) == first[14]


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
