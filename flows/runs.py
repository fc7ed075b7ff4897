"""The recipe as Prefect runs: one flow for a batch or a stretch of work, two tasks for each file.

Names and ids go in and out; what they stand for is looked up in this process (``flows.recipe.GOING``), so
that neither bytes nor personal data travel through Prefect. What it says of a run is for people who look at
its pages (decision 0016). Importing this module imports Prefect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from prefect import flow, tags, task
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from dossier.errors import MotlanError
from dossier.ids import ItemId
from flows.attempt import Run
from flows.recipe import GOING, Stretch, file_stage, files_at_once, guarded, read_stage
from flows.work.prefect_runs import HOLDER_TAG
from flows.work.stages import Reading, reading_of

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture


class _Tasks:
    """The stages as tasks of Prefect."""

    def read(self, name: str, item: ItemId) -> Reading:
        """See ``Stages``."""
        return reading_of(read.submit(name, item))

    def file(self, name: str, item: ItemId) -> MotlanError | None:
        """See ``Stages``."""
        return file(name, item)


def run_as_flow(name: str, run: Run) -> int:
    """Carry out what goes on under a name, as a run of Prefect; gives how many files.

    Raises:
        BatchStoppedError: what makes going on useless lies in the run.
        Exception: whatever Prefect raises.
    """
    recipe = work_through if isinstance(run, Stretch) else digitise_batch
    # The runner's futures are a kind of PrefectFuture; its type is invariant and cannot say so.
    runner = cast(
        "TaskRunner[PrefectFuture[Any]]",
        ThreadPoolTaskRunner[Any](max_workers=files_at_once(run.services)),
    )
    with tags(f"{HOLDER_TAG}{run.holder}"):
        return recipe.with_options(task_runner=runner)(name)


@flow(name="digitise-batch", flow_run_name="batch-{batch}", validate_parameters=False)
def digitise_batch(batch: str) -> int:
    """Read and file every item of a batch; returns how many there are."""
    return guarded(GOING[batch], _Tasks())


@flow(name="work-through", flow_run_name="work-{holder}", validate_parameters=False)
def work_through(holder: str) -> int:
    """Read and file what is in line; returns how many files were in hand."""
    return guarded(GOING[holder], _Tasks())


@task(name="read", persist_result=False)
def read(name: str, item: ItemId) -> MotlanError | None:
    """See ``flows.recipe.read_stage``."""
    return read_stage(name, item)


@task(name="file", persist_result=False)
def file(name: str, item: ItemId) -> MotlanError | None:
    """See ``flows.recipe.file_stage``."""
    return file_stage(name, item)
