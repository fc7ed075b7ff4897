"""The recipe of a batch and of a stretch of work: read, file, set aside, each file leased before.

Reading runs in a pool as wide as the machine; filing runs in order in one thread, so one owner uses the
signing keys. Who runs the stages is a choice: Prefect, for people who look at its pages, or threads alone
while its server elsewhere is away (decision 0016). Prefect is imported for the first of them only.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

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
from flows.work.alone import read_alone
from flows.work.line import lease_item, need_tries, read_leased, rest_after, taking_turns
from flows.work.stages import PlainStages, Reading, Stages
from storage.work_fence import holding
from wiring.logs import kind_of
from wiring.services import Services

_AHEAD_PER_WORKER = 2
FILES_AHEAD: Final = 3
"""So many files more are in hand than pages are read at the same time."""
WRITES_SECONDS: Final = 1.0
"""So long one machine files before another one may."""
TURN_SECONDS: Final = 60.0
"""So long a machine stands in line to file; then it looks whether it is to stop, and stands in line anew."""
_LOOK_SECONDS: Final = 0.5


def _free() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass(slots=True)
class Stretch(Run):
    """A stretch of work from the line.

    Attributes:
        pools: what is taken.
        most: files, after which the stretch ends; a flow run must not grow without bound.
        read: told that a file was read.
        reads: files may begin to be read. On a machine with one core for all not while it has the turn to
            file, which all others wait for: a reader beside it would make it twice as long.
    """

    pools: frozenset[Pool] = frozenset()
    most: int = 0
    read: threading.Event = field(default_factory=threading.Event)
    reads: threading.Event = field(default_factory=_free)

    def has_room(self, in_hand: int) -> bool:
        """Whether one more file may be taken to be read; ahead of that only where enough wait for all.

        Towards the end of a line one worker would else have several files in hand while another has none.
        """
        services = self.services
        if in_hand < services.settings.workers:
            return True
        work = services.looking.records.work
        return in_hand < files_at_once(services) and not work.is_scarce(Pool.READ)

    def take(self, pool: Pool) -> Lease | None:
        """The next file of a pool, in hand; nothing when there is none for us."""
        if pool not in self.pools or self.stopping.is_set():
            return None
        work = self.services.looking.records.work
        lease = work.take(pool, self.holder, rules=self.services.settings.work.rules)
        if lease is not None:
            self.leases[lease.item] = lease
        return lease


@dataclass(slots=True)
class Going:
    """A run that goes on in this process.

    Attributes:
        run: what its stages look up.
        recipe: what it does, by whoever runs the stages; gives how many files.
        begun: once that was.
    """

    run: Run
    recipe: Callable[[Stages], int]
    begun: bool = False


GOING: Final[dict[str, Going]] = {}
"""By name: neither bytes nor personal data travel through Prefect, which gets the name alone."""


def run_batch(services: Services, batch: BatchId, *, listen: Listener, holder: str) -> None:
    """Run the recipe of a batch and forget its services afterwards.

    Args:
        services: of this installation, inside ``writing``.
        batch: which.
        listen: hears of progress.
        holder: has the files in hand.

    Raises:
        MotlanError: what made going on useless.
        OrchestrationError: Prefect itself failed.
    """
    run = Run(services, listen, holder)
    _go(batch, Going(run, lambda stages: _work_through(run, stages, batch)))


def run_stretch(stretch: Stretch) -> int:
    """Work on what is in line, until nothing is, or enough was done; gives how many files.

    Raises:
        MotlanError: what made going on useless for now.
        OrchestrationError: Prefect itself failed.
    """
    name = stretch.holder
    return _go(name, Going(stretch, lambda stages: _stretch(stretch, stages, name)))


def _go(name: str, going: Going) -> int:
    run = going.run
    GOING[name] = going
    try:
        if not answers(run.services.settings.prefect_url):
            return _plainly(going, name)
        try:
            # Prefect is imported here and in what brings it up: papers do not wait for it while it is away.
            from flows.runs import run_as_flow  # noqa: PLC0415

            return run_as_flow(name, run)
        except Exception as error:
            if going.begun:
                raise
            # The server answered, and then did not: nothing was in hand yet.
            run.services.log.warning("prefect.failed", batch=name, cause=kind_of(error))
            return _plainly(going, name)
    except BatchStoppedError:
        raise run.fatal or OrchestrationError(name) from None
    except Exception as error:
        # A full disk stops Prefect's own database too: then our reason is the one that helps.
        run.services.log.warning("flow.failed", batch=name, cause=kind_of(error))
        raise run.fatal or OrchestrationError(name, cause=repr(error)) from error
    finally:
        del GOING[name]


def files_at_once(services: Services) -> int:
    """Files that are being read at the same time.

    More than the reader takes pages: of the others the pages are read already, and they wait for their turn
    to be saved, which another machine may have for ``WRITES_SECONDS``.
    """
    return services.settings.workers + FILES_AHEAD


def _plainly(going: Going, name: str) -> int:
    """The same recipe, of which Prefect never hears."""
    going.run.services.log.warning("prefect.away", batch=name)
    workers = files_at_once(going.run.services)
    with PlainStages(read=read_stage, file=file_stage, workers=workers) as stages:
        return guarded(going, stages)


def guarded(going: Going, stages: Stages) -> int:
    """Carry the recipe out.

    Raises:
        BatchStoppedError: what makes going on useless lies in the run.
    """
    run, count = going.run, 0
    going.begun = True
    try:
        count = going.recipe(stages)
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
        while count < run.most and run.has_room(len(ahead)):
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
        with services.writing(wait_seconds=TURN_SECONDS):
            if services.settings.workers == 1:
                run.reads.clear()
            until = time.monotonic() + WRITES_SECONDS
            while time.monotonic() < until and (lease := run.take(Pool.SIGN)) is not None:
                count += _file_one(run, stages, name, lease)
                del run.leases[lease.item]
            compare_waiting(services)
    except StoreBusyError:
        # Another machine files; reading goes on meanwhile.
        services.log.info("work.waits", item=name)
    finally:
        run.reads.set()
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


def read_stage(name: str, item: ItemId) -> MotlanError | None:
    """Read one file; a file that cannot be read gives its error back instead of failing the run."""
    run = GOING[name].run
    if isinstance(run, Stretch):
        run.reads.wait()
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


def file_stage(name: str, item: ItemId) -> MotlanError | None:
    """Sign, understand, seal and store the papers of one file; gives back what went wrong with it."""
    run = GOING[name].run
    with run.services.tracer.span("file", work=name, item=item):
        return attempt(run, item, lambda: _file(run, item))


def _read(run: Run, item: ItemId) -> None:
    """Lease and read, again until it ends or was tried often enough."""
    alone = taking_turns(run.alone, partial(read_alone, stopped=run.stopping.is_set))
    lease = run.leases.pop(item, None) or lease_item(run.services, item, run.holder)
    while lease is not None:
        run.leases[item] = lease
        failed = read_leased(run.services, lease, listen=run.listen, alone=alone)
        if failed is None:
            return
        run.services.log.warning("work.failed", item=item, code=failed.value)
        rest = rest_after(lease, run.services.settings.work)
        run.services.looking.records.work.give_back(lease, failed=failed, rest=rest)
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
