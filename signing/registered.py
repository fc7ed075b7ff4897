"""Comparing what a file bears with what the register says it must bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from signing.report import (
    MISSING,
    UNEXPECTED,
    Conclusion,
    ExpectedSignature,
    SignatureReport,
    sentence,
)


def against_register(
    signatures: Sequence[SignatureReport], expected: Sequence[ExpectedSignature]
) -> list[SignatureReport]:
    """The verdicts, with signatures added that are missing and signers doubted that nobody expected."""
    wanted = {one.field: one for one in expected}
    result = [_checked_signer(one, wanted.get(one.field)) for one in signatures]
    present = {one.field for one in signatures}
    return result + [failed(name, MISSING) for name in wanted if name not in present]


def failed(name: str, sub_indication: str) -> SignatureReport:
    """The verdict on a signature that cannot even be described."""
    bare = SignatureReport(field=name, conclusion="failed", modifications="suspicious")
    return with_reason(bare, "failed", sub_indication)


def with_reason(base: SignatureReport, conclusion: Conclusion, sub_indication: str) -> SignatureReport:
    """The same report with this conclusion and the sentence that belongs to it."""
    return replace(
        base, conclusion=conclusion, sub_indication=sub_indication, reasons=(sentence(sub_indication),)
    )


def _checked_signer(signature: SignatureReport, expected: ExpectedSignature | None) -> SignatureReport:
    if signature.conclusion != "passed":
        return signature
    named = expected is not None and expected.signer in {None, signature.signer}
    pinned = expected is not None and expected.fingerprint in {None, signature.fingerprint}
    return signature if named and pinned else with_reason(signature, "indeterminate", UNEXPECTED)
