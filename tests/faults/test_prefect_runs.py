"""Prefect's account of runs is put right: the dead are closed, the living and those of others stay."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.server import bring_up
from flows.work.prefect_runs import HOLDER_TAG, close_dead_runs, forget_old_runs

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

pytestmark = pytest.mark.prefect

HOUR = timedelta(hours=1)


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncPrefectClient]:
    # The server of this process, for whichever test came first: its files outlive this one.
    bring_up(tmp_path_factory.mktemp("prefect"))
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - its environment is set now

    with get_client(sync_client=True) as made:
        yield made


def running(client: SyncPrefectClient, name: str, *holders: str) -> FlowRun:
    from prefect import flow  # noqa: PLC0415
    from prefect.states import Running  # noqa: PLC0415

    @flow(name=name)
    def empty() -> None:
        """Nothing."""

    made = client.create_flow_run(empty, tags=[f"{HOLDER_TAG}{one}" for one in holders])
    client.set_flow_run_state(made.id, Running(), force=True)
    return made


def state(client: SyncPrefectClient, run: FlowRun) -> str:
    found = client.read_flow_run(run.id).state
    return (found.name or "") if found is not None else ""


def test_runs_of_dead_holders_are_closed_and_old_ones_forgotten(client: SyncPrefectClient) -> None:
    dead = running(client, "work-through", "dead")
    batch = running(client, "digitise-batch", "dead")
    alive = running(client, "work-through", "alive")
    foreign = running(client, "somebody-elses", "dead")
    now = datetime.now(UTC)
    assert close_dead_runs(living=lambda: {"alive"}, now=now) == 0
    assert close_dead_runs(living=lambda: {"alive"}, now=now + HOUR) >= 2
    assert [state(client, run) for run in (dead, batch)] == ["Crashed", "Crashed"]
    assert [state(client, run) for run in (alive, foreign)] == ["Running", "Running"]
    assert forget_old_runs(before=now - HOUR) == 0
    assert forget_old_runs(before=now + HOUR) >= 2
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    for run in (dead, batch):
        with pytest.raises(ObjectNotFound):
            client.read_flow_run(run.id)
    assert state(client, alive) == "Running"
    assert close_dead_runs(living=lambda: (), now=now + HOUR) == 1


SECOND_TRY = """
import sys
from pathlib import Path
from flows.server import bring_up
try:
    bring_up(Path(sys.argv[1]), patience_s=0.0)
except RuntimeError as error:
    print(error)
bring_up(Path(sys.argv[1]))
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    print(len(client.read_flow_runs()))
"""


@pytest.mark.skipif("FAULT_KILLS" not in os.environ, reason="starts a server twice; in make faults")
def test_a_server_that_came_too_late_once_is_reached_by_the_same_process_later(tmp_path: Path) -> None:
    """Prefect's client keeps the address and the secret that it was imported with."""
    done = subprocess.run(
        [sys.executable, "-c", SECOND_TRY, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["the temporary server of Prefect does not answer", "0"]
