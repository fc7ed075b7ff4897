"""People and organisations that own papers, and what an identity number tells about its bearer.

The 12-digit number (số định danh cá nhân) is ``PPP G YY NNNNNN``: place of registration, century and sex,
year, six digits (``domain`` 6.1). It has no check digit, so sex and year are the cross-check.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from dossier.errors import ArgumentError

# ASCII digits only: other digits would make two numbers of one.
_TWELVE = re.compile(r"^[0-9]{12}$")
_NINE = re.compile(r"^[0-9]{9}$")
_TAX = re.compile(r"^[0-9]{10}(?:-?[0-9]{3})?$")
_PASSPORT = re.compile(r"^[A-Z]{1,2}[0-9]{6,8}$")
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
    return None


def parse_owner(text: str, *, argument: str = "--owner") -> str:
    """The owner identifier a person typed.

    Raises:
        ArgumentError: none of the known kinds of number.
    """
    found = identity_number(text)
    if found is None:
        raise ArgumentError(argument, expected="số định danh 12 số, CMND 9 số, mã số thuế hoặc hộ chiếu")
    return found[0]


def search_form(text: str) -> str:
    """Lower case without accents, for search beside (never instead of) the printed form.

    ``Đ`` is a letter of its own and has no decomposition, so it is mapped by hand.
    """
    lowered = text.lower().replace("đ", "d")
    bare = "".join(mark for mark in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(mark))
    return " ".join(bare.split())


def same_name(left: str, right: str) -> bool:
    """Same letters and accents, whatever the case and the spaces between words."""

    def folded(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).casefold().split())

    return bool(left.strip()) and folded(left) == folded(right)
