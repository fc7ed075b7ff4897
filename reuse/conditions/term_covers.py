"""Condition 3: the paper counts on the day of reception.

Both ends are included: a paper counts from its day of issue, and a period ends when its last day ends
(Civil Code 91/2015/QH13, Article 148). An unknown term is never taken for a valid one.
"""

from __future__ import annotations

from dossier.trust import TermKind
from reuse.age import filed_by, issued
from reuse.verdict import Case, Verdict, no, unsure, yes
from rulebook.procedures import Handling


def check(case: Case) -> Verdict:
    """Compare the term of the paper with the day of reception."""
    term, on = case.document.term, case.question.on
    if term.kind is TermKind.UNKNOWN:
        settled_by_person = case.component.unknown_term is Handling.PERSON
        return unsure("term.unknown_read") if settled_by_person else no("term.unknown")
    if term.until is not None and term.until < on:
        return no("term.expired", until=term.until.isoformat())
    began = _began(case)
    if began is not None:
        return began
    if term.until is not None:
        return yes("term.until", until=term.until.isoformat())
    return yes("term.unlimited")


def _began(case: Case) -> Verdict | None:
    """What speaks against the paper having been issued by the day of reception; nothing when it was."""
    on = case.question.on
    found = issued(case.document)
    if found is not None and on < found.earliest:
        return no("term.not_yet", issued=found.earliest.isoformat())
    if (found is not None and found.latest <= on) or filed_by(case.document, on):
        return None
    return unsure("term.start_unknown")
