"""First half of a file's way: read its pages, tell its papers apart, and keep both.

The officer's signature has to stand before extraction (Circular 01/2023/TT-VPCP Article 8), and nothing is
extracted here: the page text is needed for the searchable layer of the file that the officer signs.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dossier.documents import Item, ItemState
from dossier.errors import InputSecretError
from dossier.events import Event, EventKind
from dossier.ids import ItemId
from dossier.text import PageText
from extraction.secrecy import refuse_secrets
from flows.arranging.results import newest_result
from flows.legal_form import refuse_declared
from flows.progress import Listener, Progress, Stage
from flows.splitting import split_item
from ocr.long_readings import write_reading
from ocr.records import FileReading
from wiring.services import Services


def read_item(services: Services, item_id: ItemId, *, listen: Listener) -> None:
    """Read all pages of a file and split them into papers; done before, it does nothing.

    Reading takes long and needs no lock; only what came of it is saved as the one writer, or beside it.

    Raises:
        NotDigitisedError: a person said that the file is of a form that is not digitised; nothing is read.
        InputError: the file cannot be read, or bears a secrecy mark (then no text is kept).
        EngineError: the engine is missing, failed, or took too long on a page.
        StoreError: the reading could not be kept.
    """
    records = services.store.records
    item = records.item(item_id)
    if item.state in (ItemState.READ, ItemState.DONE):
        return
    refuse_declared(services, item)
    read = None
    if records.step_result(reading_key(item_id)) is None:
        read = _read(services, item, listen=listen)
    # All of it in one turn: each has to be waited for, while other machines write.
    with services.saving():
        if read is not None:
            _keep(services, item_id, read)
        # Also here: a crash may have come between keeping the reading and tidying up.
        forget_pages(services, item_id)
        reading = load_reading(services, item_id)
        split_item(services, item_id, reading)
        done = replace(item, state=ItemState.READ, pages=len(reading.pages))
        services.store.records.save_item(done, events=(_read_event(services, done),))
    seconds = sum(stages.total for stages in reading.stages)
    listen(Progress(stage=Stage.READ, item=item_id, total=len(reading.pages), seconds=seconds))


def _read_event(services: Services, item: Item) -> Event:
    return Event(
        kind=EventKind.ITEM_READ,
        at=services.clock(),
        actor=services.settings.actor,
        subject=item.id,
        details={"pages": item.pages},
    )


def _read(services: Services, item: Item, *, listen: Listener) -> FileReading:
    work = pages_folder(services, item.id)
    with services.store.blobs.path(item.sha256) as source:
        reading = services.reader.read(
            source,
            name=item.name,
            work=work,
            on_page=lambda done, total: listen(
                Progress(stage=Stage.PAGE, item=item.id, done=done, total=total)
            ),
        )
    try:
        refuse_secrets(reading.pages, item.name)
    except InputSecretError:
        # The text read so far is destroyed.
        shutil.rmtree(work, ignore_errors=True)
        raise
    return reading


def _keep(services: Services, item: ItemId, reading: FileReading) -> None:
    services.store.steps.run(reading_key(item), lambda target: write_reading(reading, target))


def forget_pages(services: Services, item_id: ItemId) -> None:
    """Remove what was kept of single pages while the file was read."""
    shutil.rmtree(pages_folder(services, item_id), ignore_errors=True)


def load_reading(services: Services, item_id: ItemId) -> FileReading:
    """What ``read_item`` kept, with pages that were turned since as they are now."""
    kept = newest_result(services, reading_key(item_id))
    if kept is None:
        msg = f"item {item_id} was not read"
        raise LookupError(msg)
    return services.readings.get(kept, lambda: services.store.blobs.open(kept))


def texts_of(reading: FileReading, pages: Sequence[int]) -> Sequence[PageText]:
    """What was read on some pages of a file (1-based), in that order."""
    return reading.texts(pages)


def pages_folder(services: Services, item_id: ItemId) -> Path:
    """Where single pages of a file are kept while it is read."""
    return services.store.work / f"read-{item_id}"


def reading_key(item_id: ItemId) -> str:
    """Name of the step whose result is what was read on a file."""
    return f"reading-{item_id}"
