"""Condition 10: a result of a dossier was handed over; until then it is nobody's paper to rely on."""

from __future__ import annotations

from reuse.verdict import Case, Verdict, no, yes


def check(case: Case) -> Verdict:
    """A result that the one-stop software holds back does not count before it was handed over."""
    if case.document.held_back:
        return no("handover.waiting")
    return yes("handover.done")
