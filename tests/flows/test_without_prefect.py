"""A Prefect server elsewhere that is away stops no work: what it says of runs is advice."""

from __future__ import annotations

import multiprocessing
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dossier.documents import ItemState
from dossier.errors import MotlanError
from dossier.ids import ItemId
from dossier.work import Lane, Pool
from flows.intake import take_in
from flows.server import answers
from flows.work.stages import PlainStages, reading_of
from storage.inbox import Declaration
from storage.work_rows import Owed
from tests.prefect_server import NOBODY
from tests.processes import start
from wiring.services import Services
from wiring.settings import read_settings

LOOKS = 3


def work_through(data: str, told: Connection) -> None:
    """Looks of a worker into the line, in a process where Prefect was never imported."""
    from flows.work.worker import Worker  # noqa: PLC0415 - in that process alone

    settings = {"MOTLAN_DATA": data, "MOTLAN_PREFECT_URL": NOBODY, "MOTLAN_WORKERS": "1"}
    with Services(read_settings(settings)) as services:
        worker = Worker(services, (Pool.READ, Pool.SIGN), stopping=threading.Event())
        for number in range(LOOKS):
            file = Path(data).with_name(f"giay-{number}.png")
            file.write_bytes(b"not a picture %d" % number)
            with services.writing():
                (item,) = take_in(
                    services, [file], declared=Declaration(), owed=Owed(lane=Lane.COUNTER)
                ).items
            done = worker._stretch()
            told.send((done, item, "prefect" in sys.modules))


def test_a_worker_goes_on_however_long_its_prefect_server_is_away_and_never_waits_for_it(
    tmp_path: Path,
) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        services.create()
        ours, theirs = multiprocessing.Pipe()
        process = start(work_through, str(tmp_path / "data"), theirs)
        theirs.close()
        looks = [ours.recv() for _ in range(LOOKS)]
        process.join()
        ours.close()
        assert [(done, imported) for done, _, imported in looks] == [(1, False)] * LOOKS
        items = [services.looking.records.item(item) for _, item, _ in looks]
        assert {(item.state, item.error_code) for item in items} == {
            (ItemState.QUARANTINED, "input.type_unknown")
        }
        assert services.looking.records.work.stand() == []


def test_whether_a_server_answers_is_known_by_whether_somebody_listens() -> None:
    assert answers("")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert answers(f"http://127.0.0.1:{server.getsockname()[1]}/api")
    assert not answers(NOBODY)
    assert not answers("http://khong-co.invalid/api")


def reads(outcome: Callable[[], MotlanError | None]) -> PlainStages:
    return PlainStages(read=lambda _name, _item: outcome(), file=lambda _name, _item: None, workers=1)


def test_plain_stages_give_back_what_was_wrong_with_a_file_and_raise_what_stops_the_run() -> None:
    wrong = MotlanError("giay.png")
    with reads(lambda: wrong) as stages:
        reading = stages.read("run", ItemId("a"))
        reading.wait()
        assert reading.is_done()
        assert reading.result() is wrong
        assert stages.file("run", ItemId("a")) is None

    def stop() -> MotlanError | None:
        raise KeyError

    with reads(stop) as stages:
        reading = stages.read("run", ItemId("a"))
        reading.wait()
        with pytest.raises(KeyError):
            reading.result()


class Unheard:
    """A task that Prefect runs, of whose end its server never heard."""

    def __init__(self) -> None:
        self._future = Future[MotlanError | None]()

    @property
    def state(self) -> object:
        raise AssertionError("the server was asked")

    def end(self) -> None:
        self._future.set_result(None)

    def wait(self) -> object:
        return self._future.result()

    def result(self) -> MotlanError | None:
        return self._future.result()

    def add_done_callback(self, fn: Callable[[object], None], /) -> None:
        self._future.add_done_callback(fn)


def test_a_reading_is_done_when_it_ended_whatever_the_server_heard() -> None:
    task = Unheard()
    reading = reading_of(task)
    assert not reading.is_done()
    task.end()
    assert reading.is_done()
    assert reading.result() is None


def test_what_had_not_begun_when_a_plain_run_ends_is_dropped() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait_for_end() -> MotlanError | None:
        begun.set()
        go_on.wait()
        return None

    with reads(wait_for_end) as stages:
        first, second = stages.read("run", ItemId("a")), stages.read("run", ItemId("b"))
        begun.wait()
        threading.Timer(0.05, go_on.set).start()
    assert first.result() is None
    with pytest.raises(CancelledError):
        second.result()
