"""One file in hand: leased, read or filed on that lease, and parked when it never comes to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from dossier.documents import Item
from dossier.ids import ItemId
from dossier.work import Lease, Pool, WorkReason
from dossier.work_errors import WorkParkedError
from flows.capture import read_item
from flows.progress import Listener
from flows.work.alone import read_alone
from flows.work.holding import take_over_dead
from storage.work_fence import holding
from wiring.services import Services

_PAUSE_SECONDS: Final = 0.5

ReadAlone = Callable[[Services, Item], WorkReason | None]
"""Reads the pages of a file in a process of its own."""


def taking_turns(turns: AbstractContextManager[object], read: ReadAlone = read_alone) -> ReadAlone:
    """The same, for so many files at a time as ``turns`` lets in: each may need the memory of many."""

    def in_turn(services: Services, item: Item) -> WorkReason | None:
        with turns:
            return read(services, item)

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
    if lease.is_suspect and lease.pool is Pool.READ:
        failed = alone(services, item)
        if failed is not None:
            return failed
    try:
        with holding(lease):
            read_item(services, lease.item, listen=listen)
    except MemoryError:
        return WorkReason.MEMORY
    return None


def need_tries(lease: Lease, item: Item) -> None:
    """Refuse a file that was tried as often as may be.

    Raises:
        WorkParkedError.
    """
    if lease.is_spent:
        raise WorkParkedError(item.name, tries=lease.tries, reason=(lease.reason or WorkReason.DIED).value)
