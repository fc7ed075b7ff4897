"""People and organisations that own papers, and what an identity number tells about its bearer.

The 12-digit number (số định danh cá nhân) is ``PPP G YY NNNNNN``: place of registration, century and sex,
year, six digits (``domain`` 6.1). It has no check digit, so sex and year are the cross-check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dossier.errors import ArgumentError

# ASCII digits only: other digits would make two numbers of one.
_TWELVE = re.compile(r"^[0-9]{12}$")
_NINE = re.compile(r"^[0-9]{9}$")
_TAX = re.compile(r"^[0-9]{10}(?:-?[0-9]{3})?$")
_PASSPORT = re.compile(r"^[A-Z]{1,2}[0-9]{6,8}$")
_STORE = re.compile(r"^ML[NT][0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$")
_STORE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKED_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STORE_BYTES = 12
_FIRST_CENTURY = 19


class Sex(StrEnum):
    """Giới tính, as the vocabulary writes it."""

    MALE = "male"
    FEMALE = "female"


class NumberKind(StrEnum):
    """What kind of identity number it is."""

    PERSONAL_ID = "personal_id"
    OLD_CARD = "old_card"
    TAX_CODE = "tax_code"
    PASSPORT = "passport"
    STORE_PERSON = "store_person"
    """Given here to a person who has no number of the state: a new-born, say."""
    STORE_ORGANISATION = "store_organisation"
    """Given here to an organisation without a tax code."""

    @property
    def is_ours(self) -> bool:
        """Whether this store gave it; nobody else knows it."""
        return self in (NumberKind.STORE_PERSON, NumberKind.STORE_ORGANISATION)


@dataclass(frozen=True, slots=True)
class PersonalId:
    """A 12-digit number and what it says: place prefix (three digits), sex, year of birth."""

    digits: str

    @property
    def place_prefix(self) -> str:
        """First three digits: province of registration, or a country code for births abroad."""
        return self.digits[:3]

    @property
    def sex(self) -> Sex:
        """Even century digit: male; odd: female."""
        return Sex.MALE if int(self.digits[3]) % 2 == 0 else Sex.FEMALE

    @property
    def birth_year(self) -> int:
        """Four-digit year of birth."""
        century = _FIRST_CENTURY + int(self.digits[3]) // 2
        return century * 100 + int(self.digits[4:6])


def personal_id(text: str) -> PersonalId | None:
    """The 12-digit number in the text, spaces and dots between digits allowed; else nothing."""
    digits = re.sub(r"[\s.]", "", text)
    return PersonalId(digits) if _TWELVE.match(digits) else None


def identity_number(text: str) -> tuple[str, NumberKind] | None:
    """Normalise any owner identifier: digits only for numbers, capitals for a passport."""
    cleaned = re.sub(r"[\s.]", "", text).upper()
    if _TWELVE.match(cleaned):
        return cleaned, NumberKind.PERSONAL_ID
    if _NINE.match(cleaned):
        return cleaned, NumberKind.OLD_CARD
    if _TAX.match(cleaned):
        # The dash before the three digits of a dependent unit is printed or not: one number either way.
        return cleaned.replace("-", ""), NumberKind.TAX_CODE
    if _PASSPORT.match(cleaned):
        return cleaned, NumberKind.PASSPORT
    return _store_number(cleaned.replace("-", ""))


def new_store_number(*, organisation: bool, random_bytes: Callable[[int], bytes]) -> str:
    """A number for an owner who has none: ``MLN`` (person) or ``MLT`` (organisation), 12 letters, a check.

    60 random bits, so nobody guesses one; letters that are mistaken for digits are left out, and the last
    character finds every single mistyped one and every two that were swapped (ISO 7064, MOD 37,36).

    Args:
        organisation: for an organisation.
        random_bytes: source of the letters.
    """
    letters = "".join(_STORE_LETTERS[byte % len(_STORE_LETTERS)] for byte in random_bytes(_STORE_BYTES))
    number = f"{'MLT' if organisation else 'MLN'}{letters}"
    return number + _check_character(number)


def is_ours(number: str) -> bool:
    """Whether this store gave a number to an owner who has none."""
    found = identity_number(number)
    return found is not None and found[1].is_ours


def shown_store_number(number: str) -> str:
    """One of ours in groups, as people copy it: ``MLN-0123-4567-89AB-C``."""
    return "-".join((number[:3], number[3:7], number[7:11], number[11:15], number[15:]))


def _store_number(cleaned: str) -> tuple[str, NumberKind] | None:
    if not _STORE.match(cleaned) or _check_character(cleaned[:-1]) != cleaned[-1]:
        return None
    organisation = cleaned[2] == "T"
    return cleaned, NumberKind.STORE_ORGANISATION if organisation else NumberKind.STORE_PERSON


def _check_character(text: str) -> str:
    """ISO 7064 MOD 37,36."""
    size = len(_CHECKED_LETTERS)
    remainder = size
    for letter in text:
        remainder = (remainder + _CHECKED_LETTERS.index(letter)) % size or size
        remainder = remainder * 2 % (size + 1)
    return _CHECKED_LETTERS[(size + 1 - remainder) % size]


def parse_owner(text: str, *, argument: str = "--owner") -> str:
    """The owner identifier a person typed.

    Raises:
        ArgumentError: none of the known kinds of number.
    """
    found = identity_number(text)
    if found is None:
        raise ArgumentError(
            argument, expected="số định danh 12 số, CMND 9 số, mã số thuế, hộ chiếu, hoặc mã do kho cấp"
        )
    return found[0]


def search_form(text: str) -> str:
    """Lower case without accents, for search beside (never instead of) the printed form.

    ``Đ`` is a letter of its own and has no decomposition, so it is mapped by hand.
    """
    lowered = text.lower().replace("đ", "d")
    bare = "".join(mark for mark in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(mark))
    return " ".join(bare.split())
