"""This process as one that holds work: known by a name, with a sign of life, and seen to be gone at once.

The sign of life comes from a thread of its own: it needs the interpreter for a moment every ten seconds,
which it gets beside any library call that computes. On the same machine nobody waits for a lease to end: a
process that is gone is known by the lock of its file.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dossier.errors import MotlanError, StoreError
from flows.pass_loop import PassLoop
from storage.filesystem import store_errors
from storage.holder_files import alive, forget, gone
from storage.work import LEASE_SECONDS
from wiring.services import Services

BEAT_SECONDS: Final = 10.0
LEAVE_SECONDS: Final = 10.0
_ID_BYTES: Final = 8


class Beats(PassLoop):
    """Signs of life of one holder."""

    def __init__(self, services: Services, holder: str, *, beat_seconds: float, lease_seconds: float) -> None:
        super().__init__(
            "work", log=services.log, stopped="work.no_sign", pause_s=beat_seconds, leave_s=LEAVE_SECONDS
        )
        self._services = services
        self._lease_seconds = lease_seconds
        self.holder = holder
        self.is_lost = False
        """Others took this holder for gone; what it has is not its own any more."""
        self.was_cut_off = False
        """It was alive and could not say so: the database was away, or the way there."""

    def _pass(self) -> None:
        try:
            known = self._services.looking.records.work.beat(self.holder, seconds=self._lease_seconds)
        except StoreError:
            # The database may be back before the lease ends; if not, the fence keeps what is right.
            self.was_cut_off = True
            raise
        if not known:
            self.is_lost = True

    def _interrupt(self) -> None:
        """A sign of life waits for nothing that could be cut short."""


def new_holder() -> str:
    """A name that no other process has."""
    return secrets.token_hex(_ID_BYTES)


@contextmanager
def holding_work(
    services: Services,
    *,
    beat_seconds: float = BEAT_SECONDS,
    lease_seconds: float = LEASE_SECONDS,
    make_id: Callable[[], str] = new_holder,
) -> Iterator[Beats]:
    """Hold work while the block runs; what is not done is given back at its end.

    Args:
        services: of this installation.
        beat_seconds: between two signs of life.
        lease_seconds: without one for so long, others go on with what is held here.
        make_id: makes the holder's name.

    Raises:
        StoreError: the records cannot be used.
    """
    work = services.looking.records.work
    holder = make_id()
    with alive(_folder(services), holder):
        _need_room(services)
        take_over_dead(services)
        work.enter(holder, seconds=lease_seconds)
        beats = Beats(services, holder, beat_seconds=beat_seconds, lease_seconds=lease_seconds)
        try:
            with beats:
                yield beats
        finally:
            try:
                work.leave(holder)
            except MotlanError as error:
                # Its lease ends by itself.
                beats.was_cut_off = True
                services.log.warning("work.not_given_back", code=error.code)


def take_over_dead(services: Services) -> int:
    """Make free what processes of this machine had that are gone; gives how many files."""
    work = services.looking.records.work
    folder = _folder(services)
    dead = gone(folder, work.holders())
    if not dead:
        return 0
    freed = work.take_over(dead)
    for holder in dead:
        shutil.rmtree(temp_of(services, holder), ignore_errors=True)
    forget(folder, dead)
    return freed


def _need_room(services: Services) -> None:
    """Pages on their way have a folder; one that only reads for others may have got a data folder without."""
    folder = services.looking.work
    with store_errors(folder.name):
        folder.mkdir(exist_ok=True)


def temp_of(services: Services, holder: str) -> Path:
    """Where a holder makes temporary files; what is left of one that died is removed with its work."""
    return services.settings.data / "run" / "temp" / holder


def _folder(services: Services) -> Path:
    return services.settings.data / "run" / "work"
