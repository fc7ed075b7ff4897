"""What is asked: procedure, applicant, day of reception, and why."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from dossier.access import Access
from dossier.matching import NO_ALIASES, Aliases
from rulebook.procedures import Whose


@dataclass(frozen=True, slots=True)
class Person:
    """Another person of the case: what they are to the applicant, and their normalised identity number."""

    whose: Whose
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One reuse question.

    Attributes:
        procedure: short procedure code.
        owner: normalised identity number of the applicant.
        on: day of reception, a calendar day in Vietnam.
        access: who asks, for which purpose and dossier.
        place: where the procedure is handled (commune or province by name), empty when not told.
        persons: the other persons of the case, as far as known.
        facts: what is known about the case by fact name (``parents_married``); a fact that is not there
            is not known.
        aliases: other numbers of these persons, by the number they are asked by: confirmed ones, and ones
            that may be theirs.
        unreadable: codes of the databases that cannot be read now, or are wrong about this person.
    """

    procedure: str
    owner: str
    on: date
    access: Access
    place: str = ""
    persons: tuple[Person, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    aliases: Mapping[str, Aliases] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    def aliases_of(self, number: str) -> Aliases:
        """Other numbers of the person asked about by this one."""
        return self.aliases.get(number, NO_ALIASES)

    def with_linked(self, numbers: AbstractSet[str]) -> frozenset[str]:
        """These numbers, and all that are confirmed to be the same persons'."""
        persons = ({number, *aliases.linked} for number, aliases in self.aliases.items())
        return frozenset(numbers).union(*(person for person in persons if person & numbers))

    def numbers(self, whose: Whose) -> tuple[str, ...]:
        """Identity numbers of those persons; none when they are not named."""
        if whose is Whose.APPLICANT:
            return (self.owner,)
        return tuple(person.number for person in self.persons if person.whose is whose and person.number)
