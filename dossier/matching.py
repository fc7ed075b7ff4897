"""Are these two the same owner? Answers with a reason; "not sure" is an answer.

The same name alone never makes two records one person: Vietnam has tens of thousands of people of one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dossier.documents import Party
from dossier.ids import ProposalId
from dossier.names import Likeness, likeness
from dossier.persons import NumberKind, identity_number, personal_id


class Match(StrEnum):
    """Verdict of a comparison."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ProposedNumber:
    """A number that may be the same person's: the proposal that waits, and codes of what speaks for it."""

    proposal: ProposalId
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Other numbers of the person asked about.

    Attributes:
        linked: numbers that a person or a paper confirmed to be theirs.
        proposed: numbers that may be theirs, until a person decides.
    """

    linked: frozenset[str] = frozenset()
    proposed: Mapping[str, ProposedNumber] = field(default_factory=lambda: MappingProxyType({}))


NO_ALIASES = Aliases()


def same_owner(
    party: Party, *, number: str, known: tuple[Party, ...] = (), aliases: Aliases = NO_ALIASES
) -> tuple[Match, str]:
    """Compare a party of a paper with the person of an identity number.

    Args:
        party: as named on the paper.
        number: normalised identity number of the person asked about.
        known: how other papers of that person name them (they carry ``number``, or one that is linked).
        aliases: other numbers of that person.

    Returns:
        The verdict and its reason code: ``owner.same_number``, ``owner.linked_number``,
        ``owner.linked_doubtful``, ``owner.proposed``, ``owner.other_number``,
        ``owner.same_name_and_birth``, ``owner.name_only``, ``owner.other_name``,
        ``owner.nothing_to_compare``.
    """
    decided = _by_number(party, number, known, aliases)
    return decided if decided is not None else _by_name(party, known)


def _by_number(
    party: Party, number: str, known: tuple[Party, ...], aliases: Aliases
) -> tuple[Match, str] | None:
    if not party.number:
        return None
    if party.number == number:
        return Match.YES, "owner.same_number"
    if party.number in aliases.linked:
        return _linked(party, known)
    if party.number in aliases.proposed:
        return Match.UNSURE, "owner.proposed"
    return (Match.NO, "owner.other_number") if _kind(party.number) is _kind(number) else None


def _by_name(party: Party, known: tuple[Party, ...]) -> tuple[Match, str]:
    names_agree = [other for other in known if _same_name(party, other)]
    if any(births_agree(party.birth, other.birth) for other in names_agree):
        return Match.UNSURE, "owner.same_name_and_birth"
    if names_agree:
        return Match.UNSURE, "owner.name_only"
    if party.name and any(other.name for other in known):
        return Match.NO, "owner.other_name"
    return Match.UNSURE, "owner.nothing_to_compare"


def _linked(party: Party, known: tuple[Party, ...]) -> tuple[Match, str]:
    """A linked number counts, unless the paper says something else about its bearer than the others do."""
    births = [other.birth for other in known if other.birth]
    if party.birth and births:
        fits = any(births_agree(party.birth, birth) for birth in births)
    else:
        names = [other.name for other in known if other.name]
        fits = not party.name or not names or any(likeness(party.name, name) for name in names)
    return (Match.YES, "owner.linked_number") if fits else (Match.UNSURE, "owner.linked_doubtful")


def _same_name(party: Party, other: Party) -> bool:
    """The same letters and accents, in the old or the new orthography."""
    return likeness(party.name, other.name) >= Likeness.SPELLING


def _kind(number: str) -> NumberKind | None:
    found = identity_number(number)
    return found[1] if found else None


def births_agree(left: str, right: str) -> bool:
    """A year agrees with a date of that year; nothing agrees with nothing known."""
    return bool(left) and bool(right) and (left == right or left[:4] == right or left == right[:4])


def birth_agrees_with_number(birth: str, number: str) -> bool | None:
    """Whether a printed birth date or year fits a 12-digit number; nothing when it cannot be told."""
    parsed = personal_id(number)
    if parsed is None or not re.match(r"[0-9]{4}(?:-|$)", birth):
        return None
    return int(birth[:4]) == parsed.birth_year
