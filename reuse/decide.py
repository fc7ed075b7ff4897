"""Puts one question, the procedure of that day and the candidate papers through the conditions.

The order for each component: switched off or not needed; handed in anew each time; covered by a database;
held in the store; else an officer settles it or the citizen is asked. Nothing depends on the order in which
the papers are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dossier.documents import Document
from dossier.errors import ReuseError
from dossier.ids import DocumentId
from dossier.matching import Match
from dossier.trust import Trust
from reuse.age import order, subject
from reuse.answer import Answer, ComponentAnswer, Refusal, Status, held_flags
from reuse.conditions import CONDITIONS
from reuse.conditions.type_matches import check as type_matches
from reuse.later_events import LATER_TYPES
from reuse.question import Question
from reuse.verdict import Case, Reason, Verdict, because
from rulebook.procedures import Anew, Component, DataSource, Procedure, Whose


@dataclass(frozen=True, slots=True)
class Lookup:
    """Papers to fetch before deciding: those of a person, and those that only name them if ``related``.

    ``types`` empty means papers of any type.
    """

    number: str
    types: tuple[str, ...]
    related: bool


@dataclass(frozen=True, slots=True)
class _Tried:
    """A candidate after all conditions."""

    document: Document
    verdicts: tuple[Verdict, ...]

    @property
    def outcome(self) -> Match:
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if Match.NO in outcomes:
            return Match.NO
        return Match.UNSURE if Match.UNSURE in outcomes else Match.YES

    def reasons(self, outcome: Match) -> tuple[Reason, ...]:
        return tuple(verdict.reason for verdict in self.verdicts if verdict.outcome is outcome)

    @property
    def objections(self) -> tuple[Reason, ...]:
        return self.reasons(Match.NO) + self.reasons(Match.UNSURE)

    @property
    def rank(self) -> tuple[int, tuple[int, int], int, float, str]:
        """Bigger is better: fewer objections, newer, stronger, filed later; the id settles a tie."""
        document = self.document
        filed = document.filed_at.timestamp() if document.filed_at else 0.0
        return (
            -len(self.reasons(Match.NO)),
            order(document),
            -int(document.trust),
            filed,
            document.id,
        )


def lookups(question: Question, procedure: Procedure) -> tuple[Lookup, ...]:
    """Which papers of which persons ``decide`` wants to see, one entry for each person."""
    wanted = [
        component
        for component in procedure.components
        if component.anew is Anew.NO and not component.unmapped
    ]
    found: dict[str, tuple[set[str], bool, bool]] = {}
    for component in wanted:
        child_unnamed = Whose.CHILD in component.whose and not question.numbers(Whose.CHILD)
        asked = [(number, False) for whose in component.whose for number in question.numbers(whose)]
        asked += [(question.owner, True)] if child_unnamed else []
        for number, related in asked:
            types, any_type, also_related = found.get(number, (set(), False, False))
            found[number] = (
                types | _with_later(component.types),
                any_type or bool(component.replacement_results),
                also_related or related,
            )
    return tuple(
        Lookup(number, () if any_type else tuple(sorted(types)), related)
        for number, (types, any_type, related) in found.items()
    )


def _with_later(types: Iterable[str]) -> set[str]:
    """The types, and those that may tell of an event that ended such a paper."""
    return {name for type_ in types for name in (type_, *LATER_TYPES.get(type_, ()))}


def decide(question: Question, procedure: Procedure, *, documents: Sequence[Document]) -> Answer:
    """Answer a reuse question.

    Args:
        question: what is asked, by whom, for which day.
        procedure: its version of that day (``Procedures.on``).
        documents: the papers found by ``lookups``, in any order; several versions of one paper count once.

    Raises:
        ReuseError: the procedure is another one, or not the version of that day.
    """
    if question.procedure != procedure.code or not procedure.in_force(question.on):
        raise ReuseError(question.procedure)
    papers = _newest_versions(documents)
    return Answer(
        procedure=procedure.code,
        procedure_name_vi=procedure.name_vi,
        owner=question.owner,
        on=question.on,
        components=tuple(_component(question, component, papers) for component in procedure.components),
    )


def _newest_versions(documents: Iterable[Document]) -> tuple[Document, ...]:
    newest: dict[DocumentId, Document] = {}
    for document in documents:
        before = newest.get(document.id)
        if before is None or before.version < document.version:
            newest[document.id] = document
    return tuple(newest[key] for key in sorted(newest))


def _component(question: Question, component: Component, papers: tuple[Document, ...]) -> ComponentAnswer:
    on = question.on
    if component.switched_off(on):
        since = _iso(component.not_required_since)
        unless = component.not_required_unless_vi
        why = because("component.switched_off_unless", since=since, unless=unless) if unless else None
        why = why or because("component.switched_off", since=since)
        return _plain(component, Status.NOT_REQUIRED, why)
    condition = _condition(question, component)
    if condition and condition.code == "component.condition_not_met":
        return _plain(component, Status.NOT_REQUIRED, condition)
    remarks: tuple[Reason, ...] = (condition,) if condition else ()
    if component.anew is not Anew.NO:
        return _plain(component, Status.ASK, because(f"component.{component.anew.value}"), *remarks)
    source = component.replaced_by(on, unreadable=question.unreadable)
    if source is not None:
        return _from_data(component, source, remarks)
    remarks += _data_remarks(component, question)
    if component.unmapped:
        return _plain(component, Status.UNSURE, because("component.not_mapped"), *remarks)
    return _from_papers(question, component, papers, remarks=remarks)


def _condition(question: Question, component: Component) -> Reason | None:
    """What is known about the fact the component depends on; nothing when it depends on none."""
    if not component.condition_fact:
        return None
    fact = question.facts.get(component.condition_fact)
    code = {True: "condition_met", False: "condition_not_met", None: "condition_unknown"}[fact]
    return because(f"component.{code}", condition=component.condition_vi)


def _data_remarks(component: Component, question: Question) -> tuple[Reason, ...]:
    """Databases to look in first, and those that would have covered the component."""
    remarks = []
    for source in component.data:
        if source.since > question.on:
            continue
        if source.code in question.unreadable:
            remarks.append(because("data.unreadable", database=source.database))
        else:
            remarks.append(because("data.look_first", database=source.database))
    return tuple(remarks)


def _plain(component: Component, status: Status, *reasons: Reason) -> ComponentAnswer:
    return ComponentAnswer(
        code=component.code, name_vi=component.name_vi, status=status, reasons=reasons, rule=component.source
    )


def _from_data(component: Component, source: DataSource, remarks: tuple[Reason, ...]) -> ComponentAnswer:
    covered = because(
        "data.covered", database=source.database, source=source.source, since=source.since.isoformat()
    )
    return ComponentAnswer(
        code=component.code,
        name_vi=component.name_vi,
        status=Status.DATA,
        reasons=(covered, *remarks),
        rule=source.source,
        trust=Trust.T1,
    )


def _from_papers(
    question: Question,
    component: Component,
    papers: tuple[Document, ...],
    *,
    remarks: tuple[Reason, ...],
) -> ComponentAnswer:
    tried = _try_all(question, component, papers)
    held = [entry for entry in tried if entry.outcome is Match.YES]
    if held:
        return _held(component, held, remarks=remarks, others=_refusals(tried))
    doubtful = [entry for entry in tried if entry.outcome is Match.UNSURE]
    if doubtful:
        best = doubtful[0]
        return ComponentAnswer(
            code=component.code,
            name_vi=component.name_vi,
            status=Status.UNSURE,
            reasons=(*best.reasons(Match.UNSURE), *remarks),
            rule=component.source,
            document=best.document.id,
            valid_until=best.document.term.until,
            trust=best.document.trust,
            refusals=_refusals(tried),
        )
    if not any(question.numbers(whose) for whose in component.whose):
        return _plain(component, Status.UNSURE, because("owner.person_not_named"), *remarks)
    return ComponentAnswer(
        code=component.code,
        name_vi=component.name_vi,
        status=Status.ASK,
        reasons=(*_why_not(tried), *remarks),
        rule=component.source,
        refusals=_refusals(tried),
    )


def _try_all(question: Question, component: Component, papers: tuple[Document, ...]) -> tuple[_Tried, ...]:
    """All papers of the right type after all conditions, best first."""
    tried = []
    for document in papers:
        case = Case(question=question, component=component, document=document, papers=papers)
        if type_matches(case).outcome is not Match.NO:
            tried.append(_Tried(document, tuple(condition(case) for condition in CONDITIONS)))
    return tuple(sorted(tried, key=lambda entry: entry.rank, reverse=True))


def _held(
    component: Component, held: list[_Tried], *, remarks: tuple[Reason, ...], others: tuple[Refusal, ...]
) -> ComponentAnswer:
    best = held[0]
    reasons = best.reasons(Match.YES)
    different = {subject(entry.document) for entry in held}
    several = (because("component.several", count=str(len(different))),) if len(different) > 1 else ()
    as_replacement = any(reason.code == "type.replacement" for reason in reasons)
    return ComponentAnswer(
        code=component.code,
        name_vi=component.name_vi,
        status=Status.HELD,
        reasons=(*reasons, *several, *remarks),
        rule=component.source,
        document=best.document.id,
        valid_until=best.document.term.until,
        trust=best.document.trust,
        flags=held_flags(best.document, as_replacement=as_replacement),
        refusals=others,
    )


def _why_not(tried: tuple[_Tried, ...]) -> tuple[Reason, ...]:
    """What speaks against the nearest paper of the person; others' papers are not spoken of."""
    own = [entry for entry in tried if not _is_anothers(entry)]
    return own[0].objections if own else (because("component.nothing_held"),)


def _is_anothers(entry: _Tried) -> bool:
    return any(reason.code.startswith("owner.") for reason in entry.reasons(Match.NO))


def _refusals(tried: tuple[_Tried, ...]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(entry.document.id, entry.objections) for entry in tried if entry.outcome is not Match.YES
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
