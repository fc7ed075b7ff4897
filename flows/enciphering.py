"""Encipher what was kept plain, beside the work of the day; count what is enciphered and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from time import sleep
from typing import TYPE_CHECKING, Final

from dossier.errors import SettingsError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from wiring.services import Services

if TYPE_CHECKING:
    from storage.plain_objects import Enciphered, PlainObjects
    from storage.store import Store

_AT_ONCE: Final = 20
_PAUSE_SECONDS: Final = 0.3
"""Longer than the pause between two tries of another writer, who so gets its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the objects of a store are kept.

    Attributes:
        enciphered: objects with a key of their own.
        plain: objects that records name and that are not enciphered.
        keyless: destroyed objects whose bytes, unreadable since, may lie somewhere still.
    """

    enciphered: int
    plain: int
    keyless: int


def how_kept(services: Services) -> Kept:
    """Count; goes through the records, not through the places."""
    from storage.expected import walk_plain  # noqa: PLC0415

    count = services.store.keys.count()
    plain = sum(1 for _ in walk_plain(services.store.records.upkeep.database))
    return Kept(enciphered=count.enciphered, plain=plain, keyless=count.keyless)


def encipher_objects(
    services: Services,
    *,
    grace: timedelta,
    told: Callable[[Enciphered], None] = lambda _report: None,
    pause: Callable[[float], None] = sleep,
) -> Enciphered:
    """Encipher every plain object, then take plain bytes away where their place lets them go.

    Others write in between, twenty objects at a time. Stopped anywhere, it goes on when it is called again.

    Args:
        services: of this installation.
        grace: plain bytes stay until their enciphered ones have been there for so long.
        told: after each batch.
        pause: waits that many seconds between batches.

    Raises:
        SettingsError: new objects are not enciphered here.
        StoreBusyError: somebody copies, repairs or, when plain bytes are to go, makes a backup.
        StoreFrozenError: the store is read-only.
        StoreError: a place does not answer; what was done stays done.
    """
    from storage.plain_objects import Enciphered  # noqa: PLC0415

    if not services.settings.encrypt_objects:
        raise SettingsError("MOTLAN_ENCRYPT_OBJECTS", reason="đặt true trước khi mã hóa đối tượng cũ")
    report = Enciphered()
    with services.copying():
        waiting = _plain(services)
        while some := list(islice(waiting, _AT_ONCE)):
            with services.writing():
                _objects(services).encipher(some, report)
            told(report)
            pause(_PAUSE_SECONDS)
        with services.bytes_stay(alone=True):
            for number in range(len(services.store.places)):
                _take_away(services, number, report, grace=grace, told=told, pause=pause)
    if report.enciphered or report.removed:
        _record(services, report)
    return report


def _take_away(  # noqa: PLR0913  which place, and what the caller asked for
    services: Services,
    number: int,
    report: Enciphered,
    *,
    grace: timedelta,
    told: Callable[[Enciphered], None],
    pause: Callable[[float], None],
) -> None:
    after = ""
    while True:
        with services.writing():
            place = services.store.places[number]
            after = _objects(services).take_away(place, report, grace=grace, after=after)
        told(report)
        if not after:
            return
        pause(_PAUSE_SECONDS)


def _plain(services: Services) -> Iterator[Sha256]:
    """What records name, then what notes of quarantine name."""
    from storage.expected import walk_plain  # noqa: PLC0415

    store = services.looking
    noted = sorted({note.sha256 for note in store.quarantine.notes() if note.sha256})
    left = (sha256 for sha256 in noted if store.stored.contains(sha256) and not _is_enciphered(store, sha256))
    return chain(walk_plain(store.records.upkeep.database), left)


def _is_enciphered(store: Store, sha256: Sha256) -> bool:
    key = store.keys.find(sha256)
    return key is not None and store.stored.contains(key.stored)


def _objects(services: Services) -> PlainObjects:
    from flows.upkeep import in_quarantine  # noqa: PLC0415
    from storage.plain_objects import PlainObjects  # noqa: PLC0415

    store = services.store
    return PlainObjects(
        stored=store.stored,
        sealed=store.blobs,
        upkeep=store.records.upkeep,
        elsewhere=in_quarantine(store),
        clock=services.clock,
    )


def _record(services: Services, report: Enciphered) -> None:
    services.store.records.record(
        Event(
            kind=EventKind.OBJECTS_ENCIPHERED,
            at=services.clock(),
            actor=services.settings.actor,
            details={
                "enciphered": report.enciphered,
                "removed": report.removed,
                "locked": report.locked,
                "waiting": report.waiting,
                "young": report.young,
                "unreadable": report.unreadable,
            },
        )
    )
