"""The next version of one paper whose pages or type a person changed, and how its file is split then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from dossier.arranging import ArrangedVersion, Arranging, AsideKind, Outcome, Plan
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId
from dossier.review import DOSSIER_QUESTION, must_wait
from extraction.split import PaperPages, Stack
from flows.arranging.view import ArrangedFile
from flows.extract import settle, understand_again
from flows.issue import Paper, Prepared, prepare_arranged, prepare_enlarged, prepare_issue
from ocr.records import FileReading
from rulebook.vocabulary import UNKNOWN_TYPE
from wiring.services import Services

_SAID: Final = 1.0
"""Confidence of a type that a person said."""
_NOWHERE: Final = Box(0, 0, 0, 0)


def prepare(
    services: Services, file: ArrangedFile, reading: FileReading, wanted: Arranging, one: Outcome
) -> ArrangedVersion:
    """Capture, sign and understand one paper of an arrangement; nothing is saved.

    A paper that waits is understood anew from its pages, with what persons said about those it still has.
    What a filed one says stays as it is; only its pages become more.

    Args:
        services: of this installation, inside ``writing``.
        file: as it was before.
        reading: with the turned pages as they lie now.
        wanted: the arrangement.
        one: what becomes of the paper.

    Raises:
        SigningError: it cannot be signed or sealed.
    """
    ready = _prepared(services, file, reading, wanted, one)
    event = Event(
        kind=EventKind.DOCUMENT_ARRANGED,
        at=services.clock(),
        actor=wanted.actor,
        subject=one.document,
        dossier=ready.document.dossier,
        details={
            "version": ready.document.version,
            "pages": len(one.planned.pages),
            "number": wanted.number,
        },
    )
    source = one.source.id if one.source is not None else None
    return ArrangedVersion(document=ready.document, events=(event, *ready.events), source=source)


def _prepared(
    services: Services, file: ArrangedFile, reading: FileReading, wanted: Arranging, one: Outcome
) -> Prepared:
    mark = f"~{wanted.number:02}"
    before = one.before
    if before is not None and not one.pages_change:
        return _retyped(services, before, one.planned.type_, mark=mark)
    found = _found(services, file, reading, one)
    paper = Paper(one.document, file.item, reading, found)
    if before is not None and before.state is DocumentState.FILED:
        return prepare_enlarged(services, paper, before.next_version(pages=one.planned.pages), mark=mark)
    return prepare_arranged(
        services,
        paper,
        version=_last_version(services, one.document) + 1,
        mark=mark,
        refine=_refine(services, one, turned=frozenset(wanted.plan.turns)),
        type_=one.planned.type_ or _said_type(before),
    )


def _retyped(services: Services, before: Document, type_: str, *, mark: str) -> Prepared:
    """Its pages are as they were: nothing is captured, and the text is read again as the other type."""
    after = settle(services, understand_again(services, before.next_version(), type_))
    return Prepared(after, ()) if must_wait(after) else prepare_issue(services, after, mark=mark)


def _said_type(before: Document | None) -> str:
    """The type that a person said, which stays theirs with other pages too."""
    is_said = before is not None and before.type_confidence >= _SAID and before.type != UNKNOWN_TYPE
    return before.type if before is not None and is_said else ""


def _last_version(services: Services, document: DocumentId) -> int:
    """0 for a paper that never was; one whose pages had gone into others may come back."""
    try:
        return services.store.records.document(document).version
    except RecordMissingError:
        return 0


def _found(services: Services, file: ArrangedFile, reading: FileReading, one: Outcome) -> PaperPages:
    source, pages = one.source, one.planned.pages
    batch = services.store.records.batch(file.item.batch)
    blank = {page.page for page in reading.pages if page.is_blank}
    return PaperPages(
        pages=pages,
        blanks=tuple(page for page in pages if page in blank),
        dossier=source.dossier if source is not None else batch.dossier,
        procedure=source.procedure if source is not None else batch.procedure,
        component=source.component if source is not None else "",
        sheet=_sheet(file, pages),
    )


def _sheet(file: ArrangedFile, pages: Sequence[int]) -> int:
    """The separator sheet over the paper that the first page was in; 0 where there was none."""
    return next((paper.sheet for paper in file.stack.papers if pages[0] in paper.pages), 0)


def _refine(services: Services, one: Outcome, *, turned: frozenset[int]) -> Callable[[Document], Document]:
    before, source = one.before, one.source

    def refine(draft: Document) -> Document:
        known = services.papers.spec(draft.type).by_name
        said = {
            field.name: _shown_at(field, turned)
            for field in (source.fields if source is not None else ())
            if field.evidence is Evidence.PERSON and field.page in draft.pages and field.name in known
        }
        fields = {**{field.name: field for field in draft.fields}, **said}
        settled = before is not None and DOSSIER_QUESTION not in before.questions
        gone = {*said, *((DOSSIER_QUESTION,) if settled else ())}
        draft = replace(
            draft,
            fields=tuple(fields.values()),
            questions=tuple(name for name in draft.questions if name not in gone),
        )
        if before is not None:
            draft = replace(
                draft,
                parties=before.parties,
                standing=before.standing,
                result_code=before.result_code,
                held_back=before.held_back,
            )
        # Who owns it follows from its fields and from what persons said of the paper before.
        return settle(services, draft)

    return refine


def _shown_at(field: Field, turned: frozenset[int]) -> Field:
    """On a page that was turned nobody knows any more where it stood."""
    return replace(field, box=_NOWHERE) if field.page in turned else field


def stack_after(file: ArrangedFile, reading: FileReading, plan: Plan, versions: Sequence[Document]) -> Stack:
    """How the file is split once the papers are saved: every page in exactly one paper or set aside.

    Args:
        file: as it was before.
        reading: with the turned pages as they lie now.
        plan: that was carried out.
        versions: the next versions of papers that changed.
    """
    blank = {page.page for page in reading.pages if page.is_blank}
    known = {paper.pages: paper for paper in file.stack.papers}
    changed = {document.id: document for document in versions}
    there = [changed.get(paper.id, paper) for paper in (*file.papers, *file.fixed)]
    new = [document for document in versions if document.id not in {paper.id for paper in file.papers}]
    papers = []
    for document in (*there, *new):
        if document.state is DocumentState.DISSOLVED:
            continue
        if document.pages in known and document.id not in changed:
            papers.append(known[document.pages])
            continue
        papers.append(
            PaperPages(
                pages=document.pages,
                blanks=tuple(page for page in document.pages if page in blank),
                dossier=document.dossier,
                procedure=document.procedure,
                component=document.component,
                sheet=_sheet(file, document.pages),
            )
        )
    separators = tuple(sheet for sheet in file.stack.separators if sheet.page in plan.aside)
    backs = tuple(page for page in file.stack.backs if plan.aside.get(page) is AsideKind.SEPARATOR)
    held = {*(sheet.page for sheet in separators), *backs}
    return replace(
        file.stack,
        papers=tuple(sorted(papers, key=lambda paper: min(paper.pages))),
        separators=separators,
        backs=backs,
        asides=tuple(sorted(page for page in plan.aside if page not in held)),
    )
