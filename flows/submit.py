"""Start the work on a batch: all of Prefect that the doors see."""

from __future__ import annotations

from dossier.ids import BatchId
from flows.progress import Listener, Progress, Stage
from flows.server import bring_up
from wiring.services import Services


def run_here(services: Services, batch: BatchId, *, listen: Listener) -> None:
    """Work on a batch in this process, as a Prefect flow run, until nothing is left to do for it.

    Prefect is brought up at most once for each process. One writer at a time: the data folder is locked for
    the length of the run.

    Raises:
        StoreBusyError: another process writes to the data folder.
        StoreError, EngineMissingError: what makes going on useless; nothing is lost.
    """
    with services.writing():
        listen(Progress(stage=Stage.STARTING))
        bring_up(services.settings.data, url=services.settings.prefect_url)
        # Prefect is imported here and nowhere earlier: read-only commands must not pay for it.
        from flows.runs import run_batch  # noqa: PLC0415

        run_batch(services, batch, listen=listen)
