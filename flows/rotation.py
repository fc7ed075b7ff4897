"""Move the records of a store to the encryption key in use, and tell the journal."""

from __future__ import annotations

from collections.abc import Callable

from dossier.events import Event, EventKind
from wiring.services import Services


def rotate_keys(services: Services, *, told: Callable[[int], None]) -> int:
    """Move every sealed value to the key in use; others may read and write meanwhile.

    Args:
        services: of this installation.
        told: how many values were moved so far, after each batch.

    Returns:
        How many values were moved.

    Raises:
        StoreKeyLostError: something is sealed with a key that is not there; what was moved stays moved.
    """
    records = services.store.records
    moved = records.rotate_keys(told=told)
    if moved:
        records.record(
            Event(
                kind=EventKind.KEYS_ROTATED,
                at=services.clock(),
                actor=services.settings.actor,
                details={"moved": moved, "key": records.key_in_use},
            )
        )
    return moved
