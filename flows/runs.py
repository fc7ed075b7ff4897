"""The recipe as Prefect runs: one flow for a batch or a stretch of work, two tasks for each file.

Ids go in and out; services and listeners are looked up by the id of the run in this process, so that
neither bytes nor personal data travel through Prefect. Reading runs in a pool as wide as the machine; filing
runs in order in the flow's own thread, so one owner uses the signing keys. Every file is leased before it is
worked on (decision 0016): what Prefect says of a run is for people who look at its pages. So while a Prefect
server elsewhere is away, the same stages run without it. Importing this module imports Prefect.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from prefect import Flow, flow, tags, task
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from dossier.documents import ItemState
from dossier.errors import MotlanError, OrchestrationError, StoreBusyError
from dossier.ids import BatchId, ItemId
from dossier.totals import Count
from dossier.work import Lease, Pool
from flows.attempt import BatchStoppedError, Run, attempt
from flows.behind import compare_waiting
from flows.issue import file_item
from flows.progress import Listener, Progress, Stage
from flows.quarantine import set_aside
from flows.server import answers
from flows.splitting import as_findings, batch_differences
from flows.work.line import lease_item, need_tries, read_leased
from flows.work.prefect_runs import HOLDER_TAG
from flows.work.stages import PlainStages, Reading, Stages, reading_of
from storage.work_fence import holding
from wiring.logs import kind_of
from wiring.services import Services

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture

_AHEAD_PER_WORKER = 2
_WRITES_SECONDS: Final = 5.0
"""So long one machine files before another one may."""
_LOOK_SECONDS: Final = 0.5


@dataclass(slots=True)
class Stretch(Run):
    """A stretch of work from the line.

    Attributes:
        pools: what is taken.
        stopping: begin nothing more.
        most: files, after which the stretch ends; a flow run must not grow without bound.
        read: told that a file was read.
    """

    pools: frozenset[Pool] = frozenset()
    stopping: threading.Event = field(default_factory=threading.Event)
    most: int = 0
    read: threading.Event = field(default_factory=threading.Event)

    def take(self, pool: Pool) -> Lease | None:
        """The next file of a pool, in hand; nothing when there is none for us."""
        if pool not in self.pools or self.stopping.is_set():
            return None
        work = self.services.looking.records.work
        lease = work.take(pool, self.holder, rules=self.services.settings.work.rules)
        if lease is not None:
            self.leases[lease.item] = lease
        return lease


class _Tasks:
    """The stages as tasks of Prefect."""

    def read(self, name: str, item: ItemId) -> Reading:
        """See ``Stages``."""
        return reading_of(read.submit(name, item))

    def file(self, name: str, item: ItemId) -> MotlanError | None:
        """See ``Stages``."""
        return file(name, item)


@dataclass(slots=True)
class _Going:
    """A run with its stages; ``begun`` once its recipe was."""

    run: Run
    stages: Stages
    begun: bool = False


_going: dict[str, _Going] = {}


def run_batch(services: Services, batch: BatchId, *, listen: Listener, holder: str) -> None:
    """Run the flow for a batch and forget its services afterwards.

    Args:
        services: of this installation, inside ``writing``.
        batch: which.
        listen: hears of progress.
        holder: has the files in hand.

    Raises:
        MotlanError: what made going on useless.
        OrchestrationError: Prefect itself failed.
    """
    _go(batch, Run(services, listen, holder), digitise_batch)


def run_stretch(stretch: Stretch) -> int:
    """Work on what is in line, until nothing is, or enough was done; gives how many files.

    Raises:
        MotlanError: what made going on useless for now.
        OrchestrationError: Prefect itself failed.
    """
    return _go(stretch.holder, stretch, work_through)


def _go(name: str, run: Run, recipe: Flow[[str], int]) -> int:
    going = _going[name] = _Going(run, _Tasks())
    try:
        if not answers(run.services.settings.prefect_url):
            return _plainly(going, name, recipe)
        try:
            return _as_flow(going, name, recipe)
        except Exception as error:
            if going.begun:
                raise
            # The server answered, and then did not: nothing was in hand yet.
            run.services.log.warning("prefect.failed", batch=name, cause=kind_of(error))
            return _plainly(going, name, recipe)
    except BatchStoppedError:
        raise run.fatal or OrchestrationError(name) from None
    except Exception as error:
        # A full disk stops Prefect's own database too: then our reason is the one that helps.
        run.services.log.warning("flow.failed", batch=name, cause=kind_of(error))
        raise run.fatal or OrchestrationError(name, cause=repr(error)) from error
    finally:
        del _going[name]


def _as_flow(going: _Going, name: str, recipe: Flow[[str], int]) -> int:
    # The runner's futures are a kind of PrefectFuture; its type is invariant and cannot say so.
    runner = cast(
        "TaskRunner[PrefectFuture[Any]]",
        ThreadPoolTaskRunner[Any](max_workers=going.run.services.settings.workers),
    )
    with tags(f"{HOLDER_TAG}{going.run.holder}"):
        return recipe.with_options(task_runner=runner)(name)


def _plainly(going: _Going, name: str, recipe: Flow[[str], int]) -> int:
    """The same recipe, of which Prefect never hears."""
    going.run.services.log.warning("prefect.away", batch=name)
    workers = going.run.services.settings.workers
    with PlainStages(read=read.fn, file=file.fn, workers=workers) as stages:
        going.stages = stages
        return recipe.fn(name)


@flow(name="digitise-batch", flow_run_name="batch-{batch}", validate_parameters=False)
def digitise_batch(batch: str) -> int:
    """Read and file every item of a batch; returns how many there are."""
    going = _going[batch]
    return _guarded(going, lambda: _work_through(going.run, going.stages, BatchId(batch)))


@flow(name="work-through", flow_run_name="work-{holder}", validate_parameters=False)
def work_through(holder: str) -> int:
    """Read and file what is in line; returns how many files were in hand."""
    going = _going[holder]
    return _guarded(going, lambda: _stretch(cast("Stretch", going.run), going.stages, holder))


def _guarded(going: _Going, work: Callable[[], int]) -> int:
    run, count = going.run, 0
    going.begun = True
    try:
        count = work()
    except MotlanError as error:
        run.fatal = run.fatal or error
    if run.fatal is not None:
        raise BatchStoppedError
    return count


def _work_through(run: Run, stages: Stages, batch: BatchId) -> int:
    items = [item for item in run.services.store.records.items(batch) if item.state is not ItemState.DONE]
    run.listen(Progress(stage=Stage.STARTED, total=len(items)))
    ahead: deque[tuple[ItemId, Reading]] = deque()
    counted = run.services.store.records.declared_count(batch) != Count()
    limit = len(items) + 1 if counted else run.services.settings.workers * _AHEAD_PER_WORKER
    for item in items:
        ahead.append((item.id, stages.read(batch, item.id)))
        if len(ahead) >= limit:
            _finish(run, stages, batch, *ahead.popleft())
    if counted:
        # What was declared is compared before anything is filed, so every file is read first.
        for _, reading in ahead:
            reading.wait()
        run.noticed = as_findings(batch_differences(run.services, batch))
    while ahead:
        _finish(run, stages, batch, *ahead.popleft())
    return len(items)


def _stretch(run: Stretch, stages: Stages, name: str) -> int:
    ahead: list[tuple[ItemId, Reading]] = []
    count = 0
    while True:
        run.read.clear()
        while count < run.most and len(ahead) < run.services.settings.workers:
            lease = run.take(Pool.READ)
            if lease is None:
                break
            ahead.append((lease.item, stages.read(name, lease.item)))
            count += 1
        filed = _file_some(run, stages, name) if count < run.most else 0
        count += filed
        ahead = _collect(run, ahead)
        if not filed and not ahead:
            return count
        if not filed:
            run.read.wait(_LOOK_SECONDS)


def _collect(run: Stretch, ahead: Sequence[tuple[ItemId, Reading]]) -> list[tuple[ItemId, Reading]]:
    """What is still being read; of the rest, what could neither be read nor set aside is tried once more."""
    reading = []
    for item, future in ahead:
        if not future.is_done():
            reading.append((item, future))
            continue
        error = future.result()
        if error is not None:
            _aside_beside(run, item, error)
        run.leases.pop(item, None)
    return reading


def _file_some(run: Stretch, stages: Stages, name: str) -> int:
    """File for a short while, as the one writer of all machines; gives how many files.

    Nothing is taken before it is our turn to write: who writes may wait for the very file.
    """
    services, count = run.services, 0
    if Pool.SIGN not in run.pools or not services.looking.records.work.waits((Pool.SIGN,)):
        return 0
    try:
        with services.writing():
            until = time.monotonic() + _WRITES_SECONDS
            while time.monotonic() < until and (lease := run.take(Pool.SIGN)) is not None:
                count += _file_one(run, stages, name, lease)
                del run.leases[lease.item]
            compare_waiting(services)
    except StoreBusyError:
        # Another machine files; reading goes on meanwhile.
        services.log.info("work.waits", item=name)
    return count


def _file_one(run: Stretch, stages: Stages, name: str, lease: Lease) -> bool:
    """Whether the file came to rest; one whose batch is not read yet waits for it."""
    records = run.services.store.records
    batch = records.item(lease.item).batch
    run.noticed = ()
    if records.declared_count(batch) != Count():
        if records.work.has_unread(batch):
            records.work.keep_for_batch(lease)
            return False
        run.noticed = as_findings(batch_differences(run.services, batch))
    error = stages.file(name, lease.item)
    if error is not None:
        _aside(run, lease.item, error)
    return True


@task(name="read", persist_result=False)
def read(name: str, item: ItemId) -> MotlanError | None:
    """Read one file; a file that cannot be read gives its error back instead of failing the run."""
    run = _going[name].run
    try:
        with run.services.tracer.span("read", work=name, item=item):
            error = attempt(run, item, lambda: _read(run, item))
        if error is None or not isinstance(run, Stretch):
            return error
        # Here and now: the flow's own thread may stand in line for its turn to write, behind a batch of this
        # process that waits for this very file.
        return attempt(run, item, lambda: _aside_beside(run, item, error))
    finally:
        if isinstance(run, Stretch):
            run.read.set()


@task(name="file", persist_result=False)
def file(name: str, item: ItemId) -> MotlanError | None:
    """Sign, understand, seal and store the papers of one file; gives back what went wrong with it."""
    run = _going[name].run
    with run.services.tracer.span("file", work=name, item=item):
        return attempt(run, item, lambda: _file(run, item))


def _read(run: Run, item: ItemId) -> None:
    """Lease and read, again until it ends or was tried often enough."""
    lease = run.leases.pop(item, None) or lease_item(run.services, item, run.holder)
    while lease is not None:
        run.leases[item] = lease
        failed = read_leased(run.services, lease, listen=run.listen)
        if failed is None:
            return
        run.services.log.warning("work.failed", item=item, code=failed.value)
        run.services.looking.records.work.give_back(lease, failed=failed)
        lease = None if isinstance(run, Stretch) else lease_item(run.services, item, run.holder)
    run.leases.pop(item, None)


def _file(run: Run, item: ItemId) -> None:
    lease = run.leases.get(item)
    if lease is None:
        # Somebody else did it, who had it before this run.
        run.listen(Progress(stage=Stage.DONE, item=item))
        return
    need_tries(lease, run.services.store.records.item(item))
    with holding(lease):
        file_item(run.services, item, listen=run.listen, noticed=run.noticed)


def _finish(run: Run, stages: Stages, batch: str, item: ItemId, reading: Reading) -> None:
    error = reading.result() or stages.file(batch, item)
    if error is not None:
        _aside(run, item, error)
    run.leases.pop(item, None)


def _aside_beside(run: Run, item: ItemId, error: MotlanError) -> None:
    """Set aside beside whatever batch this process writes, or else as the one writer."""
    with run.services.saving():
        _aside(run, item, error)


def _aside(run: Run, item: ItemId, error: MotlanError) -> None:
    lease = run.leases.get(item)
    if lease is None:
        set_aside(run.services, item, error, listen=run.listen)
        return
    with holding(lease):
        set_aside(run.services, item, error, listen=run.listen)
