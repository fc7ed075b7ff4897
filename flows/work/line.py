"""One file in hand: leased, read or filed on that lease, and parked when it never comes to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Final

from dossier.documents import Item
from dossier.errors import StoreError
from dossier.ids import ItemId
from dossier.work import Lease, Pool, WorkReason
from dossier.work_errors import WorkParkedError
from flows.capture import read_item
from flows.progress import Listener, Progress, Stage
from flows.work.alone import read_alone
from flows.work.holding import take_over_dead
from storage.work_fence import holding
from wiring.services import Services
from wiring.work_settings import WorkSettings

_PAUSE_SECONDS: Final = 0.5

_NOTED_EVERY: Final = 50
"""Pages: some tens of seconds of work, for one small transaction."""
_REST_GROWS: Final = 4.0
_LONGEST_REST: Final = 1800.0
"""Seconds, however many tries there may be."""

ReadAlone = Callable[[Services, Item, Listener], WorkReason | None]
"""Reads the pages of a file in a process of its own."""


def taking_turns(turns: AbstractContextManager[object], read: ReadAlone = read_alone) -> ReadAlone:
    """The same, for so many files at a time as ``turns`` lets in: each may need the memory of many."""

    def in_turn(services: Services, item: Item, listen: Listener) -> WorkReason | None:
        with turns:
            return read(services, item, listen)

    return in_turn


def lease_item(
    services: Services, item: ItemId, holder: str, *, pause: Callable[[float], None] = time.sleep
) -> Lease | None:
    """Take one file; while another holder works on it, wait. Nothing when nothing is owed on it any more.

    Raises:
        WorkLostError: others took the holder for gone.
    """
    work = services.looking.records.work
    while True:
        lease = work.take_item(item, holder, rules=services.settings.work.rules)
        if lease is not None or not work.is_owed(item):
            return lease
        if not take_over_dead(services):
            work.take_over()
            pause(_PAUSE_SECONDS)


def read_leased(
    services: Services, lease: Lease, *, listen: Listener, alone: ReadAlone = read_alone
) -> WorkReason | None:
    """Read a file that is in hand; gives why this try did not end, if it did not.

    One whose last try never ended is read in a process of its own first: whatever it does there, this one
    lives.

    Raises:
        WorkParkedError: it was tried often enough.
        WorkLostError: somebody else has it.
        InputError, EngineError, StoreError: as ``read_item``.
    """
    item = services.store.records.item(lease.item)
    need_tries(lease, item)
    listen = _noting(services, lease, listen)
    if lease.is_suspect and lease.pool is Pool.READ:
        failed = alone(services, item, listen)
        if failed is not None:
            return failed
    try:
        with holding(lease):
            read_item(services, lease.item, listen=listen)
    except MemoryError:
        return WorkReason.MEMORY
    return None


def rest_after(lease: Lease, settings: WorkSettings) -> float:
    """Seconds for which a file that failed is left alone: what it lacked may be there again by then.

    None once the last try is spent, for it is parked when it is taken next.
    """
    if lease.tries >= settings.rules.tries:
        return 0.0
    return min(settings.rest_seconds * _REST_GROWS ** (lease.tries - 1), _LONGEST_REST)


def _noting(services: Services, lease: Lease, listen: Listener) -> Listener:
    """The same listener, and now and then the row of the work hears how far the file is."""
    noted = lease.furthest

    def heard(progress: Progress) -> None:
        nonlocal noted
        if progress.stage is Stage.PAGE and progress.done >= noted + _NOTED_EVERY:
            noted = progress.done
            # Where the database is away just now, the next note says as much.
            with suppress(StoreError):
                services.looking.records.work.got_on(lease, noted)
        listen(progress)

    return heard


def need_tries(lease: Lease, item: Item) -> None:
    """Refuse a file that was tried as often as may be.

    Raises:
        WorkParkedError.
    """
    if lease.is_spent:
        raise WorkParkedError(item.name, tries=lease.tries, reason=(lease.reason or WorkReason.DIED).value)
