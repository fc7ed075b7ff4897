"""What runs as processes of its own: the serving process, and that nothing leaves the machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.line import DOSSIERS
from tests.prefect_server import NOBODY

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(900)]

PAPER = DOSSIERS / "1-dang-ky-khai-sinh" / "xac-nhan-cu-tru-ct07.jpg"
INGEST = ["ingest", str(PAPER), "--owner", "010091999101", "--json"]

# Written where every Python process of the test finds it: reports each attempt to reach another machine.
WATCHER = """
import os, sys
HERE = ("None", "localhost", "127.0.0.1", "::1")
def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith("127.") and host not in ("::1", "localhost"):
            tell("connect " + host)
    elif event == "socket.getaddrinfo" and str(arguments[0]).strip("b'") not in HERE:
        tell("look up " + str(arguments[0]))
def tell(line):
    with open(os.environ["WATCHED"], "a") as file:
        file.write(line + "\\n")
sys.addaudithook(watch)
"""


def environment(data: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", **more}


def test_a_whole_run_never_looks_beyond_this_machine(tmp_path: Path) -> None:
    watched = tmp_path / "watched.txt"
    watched.touch()
    (tmp_path / "sitecustomize.py").write_text(WATCHER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "cli", *INGEST],
        env=environment(
            tmp_path / "data",
            PYTHONPATH=str(tmp_path),
            WATCHED=str(watched),
            # Left over from other work of the account: must not win over the settings.
            PREFECT_API_URL="http://elsewhere.invalid/api",
            PREFECT_API_KEY="pnu_khong_co_that",
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "Prefect is silent at start and end"
    assert watched.read_text(encoding="utf-8") == ""


def test_the_watcher_would_see_an_attempt(tmp_path: Path) -> None:
    watched = tmp_path / "watched.txt"
    (tmp_path / "sitecustomize.py").write_text(WATCHER, encoding="utf-8")
    attempt = "import socket\ntry: socket.getaddrinfo('nowhere.invalid', 80)\nexcept OSError: pass"
    subprocess.run(
        [sys.executable, "-c", attempt],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "WATCHED": str(watched)},
        check=True,
    )
    assert watched.read_text(encoding="utf-8") == "look up nowhere.invalid\n"


def test_a_serving_process_takes_batches_and_ingest_does_not_load_prefect(tmp_path: Path) -> None:
    data = tmp_path / "data"
    # Its server is away: what is tried is who reads, not who is told of it.
    told_to = {"MOTLAN_PREFECT_URL": NOBODY}
    serving = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"],
        env=environment(data, **told_to),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(data / "run" / "motlan.sock", serving)
        code = (
            "import sys\nfrom cli.main import main\n"
            f"try: main({INGEST!r})\n"
            "except SystemExit as ended: code = ended.code\n"
            "print(sorted(n for n in ('prefect', 'cv2', 'fastapi') if n in sys.modules), code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(data, **told_to),
            capture_output=True,
            text=True,
            check=True,
        )
        paper, loaded = done.stdout.splitlines()
        assert json.loads(paper)["type"] == "residence_confirmation"
        assert loaded == "[] 0"
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=60)
        assert serving.stdout is not None
        serving.stdout.close()
    assert not (data / "run" / "motlan.sock").exists()


@pytest.mark.skipif("FAULT_KILLS" not in os.environ, reason="brings a server up three times; in make faults")
def test_a_server_left_by_a_killed_process_is_ended_by_the_next(tmp_path: Path) -> None:
    data = tmp_path / "data"
    serving = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"], env=environment(data), stdout=subprocess.DEVNULL
    )
    wait_for(data / "run" / "motlan.sock", serving)
    orphan = int((data / "prefect" / "server.pid").read_text(encoding="ascii").split()[0])
    serving.kill()
    serving.wait()
    assert Path(f"/proc/{orphan}").exists()
    done = subprocess.run([sys.executable, "-m", "cli", *INGEST], env=environment(data), check=False)
    assert done.returncode == 0
    state = Path(f"/proc/{orphan}/stat")
    # Ended; where nobody collects orphans it may stay in the table as a zombie.
    assert not state.exists() or state.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"


def wait_for(socket_file: Path, serving: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """The serving process listens; bounded by the test's own time limit."""
    while not socket_file.exists():
        assert serving.poll() is None, "the serving process ended"
        time.sleep(0.1)
