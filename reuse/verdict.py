"""What a condition is given, and what it returns: yes, no or unsure, always with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossier.documents import Document, DocumentState, Party
from dossier.errors import Lang
from dossier.matching import Match
from reuse.question import Question
from reuse.sentences import sentence
from rulebook.procedures import Component


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code and the values its sentence shows (never a name or an identity number)."""

    code: str
    details: tuple[tuple[str, str], ...] = ()

    def sentence(self, lang: Lang = "vi") -> str:
        """The reason as a clerk reads it."""
        return sentence(self.code, dict(self.details), lang=lang)


def because(code: str, **details: str) -> Reason:
    """A reason with its values; days in ISO 8601."""
    return Reason(code, tuple(sorted(details.items())))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of one condition."""

    outcome: Match
    reason: Reason


def yes(code: str, **details: str) -> Verdict:
    """The condition holds."""
    return Verdict(Match.YES, because(code, **details))


def no(code: str, **details: str) -> Verdict:
    """The condition does not hold."""
    return Verdict(Match.NO, because(code, **details))


def unsure(code: str, **details: str) -> Verdict:
    """It cannot be told; a person may settle it."""
    return Verdict(Match.UNSURE, because(code, **details))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One candidate for one component.

    Attributes:
        question: what is asked.
        component: the component of that day.
        document: the candidate.
        papers: newest versions of all candidates, this one among them.
    """

    question: Question
    component: Component
    document: Document
    papers: tuple[Document, ...]

    def known(self, number: str) -> tuple[Party, ...]:
        """How the other filed papers name the person of that number, under any number confirmed as theirs."""
        numbers = {number, *self.question.aliases_of(number).linked}
        return tuple(
            party
            for paper in self.papers
            if paper.id != self.document.id and paper.state is DocumentState.FILED
            for party in paper.parties
            if party.number in numbers
        )


Condition = Callable[[Case], Verdict]
