"""Results of a dossier and their hand-over: until then nobody relies on them."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.admission import Dossier
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from wiring.services import Services

_TRIES = 5


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
