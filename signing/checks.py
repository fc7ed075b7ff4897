"""The checks of ours beside those of the standard, each with its stable code (``docs/verification.md``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from signing.details import Check, Outcome
from signing.report import MISSING, UNEXPECTED, SignatureReport
from signing.structure import Fault

INTEGRITY = "signed_digest"
LATER = "later_changes"
BINDING = "certificate_bound"
CLAIM = "claimed_time"
REGISTER = "register"
CODES = (*(str(fault) for fault in Fault), INTEGRITY, LATER, BINDING, CLAIM, REGISTER)

# Clocks of signers and of timestamp services differ by minutes; a claim later than that is wrong.
CLOCK_TOLERANCE = timedelta(minutes=10)


def checks_of(
    *,
    faults: Sequence[Fault],
    intact: bool | None,
    unchanged: bool,
    bound: bool,
    delay: timedelta | None,
) -> tuple[Check, ...]:
    """The checks of one signature, but that against the register.

    Args:
        faults: of the file and of the signature's bytes.
        intact: whether digest and signature fit; ``None`` if that was not looked at.
        unchanged: whether nothing came after it that may not.
        bound: whether it binds its certificate (ESS signing-certificate, RFC 5035).
        delay: from the moment that a trusted timestamp proves to the one that the signer claims; ``None``
            if one of them is missing.
    """
    timely = None if delay is None else delay <= CLOCK_TOLERANCE
    return (
        *(Check(code=str(fault), outcome=_outcome(fault not in faults)) for fault in Fault),
        Check(code=INTEGRITY, outcome=_outcome(intact)),
        Check(code=LATER, outcome=_outcome(unchanged)),
        Check(code=BINDING, outcome=_outcome(bound)),
        Check(code=CLAIM, outcome=_outcome(timely)),
    )


def with_register(signatures: Sequence[SignatureReport], *, asked: bool) -> list[SignatureReport]:
    """Add what came of the comparison with the register to the checks of each signature.

    Args:
        signatures: after the comparison.
        asked: whether a register was there to compare with.
    """
    return [_with_register(one, asked=asked) for one in signatures]


def _with_register(signature: SignatureReport, *, asked: bool) -> SignatureReport:
    if signature.details is None:
        return signature
    outcome: Outcome = "not_run"
    if asked:
        outcome = "failed" if signature.sub_indication in {MISSING, UNEXPECTED} else "passed"
    checks = (*signature.details.checks, Check(code=REGISTER, outcome=outcome))
    return replace(signature, details=replace(signature.details, checks=checks))


def _outcome(good: bool | None) -> Outcome:
    if good is None:
        return "not_run"
    return "passed" if good else "failed"
