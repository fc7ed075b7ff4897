"""What a holder writes counts only while it holds: each writing transaction looks at the lease first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from sqlalchemy import Connection, bindparam, select

from dossier.work import Lease
from dossier.work_errors import WorkLostError
from storage.ready import Ready
from storage.work_tables import work

HELD: Final = "held"

_MINE: Final = Ready(
    select(work.c.serial)
    .where(
        work.c.serial == bindparam("row"),
        work.c.fence == bindparam("number"),
        work.c.holder == bindparam("name"),
        work.c.state == HELD,
    )
    .with_for_update()
)
_LEASE: Final[ContextVar[Lease | None]] = ContextVar("motlan_lease", default=None)


@contextmanager
def holding(lease: Lease) -> Iterator[None]:
    """What this thread writes to records while the block runs is written on this lease."""
    token = _LEASE.set(lease)
    try:
        yield
    finally:
        _LEASE.reset(token)


def lease_in_hand() -> Lease | None:
    """The lease that this thread writes on."""
    return _LEASE.get()


def need_lease(connection: Connection) -> None:
    """Refuse a transaction on a lease that somebody else has taken over.

    The row stays locked until the transaction ends, so nobody takes it over between this look and the commit.

    Raises:
        WorkLostError: the row has another holder, another fence, or is gone.
    """
    lease = _LEASE.get()
    if lease is None:
        return
    asked = {"row": lease.serial, "number": lease.fence, "name": lease.holder}
    if _MINE.first(connection, asked) is None:
        raise WorkLostError(lease.item)
