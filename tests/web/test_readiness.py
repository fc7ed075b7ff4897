"""Whether a process is ready is told within seconds, whatever hangs; one that leaves finishes its work."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from flows.operating.readiness import Readiness
from tests.cli.test_commands import Desk
from tests.web.conftest import MakeOffice
from tests.web.office import Office, copy_of
from web.draining import Draining
from web.serve_api import answering
from wiring.services import Services
from wiring.settings import read_settings


def readiness(office: Office) -> Readiness:
    return Readiness(office.services, seconds=lambda: office.clock.seconds)


def test_a_process_is_ready_when_its_records_and_its_bytes_answer(office: Office) -> None:
    caller = office.serve()
    told = caller.get("/v1/ready")
    assert (told.status_code, told.json()) == (200, {"status": "ready", "troubles": {}})
    caller.close()


def test_bytes_that_are_away_in_every_place_are_told(office: Office, tmp_path: Path) -> None:
    looks = readiness(office)
    assert looks.look().is_ready
    objects = office.services.settings.data / "objects"
    objects.rename(tmp_path / "away")
    # What was found stands for a moment.
    assert looks.look().is_ready
    office.clock.tick(2)
    assert looks.look().troubles == {"bytes": "store.unavailable"}
    (tmp_path / "away").rename(objects)
    office.clock.tick(2)
    assert looks.look().is_ready


def test_one_place_that_answers_is_enough(make_office: MakeOffice, tmp_path: Path) -> None:
    place = json.dumps({"kind": "folder", "path": str(tmp_path / "second")})
    office = make_office(MOTLAN_SECOND_PLACE=place)
    found = readiness(office).look()
    assert found.is_ready
    assert found.weak == {"bytes": "store.unavailable"}


def test_tables_of_a_newer_program_that_do_not_suit_are_told(office: Office) -> None:
    with office.services.looking.records.upkeep.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert readiness(office).look().troubles == {"database": "store.schema_newer"}


def test_what_hangs_costs_one_thread_and_a_moment(office: Office) -> None:
    answers = threading.Event()

    def hang() -> None:
        answers.wait()

    looks = Readiness(office.services, seconds=lambda: office.clock.seconds, patience=0.05, database=hang)
    before = threading.active_count()
    for _ in range(3):
        assert looks.look().troubles == {"service": "service.slow"}
    assert threading.active_count() == before + 1
    answers.set()
    while not looks.look().is_ready:
        pass


def test_a_service_that_is_full_still_answers_its_prober(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_API_CONCURRENCY="1")
    with answering(office.services, ("127.0.0.1", 0)) as bound:
        base = f"http://{bound[0]}:{bound[1]}"
        with socket.create_connection(bound, timeout=20) as slow:
            key = office.key()["Authorization"]
            head = (
                f"POST /v1/verifications HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\nContent-Length: 9\r\n"
            )
            slow.sendall(head.encode() + b"Content-Type: application/pdf\r\n\r\n%PDF")
            while httpx.get(f"{base}/v1/answer-keys").status_code != 503:
                pass
            assert httpx.get(f"{base}/v1/health").status_code == 200
            assert httpx.get(f"{base}/v1/ready").status_code == 200


@pytest.mark.parametrize("path", ["/v1/health", "/sign-in"])
def test_one_that_leaves_keeps_no_connection_of_a_proxy(office: Office, path: str) -> None:
    draining = Draining()
    with answering(office.services, ("127.0.0.1", 0), draining=draining) as bound:
        kept = http.client.HTTPConnection(*bound, timeout=20)
        heads = []
        for leaves in (False, True):
            if leaves:
                draining.begin()
            kept.request("GET", path)
            answer = kept.getresponse()
            answer.read()
            heads.append((answer.getheader("connection"), kept.sock is None))
        assert heads == [(None, False), ("close", True)]


def test_one_that_leaves_says_so_and_answers_until_its_time_is_over() -> None:
    now = [100.0]
    draining = Draining(seconds=lambda: now[0])
    told = [(draining.is_leaving, draining.rest(10))]
    draining.begin()
    draining.wait()
    for passes in (4, 60):
        now[0] += passes
        # Told again, it is no later.
        draining.begin()
        told.append((draining.is_leaving, draining.rest(10)))
    assert told == [(False, 0), (True, 6), (True, 0)]


@contextmanager
def process(data: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``motlan serve --answer-only`` as a process; and its address."""
    environment = {**os.environ, "MOTLAN_DATA": str(data), "MOTLAN_LOG": "stderr", **settings}
    started = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve", "--answer-only", "--listen", "127.0.0.1:0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    line = started.stdout.readline()
    try:
        yield started, f"http://{line.split()[3].rstrip('/,')}"
    finally:
        started.kill()
        started.communicate()


def test_a_process_told_to_end_turns_unready_finishes_what_it_began_and_goes(
    empty_store: Path, tmp_path: Path
) -> None:
    data = copy_of(empty_store, tmp_path / "data")
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as services:
        # The writer of the store is somebody else all the time.
        with services.writing(), process(data, MOTLAN_API_DRAIN_SECONDS="1.5") as (serving, base):
            assert httpx.get(f"{base}/v1/ready").json()["status"] == "ready"
            host, _, port = base.removeprefix("http://").partition(":")
            with socket.create_connection((host, int(port)), timeout=20) as begun:
                begun.sendall(b"GET /v1/health HTTP/1.1\r\nHost: a\r\n")
                serving.send_signal(signal.SIGTERM)
                while (told := httpx.get(f"{base}/v1/ready")).status_code == 200:
                    pass
                assert told.json() == {
                    "status": "not_ready",
                    "troubles": {"service": "service.draining"},
                }
                # Whoever did not notice yet is still answered.
                assert httpx.get(f"{base}/v1/health").status_code == 200
                begun.sendall(b"\r\n")
                assert begun.recv(65536).startswith(b"HTTP/1.1 200 ")
            out, complained = serving.communicate(timeout=30)
        assert serving.returncode == 0, out
    lines = [json.loads(line) for line in complained.splitlines()]
    assert {line["event"] for line in lines} == {"api.request"}
    assert not (data / "run" / "serve.lock").exists()


def test_answer_only_needs_an_address_and_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path / "nothing", capsys)
    assert desk.run("serve", "--answer-only") == 2
    assert "[settings.invalid]" in desk.complained
    assert desk.run("serve", "--answer-only", "--listen", "127.0.0.1:0") == 12
    assert "[store.missing]" in desk.complained
