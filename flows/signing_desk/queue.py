"""What waits for a signer, who looks through which paper, and papers that a signer gives back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import covers
from dossier.codes import office_of
from dossier.desk_errors import SignHeldError, SignOwnError, SignReasonError
from dossier.documents import Document
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from dossier.keeping import Act, KeepingAct
from dossier.moments import VIETNAM
from dossier.review import RETURNED_QUESTION
from dossier.signing_desk import SignLine, SignQuery
from flows.lookup import read_document
from flows.signing_desk.own import is_own_check
from rulebook.paper_spec import PaperSpec, Sensitivity
from wiring.services import Services

MOST_REASON: Final = 500
"""Characters of a reason for giving a paper back."""
COUNTED: Final = 1000
"""Up to how many waiting papers are counted."""
_AHEAD: Final = 200
_LOOK: Final = timedelta(minutes=15)
"""A paper that somebody looked through is free again when they did nothing for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody at the signing desk.

    Attributes:
        actor: opaque name for the journal.
        offices: that they sign for, ``*`` for all of them.
        sees: classes of personal data they may see; a picture shows every field of a paper.
        accounts: all names by which the journal may know them.
    """

    actor: str
    offices: tuple[str, ...]
    sees: frozenset[Sensitivity]
    accounts: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All of them, with the one they sign by."""
        return self.accounts | {self.actor}


def free_before(services: Services) -> datetime:
    """From when on somebody must have done something for a look to count."""
    return services.shared_clock() - _LOOK


def waiting(  # noqa: PLR0913 - a look at the queue has these parts
    services: Services,
    signer: Signer,
    *,
    type_: str = "",
    office: str = "",
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[SignLine]:
    """Papers that wait for this person, the longest first.

    Args:
        services: of this installation.
        signer: who looks.
        type_: papers of one type alone, empty for all.
        office: papers of one agency and those below it alone, empty for all of the person's.
        after: since when the last paper of the page before waits, and its key.
        limit: papers of one page.
    """
    query = SignQuery(offices=signer.offices, type_=type_, office=office, types=_types_seen(services, signer))
    found: list[SignLine] = []
    while len(found) < limit:
        lines = services.store.records.signing.queue(query, after=after, limit=limit)
        found += [line for line in lines if _sees_whole(services, signer, line.document)]
        if len(lines) < limit:
            break
        after = (lines[-1].since, lines[-1].serial)
    return found[:limit]


def look_through(services: Services, signer: Signer, document: DocumentId) -> SignLine:
    """Put one paper before the person; the look is journalled when it begins.

    Raises:
        RecordMissingError: no such paper waits for their signature.
        SignHeldError: somebody else has it, or a batch signs it.
    """
    before = line_of(services, signer, document)
    is_new = before.holder != signer.actor or not counts(services, before)
    line = services.store.records.signing.take(
        document, signer.actor, at=services.shared_clock(), free_before=free_before(services)
    )
    if line.batch or line.holder != signer.actor:
        since = (line.seen_at or services.clock()).astimezone(VIETNAM)
        raise SignHeldError(since=f"{since:%H:%M}")
    if is_new:
        access = Access(signer.actor, Purpose.OPERATION, line.document.dossier)
        read_document(services, document, access=access)
    return line


def mark(services: Services, signer: Signer, document: DocumentId, *, right: bool) -> None:
    """Whoever looked through a paper says that it is right, or takes that back.

    Raises:
        RecordMissingError: they do not look through it.
    """
    line = line_of(services, signer, document)
    marked = services.store.records.signing.mark(
        line.document.id, signer.actor, at=services.shared_clock(), marked=right
    )
    if not marked:
        raise RecordMissingError(document)


def following(services: Services, signer: Signer) -> DocumentId | None:
    """The paper to look through next: the longest waiting one that nobody has and that is not marked."""
    lines = waiting(services, signer, limit=_AHEAD)
    return next(
        (
            line.document.id
            for line in lines
            if not (line.marked and line.holder == signer.actor)
            and (line.holder == signer.actor or not counts(services, line))
            and not line.batch
            and not is_own_check(services, signer.names, line.document)
        ),
        None,
    )


def need_looking(services: Services, signer: Signer, document: DocumentId) -> Document:
    """The paper, as long as this person looks through it.

    Raises:
        RecordMissingError: they do not.
    """
    line = line_of(services, signer, document)
    if line.holder != signer.actor:
        raise RecordMissingError(document)
    return line.document


def leave(services: Services, signer: Signer) -> int:
    """Give everything back that the person looks through; gives how many there were."""
    return services.store.records.signing.leave(signer.actor)


def counts(services: Services, line: SignLine) -> bool:
    """Whether somebody has the paper now."""
    if line.batch:
        return True
    return bool(line.holder) and line.seen_at is not None and line.seen_at >= free_before(services)


def give_back(
    services: Services, signer: Signer, document: DocumentId, *, reason: str, fields: Sequence[str] = ()
) -> Document:
    """A paper that is not right goes back to the checkers with the reason.

    Args:
        services: of this installation.
        signer: who looked through it.
        document: the paper.
        reason: in their words; sealed in the records, and in no journal.
        fields: names of fields that are wrong; each is asked again. Without any the whole paper is.

    Raises:
        SignReasonError: there is no reason, or it is too long.
        RecordMissingError: it does not wait for their signature.
        SignHeldError: somebody else has it, or a batch signs it.
    """
    told = " ".join(reason.split())
    if not told or len(told) > MOST_REASON:
        raise SignReasonError(most=MOST_REASON)
    with services.saving():
        line = look_through(services, signer, document)
        known = services.papers.spec(line.document.type).by_name
        asked = tuple(name for name in dict.fromkeys(fields) if name in known)
        after = line.document.next_version(questions=(RETURNED_QUESTION, *asked))
        at, case = services.clock(), str(uuid.uuid4())
        act = KeepingAct(
            case=case,
            act=Act.SIGNING_RETURNED,
            target=document,
            at=at,
            actor=signer.actor,
            details={"reason": told},
        )
        event = Event(
            kind=EventKind.DOCUMENT_RETURNED,
            at=at,
            actor=signer.actor,
            subject=document,
            dossier=after.dossier,
            details={"type": after.type, "version": after.version, "fields": len(asked), "case": case},
        )
        services.store.records.act(act, seen=0, events=(event,), document=after)
        return services.store.records.document(document)


def why_returned(services: Services, document: Document) -> str:
    """What the signer said who gave a paper back last; empty when none did or it was settled since."""
    if RETURNED_QUESTION not in document.questions:
        return ""
    acts = services.store.records.acts(target=document.id, family="signing")
    return acts[-1].details.get("reason", "") if acts else ""


def line_of(services: Services, signer: Signer, document: DocumentId) -> SignLine:
    """The paper as it stands in the queue.

    Raises:
        RecordMissingError: no such paper waits for their signature.
        SignOwnError: they checked it, and another person of the office can sign.
    """
    if not is_id(document):
        raise RecordMissingError(document)
    line = services.store.records.signing.line(document)
    theirs = covers(signer.offices, office_of(line.document.dossier) or "-")
    if line.document.restricted or not theirs or not _sees_whole(services, signer, line.document):
        raise RecordMissingError(document)
    if is_own_check(services, signer.names, line.document):
        raise SignOwnError
    return line


def _sees_whole(services: Services, signer: Signer, document: Document) -> bool:
    """Whether the person may see every field that the picture of the paper shows."""
    return _shown_by(services.papers.spec(document.type)) <= signer.sees


def _types_seen(services: Services, signer: Signer) -> frozenset[str] | None:
    """Types of which the person may see every paper as a whole; nothing when that is all of them."""
    if signer.sees >= set(Sensitivity):
        return None
    specs = services.papers.specs
    return frozenset(type_ for type_, spec in specs.items() if _shown_by(spec) <= signer.sees)


def _shown_by(spec: PaperSpec) -> set[Sensitivity]:
    return {field.sensitivity for field in spec.fields} or set(Sensitivity)
