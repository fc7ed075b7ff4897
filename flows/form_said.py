"""What a person says of a paper's legal form after it was handed in: compared, an original after all, a copy.

Every statement is an act that stays, with who said it and why. What was refused goes on from where it was;
what waits and turns out to be a copy is refused. What is filed is not taken back here: that is a disposal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dossier.batch_errors import ReasonMissingError
from dossier.documents import Document, DocumentState, Item, ItemState
from dossier.errors import ArgumentError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId, is_id
from dossier.intake_errors import REFUSALS, NotDigitisedError, refusal
from dossier.keeping import Act, KeepingAct
from dossier.legal_form import FORM_QUESTION, LegalForm
from dossier.review import must_wait
from dossier.text import Finding
from flows.attempt import BatchStoppedError, Run, attempt
from flows.batch_gate import need_open
from flows.capture import read_item
from flows.issue import file_again, file_item, issue
from flows.legal_form import received_on, said_of
from flows.progress import silent
from flows.quarantine import set_aside
from rulebook.intake import Outcome
from rulebook.vocabulary import UNKNOWN_TYPE
from wiring.services import Services

_REFUSED_CODES = frozenset({*(kind.code for kind in REFUSALS.values()), NotDigitisedError.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSaid:
    """A statement: the form, whether it was compared with the original, why, by whom (account)."""

    form: LegalForm
    compared: bool = False
    reason: str = ""
    actor: str = ""


def say_form(services: Services, target: str, said: FormSaid) -> tuple[Document, ...]:
    """Record what a person says of a file or of one paper, and let it go on accordingly.

    Args:
        services: of this installation.
        target: id of a file or of a paper.
        said: the statement; a reason is needed where it overrules a refusal.

    Returns:
        The papers it is about, as they are then; none while the file still waits to be read.

    Raises:
        RecordMissingError: no such file or paper.
        ArgumentError: no form is said, or a filed paper would have to be taken back.
        ReasonMissingError: a refusal is overruled without a reason.
        BatchClosedError: the batch of the file is closed.
        MotlanError: the paper could not be signed or filed; the statement stays.
    """
    if not said.form:
        raise ArgumentError("--form", expected="một giá trị pháp lý, ví dụ original")
    with services.writing():
        item = _item(services, target)
        if item is not None:
            return _say_of_file(services, item, said)
        if not is_id(target):
            raise RecordMissingError(target)
        document = services.store.records.document(DocumentId(target))
        item = services.store.records.item(document.item)
        need_open(services, item.batch)
        return (_say_of_paper(services, item, document, said),)


def _item(services: Services, target: str) -> Item | None:
    try:
        return services.store.records.item(ItemId(target)) if is_id(target) else None
    except RecordMissingError:
        return None


def _say_of_file(services: Services, item: Item, said: FormSaid) -> tuple[Document, ...]:
    need_open(services, item.batch)
    records = services.store.records
    accepted = _outcome(services, item, said.form) is not Outcome.REFUSE
    was_refused = item.state is ItemState.QUARANTINED and item.error_code in _REFUSED_CODES
    if was_refused and accepted and not said.reason.strip():
        raise ReasonMissingError(item.id)
    papers = records.documents_of_item(item.id)
    if papers:
        return tuple(_say_of_paper(services, item, paper, said) for paper in papers)
    _act(services, item.id, said, dossier=records.batch(item.batch).dossier)
    if not (was_refused and accepted):
        return ()
    run = Run(services, silent)
    _work(run, item)
    return tuple(records.documents_of_item(item.id))


def _work(run: Run, item: Item) -> None:
    """Read and file the file now, as a batch would."""

    def both() -> None:
        read_item(run.services, item.id, listen=silent)
        file_item(run.services, item.id, listen=silent)

    try:
        error = attempt(run, item.id, both)
    except BatchStoppedError:
        if run.fatal is None:
            raise
        raise run.fatal from None
    if error is not None:
        set_aside(run.services, item.id, error, listen=silent)
        raise error


def _say_of_paper(services: Services, item: Item, document: Document, said: FormSaid) -> Document:
    refuses = _outcome(services, item, said.form) is Outcome.REFUSE
    if document.state is DocumentState.FILED and refuses:
        expected = "giấy tờ đã lưu kho chỉ bỏ được theo thủ tục tiêu hủy (motlan disposal)"
        raise ArgumentError(document.id, expected=expected)
    if document.state is DocumentState.DESTROYED:
        raise ArgumentError(document.id, expected="giấy tờ chưa bị hủy")
    if document.state is DocumentState.DISSOLVED:
        raise ArgumentError(
            document.id, expected="giấy tờ còn trang; trang của giấy tờ này đã thuộc giấy tờ khác"
        )
    if document.state is DocumentState.REFUSED and not refuses and not said.reason.strip():
        raise ReasonMissingError(document.id)
    _act(services, document.id, said, dossier=document.dossier)
    if refuses:
        return _refuse(services, item, document, said)
    if document.state is DocumentState.REFUSED:
        return file_again(services, document, pages=document.pages)
    if document.state is DocumentState.WAITING and FORM_QUESTION in document.questions:
        return _settle(services, item, document, said)
    return document


def _settle(services: Services, item: Item, document: Document, said: FormSaid) -> Document:
    """The question is answered, unless the form needs a comparison that nobody confirmed."""
    counts = said_of(services, item, document.id, dossier=document.dossier, component=document.component)
    if _outcome(services, item, counts.form) is Outcome.COMPARE and not counts.compared:
        return document
    questions = tuple(name for name in document.questions if name != FORM_QUESTION)
    after = replace(document.next_version(), questions=questions)
    event = _event(services, EventKind.DOCUMENT_CORRECTED, document, said, details={"legal_form": 1})
    if must_wait(after):
        return services.store.records.save_document(after, events=(event,))
    return issue(services, after, events=(event,))


def _refuse(services: Services, item: Item, document: Document, said: FormSaid) -> Document:
    """A waiting paper turns out to be none that is digitised; what was read of it goes out of its record."""
    if document.state is DocumentState.REFUSED:
        return document
    code = refusal(said.form, item.name).code
    refused = replace(
        document.remnant(),
        version=document.version + 1,
        type=UNKNOWN_TYPE,
        type_confidence=0.0,
        state=DocumentState.REFUSED,
        object_sha256=None,
        object_size=0,
        findings=(Finding(code, document.pages[0], 1.0),),
    )
    event = _event(services, EventKind.DOCUMENT_REFUSED, document, said, details={"code": code})
    return services.store.records.save_document(refused, events=(event,))


def _outcome(services: Services, item: Item, form: LegalForm) -> Outcome:
    return services.intake.outcome(form, received_on(services, item))


def _act(services: Services, target: str, said: FormSaid, *, dossier: str) -> None:
    records, at = services.store.records, services.clock()
    who = said.actor or services.settings.actor
    compared = "yes" if said.compared else "no"
    event = Event(
        kind=EventKind.FORM_SAID,
        at=at,
        actor=who,
        subject=target,
        dossier=dossier,
        details={"form": said.form.value, "compared": compared},
    )
    act = KeepingAct(
        case=target,
        act=Act.FORM_SAID,
        target=target,
        at=at,
        actor=who,
        details={"form": said.form.value, "compared": compared, "reason": " ".join(said.reason.split())},
    )
    records.act(act, seen=len(records.acts(case=target)), events=[event])


def _event(
    services: Services,
    kind: EventKind,
    document: Document,
    said: FormSaid,
    *,
    details: dict[str, str | int],
) -> Event:
    return Event(
        kind=kind,
        at=services.clock(),
        actor=said.actor or services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details=details,
    )
