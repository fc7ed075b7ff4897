"""Destroying what is due: proposed by one, approved by two others, executed, certified. A legal hold wins.

Nothing here decides by itself. Execution destroys the keys and bytes of a paper, then its record loses what
it says and stays as the proof that the paper existed and why it does not any more. Killed half-way it goes on
when it is executed again. Enciphered bytes that a lock keeps stay until it ends, unreadable: the certificate
says so, and ``sweep`` takes them then.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, Sha256, is_id
from dossier.keeping import (
    APPROVALS,
    Act,
    Disposal,
    DisposalState,
    Hold,
    KeepingAct,
    by_case,
    disposal_of,
    hold_of,
)
from dossier.keeping_errors import DisposalError
from dossier.retention import Retention, RetentionRule, RetentionVerdict, judge
from flows.package_keeping import remove_packages
from storage.bodies import canonical_json, moment_to_text
from wiring.services import Services

if TYPE_CHECKING:
    from storage.destruction import Destruction

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDocument:
    """A paper whose term has ended.

    Attributes:
        document: the paper.
        retention: its term.
        holds: active legal holds on it.
        disposal: the open or executed proposal, if there is one.
    """

    document: Document
    retention: RetentionVerdict
    holds: tuple[Hold, ...]
    disposal: Disposal | None


def due(services: Services) -> Iterator[DueDocument]:
    """Papers whose term of keeping has ended ("Xem xét hủy"), in the order of capture."""
    after = 0
    while page := services.store.records.filed_after(after, limit=_PAGE):
        for serial, document in page:
            after = serial
            verdict = retention_of(services, document)
            if verdict.state is Retention.ENDED:
                yield DueDocument(
                    document=document,
                    retention=verdict,
                    holds=holds_on(services, document),
                    disposal=_open_disposal(services, document.id),
                )


def retention_of(services: Services, document: Document) -> RetentionVerdict:
    """The term of one paper by the rulebook of today."""
    return term_of(services, document.type, document.filed_at)


def term_of(services: Services, type_: str, filed_at: datetime | None) -> RetentionVerdict:
    """The term of a paper of that type filed at that moment, by the rulebook of today."""
    rule = services.papers.spec(type_).retention
    known = None
    if rule is not None:
        known = RetentionRule(
            article=rule.article, years=rule.years, permanent=rule.permanent, verified=rule.verified
        )
    return judge(known, filed_at=filed_at, today=services.today())


def disposals(services: Services) -> Sequence[Disposal]:
    """Every disposal, the oldest first."""
    return [disposal_of(acts) for acts in by_case(services.store.records.acts(family="disposal")).values()]


def propose(services: Services, document: DocumentId, *, reason: str, actor: str = "") -> Disposal:
    """Propose to destroy a paper; whoever acts is the actor of the settings unless another is named.

    Raises:
        RecordMissingError: no such paper.
        DisposalError: its term has not ended, is not verified, or a hold, an open proposal stands against it.
    """
    found = _document(services, document)
    _refuse_undue(services, found)
    open_ = _open_disposal(services, document)
    if open_ is not None:
        raise DisposalError(document, reason=f"đã có đề nghị {open_.id}")
    _need_reason(document, reason)
    case = str(uuid.uuid4())
    try:
        _act(services, case, Act.DISPOSAL_PROPOSED, document, seen=0, details={"reason": reason}, actor=actor)
    except VersionConflictError as error:
        raise DisposalError(document, reason="người khác vừa đề nghị hủy giấy tờ này") from error
    return disposal(services, case)


def approve(services: Services, case: str, *, actor: str = "") -> Disposal:
    """Approve a proposal; two people must, neither of them the one who proposed it.

    Raises:
        DisposalError: this person's approval does not count, or something stands against it now.
        VersionConflictError: somebody decided about it at the same moment, perhaps they themselves.
    """
    found, seen = _as_seen(services, case)
    why_not = found.why_not_approved_by(actor or services.settings.actor)
    if why_not:
        raise DisposalError(case, reason=why_not)
    _refuse_undue(services, _document(services, DocumentId(found.document)))
    _act(services, case, Act.DISPOSAL_APPROVED, found.document, seen=seen, actor=actor)
    return disposal(services, case)


def reject(services: Services, case: str, *, reason: str, actor: str = "") -> Disposal:
    """Reject a proposal that has not begun; it may be proposed again.

    Raises:
        DisposalError: it is over or has begun.
        VersionConflictError: somebody decided about it at the same moment.
    """
    found, seen = _as_seen(services, case)
    if found.state not in {DisposalState.PROPOSED, DisposalState.APPROVED}:
        raise DisposalError(case, reason="đề nghị này đã kết thúc hoặc đã bắt đầu hủy")
    _need_reason(case, reason)
    details = {"reason": reason}
    _act(services, case, Act.DISPOSAL_REJECTED, found.document, seen=seen, details=details, actor=actor)
    return disposal(services, case)


def execute(services: Services, case: str, *, actor: str = "") -> Disposal:
    """Destroy the paper of an approved proposal and certify it; done before, it does nothing.

    Raises:
        DisposalError: not approved by enough people, under a legal hold, or still under a lock of the place
            it is stored in (with the day until when).
        SigningError: the certificate could not be signed; the next call goes on.
    """
    with services.writing():
        found, seen = _as_seen(services, case)
        if found.state is DisposalState.EXECUTED:
            return found
        document = _document(services, DocumentId(found.document))
        if found.state is not DisposalState.BEGUN:
            _begin(services, found, document, seen=seen, actor=actor)
        objects = _listed(services, case)
        _destruction(services).destroy([one.sha256 for one in objects])
        _finish(services, disposal(services, case), document, objects, actor=actor)
        remove_packages(services)
        return disposal(services, case)


def sweep(services: Services) -> tuple[int, int]:
    """Remove what locks kept of destroyed objects and do not any more.

    Returns:
        How many objects went, and how many are still locked.

    Raises:
        StoreError: a place does not answer; the next call goes on.
    """
    with services.copying(), services.writing():
        return _destruction(services).sweep()


def disposal(services: Services, case: str) -> Disposal:
    """One disposal.

    Raises:
        RecordMissingError: no such case.
    """
    return _as_seen(services, case)[0]


# legal holds


def add_hold(services: Services, target: str, *, reason: str) -> Hold:
    """Hold a paper, or all papers of a dossier.

    Args:
        services: of this installation.
        target: id of a paper, or a dossier code.
        reason: why, for the record.

    Raises:
        RecordMissingError: no such paper.
        DisposalError: no reason is given, or its destruction has begun: nothing is left to hold.
    """
    if is_id(target):
        services.store.records.document(DocumentId(target))
    _need_reason(target, reason)
    case = str(uuid.uuid4())
    try:
        _act(services, case, Act.HOLD_ADDED, target, seen=0, details={"reason": reason})
    except VersionConflictError as error:
        raise DisposalError(target, reason="việc hủy giấy tờ này đã bắt đầu") from error
    return hold_of(services.store.records.acts(case=case))


def lift_hold(services: Services, case: str, *, reason: str) -> Hold:
    """Lift a hold.

    Raises:
        RecordMissingError: no such hold.
        DisposalError: it was lifted before, or no reason is given.
    """
    acts = services.store.records.acts(case=case, family="hold")
    if not acts:
        raise RecordMissingError(case)
    if not hold_of(acts).active:
        raise DisposalError(case, reason="lệnh giữ này đã được gỡ")
    _need_reason(case, reason)
    details = {"reason": reason}
    _act(services, case, Act.HOLD_LIFTED, acts[0].target, seen=len(acts), details=details)
    return hold_of(services.store.records.acts(case=case))


def holds(services: Services) -> Sequence[Hold]:
    """Every hold, the oldest first."""
    return [hold_of(acts) for acts in by_case(services.store.records.acts(family="hold")).values()]


def holds_on(services: Services, document: Document) -> tuple[Hold, ...]:
    """Active holds on a paper or on its dossier."""
    targets = [target for target in (document.id, document.dossier) if target]
    acts = [act for target in targets for act in services.store.records.acts(target=target, family="hold")]
    return tuple(hold for case in by_case(acts).values() if (hold := hold_of(case)).active)


# how


def _as_seen(services: Services, case: str) -> tuple[Disposal, int]:
    """One disposal, and how many acts it was made of: who decides on it must have seen just those.

    Counted anew afterwards, an act in between would be taken for seen: two clicks of one person for two
    people.
    """
    acts = services.store.records.acts(case=case, family="disposal") if is_id(case) else ()
    if not acts:
        raise RecordMissingError(case)
    return disposal_of(acts), len(acts)


def _begin(services: Services, found: Disposal, document: Document, *, seen: int, actor: str = "") -> None:
    """Everything that could refuse is asked before the first byte goes.

    Args:
        services: of this installation.
        found: the proposal.
        document: that it is about.
        seen: how many acts of it were seen; somebody may reject it meanwhile.
        actor: who does it.
    """
    if found.state is not DisposalState.APPROVED:
        missing = APPROVALS - len(found.approvers)
        reason = (
            "đã bị từ chối" if found.state is DisposalState.REJECTED else f"còn thiếu {missing} phê duyệt"
        )
        raise DisposalError(found.id, reason=reason)
    _refuse_undue(services, document)
    destruction = _destruction(services)
    destruction.need_places()
    hashes = services.store.records.objects_of(document.id)
    for sha256 in hashes:
        until = destruction.locked_until(sha256)
        if until is not None:
            raise DisposalError(found.id, reason=f"nơi lưu còn khóa chống xóa đến {until:%d/%m/%Y}")
    stored = destruction.stored_as(hashes)
    objects = [_Listed(sha256, stored.get(sha256)) for sha256 in hashes]
    # Made for nothing but to know that the certificate can be signed before the first byte is gone.
    at = services.clock()
    trial = certificate_text(services, found, document, objects=objects, at=at, actor=actor)
    services.detached_signer.sign(trial, item=found.id)
    _act(
        services,
        found.id,
        Act.DISPOSAL_BEGUN,
        document.id,
        seen=seen,
        details={"objects": " ".join(str(one) for one in objects)},
        actor=actor,
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    """An object that is to be destroyed, and under which hash its bytes are kept when it is enciphered."""

    sha256: Sha256
    stored: Sha256 | None

    def __str__(self) -> str:
        return f"{self.sha256}:{self.stored}" if self.stored else self.sha256


def _destruction(services: Services) -> Destruction:
    from storage.destruction import Destruction  # noqa: PLC0415

    store = services.store
    return Destruction(store.places, store.records.upkeep, clock=services.clock)


def _listed(services: Services, case: str) -> Sequence[_Listed]:
    """What was to be destroyed when it began."""
    acts = services.store.records.acts(case=case)
    begun = next(act for act in acts if act.act is Act.DISPOSAL_BEGUN)
    parts = [one.partition(":") for one in begun.details["objects"].split()]
    return [_Listed(Sha256(sha256), Sha256(stored) if stored else None) for sha256, _, stored in parts]


def _finish(
    services: Services, found: Disposal, document: Document, objects: Sequence[_Listed], *, actor: str = ""
) -> None:
    at = services.clock()
    certificate = certificate_text(services, found, document, objects=objects, at=at, actor=actor)
    signature = services.detached_signer.sign(certificate, item=found.id)
    details = {
        "certificate": _keep(services, certificate),
        "signature": _keep(services, signature),
    }
    tombstone = document.remnant().next_version(
        state=DocumentState.DESTROYED, object_sha256=None, object_size=0
    )
    _act(
        services,
        found.id,
        Act.DISPOSAL_EXECUTED,
        document.id,
        seen=_seen(services, found.id),
        details=details,
        document=tombstone,
        told={**details, "objects": len(objects)},
        actor=actor,
    )


def certificate_text(  # noqa: PLR0913 - a certificate has these parts
    services: Services,
    found: Disposal,
    document: Document,
    *,
    objects: Sequence[_Listed],
    at: datetime,
    actor: str = "",
) -> bytes:
    """The certificate of destruction: JSON with fixed names, ids and codes only, signed as it stands.

    Of enciphered objects it says that their keys were destroyed, and until when a lock keeps which bytes,
    unreadable since.
    """
    remains = _destruction(services).remains([one.sha256 for one in objects])
    retention = retention_of(services, document)
    return canonical_json(
        {
            "certificate": "Biên bản hủy tài liệu số",
            "case": found.id,
            "document": document.id,
            "type": document.type,
            "type_vi": services.papers.spec(document.type).label_vi,
            "dossier": document.dossier,
            "filed_at": moment_to_text(document.filed_at) if document.filed_at else None,
            "kept_until": retention.until.isoformat() if retention.until else None,
            "article": retention.article,
            "proposed_by": found.proposer,
            "approved_by": list(found.approvers),
            "executed_by": actor or services.settings.actor,
            "executed_at": moment_to_text(at),
            "objects": [one.sha256 for one in objects],
            "keys_destroyed": [
                {"object": one.sha256, "stored": one.stored} for one in objects if one.stored is not None
            ],
            "unreadable_bytes_left": [
                {
                    "stored": one.stored,
                    "place": one.place,
                    "locked_until": moment_to_text(one.until) if one.until else None,
                }
                for one in remains
            ],
        }
    ).encode()


def _keep(services: Services, content: bytes) -> str:
    with tempfile.NamedTemporaryFile(dir=services.store.work, prefix="certificate-") as file:
        file.write(content)
        file.flush()
        kept = services.store.blobs.put(Path(file.name))
    # A step names the object, so that upkeep does not take it for one that nobody needs.
    services.store.records.save_step(f"certificate-{kept.sha256}", kept.sha256)
    return hashlib.sha256(content).hexdigest()


def _refuse_undue(services: Services, document: Document) -> None:
    if document.state is not DocumentState.FILED:
        raise DisposalError(document.id, reason="giấy tờ chưa lưu kho hoặc đã hủy")
    held = holds_on(services, document)
    if held:
        raise DisposalError(document.id, reason=f"đang bị giữ theo lệnh {held[0].id}")
    verdict = retention_of(services, document)
    if not verdict.may_be_proposed:
        raise DisposalError(document.id, reason=_why_kept(verdict))


def _why_kept(verdict: RetentionVerdict) -> str:
    if verdict.state is Retention.PERMANENT:
        return "bảo quản vĩnh viễn"
    if verdict.state is Retention.UNKNOWN:
        return "bảng quy tắc chưa có thời hạn bảo quản cho loại này"
    if verdict.state is Retention.RUNNING and verdict.until:
        return f"còn thời hạn bảo quản đến {verdict.until:%d/%m/%Y}"
    return "thời hạn bảo quản chưa được kiểm chứng (verified)"


def _document(services: Services, document: DocumentId) -> Document:
    if not is_id(document):
        raise RecordMissingError(document)
    return services.store.records.document(document)


def _open_disposal(services: Services, document: str) -> Disposal | None:
    cases = by_case(services.store.records.acts(target=document, family="disposal"))
    found = [disposal_of(acts) for acts in cases.values()]
    return next((one for one in found if one.state is not DisposalState.REJECTED), None)


def _need_reason(item: str, reason: str) -> None:
    if not reason.strip():
        raise DisposalError(item, reason="phải ghi lý do")


def _seen(services: Services, case: str) -> int:
    return len(services.store.records.acts(case=case))


def _act(  # noqa: PLR0913  an act has these parts
    services: Services,
    case: str,
    act: Act,
    target: str,
    *,
    seen: int,
    details: Mapping[str, str] | None = None,
    document: Document | None = None,
    told: Mapping[str, str | int] | None = None,
    actor: str = "",
) -> None:
    """Enter an act, in the records with its words and in the journal without them."""
    at, by = services.clock(), actor or services.settings.actor
    event = Event(
        kind=EventKind(act.value),
        at=at,
        actor=by,
        subject=target if is_id(target) else "",
        dossier="" if is_id(target) else target,
        details={"case": case, **(told or {})},
    )
    services.store.records.act(
        KeepingAct(case=case, act=act, target=target, at=at, actor=by, details=details or {}),
        seen=seen,
        events=[event],
        document=document,
    )
