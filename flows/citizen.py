"""What a person may know of what is held about them: their papers, and who looked at them, when and why.

Law 91/2025/QH15 Article 4 (to know, to view, to obtain); Decree 278/2025/NĐ-CP Articles 13 and 14 (every
sharing is traced). Every answer leaves an entry in the journal, under the person it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dossier.access import Access
from dossier.codes import office_of
from dossier.corrections import CorrectionState
from dossier.documents import Document, PartyRole
from dossier.events import Event, EventKind
from dossier.ids import DocumentId
from dossier.ports import JournalEntry
from dossier.queries import PaperQuery
from dossier.staff import ACTOR
from flows.admission import relation_of
from flows.corrections import corrections_of
from flows.lookup import PAGE, find_papers, visible
from rulebook.disclosure import load_disclosure
from wiring.services import Services

LOOKS_PAGE: Final = 100
"""Looks in one answer."""

_LOOKS: Final = frozenset(
    {
        EventKind.OWNER_LOOKED_UP,
        EventKind.OWNER_READ,
        EventKind.DOCUMENT_READ,
        EventKind.DOCUMENT_CORRECTED,
        EventKind.REUSE_ASKED,
    }
)
_OF_PAPERS: Final = frozenset({EventKind.DOCUMENT_READ, EventKind.DOCUMENT_CORRECTED})
_KEY: Final = "key-"


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A paper, whether it is the person's own or only names them, and its other scans, in their order."""

    document: Document
    own: bool
    scans: tuple[DocumentId, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldPapers:
    """One page of papers; the next begins after ``after``, nothing after the last."""

    papers: Sequence[HeldPaper]
    after: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a person's data, or a change of what a paper of theirs says.

    Attributes:
        number: of its entry in the journal.
        at: aware, UTC.
        kind: what was done.
        actor: opaque account or key of whoever looked; ``label`` what desk a key is for.
        offices: whose account it is, by the dossier it was for or the rights of its key; may be empty.
        purpose: why; empty where old entries name none.
        dossier: for which dossier, may be empty.
        document: which paper; empty when it was about the person.
    """

    number: int
    at: datetime
    kind: EventKind
    actor: str
    label: str
    offices: tuple[str, ...]
    purpose: str
    dossier: str
    document: str


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks, the newest first; ``before`` is where the next page begins, 0 after the last."""

    looks: Sequence[Look]
    before: int


def papers_about(
    services: Services, number: str, *, access: Access, after: DocumentId | None = None, limit: int = PAGE
) -> HeldPapers:
    """One page of the papers that a person owns or is named on, under any number confirmed as theirs.

    Scans of one sheet are one paper, which stands where its first one does.

    Raises:
        RecordMissingError: no such paper ``after``.
    """
    while True:
        found = find_papers(services, PaperQuery(number=number), access=access, after=after, limit=limit)
        scans = services.store.records.same.scans_of([document.id for document in found])
        held = [
            HeldPaper(
                document,
                relation_of(services, document, [number]) is PartyRole.OWNER,
                tuple(scan for scan in scans.get(document.id, ()) if scan != document.id),
            )
            for document in found
            if _stands_for(services, document, scans.get(document.id, ()), access=access)
        ]
        more = found[-1].id if len(found) == limit else None
        if held or more is None:
            return HeldPapers(held, more)
        # All of them are later scans of papers further down: the page goes on there.
        after = more


def _stands_for(
    services: Services, document: Document, scans: Sequence[DocumentId], *, access: Access
) -> bool:
    """Whether a paper is shown for all its scans: it is the first of them that may be seen."""
    earlier = scans[: scans.index(document.id)] if document.id in scans else ()
    return not visible([services.store.records.document(scan) for scan in earlier], access)


def looks_at(  # noqa: PLR0913 - a look has these parts
    services: Services,
    number: str,
    *,
    access: Access,
    before: int = 0,
    limit: int = LOOKS_PAGE,
    told: Callable[[Look], bool] = lambda _look: True,
) -> Looks:
    """Who looked at a person's data, when, and why; what the law lets wait is not told yet.

    Found by an index of persons, however long the journal is.

    Args:
        services: of this installation.
        number: normalised identity number.
        access: who asks and why.
        before: only looks before that entry of the journal; 0 for the newest.
        limit: entries that one page looks at.
        told: whether whoever asks may be told of a look.
    """
    records = services.store.records
    numbers = records.numbers_of_owner(number)
    entries = records.journal_of_persons(numbers, before=before, limit=limit)
    disclosure, now = load_disclosure(), services.clock()
    labels: dict[str, tuple[str, tuple[str, ...]]] = {}
    known = (
        _look(services, entry, labels)
        for entry in entries
        if entry.event.kind in _LOOKS and not disclosure.waiting(entry.event.purpose, entry.event.at, now=now)
    )
    looks = [look for look in known if told(look)]
    records.record(
        Event(
            kind=EventKind.OWNER_READ,
            at=now,
            actor=access.actor,
            owner_ref=records.owner_ref(number),
            dossier=access.dossier,
            purpose=access.purpose,
            details={"looks": len(looks)},
        )
    )
    return Looks(looks, entries[-1].number if len(entries) == limit else 0)


def look_json(look: Look) -> Mapping[str, object]:
    """A look as commands and the service tell it."""
    return {
        "entry": look.number,
        "at": look.at.isoformat(timespec="seconds"),
        "what": look.kind.value,
        "by": look.actor,
        "label": look.label,
        "offices": list(look.offices),
        "purpose": look.purpose,
        "dossier": look.dossier,
        "document": look.document,
    }


def held_json(services: Services, held: HeldPaper) -> Mapping[str, object]:
    """A paper as commands and the service list it: what it is, where it stands, when it was corrected.

    None of what it says is told.
    """
    document = held.document
    return {
        "document": document.id,
        "version": document.version,
        "type": document.type,
        "type_vi": services.papers.spec(document.type).label_vi,
        "relation": "own" if held.own else "named",
        "state": document.state.value,
        "standing": document.standing.value,
        "restricted": document.restricted,
        "signature": document.signature.value,
        "filed_at": document.filed_at.isoformat(timespec="seconds") if document.filed_at else None,
        "valid_until": document.term.until.isoformat() if document.term.until else None,
        "dossier": document.dossier,
        "scans": list(held.scans),
        "corrections": [
            {
                "correction": one.id,
                "version": one.version,
                "ground": one.ground.value,
                "request": one.request or None,
                "at": one.decided_at.isoformat(timespec="seconds"),
            }
            for one in corrections_of(services, document.id)
            if one.state is CorrectionState.APPLIED and one.decided_at is not None
        ],
    }


def _look(services: Services, entry: JournalEntry, labels: dict[str, tuple[str, tuple[str, ...]]]) -> Look:
    event = entry.event
    if event.actor not in labels:
        labels[event.actor] = _holder(services, event.actor)
    label, offices = labels[event.actor]
    office = office_of(event.dossier)
    return Look(
        number=entry.number,
        at=event.at,
        kind=event.kind,
        actor=event.actor,
        label=label,
        offices=(office,) if office else offices,
        purpose=event.purpose,
        dossier=event.dossier,
        document=event.subject if event.kind in _OF_PAPERS else "",
    )


def _holder(services: Services, actor: str) -> tuple[str, tuple[str, ...]]:
    """What desk a key is for, and whose it is; of a person at the station the offices alone."""
    if actor.startswith(ACTOR):
        account = services.store.records.staff.account(actor.removeprefix(ACTOR))
        return ("", account.scopes.offices) if account else ("", ())
    key = services.store.records.admissions.key(actor.removeprefix(_KEY)) if actor.startswith(_KEY) else None
    return (key.label, key.scopes.offices) if key else ("", ())
