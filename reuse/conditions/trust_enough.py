"""Condition 7: the paper stands high enough on the ladder of trust."""

from __future__ import annotations

from dossier.documents import DocumentState, SignatureStatus
from dossier.trust import Trust
from reuse.verdict import Case, Verdict, no, unsure, yes


def check(case: Case) -> Verdict:
    """A lower number is the stronger paper."""
    trust, wanted = case.document.trust, case.component.trust
    if trust <= wanted:
        return yes("trust.enough", trust=trust.name)
    if trust is Trust.T6:
        return no("trust.not_compared")
    if case.document.state is DocumentState.WAITING:
        # Its seal, and with it the higher step, comes when a person has answered what it waits for.
        return unsure("trust.waiting", trust=trust.name, wanted=wanted.name)
    if case.document.signature is SignatureStatus.STAMP_PENDING:
        return unsure("trust.stamp_pending", trust=trust.name, wanted=wanted.name)
    return no("trust.too_low", trust=trust.name, wanted=wanted.name)
