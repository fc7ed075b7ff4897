"""Condition 5: filed, and not revoked, replaced or amended since."""

from __future__ import annotations

from dossier.documents import Document, DocumentState
from dossier.review import must_wait
from dossier.trust import Standing
from reuse.age import order, same_subject
from reuse.later_events import event_on_file
from reuse.verdict import Case, Verdict, no, unsure, yes
from rulebook.procedures import Handling


def check(case: Case) -> Verdict:
    """What became of the paper since it was issued, as far as the store knows."""
    document = case.document
    if document.standing is Standing.REVOKED:
        return no("standing.revoked")
    if document.standing is Standing.REPLACED:
        return no("standing.replaced")
    if document.state is not DocumentState.FILED or must_wait(document):
        return unsure("standing.waiting")
    return _since_issue(case)


def _since_issue(case: Case) -> Verdict:
    """What later events the paper itself, the store or the law know of."""
    document = case.document
    # A land certificate lists transfers and mortgages after issue; they may end it for this purpose.
    if document.value("changes"):
        return unsure("standing.changes_noted")
    if case.component.newest_wins and any(_is_newer(case, other) for other in case.papers):
        return unsure("standing.newer_paper")
    if document.term.status_check:
        if event_on_file(case):
            return unsure("standing.event_on_file", event=document.term.status_check)
        return _status(case)
    return yes("standing.in_force")


def _is_newer(case: Case, other: Document) -> bool:
    if other.id == case.document.id or not same_subject(other, case.document):
        return False
    numbers = case.question.with_linked({party.number for party in case.document.owners if party.number})
    same_people = any(party.number in numbers for party in other.owners)
    return same_people and order(other) > order(case.document)


def _status(case: Case) -> Verdict:
    event = case.document.term.status_check
    match case.component.status_check:
        case Handling.ACCEPT:
            return yes("standing.check_status", event=event)
        case Handling.PERSON:
            return unsure("standing.check_status_first", event=event)
        case Handling.ASK:
            return no("standing.may_have_ended", event=event)
