"""Second half of a file's way: its papers are signed, understood, sealed and stored.

Order by law: PDF/A, officer's signature, extraction, code, organisation's seal, store (Circular
01/2023/TT-VPCP Articles 7, 8 and 10; Law 20/2023/QH15 Article 12). Each step has a key made of the document
and the step, so that a killed run that is repeated uses what is there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dossier.documents import Document, DocumentState, Item, ItemState, SignatureStatus
from dossier.errors import RecordMissingError, SigningError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId, document_id
from dossier.ports import BlobRef
from dossier.review import SIGNATURE_QUESTION, must_wait
from dossier.trust import Trust
from extraction.document import page_groups
from flows.capture import load_reading
from flows.extract import describe
from flows.progress import Listener, Progress, Stage
from ocr.records import FileReading
from signing.appearance import PdfRect
from wiring.services import Services

_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper of a file that was read."""

    id: DocumentId
    item: Item
    reading: FileReading
    pages: tuple[int, ...]


def file_item(services: Services, item_id: ItemId, *, listen: Listener) -> None:
    """Bring every paper of a read file to its next resting place: filed, or waiting for a person.

    Raises:
        SigningError: a paper cannot be signed.
        StoreError: something could not be kept.
    """
    records = services.store.records
    item = records.item(item_id)
    reading = load_reading(services, item_id)
    for pages in _papers(services, reading):
        paper = _Paper(document_id(records.namespace, item_id, pages=pages), item, reading, pages)
        if _saved(services, paper.id) is None:
            started = time.thread_time()
            saved = _file_signed(services, paper) if reading.signed else _file_scanned(services, paper)
            _tell(listen, saved, seconds=time.thread_time() - started)
    records.save_item(replace(item, state=ItemState.DONE, pages=len(reading.pages), error_code=""))
    listen(Progress(stage=Stage.DONE, item=item_id))


def issue(services: Services, document: Document) -> Document:
    """Seal and file a paper that has no open question; the officer's copy is in the store.

    A file that arrived signed is filed as it is: nothing is ever added to it here.

    Raises:
        SigningError: the seal cannot be set.
    """
    if document.object_sha256 is None:
        raise RecordMissingError(document.id)
    item = services.store.records.item(document.item)
    if document.object_sha256 == item.sha256:
        return _save_as_it_is(services, document.next_version())
    with services.store.blobs.path(document.object_sha256) as source:
        kept = _seal(services, document.id, source, version=document.version + 1, item=item.name)
    return _save_filed(services, document.next_version(), kept)


def _papers(services: Services, reading: FileReading) -> Sequence[tuple[int, ...]]:
    """Page numbers of each paper. A file that arrived signed is one paper: nothing may be cut from it."""
    if reading.signed:
        return (tuple(page.page for page in reading.pages),)
    return page_groups(reading.pages, services.papers)


def _saved(services: Services, document: DocumentId) -> Document | None:
    try:
        return services.store.records.document(document)
    except RecordMissingError:
        return None


def _file_scanned(services: Services, paper: _Paper) -> Document:
    """PDF/A, officer's signature, extraction; then wait for a person or go on to the seal."""
    steps = services.store.steps
    item = paper.item.name
    captured = steps.run_temporary(f"officer-{paper.id}", lambda target: _capture(services, paper, target))
    draft = describe(services, paper.id, paper.item, reading=paper.reading, pages=paper.pages)
    if must_wait(draft):
        kept = steps.run(f"captured-{paper.id}", lambda target: _copy(captured, target))
        saved = _save_waiting(services, draft, kept, signature=SignatureStatus.PASSED, trust=Trust.T5)
    else:
        kept = _seal(services, paper.id, captured, version=1, item=item)
        saved = _save_filed(services, draft, kept)
    steps.forget((f"officer-{paper.id}",))
    return saved


def _file_signed(services: Services, paper: _Paper) -> Document:
    """A file that arrived signed: stored whole already, verified as it is, never written to."""
    draft = describe(services, paper.id, paper.item, reading=paper.reading, pages=paper.pages)
    now = services.clock()
    with services.store.blobs.path(paper.item.sha256) as source:
        report = services.verify(source, at=now)
    status = SignatureStatus(report.conclusion)
    kept = BlobRef(paper.item.sha256, paper.item.size)
    if status is not SignatureStatus.PASSED:
        draft = replace(draft, questions=(*draft.questions, SIGNATURE_QUESTION))
    trust = Trust.T2 if status is SignatureStatus.PASSED else Trust.T6
    if must_wait(draft):
        return _save_waiting(services, draft, kept, signature=status, trust=trust)
    return _save_as_it_is(
        services, _with_object(draft, kept, signature=status, trust=trust, services=services)
    )


def _capture(services: Services, paper: _Paper, target: Path) -> None:
    """Two-layer PDF/A of the paper's pages, then the officer's signature on it."""
    now = services.clock()
    plain = target.with_suffix(".pdfa")
    with services.store.blobs.path(paper.item.sha256) as source:
        made = services.reader.write_pdfa(
            source,
            paper.reading,
            pages=paper.pages,
            out=plain,
            title=f"motlan {paper.id}",
            created=now,
            top_clear_mm=services.signer.room_needed_mm(_width_mm(paper)),
        )
    try:
        occupied = [PdfRect(*rectangle) for rectangle in made.occupied]
        services.signer.sign_as_officer(plain, target, at=now, item=paper.item.name, occupied=occupied)
    finally:
        plain.unlink(missing_ok=True)


def _width_mm(paper: _Paper) -> float:
    """Width of the paper's first page, upright, at true size."""
    first = next(page for page in paper.reading.pages if page.page == paper.pages[0])
    return first.width / first.dpi * _MM_PER_INCH


def _seal(services: Services, document: DocumentId, source: Path, *, version: int, item: str) -> BlobRef:
    """Organisation's seal, conversion mark, revocation data, document timestamp; then verified."""

    def produce(target: Path) -> None:
        now = services.clock()
        services.signer.seal_as_organisation(source, target, at=now, item=item)
        report = services.verify(target, at=services.clock())
        if SignatureStatus(report.conclusion) is not SignatureStatus.PASSED:
            raise SigningError(item, cause=report.conclusion)

    return services.store.steps.run(f"sealed-{document}-{version}", produce)


def _save_as_it_is(services: Services, document: Document) -> Document:
    filed = replace(document, state=DocumentState.FILED, filed_at=services.clock())
    event = _event(services, EventKind.DOCUMENT_FILED, filed, trust=str(filed.trust))
    return services.store.records.save_document(filed, events=(event,))


def _save_waiting(
    services: Services, draft: Document, kept: BlobRef, *, signature: SignatureStatus, trust: Trust
) -> Document:
    waiting = _with_object(draft, kept, signature=signature, trust=trust, services=services)
    event = _event(services, EventKind.DOCUMENT_WAITING, waiting, questions=len(waiting.questions))
    captured = _event(services, EventKind.DOCUMENT_CAPTURED, waiting, pages=len(waiting.pages))
    return services.store.records.save_document(waiting, events=(captured, event))


def _save_filed(services: Services, draft: Document, kept: BlobRef) -> Document:
    filed = replace(
        _with_object(draft, kept, signature=SignatureStatus.PASSED, trust=Trust.T4, services=services),
        state=DocumentState.FILED,
        filed_at=services.clock(),
    )
    events = [_event(services, EventKind.DOCUMENT_FILED, filed, trust=str(Trust.T4))]
    if filed.version == 1:
        events.insert(0, _event(services, EventKind.DOCUMENT_CAPTURED, filed, pages=len(filed.pages)))
    return services.store.records.save_document(filed, events=events)


def _with_object(
    draft: Document, kept: BlobRef, *, signature: SignatureStatus, trust: Trust, services: Services
) -> Document:
    return replace(
        draft,
        object_sha256=kept.sha256,
        object_size=kept.size,
        signature=signature,
        signature_checked_at=services.clock(),
        trust=trust,
    )


def _event(services: Services, kind: EventKind, document: Document, **details: str | int) -> Event:
    return Event(
        kind=kind,
        at=services.clock(),
        actor=services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details={"type": document.type, "version": document.version, **details},
    )


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _tell(listen: Listener, document: Document, *, seconds: float) -> None:
    stage = Stage.FILED if document.state is DocumentState.FILED else Stage.WAITING
    listen(Progress(stage=stage, item=document.item, document=document.id, seconds=seconds))
