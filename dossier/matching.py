"""Are these two the same owner? Answers with a reason; "not sure" is an answer.

The same name alone never makes two records one person: Vietnam has tens of thousands of people of one name.
"""

from __future__ import annotations

import re
from enum import StrEnum

from dossier.documents import Party
from dossier.persons import NumberKind, identity_number, personal_id, same_name


class Match(StrEnum):
    """Verdict of a comparison."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def same_owner(party: Party, *, number: str, known: tuple[Party, ...] = ()) -> tuple[Match, str]:
    """Compare a party of a paper with the person of an identity number.

    Args:
        party: as named on the paper.
        number: normalised identity number of the person asked about.
        known: how other papers of that person name them (they carry ``number``).

    Returns:
        The verdict and its reason code: ``owner.same_number``, ``owner.other_number``,
        ``owner.same_name_and_birth``, ``owner.name_only``, ``owner.other_name``,
        ``owner.nothing_to_compare``.
    """
    if party.number:
        if party.number == number:
            return Match.YES, "owner.same_number"
        if _kind(party.number) is _kind(number):
            return Match.NO, "owner.other_number"
    names_agree = [other for other in known if same_name(party.name, other.name)]
    if any(_births_agree(party.birth, other.birth) for other in names_agree):
        return Match.UNSURE, "owner.same_name_and_birth"
    if names_agree:
        return Match.UNSURE, "owner.name_only"
    if party.name and any(other.name for other in known):
        return Match.NO, "owner.other_name"
    return Match.UNSURE, "owner.nothing_to_compare"


def _kind(number: str) -> NumberKind | None:
    found = identity_number(number)
    return found[1] if found else None


def _births_agree(left: str, right: str) -> bool:
    """A year agrees with a date of that year; nothing agrees with nothing known."""
    return bool(left) and bool(right) and (left == right or left[:4] == right or left == right[:4])


def birth_agrees_with_number(birth: str, number: str) -> bool | None:
    """Whether a printed birth date or year fits a 12-digit number; nothing when it cannot be told."""
    parsed = personal_id(number)
    if parsed is None or not re.match(r"[0-9]{4}(?:-|$)", birth):
        return None
    return int(birth[:4]) == parsed.birth_year
