"""Looking at what is held: find, show, export, ask. Every look is journalled with its purpose; no Prefect."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dossier.access import SEES_RESTRICTED, Access
from dossier.documents import Document
from dossier.errors import AccessRefusedError, MotlanError, OutputError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, Sha256, is_id
from dossier.legal_form import FORM_QUESTION
from dossier.ports import BlobRef
from dossier.queries import PaperQuery
from dossier.review import (
    DOSSIER_QUESTION,
    OWNER_QUESTION,
    PAGES_QUESTION,
    RETURNED_QUESTION,
    SIGNATURE_QUESTION,
    SIGNER_QUESTION,
    TYPE_QUESTION,
)
from flows.reuse_checks import Asked, decide_all
from reuse.answer import Answer
from reuse.question import Person
from rulebook.paper_spec import PaperSpec
from wiring.services import Services

PAGE = 50
"""Papers on one page of a list."""
_ADMITTED_PAGE: Final = 100
_MOST_PAGES: Final = 20
"""Pages that one look goes through for papers that may be told."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The first papers that whoever asks may be told of, and whether there may be more."""

    papers: Sequence[Document]
    more: bool


def find_papers(
    services: Services,
    query: PaperQuery,
    *,
    access: Access,
    after: DocumentId | None = None,
    limit: int = PAGE,
) -> Sequence[Document]:
    """One page of the papers a query asks for; those of a person under any number confirmed as theirs.

    Args:
        services: of this installation.
        query: what is asked for.
        access: who asks and why.
        after: the last paper of the page before.
        limit: papers of one page.

    Raises:
        RecordMissingError: no such paper ``after``.
    """
    if after is not None and not is_id(after):
        raise RecordMissingError(after)
    page = services.store.records.find_documents(query, after=after, limit=limit)
    found = visible(page, access)
    _journal_found(services, query, found, access=access)
    return found


def find_admitted(  # noqa: PLR0913 - a look has these parts
    services: Services,
    query: PaperQuery,
    *,
    access: Access,
    told: Callable[[Document], bool],
    most: int,
    page: int = _ADMITTED_PAGE,
) -> Admitted:
    """The first papers of a query that whoever asks may be told of, however many others come before them.

    Args:
        services: of this installation.
        query: what is asked for.
        access: who asks and why.
        told: whether they may be told of a paper; one they may not is neither given nor journalled.
        most: papers in the answer.
        page: papers that are read at once; after twenty times as many the look ends, and ``more`` says so.
    """
    found: list[Document] = []
    after: DocumentId | None = None
    goes_on = True
    for _ in range(_MOST_PAGES):
        read = services.store.records.find_documents(query, after=after, limit=page)
        found += [document for document in visible(read, access) if told(document)]
        goes_on = len(read) == page
        if not goes_on or len(found) > most:
            break
        after = read[-1].id
    shown = found[:most]
    _journal_found(services, query, shown, access=access)
    return Admitted(shown, goes_on or len(found) > most)


def _journal_found(
    services: Services, query: PaperQuery, found: Sequence[Document], *, access: Access
) -> None:
    # One transaction: each waits for the disk.
    services.store.records.record(
        _event(services, EventKind.OWNER_LOOKED_UP, access=access, owner=query.number, count=len(found)),
        *_shown(services, found, access=access, besides=query.number),
    )


def found_under(services: Services, number: str, documents: Sequence[Document]) -> Mapping[DocumentId, str]:
    """For each paper found for a number, whether it bears that number itself or a linked one."""
    linked = set(services.store.records.numbers_of_owner(number)) - {number}
    reasons = {}
    for document in documents:
        numbers = {party.number for party in document.parties}
        if number not in numbers and numbers & linked:
            reasons[document.id] = "owner.linked_number"
        else:
            reasons[document.id] = "owner.same_number"
    return reasons


def visible(documents: Sequence[Document], access: Access) -> Sequence[Document]:
    """Without the restricted ones, unless the purpose is one that still sees them."""
    sees = access.purpose in SEES_RESTRICTED
    return [document for document in documents if sees or not document.restricted]


def find_waiting(services: Services, *, access: Access) -> Sequence[Document]:
    """Papers that wait for a person, oldest first."""
    found = visible(services.store.records.documents_waiting(), access)
    journal_shown(services, found, access=access)
    return found


def journal_shown(
    services: Services, documents: Sequence[Document], *, access: Access, besides: str = ""
) -> None:
    """One entry for each paper whose data somebody sees, under the person it belongs to.

    So that every citizen can be told who looked at what; ``besides`` is a person who has an entry already.
    """
    services.store.records.record(*_shown(services, documents, access=access, besides=besides))


def _shown(
    services: Services, documents: Sequence[Document], *, access: Access, besides: str
) -> Sequence[Event]:
    return [
        _event(services, EventKind.DOCUMENT_READ, access=access, owner=number, subject=document.id, listed=1)
        for document in documents
        for number in sorted({party.number for party in document.owners if party.number} - {besides})
    ]


def read_document(services: Services, document: DocumentId, *, access: Access) -> Document:
    """One paper with its fields.

    Raises:
        RecordMissingError: no such document.
        AccessRefusedError: it was restricted, and the purpose is none that still sees it.
    """
    if not is_id(document):
        raise RecordMissingError(document)
    found = services.store.records.document(document)
    if not visible([found], access):
        raise AccessRefusedError(reason="giấy tờ đã hạn chế xử lý theo yêu cầu của chủ thể dữ liệu")
    # One entry for each owner: a wife is told of a look at the certificate of marriage as her husband is.
    owners = dict.fromkeys(party.number for party in found.owners if party.number) or {"": None}
    services.store.records.record(
        *(
            _event(services, EventKind.DOCUMENT_READ, access=access, owner=owner, subject=document)
            for owner in owners
        )
    )
    return found


def export_document(
    services: Services, document: DocumentId, *, output: Path, original: bool, access: Access
) -> BlobRef:
    """Write the signed copy (or the untouched file it came in) to ``output``.

    The bytes are checked against their hash before the file appears under its name.

    Raises:
        RecordMissingError, ObjectMissingError, ObjectDamagedError.
    """
    found = read_document(services, document, access=access)
    wanted = services.store.records.item(found.item).sha256 if original else found.object_sha256
    if wanted is None:
        raise RecordMissingError(document)
    kept = services.store.blobs.check(wanted)
    with services.store.blobs.path(wanted) as source:
        try:
            _copy_out(source, output)
        except OSError as error:
            raise OutputError(str(output), cause=type(error).__name__) from error
    return kept


def ask_reuse(  # noqa: PLR0913 - a question has these parts
    services: Services,
    procedure: str,
    *,
    owner: str,
    on: date,
    access: Access,
    persons: Sequence[Person] = (),
    facts: Mapping[str, bool] = MappingProxyType({}),
) -> Answer:
    """Which components of the procedure are held, and which must be asked for.

    Args:
        services: of this installation.
        procedure: short code.
        owner: normalised identity number of the applicant.
        on: day of reception in Vietnam.
        access: who asks and why.
        persons: other persons of the case.
        facts: what is known about the case.

    Raises:
        AccessRefusedError: the purpose does not allow it.
        ProcedureUnknownError: no such procedure on that day.
    """
    asked = Asked(procedure=procedure, owner=owner, on=on, access=access, persons=tuple(persons), facts=facts)
    with services.store.records.holdings() as holdings:
        (outcome,) = decide_all(services, [asked], holdings)
    if isinstance(outcome, MotlanError):
        raise outcome
    services.store.records.record(*outcome.events)
    return outcome.answer


def document_json(services: Services, document: Document, *, full: bool) -> dict[str, object]:
    """A document as ``find`` (without fields) and ``show`` (with them) print it."""
    line: dict[str, object] = {
        "document": document.id,
        "version": document.version,
        "type": document.type,
        "type_vi": services.papers.spec(document.type).label_vi,
        "type_confidence": round(document.type_confidence, 4),
        "state": document.state,
        "standing": document.standing,
        "pages": list(document.pages),
        "questions": list(document.questions),
        "valid_until": document.term.until.isoformat() if document.term.until else None,
        "term": document.term.kind,
        "trust": str(document.trust),
        "signature": document.signature,
        "object": document.object_sha256,
        "filed_at": document.filed_at.isoformat() if document.filed_at else None,
    }
    if full:
        line |= {
            "result_code": document.result_code,
            "dossier": document.dossier,
            "procedure": document.procedure,
            "component": document.component,
            "item": document.item,
            "fields": {found.name: found.as_json() for found in document.fields},
            "parties": [
                {
                    "role": party.role,
                    "relation": party.relation,
                    "number": party.number,
                    "name": party.name,
                    "birth": party.birth,
                }
                for party in document.parties
            ],
            "findings": [finding.as_json() for finding in document.findings],
        }
    return line


def question_label(services: Services, document: Document, name: str) -> str:
    """What a person is asked about, in Vietnamese."""
    special = {
        TYPE_QUESTION: "loại giấy tờ",
        OWNER_QUESTION: "chủ sở hữu",
        SIGNATURE_QUESTION: "chữ ký có sẵn trên tệp",
        DOSSIER_QUESTION: "mã hồ sơ (tờ ngăn ghi khác)",
        FORM_QUESTION: "giá trị pháp lý (bản chính hay bản sao, đã đối chiếu bản chính chưa)",
        PAGES_QUESTION: "trang của giấy tờ (tách giấy tờ, số lượng đã khai)",
        SIGNER_QUESTION: "chữ ký số của cơ quan",
        RETURNED_QUESTION: "người ký trả lại, xem lại cả giấy tờ",
    }
    return special.get(name) or label(services.papers.spec(document.type), name)


def label(spec: PaperSpec, name: str) -> str:
    """Vietnamese label of a field of a paper type."""
    found = spec.by_name.get(name)
    return found.label_vi if found else name


def _event(  # noqa: PLR0913 - an entry has these parts
    services: Services,
    kind: EventKind,
    *,
    access: Access,
    owner: str = "",
    subject: str = "",
    statuses: Mapping[str, str] = MappingProxyType({}),
    **details: str | int,
) -> Event:
    return Event(
        kind=kind,
        at=services.clock(),
        actor=access.actor,
        subject=subject,
        owner_ref=services.store.records.owner_ref(owner) if owner else "",
        dossier=access.dossier,
        purpose=access.purpose,
        details={**statuses, **details},
    )


def _copy_out(source: Path, output: Path) -> None:
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=".motlan-")
    try:
        with os.fdopen(handle, "wb") as target, source.open("rb") as stored:
            shutil.copyfileobj(stored, target)
        Path(name).replace(output)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def object_place(sha256: Sha256 | None) -> str:
    """How a place in the store is shown in tables."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256[:12]}…" if sha256 else "—"
