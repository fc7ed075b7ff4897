"""What became of a batch, as rows for people and lines for programs; made from the records alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dossier.documents import Document, DocumentState, Item, ItemState
from dossier.errors import MotlanError
from dossier.ids import BatchId, PairId
from dossier.intake_errors import refusal_of
from dossier.same import SameAnswer
from dossier.totals import Count, Difference, differences
from extraction.split import ASKED, Stack
from extraction.stack_json import separators_json
from flows.intake import Handed, KnownRow, RefusedRow
from flows.progress import Progress, Stage
from flows.splitting import batch_count, kept_split
from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper.

    Attributes:
        file: name as handed in.
        document: its record.
        label: Vietnamese name of its type.
        confidence: lowest confidence of its key fields, or of the type when it has none.
        seconds: CPU seconds from decoding to filing in this call; 0 when an earlier call did the work.
        demo: signed with demo keys.
    """

    file: str
    document: Document
    label: str
    confidence: float
    seconds: float
    demo: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """How the pages of one file were split: papers, separator sheets, empty pages, counts that differ."""

    file: str
    stack: Stack

    @property
    def says_something(self) -> bool:
        """Whether there is more to tell than that every page is in a paper."""
        blanks = any(paper.blanks for paper in self.stack.papers)
        stack = self.stack
        return bool(blanks or stack.separators or stack.backs or stack.differences or stack.asides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What staff declared for the batch, what was found, and what differs."""

    batch: BatchId
    declared: Count
    found: Count
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """All of a call of ``motlan ingest``.

    ``known`` are files whose bytes came before; ``same_open`` is how many questions about papers that may be
    scans of others wait for an answer.
    """

    papers: tuple[PaperRow, ...]
    refused: tuple[RefusedRow, ...]
    duplicates: tuple[str, ...]
    skipped: tuple[str, ...]
    seconds: float
    files: tuple[FileRow, ...] = ()
    counted: Counted | None = None
    known: tuple[KnownRow, ...] = ()
    same_open: int = 0

    def as_json(self) -> Sequence[dict[str, object]]:
        """One object for each paper, each refused file, each duplicate.

        A file with separator sheets, empty pages or counts that differ has one of its own, and so has a
        batch that was counted.
        """
        lines: list[dict[str, object]] = [_paper_json(row) for row in self.papers]
        lines += [_file_json(row) for row in self.files if row.says_something]
        lines += [row.as_json() for row in self.refused]
        lines += [{"file": name, "duplicate": True} for name in self.duplicates]
        lines += [
            {"file": row.file, "held_since": row.received_on, "dossier": row.dossier} for row in self.known
        ]
        if self.counted is not None:
            lines.append(_counted_json(self.counted))
        return lines


def batch_report(services: Services, handed: Handed, heard: Sequence[Progress]) -> BatchReport:
    """Rows for what was handed in now, whenever its work was done."""
    records = services.store.records
    items = [records.item(item) for item in handed.items]
    refused = [*handed.refused]
    refused += [_set_aside(services, item) for item in items if item.state is ItemState.QUARANTINED]
    refused += [row for item in items for row in _not_digitised(services, item)]
    papers = [row for item in items for row in _papers(services, item, heard)]
    stacks = [(item.name, kept_split(services, item.id)) for item in items]
    return BatchReport(
        papers=tuple(papers),
        files=tuple(FileRow(name, stack) for name, stack in stacks if stack is not None),
        counted=_counted(services, handed.batch) if handed.batch is not None else None,
        refused=tuple(refused),
        duplicates=handed.duplicates,
        skipped=handed.skipped,
        seconds=sum(row.seconds for row in papers),
        known=handed.known,
        same_open=len({pair for row in papers for pair in _open_pairs(services, row)}),
    )


def _open_pairs(services: Services, row: PaperRow) -> Sequence[PairId]:
    pairs = services.store.records.same.pairs_of(row.document.id)
    return [pair.id for pair in pairs if pair.answer is SameAnswer.OPEN]


def _papers(services: Services, item: Item, heard: Sequence[Progress]) -> Sequence[PaperRow]:
    reading = sum(told.seconds for told in heard if told.stage is Stage.READ and told.item == item.id)
    found = services.store.records.documents_of_item(item.id)
    documents = [document for document in found if document.state is not DocumentState.REFUSED]
    pages = sum(len(document.pages) for document in documents)
    rows = []
    for document in documents:
        filing = sum(told.seconds for told in heard if told.document == document.id)
        spec = services.papers.spec(document.type)
        keys = [found.confidence for found in document.fields if found.name in spec.key_fields]
        rows.append(
            PaperRow(
                file=item.name,
                document=document,
                label=spec.label_vi,
                confidence=min(keys, default=document.type_confidence),
                seconds=reading * len(document.pages) / max(1, pages) + filing,
                demo=services.uses_demo_keys,
            )
        )
    return rows


def _not_digitised(services: Services, item: Item) -> Sequence[RefusedRow]:
    """Papers of a legal form that is left out, each with its pages."""
    rows = []
    for document in services.store.records.documents_of_item(item.id):
        if document.state is not DocumentState.REFUSED:
            continue
        error = refusal_of(document.findings[0].code, _pages_of(item, document))
        message = error.message(services.settings.lang)
        rows.append(RefusedRow(item.name, error.code, message, document.id, document.pages))
    return rows


def _pages_of(item: Item, document: Document) -> str:
    """The file, and which of its pages where these are not all."""
    if len(document.pages) == item.pages:
        return item.name
    return f"{item.name} [{', '.join(map(str, document.pages))}]"


def _counted(services: Services, batch: BatchId) -> Counted | None:
    declared = services.store.records.declared_count(batch)
    if declared == Count():
        return None
    found = batch_count(services, batch)
    return Counted(
        batch=batch, declared=declared, found=found, differences=tuple(differences(declared, found))
    )


def _file_json(row: FileRow) -> dict[str, object]:
    stack = row.stack
    return {
        "file": row.file,
        "pages": len(stack.pages),
        "papers": [list(paper.pages) for paper in stack.papers],
        "separators": separators_json(stack.separators),
        "separator_backs": list(stack.backs),
        "blank_backs": list(stack.asides),
        "blank_pages": [page for paper in stack.papers for page in paper.blanks],
        "differences": [difference.as_json() for difference in stack.differences],
    }


def _counted_json(counted: Counted) -> dict[str, object]:
    return {
        "batch": counted.batch,
        "declared": asdict(counted.declared),
        "found": asdict(counted.found),
        "differences": [difference.as_json() for difference in counted.differences],
    }


def _set_aside(services: Services, item: Item) -> RefusedRow:
    """The reason as it was written down when the file was set aside."""
    note = services.store.quarantine.find(item.error_code, item.sha256)
    message = f"{note.message} {note.next_step}" if note else MotlanError(item.name).message()
    return RefusedRow(file=item.name, code=item.error_code, message=message)


def _paper_json(row: PaperRow) -> dict[str, object]:
    document = row.document
    return {
        "file": row.file,
        "document": document.id,
        "pages": list(document.pages),
        "type": document.type,
        "type_confidence": round(document.type_confidence, 4),
        "state": document.state,
        "owners": [party.number for party in document.owners if party.number],
        "fields": {found.name: found.as_json() for found in document.fields},
        "questions": list(document.questions),
        "findings": [finding.as_json() for finding in document.findings if finding.code in ASKED],
        "dossier": document.dossier,
        "procedure": document.procedure,
        "component": document.component,
        "confidence": round(row.confidence, 4),
        "signature": document.signature,
        "trust": str(document.trust),
        "demo": row.demo,
        "object": document.object_sha256,
        "seconds": round(row.seconds, 3),
    }
