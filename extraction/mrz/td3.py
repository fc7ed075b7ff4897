"""The zone of passports (TD3, ICAO Doc 9303 part 4): two lines of forty-four."""

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
    as_letters,
    birth_day,
    check_digit,
    clean,
    filled,
    last_day,
    name_line,
    only_reading,
)

_WIDTH = 44
_CHECKS = 5
_NUMBER = 9
_PERSON = 12
_OWN_ROOM = 14
_NAME_LINE = re.compile(r"^[P0-9][A-Z0-9<]{0,2}[VY]N[MH][A-Z<]*<")
_NUMBER_LINE = re.compile(r"^[A-Z0-9][A-Z0-9<]{7,10}[VY]N[MH][0-9A-Z]{6,7}[0-9A-Z<]?[MF<][0-9A-Z<]{7}")
_STATE = re.compile(r"[VY]N[MH]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Td3:
    """A zone that was read.

    Attributes:
        lines: two lines of forty-four, as corrected.
        number: of the passport; empty when its check digit fails.
        person: twelve-digit identity number; empty when its check digit fails or none is printed.
        birth, expiry: days; nothing when their check digits fail.
        sex: or nothing.
        passed: share (0 to 1) of the five check digits that agree.
        rows: where it stands.
        complete: both lines were read.
        corrected: names of fields whose digits were misread and set right.
    """

    lines: tuple[str, str]
    number: str
    person: str
    birth: date | None
    expiry: date | None
    sex: Sex | None
    passed: float
    rows: tuple[Row, ...]
    complete: bool = True
    corrected: tuple[str, ...] = ()

    def said(self) -> Mapping[str, Said]:
        """What the zone says, by field."""
        said = {
            "passport_number": Said(self.number, 0.95 + 0.04 * self.passed),
            "personal_id": Said(self.person, 0.95 + 0.04 * self.passed),
            "date_of_birth": Said(self.birth.isoformat() if self.birth else "", 0.96),
            "expiry_date": Said(self.expiry.isoformat() if self.expiry else "", 0.96),
            "sex": Said(self.sex.value if self.sex else "", 0.6 + 0.35 * self.passed),
            "mrz": Said("\n".join(self.lines) if self.complete else "", 0.3 + 0.45 * self.passed),
        }
        return {
            name: Said(one.value, 0.93, (CORRECTED,)) if name in self.corrected else one
            for name, one in said.items()
        }


def find_td3(sheet: Sheet) -> Td3 | None:
    """The zone of a sheet, or nothing; told by its second line, the one with the numbers."""
    lines = [(row, clean(row)) for row in sheet.rows]
    for index, (row, second) in enumerate(lines):
        if _NUMBER_LINE.match(second) is None:
            continue
        above = lines[index - 1] if index and _NAME_LINE.match(lines[index - 1][1]) else None
        parsed = parse_td3((above[1] if above else "", second))
        rows = (*((above[0],) if above else ()), row)
        return replace(parsed, rows=rows, complete=above is not None)
    return None


def parse_td3(lines: Sequence[str]) -> Td3:
    """Read two lines; marks that recognition confuses are set right by position and check digit."""
    above, below = (NOT_ALLOWED.sub("", line.upper()) for line in lines)
    state = _STATE.search(below, 8)
    head, tail = (below[: state.start()], below[state.end() :]) if state else (below[:10], below[13:])
    number, number_corrected = _passport_number(head)
    birth_text, birth_check = tail[:6].translate(LETTER_FOR_DIGIT), tail[6:7].translate(LETTER_FOR_DIGIT)
    expiry_text, expiry_check = (
        tail[8:14].translate(LETTER_FOR_DIGIT),
        tail[14:15].translate(LETTER_FOR_DIGIT),
    )
    person, person_corrected, own, checks = _own_number(tail[15:])
    shown = number or _as_printed(head)
    second = filled(
        f"{filled(shown, _NUMBER)}{head[-1:].translate(LETTER_FOR_DIGIT)}VNM"
        f"{birth_text}{birth_check}{tail[7:8]}{expiry_text}{expiry_check}{own}{checks}",
        _WIDTH,
    )
    birth_good = bool(birth_check) and check_digit(birth_text) == birth_check
    expiry_good = bool(expiry_check) and check_digit(expiry_text) == expiry_check
    own_good = second[28:42].strip("<") == person and check_digit(second[28:42]) == second[42].replace(
        "<", "0"
    )
    composite = check_digit(second[0:10] + second[13:20] + second[21:43]) == second[43]
    birth = birth_day(birth_text, number=person) if birth_good else None
    return Td3(
        lines=(name_line(_first_line(above), _WIDTH), second),
        number=number,
        person=person,
        birth=birth,
        expiry=last_day(expiry_text, birth=birth) if expiry_good else None,
        sex=SEXES.get(tail[7:8]),
        passed=(bool(number) + birth_good + expiry_good + own_good + composite) / _CHECKS,
        rows=(),
        corrected=(*(("passport_number",) if number_corrected else ()),
                   *(("personal_id",) if person_corrected else ())),
    )  # fmt: skip


def _first_line(line: str) -> str:
    """``P<VNM`` + names."""
    state = _STATE.search(line[:7])
    return f"P<VNM{line[state.end() :]}" if state else line


def _passport_number(head: str) -> tuple[str, bool]:
    """A letter and seven or eight digits, then the check digit; fillers between may be missing."""
    printed, check = head[:-1].rstrip("<"), head[-1:].translate(LETTER_FOR_DIGIT)
    if not 8 <= len(printed) <= _NUMBER or not check.isdecimal():
        return "", False
    choices = [as_letters(printed[0]), *(as_digits(mark) for mark in printed[1:])]
    return only_reading(choices, lambda number: check_digit(filled(number, _NUMBER)) == check)


def _as_printed(head: str) -> str:
    """The number as it was read, when its check digit fails."""
    return head[:1] + head[1:-1].translate(LETTER_FOR_DIGIT)


def _own_number(rest: str) -> tuple[str, bool, str, str]:
    """The identity number, whether corrected, its fourteen places, and the two check digits behind."""
    marks = rest.replace("<", "")
    if len(marks) != _PERSON + 2:
        kept = filled(rest[:-2].translate(LETTER_FOR_DIGIT), _OWN_ROOM)
        return "", False, kept, rest[-2:].translate(LETTER_FOR_DIGIT).rjust(2, "<")
    checks = marks[_PERSON:].translate(LETTER_FOR_DIGIT)
    choices = [as_digits(mark) for mark in marks[:_PERSON]]
    person, corrected = only_reading(choices, lambda twelve: check_digit(twelve) == checks[0])
    shown = person or marks[:_PERSON].translate(LETTER_FOR_DIGIT)
    return person, corrected, filled(shown, _OWN_ROOM), checks
