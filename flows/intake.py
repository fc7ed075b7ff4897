"""Take files in and put them down as one batch. No Prefect, no reading yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dossier.batch_errors import BatchClosedError
from dossier.documents import Batch, Item, ItemState
from dossier.events import Event, EventKind
from dossier.ids import BatchId, ItemId
from dossier.moments import VIETNAM
from dossier.totals import Count
from flows.batch_gate import is_closed
from storage.inbox import Declaration
from storage.work_rows import Owed
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A file, or one paper of it, that was not filed: name of the file, stable code, what to tell people."""

    file: str
    code: str
    message: str
    document: str = ""
    pages: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As commands print it; of one paper of a file its record and pages."""
        paper = {"document": self.document, "pages": list(self.pages)} if self.document else {}
        return {"file": self.file, **paper, "error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A file whose very bytes came before for another dossier: when (ISO), and for which (may be empty)."""

    file: str
    received_on: str
    dossier: str


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
        known: files that were taken, although their very bytes are kept for another dossier.
    """

    batch: BatchId | None = None
    items: tuple[ItemId, ...] = ()
    names: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    duplicates: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    known: tuple[KnownRow, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def take_in(  # noqa: PLR0913  what a call says
    services: Services,
    paths: Sequence[Path],
    *,
    declared: Declaration,
    base: Path | None = None,
    progress: Callable[[str], None] | None = None,
    owed: Owed | None = None,
) -> Handed:
    """Keep every file's bytes, save the batch and its items, note what was refused.

    Handing the same files in again finds the same batch and changes nothing. Only inside ``writing``.

    Args:
        services: of this installation.
        paths: files and folders.
        declared: what they are handed in for.
        base: a folder above all paths, below which the names of files begin.
        progress: told the name of each file.
        owed: how the files are put down as work, in the transaction that takes them in; they are only kept
            when not given.

    Raises:
        BatchClosedError: a person closed that batch, and something would change.
        StoreError: the store itself cannot go on.
    """
    store = services.store
    intake = store.inbox.take_in(
        paths, declared=declared, exclude=(services.settings.data,), base=base, progress=progress
    )
    if intake.batch is not None:
        _need_open(services, intake.batch, declared)
        events = [_received(services, item, declared) for item in intake.items]
        store.records.save_batch(intake.batch, intake.items, events=events, owed=owed)
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
        known=tuple(row for item in intake.items for row in _known(services, item)),
    )


def _known(services: Services, item: Item) -> Sequence[KnownRow]:
    """The first time that these bytes were handed in for another dossier, if they were."""
    records = services.store.records
    other = records.item_of_bytes(item.sha256, besides=item.id)
    if other is None:
        return ()
    batch = records.batch(other.batch)
    day = batch.received_at.astimezone(VIETNAM).date()
    return (KnownRow(item.name, day.isoformat(), batch.dossier),)


def _need_open(services: Services, batch: Batch, declared: Declaration) -> None:
    """A closed batch takes nothing more; handing in again what is done and was counted so is no matter."""
    records = services.store.records
    if not is_closed(services, batch.id):
        return
    counted = Count(declared.papers, declared.pages)
    undone = any(item.state is not ItemState.DONE for item in records.items(batch.id))
    if undone or counted not in {Count(), records.declared_count(batch.id)}:
        raise BatchClosedError(batch.id)


def _declare(services: Services, batch: BatchId, declared: Declaration) -> None:
    count = Count(declared.papers, declared.pages)
    if count != Count():
        declare_count(services, batch, count, dossier=declared.dossier, actor=declared.origin.operator)


def declare_count(services: Services, batch: BatchId, count: Count, *, dossier: str, actor: str) -> None:
    """Keep what staff counted; said again with other numbers, the last ones count. Only inside ``writing``.

    Args:
        services: of this installation.
        batch: which.
        count: papers and printed pages; 0 is not counted.
        dossier: code it was handed in for, may be empty.
        actor: who counted; the account of the settings when empty.
    """
    event = Event(
        kind=EventKind.BATCH_COUNTED,
        at=services.clock(),
        actor=actor or services.settings.actor,
        subject=batch,
        dossier=dossier,
        details={"papers": count.papers, "pages": count.pages},
    )
    services.store.records.declare_count(batch, count, events=(event,))


def _received(services: Services, item: Item, declared: Declaration) -> Event:
    return Event(
        kind=EventKind.ITEM_RECEIVED,
        at=services.clock(),
        # Who fed the paper did it; the account that runs the program only carries it out.
        actor=item.origin.operator or services.settings.actor,
        subject=item.id,
        dossier=declared.dossier,
        details=_told_of(item),
    )


def _told_of(item: Item) -> dict[str, str | int]:
    details: dict[str, str | int] = {"size": item.size, "order": item.order}
    if item.origin.form:
        details |= {"form": item.origin.form.value, "compared": int(item.origin.compared)}
    return details
