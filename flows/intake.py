"""Take files in and put them down as one batch. No Prefect, no reading yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dossier.documents import Item
from dossier.events import Event, EventKind
from storage.inbox import Declaration, Intake
from wiring.services import Services


def take_in(
    services: Services,
    paths: Sequence[Path],
    *,
    declared: Declaration,
    progress: Callable[[str], None] | None = None,
) -> Intake:
    """Keep every file's bytes, save the batch and its items, note what was refused.

    Handing the same files in again finds the same batch and changes nothing.

    Raises:
        StoreError: the store itself cannot go on.
    """
    store = services.store
    with services.writing():
        intake = store.inbox.take_in(
            paths, declared=declared, exclude=(services.settings.data,), progress=progress
        )
        if intake.batch is not None:
            events = [_received(services, item, declared) for item in intake.items]
            store.records.save_batch(intake.batch, intake.items, events=events)
    for refused in intake.refused:
        services.log.warning("input.refused", note=refused.note, code=refused.error.code)
    return intake


def _received(services: Services, item: Item, declared: Declaration) -> Event:
    return Event(
        kind=EventKind.ITEM_RECEIVED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=item.id,
        dossier=declared.dossier,
        details={"size": item.size, "order": item.order},
    )
