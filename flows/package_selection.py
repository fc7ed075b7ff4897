"""Which documents go into a package: those of a dossier, of a batch, or named ones; in the order of capture.

Documents of a dossier are found by the journal, which names the dossier of every paper, also of papers that a
separator sheet gave another dossier than that of their batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.codes import parse_dossier_code
from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError, PackageEmptyError, PackageWaitingError, RecordMissingError
from dossier.events import EventKind
from dossier.ids import BatchId, DocumentId, is_id
from dossier.ports import JournalEntry, Records
from rulebook.packages import Level

_PAGE: Final = 5_000
_IN_NONE: Final = frozenset({DocumentState.REFUSED, DocumentState.DISSOLVED})
_SHOWN: Final = 5
_SAVED: Final = frozenset(
    {
        EventKind.DOCUMENT_CAPTURED,
        EventKind.DOCUMENT_WAITING,
        EventKind.DOCUMENT_CORRECTED,
        EventKind.DOCUMENT_FILED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What somebody asked to pack.

    Attributes:
        name: the code or id as asked for; no personal data.
        level: a dossier, or papers that make up none.
        dossier: its code, or empty.
        documents: record ids, in the order of the package.
    """

    name: str
    level: Level
    dossier: str
    documents: Sequence[DocumentId]


def select(
    records: Records, *, dossier: str = "", documents: Sequence[str] = (), batch: str = ""
) -> Selection:
    """What exactly one of the three names.

    Raises:
        ArgumentError: none or more than one of them, or a code that breaks its grammar.
        RecordMissingError: no such document or batch.
        PackageEmptyError: nothing was ever captured for it.
    """
    if sum(map(bool, (dossier, documents, batch))) != 1:
        raise ArgumentError("package", expected="đúng một trong --dossier, --document, --batch")
    if dossier:
        return of_dossier(records, str(parse_dossier_code(dossier)))
    return of_batch(records, batch) if batch else of_documents(records, documents)


def of_dossier(records: Records, code: str) -> Selection:
    """Every document whose newest version belongs to the dossier."""
    found: dict[DocumentId, None] = {}
    for entry in walk(records):
        if entry.event.kind in _SAVED and entry.event.dossier == code:
            found[DocumentId(entry.event.subject)] = None
    # A correction may have moved a paper to another dossier since, or its pages went into others; what is not
    # digitised is in no package.
    held = [
        document.id
        for document in map(records.document, found)
        if document.dossier == code and document.state not in _IN_NONE
    ]
    return _selection(code, Level.DOSSIER, code, held)


def of_batch(records: Records, batch: str) -> Selection:
    """Every document of the files of a batch."""
    found = records.batch(BatchId(_id(batch)))
    held = [
        document.id
        for item in records.items(found.id)
        for document in records.documents_of_item(item.id)
        if document.state is not DocumentState.REFUSED
    ]
    level = Level.DOSSIER if found.dossier else Level.BUNDLE
    return _selection(batch, level, found.dossier, held)


def of_documents(records: Records, documents: Sequence[str]) -> Selection:
    """Named documents, in the order they were named; the same one twice is one."""
    held = [records.document(DocumentId(_id(document))).id for document in dict.fromkeys(documents)]
    return _selection(held[0], Level.BUNDLE, "", held)


def filed(records: Records, selection: Selection) -> Iterator[Document]:
    """The newest versions, one at a time.

    Raises:
        PackageWaitingError: after the last, when some still wait for a person.
    """
    waiting = []
    for document in selection.documents:
        found = records.document(document)
        if found.state is DocumentState.WAITING or found.object_sha256 is None:
            waiting.append(found.id)
        yield found
    if waiting:
        shown = ", ".join(waiting[:_SHOWN]) + (", …" if len(waiting) > _SHOWN else "")
        raise PackageWaitingError(selection.name, count=len(waiting), documents=shown)


def walk(records: Records) -> Iterator[JournalEntry]:
    """The whole journal, a page at a time."""
    after = 0
    while page := records.journal(after=after, limit=_PAGE):
        yield from page
        after = page[-1].number


def _selection(name: str, level: Level, dossier: str, held: Sequence[DocumentId]) -> Selection:
    if not held:
        raise PackageEmptyError(name)
    return Selection(name=name, level=level, dossier=dossier, documents=tuple(held))


def _id(text: str) -> str:
    if not is_id(text):
        raise RecordMissingError(text)
    return text
