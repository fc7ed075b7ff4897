"""The order in which a file is verified: bytes, integrity, later changes, trust, expected signers."""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESStatus, AdESSubIndic
from pyhanko.sign.validation.errors import SignatureValidationError

from dossier.errors import MotlanError, PdfUnreadableError
from signing.budget import Budget, OverBudgetError, budget_for, run_within
from signing.chains import Authorities
from signing.checks import with_register
from signing.covering import Mark, marks
from signing.describing import Describer, Judged, file_details
from signing.fields import Found, LimitError
from signing.integrity import integrity_fault
from signing.judging import Judge, Verdict
from signing.levels import Level
from signing.local_revocation import LocalRevocation
from signing.notes import warnings_of
from signing.policies import NEVER, SignaturePolicy
from signing.reading import OpenedFile, ReadSignature, frame_faults
from signing.reasons import (
    COVERED_VI,
    ENCRYPTED_VI,
    FUTURE_VI,
    HYBRID_VI,
    LATER_MARK_VI,
    LIMITS_VI,
    STRAY_VI,
    UNBOUND_VI,
    UNTRUSTED_STAMP_VI,
    WEAK_STAMP_VI,
)
from signing.registered import against_register, failed, with_reason
from signing.report import (
    FAULTS_VI,
    FORMAT,
    MISSING,
    MODIFIED,
    ExpectedSignature,
    Report,
    SignatureReport,
    report_of,
    sentence,
)
from signing.structure import Fault
from signing.trust import TrustedRoot, TrustStore

_log = logging.getLogger(__name__)

_PATH_TROUBLE = frozenset(
    {
        AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND,
        AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE,
    }
)
_CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything that the verdicts on one file share."""

    judge: Judge
    policy: SignaturePolicy
    faults: tuple[Fault, ...]
    timestamps: tuple[ReadSignature, ...]
    broken_timestamp: bool
    marks: tuple[Mark, ...]
    authorities: Authorities
    revocation: LocalRevocation
    at: datetime
    roots: dict[str, TrustedRoot]
    describer: Describer


def verify(  # noqa: PLR0913  what a verdict depends on has these parts
    path: Path,
    *,
    trust: TrustStore,
    at: datetime,
    expected: Sequence[ExpectedSignature] | None,
    policy: SignaturePolicy,
    budget: Budget | None = None,
) -> Report:
    """See :func:`signing.verify.verify_file`; ``budget`` is what the size of the file allows, if ``None``."""
    with OpenedFile(path, item=path.name) as opened:
        try:
            allowed = budget or budget_for(len(opened.data))
            signatures = run_within(allowed, lambda: _examine(opened, trust=trust, at=at, policy=policy))
        except MotlanError:
            raise
        except (LimitError, OverBudgetError):
            signatures = [_undecided(LIMITS_VI)]
        except Exception as error:
            # Readers of hostile files raise whatever they meet; the file is the cause, not we.
            _log.debug("unreadable: %s", type(error).__name__)
            if not opened.claims_signature:
                raise PdfUnreadableError(path.name, cause=type(error).__name__) from error
            signatures = [_broken(_unreadable(""), frame_faults(opened))]
        details = file_details(opened)
    if expected is not None:
        signatures = against_register(signatures, expected)
    signatures = with_register(signatures, asked=expected is not None)
    return replace(report_of(str(path), signatures), judged_at=at, details=details)


def _examine(
    opened: OpenedFile, *, trust: TrustStore, at: datetime, policy: SignaturePolicy
) -> list[SignatureReport]:
    if opened.encrypted:
        if not opened.claims_signature:
            raise PdfUnreadableError(opened.item, cause="encrypted")
        return [_undecided(ENCRYPTED_VI)]
    if opened.hybrid and opened.claims_signature:
        return [_undecided(HYBRID_VI)]
    gone = [failed(name, MISSING) for name in (opened.lost() if opened.claims_signature else ())]
    if not gone and opened.claims_signature and opened.has_stray():
        gone = [replace(_unreadable(""), reasons=(STRAY_VI,))]
    if not opened.found:
        return gone
    read = [(one, _read(opened, one)) for one in opened.found]
    return asyncio.run(_judge_all(opened, read, trust=trust, at=at, policy=policy)) + gone


async def _judge_all(
    opened: OpenedFile,
    read: Sequence[tuple[Found, ReadSignature | None]],
    *,
    trust: TrustStore,
    at: datetime,
    policy: SignaturePolicy,
) -> list[SignatureReport]:
    lists = trust.lists().as_of(at)
    judge = Judge(opened.reader, trust=trust, lists=lists, at=at, policy=policy)
    sound = [signature for _, signature in read if signature is not None]
    stamps = tuple(signature for signature in sound if signature.is_timestamp)
    broken = [stamp for stamp in stamps if _is_broken(stamp)]
    ordered = sorted((one for one in sound if not one.is_timestamp), key=lambda one: one.length)
    authorities = Authorities([root.certificate for root in trust.roots()], trust.authorities())
    case = _Case(
        judge=judge,
        policy=policy,
        faults=frame_faults(opened),
        timestamps=tuple(one for one in stamps if one not in broken and not _weakly_stamped(one, policy)),
        broken_timestamp=bool(broken),
        marks=tuple(marks(opened.reader)),
        authorities=authorities,
        revocation=LocalRevocation(lists.crls, authorities),
        at=at,
        roots={root.fingerprint: root for root in trust.roots()},
        describer=Describer(
            opened, sound, kinds={root.fingerprint: root.terms.kind.value for root in trust.roots()}
        ),
    )
    reports = [await _report(one, case, last=one is ordered[-1]) for one in ordered]
    return reports + [_unreadable(one.name) for one, signature in read if signature is None]


def _read(opened: OpenedFile, found: Found) -> ReadSignature | None:
    try:
        return ReadSignature(opened, found)
    except Exception as error:  # noqa: BLE001  whatever a hostile signature makes the readers raise
        _log.debug("unreadable signature: %s", type(error).__name__)
        return None


def _is_broken(stamp: ReadSignature) -> bool:
    try:
        return bool(integrity_fault(stamp))
    except Exception as error:  # noqa: BLE001  whatever a hostile token makes the readers raise
        _log.debug("unreadable timestamp: %s", type(error).__name__)
        return True


async def _report(signature: ReadSignature, case: _Case, *, last: bool) -> SignatureReport:
    archived = any(stamp.revision > signature.revision for stamp in case.timestamps)
    base = SignatureReport(field=signature.name, conclusion="failed", modifications="suspicious")
    try:
        base = _described(base, signature, case, archived=archived)
        base = replace(base, modifications=signature.modifications(last=last))
        verdict = await case.judge.judge(signature, archived=archived)
        return _conclude(_judged(base, signature, case, verdict), signature, verdict=verdict, case=case)
    except SignatureValidationError as error:
        return _refused(_judged(base, signature, case, None), signature, case, error)
    except Exception as error:  # noqa: BLE001  whatever a hostile signature makes the readers raise
        _log.debug("unreadable signature: %s", type(error).__name__)
        return _broken(_judged(base, signature, case, None), (*case.faults, *signature.faults))


def _judged(
    base: SignatureReport, signature: ReadSignature, case: _Case, verdict: Verdict | None
) -> SignatureReport:
    """With what the details of a report tell, whether or not anybody could judge the signature."""
    judged = Judged(
        result=verdict.result if verdict else None,
        modifications=base.modifications,
        faults=(*case.faults, *signature.faults),
        proven=verdict.proven if verdict else None,
        root=verdict.root if verdict else None,
    )
    return replace(base, details=case.describer.describe(signature, judged))


def _described(
    base: SignatureReport, signature: ReadSignature, case: _Case, *, archived: bool
) -> SignatureReport:
    """Who, when and what, as the signature says it of itself."""
    return replace(
        base,
        signer=_subject(signature.certificate, "common_name"),
        organisation=_subject(signature.certificate, "organization_name"),
        level=_aimed_level(signature, case, archived=archived),
        signing_time=_claimed_time(signature),
        covers_whole_document=signature.covers_all,
        fingerprint=signature.certificate.sha256.hex(),
    )


def _refused(
    base: SignatureReport, signature: ReadSignature, case: _Case, error: SignatureValidationError
) -> SignatureReport:
    """The library would not judge it; damage that we found ourselves weighs more than its reason."""
    _log.debug("refused signature: %s", type(error).__name__)
    faults = (*case.faults, *signature.faults)
    if faults or error.ades_subindication.status != AdESStatus.INDETERMINATE:
        return _broken(base, faults)
    return with_reason(base, "indeterminate", error.ades_subindication.standard_name)


def _conclude(
    base: SignatureReport, signature: ReadSignature, *, verdict: Verdict, case: _Case
) -> SignatureReport:
    """Our own findings first, then what trust says: the worse of the two counts."""
    status = verdict.status
    root = case.roots.get(verdict.root or "")
    base = replace(
        base,
        root=root.name if root else None,
        root_kind=root.terms.kind.value if root else None,
        notes=verdict.notes,
    )
    faults = (*case.faults, *signature.faults)
    if status.status == AdESStatus.FAILED:
        return with_reason(base, "failed", status.standard_name)
    if faults:
        return _broken(base, faults)
    if base.modifications == "suspicious" or case.broken_timestamp:
        return with_reason(base, "failed", MODIFIED)
    if status.status != AdESStatus.PASSED:
        undecided = _unproven(base, signature, status=status, case=case)
        return replace(undecided, reasons=(*undecided.reasons, *warnings_of(verdict.notes)))
    doubt = _doubt(signature, verdict=verdict, case=case)
    if doubt is not None:
        return doubt(base)
    told = warnings_of(verdict.notes)
    if any(mark.placed > signature.revision for mark in case.marks):
        told = (*told, LATER_MARK_VI)
    return replace(base, conclusion="passed", level=verdict.level, proven_time=verdict.proven, reasons=told)


def _unproven(
    base: SignatureReport, signature: ReadSignature, *, status: AdESSubIndic, case: _Case
) -> SignatureReport:
    """Not passed by trust; a path that cannot be built is told with what we know of the cause."""
    told = str(status.standard_name)
    if status not in _PATH_TROUBLE:
        return with_reason(base, "indeterminate", told)
    own = (signature.certificate, signature.embedded.other_embedded_certs)
    if not case.authorities.reach(*own):
        return with_reason(replace(base, root=None, root_kind=None), "indeterminate", told)
    if base.root is not None and not all(
        case.authorities.reach(*one) for one in signature.stamp_certificates()
    ):
        return _doubted(base, sub_indication=told, reason=UNTRUSTED_STAMP_VI)
    if status == AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE:
        reason = UNTRUSTED_STAMP_VI if base.root is not None else sentence(told)
        return _doubted(base, sub_indication=told, reason=reason)
    if _revoked_before(signature, case.at, case.revocation):
        told = str(AdESIndeterminate.REVOKED_NO_POE.standard_name)
    elif not case.judge.has_evidence and not case.revocation.speaks_of(signature.certificate):
        told = str(AdESIndeterminate.TRY_LATER.standard_name)
    return with_reason(base, "indeterminate", told)


def _doubt(
    signature: ReadSignature, *, verdict: Verdict, case: _Case
) -> Callable[[SignatureReport], SignatureReport] | None:
    """What keeps a signature from passing although integrity and trust say yes."""
    if not signature.names_its_certificate():
        return partial(_doubted, sub_indication="SIG_CONSTRAINTS_FAILURE", reason=UNBOUND_VI)
    if _weakly_stamped(signature, case.policy):
        return partial(_doubted, sub_indication="CRYPTO_CONSTRAINTS_FAILURE", reason=WEAK_STAMP_VI)
    if _revoked_before(signature, verdict.proven, case.revocation):
        return partial(with_reason, conclusion="indeterminate", sub_indication="REVOKED_NO_POE")
    if verdict.proven is not None and verdict.proven > case.at + _CLOCKS_DIFFER:
        return partial(_doubted, sub_indication="GENERIC", reason=FUTURE_VI)
    if any(mark.covers and mark.since > signature.revision for mark in case.marks):
        return partial(_doubted, sub_indication="GENERIC", reason=COVERED_VI)
    return None


def _weakly_stamped(signature: ReadSignature, policy: SignaturePolicy) -> bool:
    """Whether a timestamp of it is made over a digest that was never to be relied on."""
    return any(policy.digest_ends(digest) == NEVER for digest in signature.stamp_digests)


def _revoked_before(signature: ReadSignature, proven: datetime | None, revocation: LocalRevocation) -> bool:
    if proven is None:
        return False
    own = (signature.certificate, signature.embedded.other_embedded_certs)
    return any(
        revocation.revoked_by(certificate, others, proven)
        for certificate, others in (own, *signature.stamp_certificates())
    )


def _doubted(base: SignatureReport, *, sub_indication: str, reason: str) -> SignatureReport:
    return replace(base, conclusion="indeterminate", sub_indication=sub_indication, reasons=(reason,))


def _broken(base: SignatureReport, faults: Sequence[Fault]) -> SignatureReport:
    """Failed, with a sentence for each fault that was found; with a general one if there is none."""
    reasons = tuple(dict.fromkeys(FAULTS_VI[fault] for fault in faults)) or (sentence(FORMAT),)
    return replace(base, conclusion="failed", sub_indication=FORMAT, reasons=reasons)


def _aimed_level(signature: ReadSignature, case: _Case, *, archived: bool) -> Level:
    if not signature.has_signature_timestamp:
        return Level.B_B
    if archived:
        return Level.B_LTA
    return Level.B_LT if case.judge.has_evidence else Level.B_T


def _unreadable(name: str) -> SignatureReport:
    return failed(name, FORMAT)


def _undecided(reason: str) -> SignatureReport:
    return _doubted(SignatureReport(conclusion="indeterminate"), sub_indication="GENERIC", reason=reason)


def _subject(certificate: x509.Certificate, key: str) -> str:
    value = certificate.subject.native.get(key, "")
    text = value[0] if isinstance(value, list) else value
    return unicodedata.normalize("NFC", str(text))


def _claimed_time(signature: ReadSignature) -> datetime | None:
    try:
        moment: datetime | None = signature.embedded.self_reported_timestamp
    except Exception:  # noqa: BLE001  a malformed date is no claim
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
