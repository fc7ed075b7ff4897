"""How the components of a dossier came, held against what was answered before they did.

Resolution 66.7/2025/NQ-CP. The one-stop software declares; where it says that the citizen brought what the
answer for this very dossier had called held, data or not required, it says why, and that is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from dossier.access import Access, Purpose
from dossier.admission import Dossier
from dossier.asking import AskReason
from dossier.declared import Came, Declaration, DeclaredComponent
from dossier.documents import Document
from dossier.events import Event, EventKind
from dossier.ids import DocumentId
from dossier.keeping import Act
from dossier.service_errors import ComponentUnknownError
from flows.asking import record_insisted
from flows.lookup import ask_reuse
from reuse.answer import Answer, ComponentAnswer, Status
from reuse.asking import check_asking, component_of
from reuse.question import Person
from rulebook.procedures import Component, Whose
from wiring.services import Services

_PERSONS = {"partner": Whose.PARTNER, "child": Whose.CHILD}


@dataclass(frozen=True, slots=True)
class Insistence:
    """Why a component was asked for all the same: a code, and 10 to 500 characters."""

    reason: AskReason
    words: str


def declare_components(
    services: Services,
    dossier: Dossier,
    components: Sequence[DeclaredComponent],
    *,
    caller: str,
    insisted: Mapping[str, Insistence],
) -> Declaration:
    """Keep how each component of a dossier came; the whole of it replaces what was declared before.

    Args:
        services: of this installation.
        dossier: whose components they are.
        components: all of them.
        caller: who says so.
        insisted: by component, why the citizen was asked for it although it was held.

    Raises:
        ComponentUnknownError: one is none of the procedure on the day of reception, or stands there twice.
        ProcedureUnknownError: no such procedure on that day.
        MustNotAskError: the citizen brought what the answer for this dossier had called held, data or not
            required, and no reason is given that can be checked. Nothing is kept then.
    """
    rules = services.procedures.on(dossier.procedure, dossier.received_on)
    known = {component.code: component for component in rules.components}
    codes = [component.code for component in components]
    if len(set(codes)) < len(codes) or not set(codes) <= known.keys():
        raise ComponentUnknownError(dossier.code)
    answered = _Answered(services, dossier, Access(caller, Purpose.PROCEDURE, dossier.code))
    owed = [
        (answer, insisted[each.code])
        for each in components
        if each.came is Came.HANDED_IN
        and (answer := answered.before(known[each.code], each.document)) is not None
        and _needs_reason(answer, insisted.get(each.code))
    ]
    for answer, why in owed:
        record_insisted(
            services,
            dossier.procedure,
            answer,
            owner=answered.owner,
            access=answered.access,
            reason=why.reason,
            words=why.words,
        )
    return _declare(services, dossier, [_read_in(each, known, dossier) for each in components], caller)


def _needs_reason(answer: ComponentAnswer, why: Insistence | None) -> bool:
    return check_asking(answer, why.reason if why else None, why.words if why else "")


def _read_in(each: DeclaredComponent, known: Mapping[str, Component], dossier: Dossier) -> DeclaredComponent:
    """With the database that the rules of the day read in its place, when it came as data."""
    if each.came is not Came.DATA:
        return each
    source = known[each.code].replaced_by(dossier.received_on)
    return replace(each, database=source.code if source else "")


def _declare(
    services: Services, dossier: Dossier, components: Sequence[DeclaredComponent], caller: str
) -> Declaration:
    now = services.clock()
    declaration = Declaration(
        dossier=dossier.code, components=tuple(components), declared_by=caller, declared_at=now
    )
    counts: dict[str, str | int] = {}
    for component in components:
        counts[component.came.value] = int(counts.get(component.came.value, 0)) + 1
    event = Event(
        kind=EventKind.COMPONENTS_DECLARED, at=now, actor=caller, dossier=dossier.code, details=counts
    )
    admissions = services.store.records.admissions
    admissions.declare(declaration, events=[event])
    return admissions.declared(dossier.code) or declaration


class _Answered:
    """What was answered about the components of a dossier before its citizen brought them."""

    def __init__(self, services: Services, dossier: Dossier, access: Access) -> None:
        self.access = access
        self._services = services
        self._dossier = dossier

    @property
    def owner(self) -> str:
        """Number of the applicant; empty when the dossier has none."""
        return self._dossier.numbers[0] if self._dossier.numbers else ""

    def before(self, component: Component, document: str) -> ComponentAnswer | None:
        """The answer that counts for a component; nothing when the citizen might be asked, or was already.

        Once an answer said that it has to be asked for, it might be. Answers given after the paper was taken
        in for this dossier may mean that very paper, and say nothing about the asking.
        """
        if not self.owner or component.code in self._recorded:
            return None
        since = self._brought_at(component, document)
        told = [status for at, status in self._told(component.code) if since is None or at < since]
        if Status.ASK in told:
            return None
        if told:
            return replace(component_of(self._now, component.code), status=told[-1], document=None)
        now = component_of(self._now, component.code)
        return None if now.document in {paper.id for paper in self._own} else now

    @cached_property
    def _recorded(self) -> frozenset[str]:
        """Components for which a reason was given before."""
        acts = self._services.store.records.acts(target=self._dossier.code, family="asking")
        return frozenset(act.details["component"] for act in acts if act.act is Act.ASKING_INSISTED)

    @cached_property
    def _now(self) -> Answer:
        """The question decided anew, for what nobody asked about."""
        dossier = self._dossier
        return ask_reuse(
            self._services,
            dossier.procedure,
            owner=self.owner,
            on=dossier.received_on,
            access=self.access,
            persons=[
                Person(_PERSONS[person.whose], person.number)
                for person in dossier.persons[1:]
                if person.whose in _PERSONS and person.number
            ],
        )

    @cached_property
    def _answers(self) -> Sequence[Event]:
        """Answers for this dossier about its applicant, in order."""
        records = self._services.store.records
        reference = records.owner_ref(self.owner)
        events = [entry.event for entry in records.journal_about(self._dossier.code)]
        return [event for event in events if event.owner_ref == reference]

    def _told(self, code: str) -> Sequence[tuple[datetime, Status]]:
        known = {status.value: status for status in Status}
        told = [(event.at, known.get(str(event.details.get(code)))) for event in self._answers]
        return [(at, status) for at, status in told if status is not None]

    @cached_property
    def _own(self) -> Sequence[Document]:
        """Papers that were handed in for this dossier here."""
        records = self._services.store.records
        row = records.handlings.row(self._dossier.code)
        papers = row.papers if row is not None else ()
        return [records.document(DocumentId(paper.document)) for paper in papers if paper.own]

    def _brought_at(self, component: Component, document: str) -> datetime | None:
        """When the paper of a component was taken in for this dossier; nothing when it was not."""
        records = self._services.store.records
        moments = [
            records.batch(records.item(paper.item).batch).received_at
            for paper in self._own
            if paper.id == document or paper.component == component.code or paper.type in component.types
        ]
        return min(moments, default=None)
