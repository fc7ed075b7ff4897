"""The three machine-readable lines of an identity card (ICAO 9303, TD1, as Vietnamese cards fill it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.words import without_marks

if TYPE_CHECKING:
    from datetime import date

    from samples.people import Person

LINE_LENGTH = 30
_WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """ICAO check digit: weights 7, 3, 1 over digits, A to Z as 10 to 35 and fillers as 0, modulo 10."""
    total = 0
    for index, letter in enumerate(text):
        worth = 0 if letter == "<" else int(letter, 36)
        total += worth * _WEIGHTS[index % 3]
    return str(total % 10)


def _checked(text: str) -> str:
    return text + check_digit(text)


def td1(person: Person, expires_on: date) -> tuple[str, str, str]:
    """The card's three lines; the personal number stands in line 1 twice."""
    number = person.number
    first = f"IDVNM{_checked(number[-9:])}{number}<<{check_digit(number)}"
    sex = "M" if person.male else "F"
    born, expiry = _checked(person.born.strftime("%y%m%d")), _checked(expires_on.strftime("%y%m%d"))
    second = f"{born}{sex}{expiry}VNM".ljust(LINE_LENGTH - 1, "<")
    second += check_digit(first[5:] + born + expiry + second[18:29])
    plain = "".join(
        letter for letter in without_marks(person.name).upper() if letter.isalpha() or letter == " "
    )
    family, *given = plain.split(" ")
    third = f"{family}<<{'<'.join(given)}".ljust(LINE_LENGTH, "<")[:LINE_LENGTH]
    return first, second, third
