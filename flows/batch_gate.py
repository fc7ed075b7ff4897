"""The gate of a closed batch: it takes nothing more until a person opens it again."""

from __future__ import annotations

from dossier.batch_errors import BatchClosedError
from dossier.batches import BatchState, state_of
from dossier.ids import BatchId
from wiring.services import Services


def is_closed(services: Services, batch: BatchId) -> bool:
    """Whether a person closed the batch and nobody opened it since."""
    return state_of(services.store.records.acts(case=batch)) is BatchState.CLOSED


def need_open(services: Services, batch: BatchId) -> None:
    """Refuse to touch a closed batch.

    Raises:
        BatchClosedError: it is closed.
    """
    if is_closed(services, batch):
        raise BatchClosedError(batch)
