"""The recipe as Prefect runs: one flow for a batch, two tasks for each file.

Ids go in and out; services and listeners are looked up by batch id in this process, so that neither bytes nor
personal data travel through Prefect. Reading runs in a pool as wide as the machine; filing runs in order in
the flow's own thread, so one owner uses the signing keys. Importing this module imports Prefect.
"""

from __future__ import annotations

from collections import deque
from typing import Any, cast

from prefect import flow, task
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from dossier.documents import ItemState
from dossier.errors import MotlanError, OrchestrationError
from dossier.ids import BatchId, ItemId
from dossier.totals import Count
from flows.attempt import BatchStoppedError, Run, attempt
from flows.capture import read_item
from flows.issue import file_item
from flows.progress import Listener, Progress, Stage
from flows.quarantine import set_aside
from flows.splitting import as_findings, batch_differences
from wiring.logs import kind_of
from wiring.services import Services

_AHEAD_PER_WORKER = 2


_runs: dict[BatchId, Run] = {}


def run_batch(services: Services, batch: BatchId, *, listen: Listener) -> None:
    """Run the flow for a batch and forget its services afterwards.

    Raises:
        MotlanError: what made going on useless.
        OrchestrationError: Prefect itself failed.
    """
    run = _runs[batch] = Run(services, listen)
    try:
        # The runner's futures are a kind of PrefectFuture; its type is invariant and cannot say so.
        runner = cast(
            "TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner[Any](max_workers=services.settings.workers)
        )
        digitise_batch.with_options(task_runner=runner)(batch)
    except BatchStoppedError:
        raise run.fatal or OrchestrationError(batch) from None
    except Exception as error:
        # A full disk stops Prefect's own database too: then our reason is the one that helps.
        services.log.warning("flow.failed", batch=batch, cause=kind_of(error))
        raise run.fatal or OrchestrationError(batch, cause=repr(error)) from error
    finally:
        del _runs[batch]


@flow(name="digitise-batch", flow_run_name="batch-{batch}", validate_parameters=False)
def digitise_batch(batch: BatchId) -> int:
    """Read and file every item of a batch; returns how many there are."""
    run = _runs[batch]
    count = 0
    try:
        count = _work_through(run, batch)
    except MotlanError as error:
        run.fatal = run.fatal or error
    if run.fatal is not None:
        raise BatchStoppedError
    return count


def _work_through(run: Run, batch: BatchId) -> int:
    items = [item for item in run.services.store.records.items(batch) if item.state is not ItemState.DONE]
    run.listen(Progress(stage=Stage.STARTED, total=len(items)))
    ahead: deque[tuple[ItemId, PrefectFuture[MotlanError | None]]] = deque()
    counted = run.services.store.records.declared_count(batch) != Count()
    limit = len(items) + 1 if counted else run.services.settings.workers * _AHEAD_PER_WORKER
    for item in items:
        ahead.append((item.id, read.submit(batch, item.id)))
        if len(ahead) >= limit:
            _finish(run, batch, *ahead.popleft())
    if counted:
        # What was declared is compared before anything is filed, so every file is read first.
        for _, reading in ahead:
            reading.wait()
        run.noticed = as_findings(batch_differences(run.services, batch))
    while ahead:
        _finish(run, batch, *ahead.popleft())
    return len(items)


@task(name="read", persist_result=False)
def read(batch: BatchId, item: ItemId) -> MotlanError | None:
    """Read one file; a file that cannot be read gives its error back instead of failing the run."""
    run = _runs[batch]
    with run.services.tracer.span("read", batch=batch, item=item):
        return attempt(run, item, lambda: read_item(run.services, item, listen=run.listen))


@task(name="file", persist_result=False)
def file(batch: BatchId, item: ItemId) -> MotlanError | None:
    """Sign, understand, seal and store the papers of one file; gives back what went wrong with it."""
    run = _runs[batch]
    with run.services.tracer.span("file", batch=batch, item=item):
        return attempt(
            run, item, lambda: file_item(run.services, item, listen=run.listen, noticed=run.noticed)
        )


def _finish(run: Run, batch: BatchId, item: ItemId, reading: PrefectFuture[MotlanError | None]) -> None:
    error = reading.result() or file(batch, item)
    if error is not None:
        set_aside(run.services, item, error, listen=run.listen)
