"""One Prefect server for all runs of a test process; each server costs seconds of CPU time.

That ``motlan`` starts and ends servers of its own is tried in ``tests/end_to_end/test_processes.py``. Tests
that use this one stay together (``tests.distribution``), so that it is started once. Programs that are tried
for something else have a server that is away, which they go on without; in ``make faults`` it is there.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

NOBODY: Final = "http://127.0.0.1:1/api"
"""Where no server listens."""


@pytest.fixture(scope="session")
def runs_told_to(request: pytest.FixtureRequest) -> str:
    """The address of a Prefect server, there or away."""
    if "FAULT_KILLS" in os.environ:
        address: str = request.getfixturevalue("prefect_url")
        return address
    return NOBODY


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server that is up."""
    home = tmp_path_factory.mktemp("prefect")
    port = 18_000 + os.getpid() % 10_000
    server = begin_server(home, port)
    try:
        wait_for(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        server.terminate()
        server.wait(timeout=30)


def begin_server(home: Path, port: int) -> subprocess.Popen[bytes]:
    """A server of its own, with its account in a folder; it does not answer yet."""
    told = {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        ],
        env={**os.environ, **told, "PREFECT_SERVER_LOGGING_LEVEL": "ERROR"},
    )


def wait_for(prefect_url: str) -> None:
    """The server answers; bounded by the test's own time limit."""
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{prefect_url}/health").status_code == 200:
                return
        time.sleep(0.2)
    pytest.fail("the Prefect server did not come up")
