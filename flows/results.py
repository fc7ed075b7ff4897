"""Results of a dossier and their hand-over: until then nobody relies on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dossier.admission import Dossier
from dossier.documents import Document, DocumentState
from dossier.errors import ProcedureUnknownError, RecordMissingError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.handling import Status
from dossier.ids import DocumentId, is_id
from dossier.trust import Trust
from flows.admission import find_dossier
from wiring.services import Services

_TRIES = 5
_NOT_GIVEN = frozenset({Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED})
"""A dossier that ended like this was not handed over."""


def waits_for_hand_over(services: Services, document: Document) -> bool:
    """Whether a paper that is being filed is a result which nobody may rely on before it is handed over.

    It is, when its dossier is registered here and open, and the procedure gives papers of its type. Where the
    procedure asks for that type too (a certificate to be changed) how it came tells the two apart: what its
    issuer signed is the result, a digitised paper may be the old one and is not held back. What stands for a
    component never is.
    """
    return services.settings.hold_results and is_result(services, document)


def is_result(services: Services, document: Document) -> bool:
    """Whether a paper is what the procedure of its open dossier gives, and not what it asks for."""
    if not document.dossier or document.component:
        return False
    dossier = find_dossier(services, document.dossier)
    if dossier is None or not dossier.is_open:
        return False
    try:
        rules = services.procedures.on(dossier.procedure, dossier.received_on)
    except ProcedureUnknownError:
        return False
    if document.type not in rules.results:
        return False
    return document.trust is Trust.T2 or not rules.asks_for(document.type)


def held_back_event(document: Document, *, at: datetime, actor: str) -> Event:
    """What the journal is told of a result that is kept from reuse as it is filed."""
    return Event(
        kind=EventKind.RESULT_HELD_BACK, at=at, actor=actor, subject=document.id, dossier=document.dossier
    )


def release_results(services: Services, dossier: Dossier, *, caller: str) -> Sequence[Document]:
    """The dossier is over: what was held back counts from now on, unless it ended without being handed over.

    Done before, it changes nothing.
    """
    handlings = services.store.records.handlings
    row = handlings.row(dossier.code)
    changes = row.counted.told.changes if row is not None and row.counted is not None else ()
    last = max(changes, key=lambda change: change.at).status if changes else None
    if row is None or last in _NOT_GIVEN:
        return ()
    records = services.store.records
    own = [records.document(DocumentId(paper.document)) for paper in row.papers if paper.own and paper.filed]
    return [
        _mark(services, dossier, paper, handed_over=True, caller=caller) for paper in own if paper.held_back
    ]


def mark_results(
    services: Services, dossier: Dossier, documents: Sequence[str], *, handed_over: bool, caller: str
) -> Sequence[Document]:
    """Hold results of a dossier back from reuse until they are handed over, or say that they were.

    Saying it again changes and journals nothing.

    Args:
        services: of this installation.
        dossier: whose results they are.
        documents: ids of filed papers of that dossier.
        handed_over: whether the citizen has them.
        caller: who says so.

    Raises:
        RecordMissingError: no such paper is filed for this dossier; nothing is changed then.
        VersionConflictError: somebody else changes the paper again and again.
    """
    found = [_result(services, dossier, each) for each in dict.fromkeys(documents)]
    return [_mark(services, dossier, each, handed_over=handed_over, caller=caller) for each in found]


def _result(services: Services, dossier: Dossier, document: str) -> Document:
    if not is_id(document):
        raise RecordMissingError(document)
    found = services.store.records.document(DocumentId(document))
    if found.dossier != dossier.code or found.state is not DocumentState.FILED:
        raise RecordMissingError(document)
    return found


def _mark(
    services: Services, dossier: Dossier, document: Document, *, handed_over: bool, caller: str
) -> Document:
    kind = EventKind.RESULT_HANDED_OVER if handed_over else EventKind.RESULT_HELD_BACK
    for last in reversed(range(_TRIES)):
        if document.held_back is not handed_over:
            return document
        event = Event(kind=kind, at=services.clock(), actor=caller, subject=document.id, dossier=dossier.code)
        try:
            return services.store.records.save_document(
                document.next_version(held_back=not handed_over), events=[event]
            )
        except VersionConflictError:
            # A timestamp came in between, say; the newer version is marked instead.
            if not last:
                raise
            document = _result(services, dossier, document.id)
    return document
