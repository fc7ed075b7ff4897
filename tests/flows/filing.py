"""A dossier of invented papers that is filed, with real bytes in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dossier.documents import Batch, Document, DocumentState, Item, SignatureStatus
from dossier.events import Event, EventKind
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import BatchId, Sha256, batch_id, document_id, item_id
from dossier.trust import Trust
from wiring.services import Services

DOSSIER = "H26.5.12-261102-0001"
AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
GIVEN = {"maintenance": "05", "paperFileCode": "K1.2.3", "archiveCode": "LT.H26"}
REQUEST = {
    "requestID": "YC-01",
    "requestDate": "02/11/2026",
    "purpose": "01",
    "purposeContent": "Tra cứu MẪU",
    "feeObjectType": "10",
}


def file_dossier(
    services: Services,
    folder: Path,
    *,
    count: int = 3,
    dossier: str = DOSSIER,
    state: DocumentState = DocumentState.FILED,
    trust: Trust = Trust.T4,
) -> tuple[BatchId, Sequence[Document]]:
    """File so many one-page papers, every second a decision; the batch and the papers."""
    records = services.store.records
    source = Sha256("a" * 64)
    own = item_id(records.namespace, source, dossier=dossier)
    batch = Batch(
        id=batch_id(records.namespace, [own], dossier=dossier),
        received_at=AT,
        dossier=dossier,
        procedure="1.001193",
    )
    item = Item(id=own, batch=batch.id, order=1, sha256=source, size=1, name="MẪU.pdf")
    with services.writing():
        writing = services.store.records
        writing.save_batch(batch, [item], events=[_event(EventKind.ITEM_RECEIVED, own, dossier)])
        papers = [
            _paper(services, item, order, folder, dossier=dossier, state=state, trust=trust)
            for order in range(1, count + 1)
        ]
    return batch.id, papers


def _paper(
    services: Services,
    item: Item,
    order: int,
    folder: Path,
    *,
    dossier: str,
    state: DocumentState,
    trust: Trust,
) -> Document:
    source = folder / "paper.pdf"
    source.write_bytes(f"%PDF-1.7 MẪU {dossier} {order}\n".encode() * 40)
    kept = services.store.blobs.put(source)
    own = document_id(services.store.records.namespace, item.id, pages=[order])
    paper = Document(
        id=own,
        version=1,
        item=item.id,
        pages=(order,),
        type="decision" if order % 2 == 0 else "marriage_certificate",
        type_confidence=0.9,
        fields=(
            _field("document_number", "12/QĐ-UBND"),
            _field("issue_date", "2026-10-01"),
            _field("summary", "Về việc MẪU"),
        ),
        dossier=dossier,
        procedure="1.001193",
        state=state,
        trust=trust,
        object_sha256=kept.sha256,
        object_size=kept.size,
        signature=SignatureStatus.PASSED,
        signature_checked_at=AT,
        filed_at=AT if state is DocumentState.FILED else None,
    )
    kind = EventKind.DOCUMENT_FILED if state is DocumentState.FILED else EventKind.DOCUMENT_WAITING
    events = [_event(EventKind.DOCUMENT_CAPTURED, own, dossier), _event(kind, own, dossier)]
    return services.store.records.save_document(paper, events=events)


def _field(name: str, value: str) -> Field:
    return Field(name=name, value=value, printed=value, confidence=0.9, page=1, box=Box(0, 0, 1, 1))


def _event(kind: EventKind, subject: str, dossier: str) -> Event:
    return Event(kind=kind, at=AT, actor="quay-mau", subject=subject, dossier=dossier)
