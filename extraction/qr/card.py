"""The code of identity cards: seven or more parts between bars.

Cards with chip (2021 to June 2024): number, old number, name, birth, sex, residence, day of issue. The order
on cards since July 2024 is not published: parts are told by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dossier.matching import birth_agrees_with_number
from dossier.persons import PersonalId, Sex, personal_id
from extraction.folding import fold
from extraction.qr.payload import Payload, day, tidy
from extraction.values.names import title_case

_LEAST_PARTS, _MOST_PARTS = 7, 40
_OLD_NUMBER = re.compile(r"^[0-9]{9}$")
_NAME = re.compile(r"^[^\W\d_]+(?:[ '’`\-.]+[^\W\d_]+)*['’]?$")
_LONGEST_NAME = 80
_SEXES: Mapping[str, Sex] = {"nam": Sex.MALE, "nu": Sex.FEMALE}


def read_card(text: str) -> Payload | None:
    """The payload of a card; nothing when the text is none or contradicts itself.

    The number has to fit sex and birth: a code that fails is another code, or not an office's.
    """
    parts = [tidy(part) for part in text.split("|")]
    number = personal_id(parts[0])
    if not _LEAST_PARTS <= len(parts) <= _MOST_PARTS or number is None or parts[0] != number.digits:
        return None
    values = _in_order(parts) or _by_shape(parts, number)
    if values is None or not _fits(values, number):
        return None
    used = {*values.pop("used").split(",")}
    extras = tuple(part for index, part in enumerate(parts) if str(index) not in used and part)
    found = {name: value for name, value in values.items() if value}
    return Payload(kind="identity_card", values={"personal_id": number.digits, **found}, extras=extras)


def _in_order(parts: Sequence[str]) -> dict[str, str] | None:
    """The order of cards with chip."""
    old, name, birth, sex, residence, issued = parts[1:7]
    if (old and not _OLD_NUMBER.match(old)) or not _is_name(name) or _sex(sex) is None:
        return None
    if not day(birth) or not day(issued) or not _is_place(residence):
        return None
    return {
        "old_identity_number": old,
        "full_name": title_case(name),
        "date_of_birth": day(birth),
        "sex": _sex(sex) or "",
        "residence": residence,
        "issue_date": day(issued),
        "used": "0,1,2,3,4,5,6",
    }


def _by_shape(parts: Sequence[str], number: PersonalId) -> dict[str, str] | None:
    """Each part by its shape: the first name is the bearer's, the birth is the day of the number's year."""
    rest = list(enumerate(parts))[1:]
    name = next((index for index, part in rest if _is_name(part) and _sex(part) is None), None)
    sex = next((index for index, part in rest if _sex(part)), None)
    days = [(index, day(part)) for index, part in rest if day(part)]
    birth = next((index for index, value in days if int(value[:4]) == number.birth_year), None)
    if name is None or sex is None or birth is None:
        return None
    later = [(index, value) for index, value in days if index != birth and value > day(parts[birth])]
    issued = later[0][0] if len(later) == 1 else None
    place = next((index for index, part in rest if _is_place(part) and index != name), None)
    old = next((index for index, part in rest if _OLD_NUMBER.match(part)), None)
    used = [0, *(index for index in (name, sex, birth, issued, place, old) if index is not None)]
    return {
        "old_identity_number": parts[old] if old is not None else "",
        "full_name": title_case(parts[name]),
        "date_of_birth": day(parts[birth]),
        "sex": _sex(parts[sex]) or "",
        "residence": parts[place] if place is not None else "",
        "issue_date": day(parts[issued]) if issued is not None else "",
        "used": ",".join(map(str, used)),
    }


def _fits(values: Mapping[str, str], number: PersonalId) -> bool:
    agrees = birth_agrees_with_number(values["date_of_birth"], number.digits)
    issued = values["issue_date"]
    return bool(
        agrees and values["sex"] == number.sex.value and (not issued or issued >= values["date_of_birth"])
    )


def _sex(part: str) -> str | None:
    found = _SEXES.get(fold(part))
    return None if found is None else found.value


def _is_name(part: str) -> bool:
    return 1 < len(part) <= _LONGEST_NAME and " " in part and _NAME.match(part) is not None


def _is_place(part: str) -> bool:
    return "," in part and any(mark.isalpha() for mark in part)
