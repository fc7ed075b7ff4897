"""Set a file aside with its reason, so that the rest of the batch goes on and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

from dossier.documents import ItemState
from dossier.errors import MotlanError
from dossier.events import Event, EventKind
from dossier.ids import ItemId
from dossier.ports import BlobRef
from flows.capture import forget_pages
from flows.progress import Listener, Progress, Stage
from wiring.services import Services


def set_aside(services: Services, item_id: ItemId, error: MotlanError, *, listen: Listener) -> None:
    """Quarantine an item; its bytes stay in the store, a note with the reason lies in the quarantine folder.

    The same file handed in again later is tried again: what was wrong may have been the machine. The note of
    an earlier reason is marked resolved.
    """
    records = services.store.records
    item = records.item(item_id)
    if item.error_code not in ("", error.code):
        services.store.quarantine.resolve(item.error_code, item.sha256)
    forget_pages(services, item_id)
    services.store.quarantine.keep(error, name=item.name, content=BlobRef(item.sha256, item.size))
    event = Event(
        kind=EventKind.ITEM_QUARANTINED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=item_id,
        details={"code": error.code},
    )
    records.save_item(
        replace(item, state=ItemState.QUARANTINED, error_code=error.code),
        events=(event,) if item.error_code != error.code else (),
    )
    services.log.warning("item.quarantined", item=item_id, code=error.code, cause=error.cause)
    listen(
        Progress(
            stage=Stage.REFUSED,
            item=item_id,
            code=error.code,
            message=error.message(services.settings.lang),
        )
    )
