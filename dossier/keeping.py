"""Acts that stay: holds, disposals, requests of data subjects, papers asked for though held, batches closed.

Every act is an entry that stays. What a case is now follows from its acts in order, so nobody can change what
was decided, only decide again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

APPROVALS: Final = 2
"""How many people must approve a destruction, none of them the one who proposed it."""


class Act(StrEnum):
    """The kinds of acts."""

    HOLD_ADDED = "hold.added"
    HOLD_LIFTED = "hold.lifted"
    DISPOSAL_PROPOSED = "disposal.proposed"
    DISPOSAL_APPROVED = "disposal.approved"
    DISPOSAL_REJECTED = "disposal.rejected"
    DISPOSAL_BEGUN = "disposal.begun"
    DISPOSAL_EXECUTED = "disposal.executed"
    REQUEST_ADDED = "request.added"
    REQUEST_ANSWERED = "request.answered"
    ASKING_INSISTED = "asking.insisted"
    BATCH_CLOSED = "batch.closed"
    BATCH_REOPENED = "batch.reopened"
    BATCH_PAGES_TOLD = "batch.pages_told"
    BLANK_TAKEN_BACK = "blank.taken_back"
    PAGES_ARRANGED = "pages.arranged"
    FORM_SAID = "intake.form_said"
    SIGNING_RETURNED = "signing.returned"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_APPLIED = "correction.applied"
    CORRECTION_REJECTED = "correction.rejected"


class DisposalState(StrEnum):
    """Where a disposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    BEGUN = "begun"
    EXECUTED = "executed"


class RequestKind(StrEnum):
    """What a data subject asks for (Law 91/2025/QH15 Article 4)."""

    VIEW = "view"
    CORRECT = "correct"
    ERASE = "erase"
    RESTRICT = "restrict"
    OBJECT = "object"


class Answer(StrEnum):
    """How a request was answered."""

    GRANTED = "granted"
    RESTRICTED = "restricted"
    """Archive law keeps the paper; the store shows it no longer."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingAct:
    """One act.

    Attributes:
        case: id of the hold, disposal or request it belongs to.
        act: what was done.
        target: id of the document, file or batch, or the dossier code, it is about.
        at: aware, UTC.
        actor: who did it.
        details: reasons and codes; words of people, so they stay in the records and out of journal and log.
    """

    case: str
    act: Act
    target: str
    at: datetime
    actor: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold: while it is active nothing of the target is destroyed, whatever else was decided."""

    id: str
    target: str
    reason: str
    since: datetime
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A proposal to destroy one paper.

    Attributes:
        id: of the case.
        document: the paper.
        state: where it stands.
        proposer: who proposed it.
        approvers: who approved, in order.
        reason: why, in words.
        certificate: SHA-256 of the certificate of destruction; empty until executed.
        signature: SHA-256 of the signature over it.
    """

    id: str
    document: str
    state: DisposalState
    proposer: str
    approvers: tuple[str, ...] = ()
    reason: str = ""
    certificate: str = ""
    signature: str = ""

    def why_not_approved_by(self, actor: str) -> str:
        """Why this person's approval does not count, in Vietnamese; empty when it does."""
        if self.state is not DisposalState.PROPOSED:
            return "đề nghị này không còn chờ phê duyệt"
        if actor == self.proposer:
            return "người đề nghị không được phê duyệt"
        if actor in self.approvers:
            return "người này đã phê duyệt rồi; cần một người khác"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequest:
    """A request of a data subject.

    Attributes:
        id: of the case.
        kind: what is asked.
        document: about which paper.
        received: day of reception in Vietnam.
        answer_by, carry_out_by: last days the law leaves.
        answer: how it was answered; nothing while it is open.
        answered_on: when; nothing while it is open.
        person: opaque reference of who asked; empty when it was not kept.
    """

    id: str
    kind: RequestKind
    document: str
    received: date
    answer_by: date
    carry_out_by: date
    answer: Answer | None = None
    answered_on: date | None = None
    person: str = ""

    def late(self, today: date) -> bool:
        """Whether a last day has passed before it was answered."""
        return (self.answered_on or today) > self.answer_by


def hold_of(acts: Sequence[KeepingAct]) -> Hold:
    """The hold that these acts make, all of one case and in order."""
    first = acts[0]
    return Hold(
        id=first.case,
        target=first.target,
        reason=first.details.get("reason", ""),
        since=first.at,
        active=all(act.act is not Act.HOLD_LIFTED for act in acts),
    )


def disposal_of(acts: Sequence[KeepingAct]) -> Disposal:
    """The disposal that these acts make, all of one case and in order."""
    first, done = acts[0], {act.act: act for act in acts}
    approvers = tuple(act.actor for act in acts if act.act is Act.DISPOSAL_APPROVED)
    executed = done.get(Act.DISPOSAL_EXECUTED)
    if executed:
        state = DisposalState.EXECUTED
    elif Act.DISPOSAL_BEGUN in done:
        state = DisposalState.BEGUN
    elif Act.DISPOSAL_REJECTED in done:
        state = DisposalState.REJECTED
    else:
        state = DisposalState.APPROVED if len(approvers) >= APPROVALS else DisposalState.PROPOSED
    return Disposal(
        id=first.case,
        document=first.target,
        state=state,
        proposer=first.actor,
        approvers=approvers,
        reason=first.details.get("reason", ""),
        certificate=executed.details.get("certificate", "") if executed else "",
        signature=executed.details.get("signature", "") if executed else "",
    )


def request_of(acts: Sequence[KeepingAct]) -> SubjectRequest:
    """The request that these acts make, all of one case and in order."""
    first = acts[0]
    answered = next((act for act in acts if act.act is Act.REQUEST_ANSWERED), None)
    return SubjectRequest(
        id=first.case,
        kind=RequestKind(first.details["kind"]),
        document=first.target,
        received=date.fromisoformat(first.details["received"]),
        answer_by=date.fromisoformat(first.details["answer_by"]),
        carry_out_by=date.fromisoformat(first.details["carry_out_by"]),
        answer=Answer(answered.details["answer"]) if answered else None,
        answered_on=date.fromisoformat(answered.details["on"]) if answered else None,
        person=first.details.get("person", ""),
    )


def by_case(acts: Sequence[KeepingAct]) -> Mapping[str, Sequence[KeepingAct]]:
    """Acts of each case, in order."""
    found: dict[str, list[KeepingAct]] = {}
    for act in acts:
        found.setdefault(act.case, []).append(act)
    return found
