"""Which pages of a file make which paper: told once, kept, and counted against what staff declared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dossier.documents import ItemState
from dossier.events import Event, EventKind
from dossier.ids import BatchId, ItemId
from dossier.text import Finding
from dossier.totals import Count, Difference, differences, total
from extraction.backs import backs_aside
from extraction.split import PaperPages, Stack, split_pages
from extraction.stack_json import stack_from_json, stack_to_json
from flows.arranging.results import newest_result
from ocr.records import FileReading
from wiring.services import Services

_COUNTED = (ItemState.READ, ItemState.DONE)


def split_item(services: Services, item: ItemId, reading: FileReading) -> Stack:
    """How a read file is split; the first answer stays, so that a run that goes on splits as it began.

    A file that arrived signed is one paper: nothing may be cut from it.

    Args:
        services: of this installation.
        item: the file.
        reading: what was read in it.
    """

    def produce(target: Path) -> None:
        if reading.signed:
            blanks = tuple(page.page for page in reading.pages if page.is_blank)
            whole = PaperPages(pages=tuple(page.page for page in reading.pages), blanks=blanks)
            stack = Stack(papers=(whole,))
        else:
            stack = backs_aside(split_pages(reading.pages, services.papers), reading.pages)
        target.write_text(json.dumps(stack_to_json(stack), ensure_ascii=False), encoding="utf-8")

    kept = services.store.steps.run(split_key(item), produce)
    with services.store.blobs.open(kept.sha256) as stream:
        return stack_from_json(json.load(stream))


def kept_split(services: Services, item: ItemId) -> Stack | None:
    """How a file is split, as persons arranged it; nothing when it was not, or nobody kept account of it."""
    kept = newest_result(services, split_key(item))
    if kept is None:
        return None
    with services.store.blobs.open(kept) as stream:
        return stack_from_json(json.load(stream))


def split_event(services: Services, item: ItemId, stack: Stack) -> Event:
    """The entry of the journal that accounts for every page of a file."""
    blanks = sum(len(paper.blanks) for paper in stack.papers)
    return Event(
        kind=EventKind.ITEM_SPLIT,
        at=services.clock(),
        actor=services.settings.actor,
        subject=item,
        details={
            "papers": len(stack.papers),
            "pages": len(stack.pages),
            "separators": len(stack.separators),
            "blank_pages": blanks,
            "separator_backs": len(stack.backs),
            "blank_backs": len(stack.asides),
            "differences": len(stack.differences),
        },
    )


def batch_count(services: Services, batch: BatchId) -> Count:
    """Papers and printed pages found in all files of a batch; a file that was set aside has none."""
    items = [item for item in services.store.records.items(batch) if item.state in _COUNTED]
    return total(_count(services, item.id) for item in items)


def _count(services: Services, item: ItemId) -> Count:
    """Of one file; where no account was kept, of its papers with all their pages."""
    stack = kept_split(services, item)
    if stack is not None:
        return stack.count
    documents = services.store.records.documents_of_item(item)
    return Count(len(documents), sum(len(document.pages) for document in documents))


def batch_differences(services: Services, batch: BatchId) -> tuple[Difference, ...]:
    """Counts declared for a batch that were not found, once all its files were read."""
    declared = services.store.records.declared_count(batch)
    if declared == Count():
        return ()
    return tuple(differences(declared, batch_count(services, batch)))


def as_findings(differing: Sequence[Difference]) -> tuple[Finding, ...]:
    """The same as each paper of the batch carries it."""
    return tuple(difference.finding for difference in differing)


def split_key(item: ItemId) -> str:
    """Name of the step whose result says which papers a file holds."""
    return f"split-{item}"
