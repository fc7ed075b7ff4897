"""Second half of a file's way: its papers are signed, understood, sealed and stored.

Order: PDF/A, officer's signature, extraction, organisation's seal, and then the record with its result code,
its index entries and its journal entries in one transaction (Circular 01/2023/TT-VPCP Articles 7, 8 and 10;
Law 20/2023/QH15 Article 12). The code is handed out last, so that a seal that fails uses up no number; it
stands in the record, not in the sealed file. Where the timestamp comes over the network, nothing waits for
it: the paper is filed with the officer's copy, and ``flows.stamping`` stamps and seals it afterwards. Each
step has a key made of the document and the step, so that a killed run that is repeated uses what is there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dossier.documents import Document, DocumentState, Item, ItemState, SignatureStatus
from dossier.errors import InputAlreadyHeldError, RecordMissingError, SigningError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId, document_id
from dossier.intake_errors import refusal
from dossier.legal_form import FORM_QUESTION, LegalForm
from dossier.ports import BlobRef
from dossier.review import SIGNATURE_QUESTION, SIGNER_QUESTION, must_wait
from dossier.text import Finding, PageText
from dossier.trust import Trust
from extraction.split import PaperPages
from flows.capture import load_reading, texts_of
from flows.copies import OUR_COPIES, captured_key, officer_key, sealed_key, stamped_key, status_of
from flows.extract import describe
from flows.fatal import fatal
from flows.legal_form import missing_seal, weigh
from flows.progress import Listener, Progress, Stage
from flows.provenance import from_its_issuer
from flows.results import held_back_event, is_result, waits_for_hand_over
from flows.splitting import split_event, split_item
from ocr.records import FileReading
from rulebook.vocabulary import UNKNOWN_TYPE
from signing.appearance import PdfRect
from wiring.services import Services

_MM_PER_INCH = 25.4
_STAGES = {DocumentState.FILED: Stage.FILED, DocumentState.REFUSED: Stage.NOT_DIGITISED}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version of a paper whose bytes are kept, not saved yet, with what it leaves in the journal."""

    document: Document
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a file that was read."""

    id: DocumentId
    item: Item
    reading: FileReading
    found: PaperPages

    @property
    def pages(self) -> tuple[int, ...]:
        """1-based numbers in the file."""
        return self.found.pages

    @property
    def texts(self) -> Sequence[PageText]:
        """What was read on them, in the order of the paper."""
        return texts_of(self.reading, self.pages)


def file_item(
    services: Services, item_id: ItemId, *, listen: Listener, noticed: Sequence[Finding] = ()
) -> None:
    """Bring every paper of a read file to its next resting place: filed, or waiting for a person.

    Separator sheets and their backs are no papers: they are neither signed nor filed, but accounted for.

    Args:
        services: of this installation, inside ``writing``.
        item_id: the file, which was read.
        listen: hears of every paper.
        noticed: what a person must look at on each of its papers: counts of the batch that differ.

    Raises:
        SigningError: a paper cannot be signed; the other papers of the file were filed nevertheless.
        InputAlreadyHeldError: the file is a copy that this store made.
        StoreError: something could not be kept.
    """
    records = services.store.records
    item = records.item(item_id)
    reading = load_reading(services, item_id)
    failed: SigningError | None = None
    stack = split_item(services, item_id, reading)
    for found in stack.papers:
        told = replace(found, findings=(*found.findings, *noticed))
        paper = Paper(document_id(records.namespace, item_id, pages=found.pages), item, reading, told)
        try:
            _file_paper(services, paper, listen=listen)
        except SigningError as error:
            if fatal(error, item=paper.id) is not None:
                raise
            failed = failed or error
    if failed is not None:
        raise failed
    if item.error_code:
        services.store.quarantine.resolve(item.error_code, item.sha256)
    done = replace(item, state=ItemState.DONE, pages=len(reading.pages), error_code="")
    records.save_item(done, events=(split_event(services, item_id, stack),))
    listen(Progress(stage=Stage.DONE, item=item_id))


def file_again(
    services: Services, before: Document, *, pages: tuple[int, ...], version: Document | None = None
) -> Document:
    """Capture and sign a paper anew from its file: one that was refused, or that gets other pages.

    Args:
        services: of this installation, inside ``writing``.
        before: the newest version.
        pages: 1-based numbers in the file that make the paper now.
        version: the next version of a paper whose fields stay as persons left them; nothing for one of which
            nothing was extracted yet.

    Raises:
        SigningError: it cannot be signed or sealed; nothing is saved.
    """
    item = services.store.records.item(before.item)
    found = PaperPages(
        pages=pages, dossier=before.dossier, procedure=before.procedure, component=before.component
    )
    paper = Paper(before.id, item, load_reading(services, item.id), found)
    # What a killed run left on its way may be of other pages.
    services.store.steps.forget((officer_key(paper.id),))
    if version is None:
        saved = _weigh_and_file(services, paper, version=before.version + 1)
    else:
        captured = services.store.steps.run_temporary(
            officer_key(paper.id), lambda target: _capture(services, paper, target)
        )
        saved = _save(services, _put_down(services, paper, replace(version, pages=pages), captured))
    services.store.steps.forget((officer_key(paper.id),))
    return saved


def prepare_arranged(  # noqa: PLR0913 - what a person said of a paper
    services: Services,
    paper: Paper,
    *,
    version: int,
    mark: str,
    refine: Callable[[Document], Document],
    type_: str = "",
) -> Prepared:
    """Capture, sign and understand pages that a person made one paper; nothing is saved.

    Args:
        services: of this installation, inside ``writing``.
        paper: with its pages in their order.
        version: that it will be saved as.
        mark: what the keys of its copies end with, so that those of another arrangement are never taken.
        refine: puts on top what persons said before.
        type_: the type that a person says it is, empty to tell it from the pages.

    Raises:
        SigningError: it cannot be signed or sealed.
    """
    # What a killed run left on its way may be of other pages.
    services.store.steps.forget((officer_key(paper.id),))
    weighed = weigh(services, paper.item, paper.id, paper=paper.found, pages=paper.texts)
    if weighed.refused:
        return _refused(services, paper, weighed.refused, version=version)
    draft, captured = _scanned(
        services, paper, version=version, asked=weighed.asked, refine=refine, type_=type_
    )
    return _put_down(services, paper, draft, captured, mark=mark)


def prepare_enlarged(services: Services, paper: Paper, version: Document, *, mark: str) -> Prepared:
    """Capture and sign a paper whose fields stay as they are, with other pages than before; nothing is saved.

    Raises:
        SigningError: it cannot be signed or sealed.
    """
    services.store.steps.forget((officer_key(paper.id),))
    captured = services.store.steps.run_temporary(
        officer_key(paper.id), lambda target: _capture(services, paper, target)
    )
    return _put_down(services, paper, version, captured, mark=mark)


def issue(services: Services, document: Document, *, events: Sequence[Event] = ()) -> Document:
    """Seal and file a paper that has no open question; the officer's copy is in the store.

    Where a person signs for the office, it waits for them. Where stamps come later, so does the seal. A file
    that arrived signed is filed as it is: nothing is ever added to it here.

    Args:
        services: of this installation, inside ``writing``.
        document: as it will be saved, with the next version number; not saved yet.
        events: what led here; they are journaled before the filing, in the same transaction.

    Raises:
        SigningError: the seal cannot be set; nothing is saved.
        VersionConflictError: somebody saved that version before.
    """
    return _save(services, prepare_issue(services, document, events=events))


def prepare_issue(
    services: Services, document: Document, *, events: Sequence[Event] = (), mark: str = ""
) -> Prepared:
    """The same up to saving it.

    Args:
        services: of this installation, inside ``writing``.
        document: as it will be saved.
        events: what led here.
        mark: see ``prepare_arranged``.

    Raises:
        SigningError: the seal cannot be set.
    """
    captured = document.object_sha256
    if captured is None:
        raise RecordMissingError(document.id)
    item = services.store.records.item(document.item)
    if captured == item.sha256 or _is_sealed(document):
        return _as_it_is(services, document, events=events)
    document = _for_signer(services, document)
    if must_wait(document):
        waiting = replace(document, state=DocumentState.WAITING)
        told = _event(services, EventKind.DOCUMENT_WAITING, waiting, questions=len(waiting.questions))
        return Prepared(waiting, (*events, told))
    if services.stamps_later:
        kept = BlobRef(captured, document.object_size)
        return _filed(services, document, kept, events=events, sealed=False)
    with services.store.blobs.path(captured) as source:
        key = sealed_key(document.id, version=document.version) + mark
        kept = _seal(services, source, key=key, item=item.name)
    return _filed(services, document, kept, events=events)


def _save(services: Services, prepared: Prepared) -> Document:
    return services.store.records.save_document(prepared.document, events=prepared.events)


def file_signed(
    services: Services, document: Document, kept: BlobRef, *, events: Sequence[Event] = ()
) -> Document:
    """File a paper that a person signed for the office.

    Args:
        services: of this installation, where something may be saved.
        document: the next version of a paper that waited for it.
        kept: the signed copy, complete and verified.
        events: journaled before the filing, in the same transaction.

    Raises:
        VersionConflictError: somebody saved that version before.
    """
    return _save(services, _filed(services, replace(document, questions=()), kept, events=events))


def _for_signer(services: Services, document: Document) -> Document:
    """The paper with the question for a signature, where no machine may answer that."""
    if must_wait(document) or services.signing_rules.is_empty:
        return document
    result = is_result(services, document)
    row = services.signing_rules.by_person(document.type, is_result=result, on=services.today())
    return document if row is None else replace(document, questions=(SIGNER_QUESTION,))


def _is_sealed(document: Document) -> bool:
    """Filed and sealed at a desk before another desk was found to say something else about it."""
    return document.trust is Trust.T4 and document.signature is SignatureStatus.PASSED


def _saved(services: Services, document: DocumentId) -> Document | None:
    try:
        return services.store.records.document(document)
    except RecordMissingError:
        return None


def _file_paper(services: Services, paper: Paper, *, listen: Listener) -> None:
    saved = _saved(services, paper.id)
    if saved is None:
        started = time.thread_time()
        try:
            saved = (
                _file_signed(services, paper) if paper.reading.signed else _weigh_and_file(services, paper)
            )
        except Exception as error:
            if fatal(error, item=paper.id) is None:
                # What cannot be signed now is signed from the start when it is handed in again.
                services.store.steps.forget((officer_key(paper.id),))
            raise
        _tell(listen, saved, seconds=time.thread_time() - started)
    # Also for a paper saved by an earlier run: that one may have been killed before it tidied up.
    steps = (officer_key(paper.id), captured_key(paper.id), sealed_key(paper.id, version=1))
    services.store.steps.forget(steps)


def _weigh_and_file(services: Services, paper: Paper, *, version: int = 1) -> Document:
    """Nothing of a paper that may not be digitised is signed, extracted or filed."""
    weighed = weigh(services, paper.item, paper.id, paper=paper.found, pages=paper.texts)
    if weighed.refused:
        return _save(services, _refused(services, paper, weighed.refused, version=version))
    draft, captured = _scanned(services, paper, version=version, asked=weighed.asked)
    return _save(services, _put_down(services, paper, draft, captured))


def _scanned(  # noqa: PLR0913 - what is known of a paper
    services: Services,
    paper: Paper,
    *,
    version: int,
    asked: Sequence[Finding],
    refine: Callable[[Document], Document] = lambda draft: draft,
    type_: str = "",
) -> tuple[Document, Path]:
    """PDF/A, officer's signature, extraction: the version as it was understood, and the officer's copy."""
    captured = services.store.steps.run_temporary(
        officer_key(paper.id), lambda target: _capture(services, paper, target)
    )
    draft = refine(
        describe(services, paper.id, paper.item, reading=paper.reading, paper=paper.found, type_=type_)
    )
    asked = (*asked, *missing_seal(services, paper.item, draft, pages=paper.texts).asked)
    if asked:
        draft = replace(
            draft, questions=(*draft.questions, FORM_QUESTION), findings=(*draft.findings, *asked)
        )
    return replace(draft, version=version), captured


def _put_down(
    services: Services, paper: Paper, draft: Document, captured: Path, *, mark: str = ""
) -> Prepared:
    """Keep the officer's copy of a paper that waits; seal one that does not."""
    later, version = services.stamps_later, draft.version
    draft = _for_signer(services, draft)
    if must_wait(draft) or later:
        own = captured_key(paper.id) if version == 1 else stamped_key(paper.id, version=version)
        kept, status = _keep_captured(services, paper, captured, key=own + mark)
        if not must_wait(draft):
            return _filed(services, draft, kept, sealed=False, captured=True)
        shown = SignatureStatus.STAMP_PENDING if later else status
        return _waiting(services, draft, kept, signature=shown, trust=Trust.T5)
    key = sealed_key(paper.id, version=version) + mark
    kept = _seal(services, captured, key=key, item=paper.item.name)
    return _filed(services, draft, kept, captured=True)


def _keep_captured(
    services: Services, paper: Paper, captured: Path, *, key: str
) -> tuple[BlobRef, SignatureStatus]:
    """The officer's copy as an object, and the conclusion of verifying those very bytes."""
    found: list[SignatureStatus] = []

    def produce(target: Path) -> None:
        shutil.copyfile(captured, target)
        status = status_of(services, target)
        # Without revocation data at hand nobody can say more than that; the seal brings these with it.
        if status not in (SignatureStatus.PASSED, SignatureStatus.INDETERMINATE):
            raise SigningError(paper.item.name, cause=status)
        found.append(status)

    kept = services.store.steps.run(key, produce)
    if not found:
        # Kept by an earlier run, which was killed before it saved the record.
        with services.store.blobs.path(kept.sha256) as source:
            found.append(status_of(services, source))
    return kept, found[0]


def _file_signed(services: Services, paper: Paper) -> Document:
    """A file that arrived signed: stored whole already, verified as it is, never written to."""
    item = paper.item
    if services.store.records.is_step_result(item.sha256, kinds=OUR_COPIES):
        raise InputAlreadyHeldError(item.name)
    draft = describe(services, paper.id, item, reading=paper.reading, paper=paper.found)
    with services.store.blobs.path(item.sha256) as source:
        report = services.verify(source, at=services.clock())
    status = SignatureStatus(report.conclusion)
    kept = BlobRef(item.sha256, item.size)
    trust = Trust.T2
    if status is not SignatureStatus.PASSED or not from_its_issuer(
        report, draft, is_own=services.signer.made
    ):
        trust = Trust.T6
        draft = replace(draft, questions=(*draft.questions, SIGNATURE_QUESTION))
    if must_wait(draft):
        return _save(services, _waiting(services, draft, kept, signature=status, trust=trust))
    own = _with_object(draft, kept, signature=status, trust=trust, services=services)
    return _save(services, _as_it_is(services, own))


def _capture(services: Services, paper: Paper, target: Path) -> None:
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


def _width_mm(paper: Paper) -> float:
    """Width of the paper's first page, upright, at true size."""
    first = paper.texts[0]
    return first.width / first.dpi * _MM_PER_INCH


def _seal(services: Services, source: Path, *, key: str, item: str) -> BlobRef:
    """Organisation's seal, conversion mark, revocation data, document timestamp; then verified."""

    def produce(target: Path) -> None:
        now = services.clock()
        services.signer.seal_as_organisation(source, target, at=now, item=item)
        status = status_of(services, target)
        if status is not SignatureStatus.PASSED:
            raise SigningError(item, cause=status)

    return services.store.steps.run(key, produce)


def _refused(services: Services, paper: Paper, form: LegalForm, *, version: int) -> Prepared:
    """A record that says which pages are not digitised and why; nothing else is known of the paper."""
    batch = services.store.records.batch(paper.item.batch)
    code = refusal(form, paper.item.name).code
    refused = Document(
        id=paper.id,
        item=paper.item.id,
        pages=paper.pages,
        type=UNKNOWN_TYPE,
        type_confidence=0.0,
        version=version,
        state=DocumentState.REFUSED,
        dossier=paper.found.dossier or batch.dossier,
        procedure=paper.found.procedure or batch.procedure,
        component=paper.found.component,
        findings=(Finding(code, paper.pages[0], 1.0),),
    )
    return Prepared(refused, (_event(services, EventKind.DOCUMENT_REFUSED, refused, code=code),))


def _as_it_is(services: Services, document: Document, *, events: Sequence[Event] = ()) -> Prepared:
    filed = replace(document, state=DocumentState.FILED, filed_at=services.clock())
    filed, held = _held_back(services, filed)
    event = _event(services, EventKind.DOCUMENT_FILED, filed, trust=str(filed.trust))
    return Prepared(filed, (*events, event, *held))


def _held_back(services: Services, filed: Document) -> tuple[Document, tuple[Event, ...]]:
    """A result of an open dossier is kept from reuse from its first moment in the store on."""
    if filed.held_back or not waits_for_hand_over(services, filed):
        return filed, ()
    held = replace(filed, held_back=True)
    return held, (held_back_event(held, at=services.clock(), actor=services.settings.actor),)


def _waiting(
    services: Services, draft: Document, kept: BlobRef, *, signature: SignatureStatus, trust: Trust
) -> Prepared:
    waiting = _with_object(draft, kept, signature=signature, trust=trust, services=services)
    event = _event(services, EventKind.DOCUMENT_WAITING, waiting, questions=len(waiting.questions))
    captured = _event(services, EventKind.DOCUMENT_CAPTURED, waiting, pages=len(waiting.pages))
    return Prepared(waiting, (captured, event))


def _filed(  # noqa: PLR0913 - what is filed, and what led to it
    services: Services,
    draft: Document,
    kept: BlobRef,
    *,
    events: Sequence[Event] = (),
    sealed: bool = True,
    captured: bool = False,
) -> Prepared:
    """Filed with a sealed copy, or the officer's, which ``flows.stamping`` completes."""
    signature, trust = (
        (SignatureStatus.PASSED, Trust.T4) if sealed else (SignatureStatus.STAMP_PENDING, Trust.T5)
    )
    filed = replace(
        _with_object(draft, kept, signature=signature, trust=trust, services=services),
        state=DocumentState.FILED,
        # A paper that gets a page more was filed when it was.
        filed_at=draft.filed_at or services.clock(),
    )
    filed, held = _held_back(services, filed)
    capture = (
        (_event(services, EventKind.DOCUMENT_CAPTURED, filed, pages=len(filed.pages)),) if captured else ()
    )
    filing = _event(services, EventKind.DOCUMENT_FILED, filed, trust=str(trust), signature=signature.value)
    return Prepared(filed, (*events, *capture, filing, *held))


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


def _tell(listen: Listener, document: Document, *, seconds: float) -> None:
    stage = _STAGES.get(document.state, Stage.WAITING)
    listen(Progress(stage=stage, item=document.item, document=document.id, seconds=seconds))
