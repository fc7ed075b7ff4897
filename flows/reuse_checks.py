"""Reuse questions, many at once: one look at the records, then each is decided by itself.

Nothing is journalled here: whoever asked writes the entries together with what it tells, before it tells it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dossier.access import Access, Purpose
from dossier.documents import Document
from dossier.errors import AccessRefusedError, MotlanError, ProcedureUnknownError
from dossier.events import Event, EventKind
from dossier.matching import Aliases
from reuse.answer import Answer
from reuse.decide import decide, lookups
from reuse.question import Person, Question
from rulebook.procedures import Procedure, Procedures
from storage.holdings import Holdings, PapersOf
from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to know about a procedure and an owner.

    Attributes:
        procedure: short code.
        owner: normalised identity number of the applicant.
        on: day of reception in Vietnam.
        access: who asks and why.
        persons: other persons of the case.
        facts: what is known about the case.
    """

    procedure: str
    owner: str
    on: date
    access: Access
    persons: tuple[Person, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The owner's and the other persons' numbers."""
        return (self.owner, *(person.number for person in self.persons))


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer, and what the journal must hold before anybody is told it."""

    answer: Answer
    events: tuple[Event, ...]


Outcome = Decided | MotlanError
"""What became of one question: refused ones do not hold up the others."""


@dataclass(frozen=True, slots=True)
class _Open:
    question: Question
    rules: Procedure
    wanted: tuple[PapersOf, ...]


def decide_all(services: Services, asked: Sequence[Asked], holdings: Holdings) -> Sequence[Outcome]:
    """Which components of each procedure are held, and which must be asked for.

    Args:
        services: of this installation.
        asked: in any number; one costs a few statements, and so do forty.
        holdings: the state of the records that is asked.

    Returns:
        In their order: an answer, or ``AccessRefusedError`` where the purpose does not allow the question, or
        ``ProcedureUnknownError`` where there is no such procedure on that day.

    Raises:
        StoreError: or one of its kinds; then none is answered.
    """
    procedures = services.procedures
    ruled = [_rules(procedures, each) for each in asked]
    # Refused before any record is read.
    read = [each for each, rules in zip(asked, ruled, strict=True) if isinstance(rules, Procedure)]
    aliases = holdings.aliases({number for each in read for number in each.numbers})
    opened = [
        rules if isinstance(rules, MotlanError) else _open(each, rules, aliases)
        for each, rules in zip(asked, ruled, strict=True)
    ]
    wanted = list(dict.fromkeys(one for each in opened if isinstance(each, _Open) for one in each.wanted))
    found = dict(zip(wanted, holdings.papers(wanted), strict=True))
    return [each if isinstance(each, MotlanError) else _decided(services, each, found) for each in opened]


def _rules(procedures: Procedures, asked: Asked) -> Procedure | AccessRefusedError | ProcedureUnknownError:
    if asked.access.purpose is not Purpose.PROCEDURE:
        return AccessRefusedError(reason="chỉ tra cứu tái sử dụng khi giải quyết thủ tục")
    try:
        return procedures.on(asked.procedure, asked.on)
    except ProcedureUnknownError as error:
        return error


def _open(asked: Asked, rules: Procedure, aliases: Mapping[str, Aliases]) -> _Open:
    question = Question(
        procedure=asked.procedure,
        owner=asked.owner,
        on=asked.on,
        access=asked.access,
        persons=asked.persons,
        facts=dict(asked.facts),
        aliases={number: aliases[number] for number in asked.numbers},
    )
    wanted = tuple(
        PapersOf(number, lookup.types, lookup.related)
        for lookup in lookups(question, rules)
        # The papers of somebody who may be this person make the answer unsure until a person decides.
        for number in (lookup.number, *question.aliases_of(lookup.number).proposed)
    )
    return _Open(question, rules, wanted)


def _decided(services: Services, opened: _Open, found: Mapping[PapersOf, Sequence[Document]]) -> Decided:
    question = opened.question
    papers = {document.id: document for one in opened.wanted for document in found[one]}
    answer = decide(question, opened.rules, documents=tuple(papers.values()))
    others = tuple(
        _event(services, question.access, person.number, {"procedure": question.procedure})
        for person in question.persons
    )
    details: dict[str, str | int] = {
        # Codes come from catalogues: one may be any word, also the name of a parameter.
        **{component.code: str(component.status) for component in answer.components},
        "procedure": question.procedure,
        "on": question.on.isoformat(),
    }
    return Decided(answer, (*others, _event(services, question.access, question.owner, details)))


def _event(services: Services, access: Access, number: str, details: Mapping[str, str | int]) -> Event:
    return Event(
        kind=EventKind.REUSE_ASKED,
        at=services.clock(),
        actor=access.actor,
        owner_ref=services.store.records.owner_ref(number) if number else "",
        dossier=access.dossier,
        purpose=access.purpose,
        details=details,
    )
