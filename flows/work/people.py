"""What people do about work: see what waits, let a parked file be tried again, or refuse it for good."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.events import Event, EventKind
from dossier.ids import ItemId, is_id
from dossier.work import ParkedWork
from dossier.work_errors import WorkNotParkedError
from wiring.services import Services

_PAGE = 100


def parked_work(services: Services) -> Iterator[tuple[ParkedWork, str]]:
    """Parked files with their names, the longest waiting first."""
    records = services.store.records
    after: ItemId | None = None
    while page := records.work.parked(after=after, limit=_PAGE):
        for one in page:
            yield one, records.item(one.item).name
        after = page[-1].item


def release(services: Services, item: str) -> None:
    """Let a parked file be tried again.

    Raises:
        WorkNotParkedError: there is none of that id.
        StoreBusyError: another process writes for longer than the settings wait.
    """
    found = _known(item)
    with services.saving():
        event = _event(services, EventKind.WORK_RELEASED, found)
        services.store.records.work.release(found, events=[event])


def refuse(services: Services, item: str) -> None:
    """Let nobody try a parked file again; its bytes and the note on it stay.

    Raises:
        WorkNotParkedError: there is none of that id.
        StoreBusyError: another process writes for longer than the settings wait.
    """
    found = _known(item)
    with services.saving():
        event = _event(services, EventKind.WORK_REFUSED, found)
        services.store.records.work.refuse(found, events=[event])


def _known(item: str) -> ItemId:
    if not is_id(item):
        raise WorkNotParkedError(item)
    return ItemId(item)


def _event(services: Services, kind: EventKind, item: ItemId) -> Event:
    return Event(kind=kind, at=services.clock(), actor=services.settings.actor, subject=item)
