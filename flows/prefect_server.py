"""Prefect's temporary server as a child process on the loopback address.

Prefect has a class for it, in the module of the whole server (``SubprocessASGIServer``): importing that costs
the parent seconds of CPU, for a server that runs in another process. The same command is started here, and
the parent may import what it needs itself while the server gets up.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
MARK: Final = "prefect.server.api.server:create_app"
"""Stands in the command line of such a server, and of nothing else."""

_POLL_S: Final = 0.05
_ANSWER_S: Final = 10.0
_END_S: Final = 5.0


class TemporaryServer:
    """One server, from its start to the end of this process."""

    def __init__(self, environment: Mapping[str, str], *, port: int, patience_s: float) -> None:
        """Start it; ``wait`` tells when it answers.

        Args:
            environment: of the process, with what Prefect reads.
            port: of the loopback address.
            patience_s: seconds that the start may take.
        """
        self._patience_s = patience_s
        self._port = port
        self._process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "uvicorn", "--app-dir", str(_app_folder()), "--factory", MARK),
                *("--host", HOST, "--port", str(self._port), "--log-level", "error", "--lifespan", "on"),
            ],
            env={
                **environment,
                "PREFECT_UI_ENABLED": "0",
                "PREFECT__SERVER_EPHEMERAL": "1",
                "PREFECT__SERVER_FINAL": "1",
            },
        )
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        """Its API."""
        return f"http://{HOST}:{self._port}/api"

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def wait(
        self, *, pause: Callable[[float], None] = time.sleep, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """Return when it answers.

        Raises:
            RuntimeError: it ended, or does not answer in time.
        """
        began = seconds()
        while not self._answers():
            ended = self._process.poll()
            if ended is not None:
                raise RuntimeError(f"the temporary server of Prefect ended with {ended}")
            if seconds() - began > self._patience_s:
                self.stop()
                raise RuntimeError("the temporary server of Prefect does not answer")
            pause(_POLL_S)

    def stop(self) -> None:
        """End it in order, or else at once."""
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        asking = http.client.HTTPConnection(HOST, self._port, timeout=_ANSWER_S)
        with contextlib.closing(asking):
            try:
                asking.request("GET", "/api/health")
                return asking.getresponse().status == http.client.OK
            except (OSError, http.client.HTTPException):
                return False


def _app_folder() -> Path:
    spec = importlib.util.find_spec("prefect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("prefect")
    return Path(spec.origin).parent


def free_port() -> int:
    """A port of the loopback address that nobody has now."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])
