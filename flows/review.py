"""A person's answer: a correction makes the next version; without open questions the paper is filed.

One paper is too small for a flow run (starting Prefect would cost a hundred times the work), so the same
plain step is called that a batch run calls.
"""

from __future__ import annotations

from collections.abc import Mapping

from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId
from dossier.persons import parse_owner
from dossier.review import corrected, must_wait
from flows.extract import settle
from flows.issue import issue
from rulebook.vocabulary import VOCABULARY
from wiring.services import Services


def review(  # noqa: PLR0913 - what a person may say about a paper
    services: Services,
    document_id: DocumentId,
    *,
    values: Mapping[str, str],
    type_: str = "",
    owner: str = "",
    confirmed: bool,
) -> Document:
    """Apply what a person says about a waiting paper.

    Args:
        services: of this installation.
        document_id: the paper.
        values: normalised values by field name; an empty one removes the field.
        type_: the right paper type, empty to keep it.
        owner: identity number of the person whose paper it is, empty to keep.
        confirmed: all remaining questions were looked at and are right.

    Raises:
        ArgumentError: a field or type the vocabulary does not know, or a paper that is filed.
        RecordMissingError, VersionConflictError: as from the records.
    """
    with services.writing():
        records = services.store.records
        before = records.document(document_id)
        _check(before, values, type_)
        after = corrected(before, values, confirmed=confirmed)
        after = settle(services, after, type_=type_, owner=parse_owner(owner) if owner else "")
        event = Event(
            kind=EventKind.DOCUMENT_CORRECTED,
            at=services.clock(),
            actor=services.settings.actor,
            subject=document_id,
            dossier=before.dossier,
            details={"fields": len(values), "confirmed": int(confirmed), "version": after.version},
        )
        saved = records.save_document(after, events=(event,))
        return saved if must_wait(saved) else issue(services, saved)


def _check(document: Document, values: Mapping[str, str], type_: str) -> None:
    if document.state is not DocumentState.WAITING:
        raise ArgumentError(document.id, expected="giấy tờ đang chờ người xem")
    if type_ and type_ not in VOCABULARY:
        raise ArgumentError("--type", expected="một loại giấy tờ trong từ vựng")
    known = VOCABULARY[type_ or document.type]
    for name in values:
        if name not in known:
            raise ArgumentError(f"--set {name}", expected=f"một trong: {', '.join(known)}")
