"""Bring Prefect up once in this process, and clear away what a killed process left behind.

Prefect's own temporary server is a child process on the loopback address. When its parent is killed it stays;
its process id is therefore written down, and the next start ends it. Runs the dead parent left "Running" are
marked crashed: that is for people who look at Prefect's pages, our records do not depend on it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import secrets
import signal
import socket
import threading
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flows.environment import prefect_environment
from flows.prefect_server import MARK, TemporaryServer, free_port
from flows.work.prefect_runs import close_all_runs

PATIENCE_S: Final = 120.0
"""A first start makes the server's database."""
_ONE_AT_A_TIME: Final = threading.Lock()
_ANSWER_SECONDS: Final = 3.0


def bring_up(data: Path, *, url: str = "", patience_s: float = PATIENCE_S) -> None:
    """Set Prefect's environment and start its temporary server unless an address is given.

    Prefect reads its settings once in a process, so there is one for all data folders that a process works
    on: a later call finds it up and does nothing.

    Args:
        data: the data folder; Prefect's own files go to ``prefect/`` beneath it.
        url: API of a Prefect server that runs already.
        patience_s: seconds that the start may take.

    Raises:
        RuntimeError: the server did not come up; another try may be made.
    """
    with _ONE_AT_A_TIME:
        if not _is_up():
            _bring_up(data, url=url, patience_s=patience_s)


def _bring_up(data: Path, *, url: str, patience_s: float) -> None:
    home = data / "prefect"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    pid_file = home / "server.pid"
    port, secret = _door()
    for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
        os.environ.pop(name, None)
    os.environ.update(prefect_environment(home, secret=secret, url=url))
    if url:
        return
    _end_orphan(pid_file)
    server = TemporaryServer(os.environ, port=port, patience_s=patience_s)
    # Written before it answers: who is killed meanwhile leaves no server that nobody knows.
    pid_file.write_text(f"{server.pid} {os.getpid()}\n", encoding="ascii")
    # Said outright: an address or key left in the environment or a file of the working folder must not win.
    os.environ["PREFECT_API_URL"] = server.url
    # Prefect reads its environment when it is imported, which takes seconds: as long as the server needs.
    importlib.import_module("flows.runs")
    server.wait()
    close_all_runs()


def answers(url: str) -> bool:
    """Whether anybody listens where a Prefect server is said to be; one of our own always does.

    Looked at before a run: the client of Prefect would try for minutes, while papers wait.
    """
    if not url:
        return True
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


@cache
def _door() -> tuple[int, str]:
    """Port and secret of the temporary server, for as long as this process lives.

    Prefect's client reads both when it is imported: a server of a second try at another door would be there,
    and nobody could reach it.
    """
    return free_port(), f"motlan:{secrets.token_urlsafe(24)}"


def _pids(pid_file: Path) -> tuple[int, int] | None:
    try:
        server, parent = pid_file.read_text(encoding="ascii").split()
        return int(server), int(parent)
    except (OSError, ValueError):
        return None


def _is_up() -> bool:
    """Whether this process brought a temporary server up before, and it lives."""
    home = os.environ.get("PREFECT_HOME")
    pids = _pids(Path(home) / "server.pid") if home else None
    return pids is not None and pids[1] == os.getpid() and _runs_prefect(pids[0])


def _runs_prefect(pid: int) -> bool:
    try:
        return MARK.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _end_orphan(pid_file: Path) -> None:
    """End a server whose parent is gone; process ids are reused, so its command line is looked at first."""
    pids = _pids(pid_file)
    if pids is None:
        return
    server, parent = pids
    parent_lives = Path(f"/proc/{parent}").exists()
    if not parent_lives and _runs_prefect(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(server, signal.SIGTERM)
