"""The zone of identity cards (TD1, ICAO Doc 9303 part 5): three lines of thirty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dossier.persons import Sex
from extraction.layout import Row, Sheet
from extraction.mrz.digits import (
    CORRECTED,
    LETTER_FOR_DIGIT,
    NOT_ALLOWED,
    SEXES,
    Said,
    as_digits,
    birth_day,
    check_digit,
    clean,
    filled,
    last_day,
    name_line,
    only_reading,
)

_WIDTH = 30
_NUMBERS = 22
"""Characters of the document number, its check digit and the identity number."""

_ID_LINE = re.compile(r"^[A-Z0-9<]{0,3}[VY]N[MH][0-9A-Z]{9}")
_DATE_LINE = re.compile(r"^[0-9A-Z]{6,7}[0-9A-Z<][MF<][0-9A-Z<]{6,7}[VY]N[MH]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Td1:
    """A zone that was read.

    Attributes:
        lines: three lines of thirty, as corrected.
        number: twelve-digit identity number; empty when its check digits fail.
        birth, expiry: days; nothing when their check digits fail or the card has no last day.
        sex: or nothing.
        passed: share (0 to 1) of the four check digits that agree.
        rows: where it stands.
        complete: all three lines were read.
        corrected: the number was misread in one of its two prints.
    """

    lines: tuple[str, str, str]
    number: str
    birth: date | None
    expiry: date | None
    sex: Sex | None
    passed: float
    rows: tuple[Row, ...]
    complete: bool = True
    corrected: bool = False

    def said(self) -> Mapping[str, Said]:
        """What the zone says, by field."""
        number = Said(self.number, 0.95, (CORRECTED,)) if self.corrected else Said(self.number, 0.995)
        return {
            "personal_id": number,
            "date_of_birth": Said(self.birth.isoformat() if self.birth else "", 0.96),
            "expiry_date": Said(self.expiry.isoformat() if self.expiry else "", 0.96),
            "sex": Said(self.sex.value if self.sex else "", 0.6 + 0.35 * self.passed),
            "mrz": Said("\n".join(self.lines) if self.complete else "", 0.3 + 0.45 * self.passed),
        }


def find_td1(sheet: Sheet) -> Td1 | None:
    """The zone of a sheet, or nothing; told by its second line, the one with the dates."""
    lines = [(row, clean(row)) for row in sheet.rows]
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
    above, middle, below = (NOT_ALLOWED.sub("", line.upper()) for line in lines)
    first, number, corrected = _first_line(above)
    second = _second_line(middle)
    birth_good = check_digit(second[0:6]) == second[6]
    expiry_good = check_digit(second[8:14]) == second[14]
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29]) == second[29]
    birth = birth_day(second[0:6], number=number or first[15:27]) if birth_good else None
    return Td1(
        lines=(first, second, name_line(below, _WIDTH)),
        number=number,
        birth=birth,
        expiry=last_day(second[8:14], birth=birth) if expiry_good else None,
        sex=SEXES.get(second[7]),
        passed=(bool(number) + birth_good + expiry_good + composite) / 4,
        rows=(),
        corrected=corrected,
    )


def _first_line(line: str) -> tuple[str, str, bool]:
    """``IDVNM`` + nine digits + check + twelve digits + ``<<`` + check; the number; whether corrected."""
    start = line.find("VNM") + 3 if "VNM" in line[:9] else 5
    rest = line[start:].rstrip("<")
    core = rest[:_NUMBERS]
    last = re.sub(r"\D", "", rest[_NUMBERS:].translate(LETTER_FOR_DIGIT))[-1:]
    plain = core.translate(LETTER_FOR_DIGIT)
    if len(core) < _NUMBERS or not last:
        return filled(f"IDVNM{rest.translate(LETTER_FOR_DIGIT)}", _WIDTH), "", False
    number, corrected = _number(core, checks=(plain[9], last))
    if not number:
        return filled(f"IDVNM{plain}<<{last}", _WIDTH), "", False
    return f"IDVNM{number[-9:]}{plain[9]}{number}<<{last}", number, corrected


def _number(core: str, *, checks: tuple[str, str]) -> tuple[str, bool]:
    """The identity number, printed twice: its last nine digits are the document number before it.

    Where the two prints differ, each place may be what either says; both check digits have to agree with
    exactly one reading.
    """
    document, number = core[:9], core[10:]
    choices = [as_digits(mark) for mark in number]
    for index, mark in enumerate(document, start=3):
        choices[index] += as_digits(mark)

    def holds(twelve: str) -> bool:
        return check_digit(twelve[-9:]) == checks[0] and check_digit(twelve) == checks[1]

    return only_reading(choices, holds)


def _second_line(line: str) -> str:
    """Birth + check + sex + expiry + check + ``VNM`` + fillers + composite check."""
    head, _, tail = line.partition("VNM")
    head = head[:7].translate(LETTER_FOR_DIGIT) + head[7:8] + head[8:15].translate(LETTER_FOR_DIGIT)
    digits = re.sub(r"\D", "", tail.translate(LETTER_FOR_DIGIT))
    return f"{head.ljust(15, '<')[:15]}VNM".ljust(29, "<") + (digits[-1:] or "<")
