"""What is asked: procedure, applicant, day of reception, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dossier.access import Access
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
        unreadable: codes of the databases that cannot be read now, or are wrong about this person.
    """

    procedure: str
    owner: str
    on: date
    access: Access
    place: str = ""
    persons: tuple[Person, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    def numbers(self, whose: Whose) -> tuple[str, ...]:
        """Identity numbers of those persons; none when they are not named."""
        if whose is Whose.APPLICANT:
            return (self.owner,)
        return tuple(person.number for person in self.persons if person.whose is whose and person.number)
