"""Which procedures one paper may serve, today: every component that takes its type, after all conditions.

The other way round from ``reuse.decide``: that asks which paper serves a procedure. The paper is looked at as
if its owner came, in whichever part the component wants them, with a dossier that is being handled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.access import Access, Purpose
from dossier.documents import Document
from dossier.matching import Match
from reuse.conditions import CONDITIONS
from reuse.question import Person, Question
from reuse.verdict import Case, Reason
from rulebook.procedures import Anew, Component, Procedure, Whose

_ANY: Final = "-"
"""A dossier of anybody's: that one is named is all that conditions ask."""

ByType = Mapping[str, Sequence[tuple[Procedure, Component]]]
"""Components that take a type of paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A component that may take a paper.

    Attributes:
        procedure: that asks for it.
        component: what the paper would be.
        outcome: whether it counts; unsure: a person looks first.
        objections: why not, or what a person has to look at.
    """

    procedure: Procedure
    component: Component
    outcome: Match
    objections: tuple[Reason, ...]


def components_by_type(procedures: Iterable[Procedure], on: date) -> ByType:
    """Which components of these procedures take a paper of each type on a day.

    Left out are forms and papers that serve once, and what is switched off or read in a database instead.
    """
    found: defaultdict[str, list[tuple[Procedure, Component]]] = defaultdict(list)
    for procedure in procedures:
        for component in procedure.components:
            is_taken = component.anew is Anew.NO and not component.switched_off(on)
            if is_taken and component.replaced_by(on, unreadable=frozenset()) is None:
                for type_ in component.types:
                    found[type_].append((procedure, component))
    return found


def uses_of(document: Document, by_type: ByType, on: date) -> Sequence[Use]:
    """What a paper may be used for on a day; what counts first, then by code."""
    found = [
        _use(document, procedure, component, on) for procedure, component in by_type.get(document.type, ())
    ]
    order = (Match.YES, Match.UNSURE, Match.NO)
    return sorted(found, key=lambda use: (order.index(use.outcome), use.procedure.code, use.component.code))


def _use(document: Document, procedure: Procedure, component: Component, on: date) -> Use:
    owner = next((party.number for party in document.owners if party.number), "")
    question = Question(
        procedure=procedure.code,
        owner=owner,
        on=on,
        access=Access(_ANY, Purpose.PROCEDURE, _ANY),
        persons=tuple(Person(whose, owner) for whose in Whose if whose is not Whose.APPLICANT),
    )
    case = Case(question=question, component=component, document=document, papers=(document,))
    verdicts = [condition(case) for condition in CONDITIONS]
    outcomes = {verdict.outcome for verdict in verdicts}
    outcome = next((one for one in (Match.NO, Match.UNSURE) if one in outcomes), Match.YES)
    return Use(
        procedure=procedure,
        component=component,
        outcome=outcome,
        objections=tuple(
            one.reason for one in verdicts if one.outcome is outcome and outcome is not Match.YES
        ),
    )
