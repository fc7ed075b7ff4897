"""A paper as it would be with what was answered so far; whether two versions are the same to a checker."""

from __future__ import annotations

from dossier.checking import CheckDraft
from dossier.documents import Document
from dossier.errors import RecordMissingError
from flows.review import Said, answered
from wiring.services import Services


def understood(services: Services, before: Document, draft: CheckDraft) -> Document:
    """The paper as it would be saved now.

    Raises:
        ArgumentError: an answer is none.
    """
    if not (draft.values or draft.type_ or draft.owner):
        return before
    after, _ = answered(services, before, Said(values=draft.values, type_=draft.type_, owner=draft.owner))
    return after


def alike(services: Services, current: Document, *, looked_at: int) -> bool:
    """Whether a version that somebody looked at says what the present one says: its copy was stamped."""
    try:
        seen = services.store.records.document(current.id, version=looked_at)
    except RecordMissingError:
        return False
    return _told(seen) == _told(current)


def _told(document: Document) -> tuple[object, ...]:
    return (
        document.type,
        document.pages,
        document.fields,
        document.questions,
        document.parties,
        document.state,
        document.dossier,
    )
