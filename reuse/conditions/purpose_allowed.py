"""Condition 8: the data may be looked at for this purpose (Law 91/2025/QH15, Decree 278/2025/NĐ-CP)."""

from __future__ import annotations

from dossier.access import Purpose
from reuse.verdict import Case, Verdict, no, unsure, yes


def check(case: Case) -> Verdict:
    """Compare the purpose of the question with those the component allows."""
    access, component = case.question.access, case.component
    if access.purpose not in component.purposes:
        return no("purpose.not_allowed")
    if access.purpose is Purpose.PROCEDURE and component.dossier_wanted and not access.dossier:
        return unsure("purpose.dossier_wanted")
    return yes("purpose.allowed")
