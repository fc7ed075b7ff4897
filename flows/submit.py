"""The whole line for files and folders: all of Prefect that the doors see."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from dossier.documents import ItemState
from dossier.errors import OrchestrationError
from dossier.ids import BatchId
from dossier.work import Lane
from flows.behind import follow_up
from flows.intake import Handed
from flows.operating.work_done import counting
from flows.priority import at_counter, give_way, patiently
from flows.private_temp import private_temp
from flows.progress import Listener, Progress, Stage
from flows.recipe import run_batch
from flows.server import bring_up
from flows.stamp_loop import completing
from flows.work.accepting import accept, take_in_as_said
from flows.work.holding import holding_work, temp_of
from storage.inbox import Declaration
from storage.work_rows import Owed
from wiring.services import Services


def ingest(  # noqa: PLR0913  what a call says
    services: Services,
    paths: Sequence[Path],
    *,
    declared: Declaration,
    listen: Listener,
    patient: bool = False,
    base: Path | None = None,
) -> Handed:
    """Take files in and work on them in this process, as a Prefect flow run, until nothing is left to do.

    Prefect is brought up at most once for each process, and not at all when there is nothing to do. One
    writer at a time: the data folder is locked for the length of the run. Papers that wait for a timestamp,
    also those of earlier runs, are completed beside it and for a bounded time at its end.

    Args:
        services: of this installation.
        paths: files and folders.
        declared: what they are handed in for.
        listen: hears of progress.
        patient: work that gives way to the counter; the same files again go on where it stopped. Work of
            the backlog where it is done elsewhere.
        base: a folder above all paths, below which the names of files begin.

    Raises:
        CounterWaitsError: patient work gave way; what was finished stays.
        StoreBusyError: another process writes to the store.
        WorkFullError: too much waits already.
        StoreError, EngineMissingError: what makes going on useless; nothing is lost.
    """
    if patient:
        give_way(services)
        listen = patiently(services, listen)
    lane = Lane.BACKLOG if patient else Lane.COUNTER
    if not services.settings.work.here:
        return accept(services, paths, declared=declared, lane=lane, listen=listen, base=base)
    with (
        nullcontext() if patient else at_counter(services),
        holding_work(services) as held,
        services.writing(),
        completing(services, finish_s=services.settings.stamp_finish_seconds),
    ):
        owed = Owed(lane=lane, holder=held.holder)
        handed = take_in_as_said(services, paths, declared=declared, base=base, owed=owed)
        if handed.batch is not None and _open_items(services, handed.batch):
            # Asked before anything costly starts: without an engine no page can be read.
            services.engine.version()
            listen(Progress(stage=Stage.STARTING))
            _bring_up(services, handed.batch)
            with (
                private_temp(temp_of(services, held.holder)),
                counting(services, listen) as counted,
            ):
                run_batch(services, handed.batch, listen=counted, holder=held.holder)
        own = sum(len(services.store.records.documents_of_item(item)) for item in handed.items)
        follow_up(services, own=own)
        return handed


def _bring_up(services: Services, batch: BatchId) -> None:
    try:
        bring_up(services.settings.data, url=services.settings.prefect_url)
    except Exception as error:
        # Whatever Prefect raises (it has no tree of its own here), people get one sentence and a next step.
        raise OrchestrationError(batch, cause=repr(error)) from error


def _open_items(services: Services, batch: BatchId) -> bool:
    items = services.store.records.items(batch)
    return any(item.state is not ItemState.DONE for item in items)
