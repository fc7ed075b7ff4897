"""The order in which a file is verified: bytes, integrity, later changes, trust, expected signers."""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESStatus

from dossier.errors import MotlanError, PdfUnreadableError
from signing.integrity import integrity_fault
from signing.judging import Judge, Verdict
from signing.levels import Level
from signing.notes import warnings_of
from signing.policies import SignaturePolicy
from signing.reading import (
    Found,
    LimitError,
    OpenedFile,
    ReadSignature,
    frame_faults,
)
from signing.report import (
    FAULTS_VI,
    FORMAT,
    MISSING,
    MODIFIED,
    UNEXPECTED,
    Conclusion,
    ExpectedSignature,
    Report,
    SignatureReport,
    report_of,
    sentence,
)
from signing.structure import Fault
from signing.trust import TrustedRoot, TrustStore

_log = logging.getLogger(__name__)

_CONCLUSIONS: dict[AdESStatus, Conclusion] = {
    AdESStatus.PASSED: "passed",
    AdESStatus.FAILED: "failed",
    AdESStatus.INDETERMINATE: "indeterminate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything that the verdicts on one file share."""

    judge: Judge
    faults: tuple[Fault, ...]
    timestamps: tuple[ReadSignature, ...]
    broken_timestamp: bool
    roots: dict[str, TrustedRoot]


def verify(
    path: Path,
    *,
    trust: TrustStore,
    at: datetime,
    expected: Sequence[ExpectedSignature] | None,
    policy: SignaturePolicy,
) -> Report:
    """See :func:`signing.verify.verify_file`."""
    with OpenedFile(path, item=path.name) as opened:
        try:
            signatures = _examine(opened, trust=trust, at=at, policy=policy)
        except (MotlanError, MemoryError):
            raise
        except LimitError:
            note = "Tệp có quá nhiều chữ ký hoặc phiên bản nên không kiểm tra hết được."
            signatures = [
                SignatureReport(conclusion="indeterminate", sub_indication="GENERIC", reasons=(note,))
            ]
        except Exception as error:
            # Readers of hostile files raise whatever they meet; the file is the cause, not we.
            _log.debug("unreadable: %s", type(error).__name__)
            if not opened.claims_signature:
                raise PdfUnreadableError(path.name, cause=type(error).__name__) from error
            signatures = [_unreadable("")]
    if expected is not None:
        signatures = _against_register(signatures, expected)
    return report_of(str(path), signatures)


def _examine(
    opened: OpenedFile, *, trust: TrustStore, at: datetime, policy: SignaturePolicy
) -> list[SignatureReport]:
    found = opened.found()
    gone = [_failed(name, MISSING) for name in (opened.lost() if opened.claims_signature else ())]
    if not found:
        return gone
    read = [(one, _read(opened, one)) for one in found]
    return _run(_judge_all(opened, read, trust=trust, at=at, policy=policy)) + gone


def _run(work: Coroutine[Any, Any, list[SignatureReport]]) -> list[SignatureReport]:
    """Run to the end, in a thread of its own where the caller's already runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _judge_all(
    opened: OpenedFile,
    read: Sequence[tuple[Found, ReadSignature | None]],
    *,
    trust: TrustStore,
    at: datetime,
    policy: SignaturePolicy,
) -> list[SignatureReport]:
    judge = Judge(opened.reader, trust=trust, at=at, policy=policy)
    sound = [signature for _, signature in read if signature is not None]
    timestamps = tuple(signature for signature in sound if signature.is_timestamp)
    broken = [signature for signature in timestamps if _is_broken(signature)]
    case = _Case(
        judge=judge,
        faults=frame_faults(opened),
        timestamps=tuple(stamp for stamp in timestamps if stamp not in broken),
        broken_timestamp=bool(broken),
        roots={root.fingerprint: root for root in trust.roots()},
    )
    ordered = sorted(
        (signature for signature in sound if not signature.is_timestamp), key=lambda one: one.length
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
    aimed = _aimed_level(signature, case, archived=archived)
    base = SignatureReport(
        field=signature.name,
        signer=_subject(signature.certificate, "common_name"),
        organisation=_subject(signature.certificate, "organization_name"),
        conclusion="failed",
        level=aimed,
        signing_time=_claimed_time(signature),
        covers_whole_document=signature.covers_all,
        fingerprint=signature.certificate.sha256.hex(),
    )
    try:
        modifications = signature.modifications(last=last)
        verdict = await case.judge.judge(signature, archived=archived)
    except Exception as error:  # noqa: BLE001  whatever a hostile signature makes the readers raise
        _log.debug("unreadable signature: %s", type(error).__name__)
        return replace(base, sub_indication=FORMAT, modifications="suspicious", reasons=(sentence(FORMAT),))
    root = case.roots.get(verdict.root or "")
    base = replace(
        base,
        modifications=modifications,
        root=root.name if root else None,
        root_kind=root.terms.kind.value if root else None,
        notes=verdict.notes,
    )
    return _conclude(base, signature, verdict=verdict, case=case)


def _conclude(
    base: SignatureReport, signature: ReadSignature, *, verdict: Verdict, case: _Case
) -> SignatureReport:
    """Our own findings first, then what trust says: the worse of the two counts."""
    status = verdict.status
    faults = (*case.faults, *signature.faults)
    if status.status == AdESStatus.FAILED:
        return _with(base, "failed", status.standard_name)
    if faults:
        reasons = tuple(FAULTS_VI[fault] for fault in faults)
        return replace(base, conclusion="failed", sub_indication=FORMAT, reasons=reasons)
    if base.modifications == "suspicious" or case.broken_timestamp:
        return _with(base, "failed", MODIFIED)
    if status.status != AdESStatus.PASSED:
        undecided = _with(base, "indeterminate", status.standard_name)
        return replace(undecided, reasons=(*undecided.reasons, *warnings_of(verdict.notes)))
    if not signature.names_its_certificate():
        note = "Chữ ký không ràng buộc với chứng thư số của người ký."
        return replace(
            base, conclusion="indeterminate", sub_indication="SIG_CONSTRAINTS_FAILURE", reasons=(note,)
        )
    return replace(
        base,
        conclusion="passed",
        level=verdict.level,
        proven_time=verdict.proven,
        reasons=warnings_of(verdict.notes),
    )


def _with(base: SignatureReport, conclusion: Conclusion, sub_indication: str) -> SignatureReport:
    return replace(
        base, conclusion=conclusion, sub_indication=sub_indication, reasons=(sentence(sub_indication),)
    )


def _aimed_level(signature: ReadSignature, case: _Case, *, archived: bool) -> Level:
    if not signature.has_signature_timestamp:
        return Level.B_B
    if archived:
        return Level.B_LTA
    return Level.B_LT if case.judge.has_evidence else Level.B_T


def _against_register(
    signatures: Sequence[SignatureReport], expected: Sequence[ExpectedSignature]
) -> list[SignatureReport]:
    """Compare what is there with what must be there."""
    wanted = {one.field: one for one in expected}
    result = [_checked_signer(one, wanted.get(one.field)) for one in signatures]
    present = {one.field for one in signatures}
    return result + [_failed(name, MISSING) for name in wanted if name not in present]


def _checked_signer(signature: SignatureReport, expected: ExpectedSignature | None) -> SignatureReport:
    if signature.conclusion != "passed":
        return signature
    named = expected is not None and expected.signer in {None, signature.signer}
    pinned = expected is not None and expected.fingerprint in {None, signature.fingerprint}
    return signature if named and pinned else _with(signature, "indeterminate", UNEXPECTED)


def _failed(name: str, sub_indication: str) -> SignatureReport:
    return _with(
        SignatureReport(field=name, conclusion="failed", modifications="suspicious"), "failed", sub_indication
    )


def _unreadable(name: str) -> SignatureReport:
    return _failed(name, FORMAT)


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
