"""Condition 9: the data subject has not had it withdrawn from use (Law 91/2025/QH15 Article 4)."""

from __future__ import annotations

from dossier.access import SEES_RESTRICTED
from reuse.verdict import Case, Verdict, no, yes


def check(case: Case) -> Verdict:
    """A restricted paper counts for the purposes that still see it, and for no other."""
    if not case.document.restricted:
        return yes("restriction.none")
    if case.question.access.purpose in SEES_RESTRICTED:
        return yes("restriction.purpose_sees")
    return no("restriction.restricted")
