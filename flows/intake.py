"""Take files in and put them down as one batch. No Prefect, no reading yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dossier.documents import Item
from dossier.events import Event, EventKind
from dossier.ids import BatchId, ItemId
from dossier.totals import Count
from storage.inbox import Declaration
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One file that was not filed: its name, stable code, and what to tell people."""

    file: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What came of the files handed in; plain enough to travel between two processes.

    Attributes:
        batch: nothing when no file was taken.
        items: files to work on, in order; ones seen before included.
        names: of these files as they were handed in now, in the same order.
        refused: files that could not be taken.
        duplicates: names of files whose bytes came twice in this call.
        skipped: names of files a folder held that are no papers.
    """

    batch: BatchId | None = None
    items: tuple[ItemId, ...] = ()
    names: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    duplicates: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def take_in(
    services: Services,
    paths: Sequence[Path],
    *,
    declared: Declaration,
    base: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Handed:
    """Keep every file's bytes, save the batch and its items, note what was refused.

    Handing the same files in again finds the same batch and changes nothing. Only inside ``writing``.

    Raises:
        StoreError: the store itself cannot go on.
    """
    store = services.store
    intake = store.inbox.take_in(
        paths, declared=declared, exclude=(services.settings.data,), base=base, progress=progress
    )
    if intake.batch is not None:
        events = [_received(services, item, declared) for item in intake.items]
        store.records.save_batch(intake.batch, intake.items, events=events)
        _declare(services, intake.batch.id, declared)
    for refused in intake.refused:
        services.log.warning("input.refused", note=refused.note, code=refused.error.code)
    return Handed(
        batch=intake.batch.id if intake.batch else None,
        items=tuple(item.id for item in intake.items),
        names=tuple(item.name for item in intake.items),
        refused=tuple(
            RefusedRow(entry.name, entry.error.code, entry.error.message(services.settings.lang))
            for entry in intake.refused
        ),
        duplicates=tuple(entry.name for entry in intake.duplicates),
        skipped=tuple(entry.name for entry in intake.skipped),
    )


def _declare(services: Services, batch: BatchId, declared: Declaration) -> None:
    """Keep what staff counted; said again with other numbers, the last ones count."""
    count = Count(declared.papers, declared.pages)
    if count == Count():
        return
    event = Event(
        kind=EventKind.BATCH_COUNTED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=batch,
        dossier=declared.dossier,
        details={"papers": count.papers, "pages": count.pages},
    )
    services.store.records.declare_count(batch, count, events=(event,))


def _received(services: Services, item: Item, declared: Declaration) -> Event:
    return Event(
        kind=EventKind.ITEM_RECEIVED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=item.id,
        dossier=declared.dossier,
        details={"size": item.size, "order": item.order},
    )
