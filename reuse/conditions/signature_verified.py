"""Condition 6: all signatures verified, with the time of that verification (ETSI EN 319 102-1)."""

from __future__ import annotations

from dossier.documents import SignatureStatus
from reuse.verdict import Case, Verdict, no, unsure, yes


def check(case: Case) -> Verdict:
    """Read the stored conclusion; signatures are checked when a paper arrives and again at night."""
    document = case.document
    match document.signature:
        case SignatureStatus.PASSED:
            if document.signature_checked_at is None:
                return unsure("signature.time_unknown")
            return yes("signature.passed")
        case SignatureStatus.STAMP_PENDING:
            # The time of signing is claimed, not proven yet; the stamp comes by itself.
            return unsure("signature.stamp_pending")
        case SignatureStatus.INDETERMINATE:
            return unsure("signature.indeterminate")
        case SignatureStatus.FAILED:
            return no("signature.failed")
        case SignatureStatus.UNSIGNED:
            return no("signature.unsigned")
