"""Prefect's own account of runs, put right: runs of dead processes are closed, old ones are forgotten.

What Prefect says is advice; who works on what stands in our records. A run that its process left "Running"
would stand so for ever, and hold its place where Prefect limits how many run together
(PrefectHQ/prefect#16746).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

HOLDER_TAG: Final = "motlan-holder:"
"""Begins the tag of every run of ours; the holder of its work follows."""

_FLOWS: Final = ("digitise-batch", "work-through")
_GONE: Final = "the process that ran it is gone"
_AT_ONCE: Final = 100
_MOST_FORGOTTEN: Final = 1000
_BEGUN_JUST_NOW: Final = timedelta(minutes=2)
"""A run is made a moment before its process is known as a holder to everybody."""


def close_all_runs() -> int:
    """Mark every run as crashed: the server was started for this process, nobody else runs anything on it."""
    return _close(lambda _tags, _created: False, everything=True)


def close_dead_runs(*, living: Callable[[], Collection[str]], now: datetime) -> int:
    """Mark runs of ours as crashed whose process is gone; gives how many.

    Args:
        living: holders of work who are alive.
        now: the present moment.
    """

    def goes_on(tags: Collection[str], created: datetime | None) -> bool:
        holders = {tag.removeprefix(HOLDER_TAG) for tag in tags if tag.startswith(HOLDER_TAG)}
        is_new = created is not None and now - created < _BEGUN_JUST_NOW
        return is_new or not holders or not holders.isdisjoint(living())

    return _close(goes_on, everything=False)


def _close(goes_on: Callable[[Collection[str], datetime | None], bool], *, everything: bool) -> int:
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import (  # noqa: PLC0415
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415
    from prefect.states import Crashed  # noqa: PLC0415

    running = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    )
    flows = None if everything else FlowFilter(name=FlowFilterName(any_=list(_FLOWS)))
    closed = passed = 0
    with get_client(sync_client=True) as client:
        while runs := client.read_flow_runs(
            flow_filter=flows, flow_run_filter=running, limit=_AT_ONCE, offset=passed
        ):
            for run in runs:
                if goes_on(run.tags, run.created):
                    passed += 1
                    continue
                client.set_flow_run_state(run.id, Crashed(message=_GONE), force=True)
                closed += 1
    return closed


def forget_old_runs(*, before: datetime, most: int = _MOST_FORGOTTEN) -> int:
    """Remove runs of ours that ended before a moment, the oldest first; gives how many.

    Args:
        before: runs that ended earlier go.
        most: how many go in one call, so that a long history goes bit by bit.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import (  # noqa: PLC0415
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterEndTime,
    )
    from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

    ended = FlowRunFilter(end_time=FlowRunFilterEndTime.model_validate({"before_": before}))
    ours = FlowFilter(name=FlowFilterName(any_=list(_FLOWS)))
    forgotten = 0
    with get_client(sync_client=True) as client:
        while forgotten < most and (
            runs := client.read_flow_runs(
                flow_filter=ours, flow_run_filter=ended, sort=FlowRunSort.START_TIME_ASC, limit=_AT_ONCE
            )
        ):
            for run in runs:
                client.delete_flow_run(run.id)
                forgotten += 1
    return forgotten
