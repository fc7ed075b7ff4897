"""A tray that fails is tried a bounded number of times, told, and never holds up another one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.documents import ItemState
from dossier.errors import MotlanError, RecordMissingError, StoreFullError
from dossier.events import Event, EventKind
from dossier.tray_errors import TrayElsewhereError
from dossier.trays import FileState, Tray, TrayState
from flows.intake import Handed
from flows.trays import desk
from flows.trays.line import MOST_FAILURES, MOST_TRIES, TrayLine, ingest_tray
from tests.flows.test_scanning import Desk
from tests.flows.test_trays import begin, now
from wiring.services import Services
from wiring.settings import read_settings

_HOUR = 3600.0


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the demo keys cost more than all the rest."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    with Desk(read_settings({"MOTLAN_DATA": str(folder)})) as made:
        made.create()
    return folder


def opened(empty: Path, folder: Path, **settings: str) -> Desk:
    told = {"MOTLAN_DATA": str(shutil.copytree(empty, folder / "data")), "MOTLAN_WORKERS": "1", **settings}
    return Desk(read_settings(told))


@pytest.fixture
def services(empty: Path, tmp_path: Path) -> Iterator[Desk]:
    with opened(empty, tmp_path) as made:
        yield made


class Seconds:
    """Seconds that grow when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def handed(services: Services, number: int = 1) -> Tray:
    tray = begin(services, dossier=f"H26.5.12-261120-{number:04d}")
    data = f"%PDF-1.7 {number}\n".encode()
    desk.add(services, tray, name=f"{number}.pdf", size=len(data), stream=io.BytesIO(data))
    desk.hand_in(services, tray, papers=0, pages=0)
    return tray


def failing(error: MotlanError) -> object:
    def hand_in(*_: object) -> Handed:
        raise error

    return hand_in


def turns(line: TrayLine, seconds: Seconds, times: int) -> int:
    count = 0
    for _ in range(times):
        count += line.turn()
        seconds.now += _HOUR
    return count


def test_a_tray_that_always_fails_is_stopped_with_the_reason_and_can_be_handed_in_again(
    services: Desk,
) -> None:
    tray, seconds = handed(services), Seconds()
    line = TrayLine(services, hand_in=failing(RecordMissingError("x")), seconds=seconds)  # type: ignore[arg-type]
    assert turns(line, seconds, MOST_FAILURES + 5) == MOST_FAILURES
    stopped = now(services, tray)
    assert stopped.state is TrayState.STOPPED
    assert stopped.trouble is not None
    assert stopped.trouble.code == RecordMissingError.code
    desk.hand_in(services, stopped, papers=0, pages=0)
    assert (now(services, tray).state, now(services, tray).failures) == (TrayState.HANDED, 0)


def test_what_is_wrong_with_the_installation_is_waited_out_however_long(services: Desk) -> None:
    tray, seconds = handed(services), Seconds()
    line = TrayLine(services, hand_in=failing(StoreFullError("x")), seconds=seconds)  # type: ignore[arg-type]
    assert turns(line, seconds, 3 * MOST_FAILURES) == 3 * MOST_FAILURES
    assert (now(services, tray).state, now(services, tray).failures) == (TrayState.HANDED, 0)


def test_an_orderly_end_of_the_process_is_no_try(services: Desk) -> None:
    tray = handed(services)
    lines: list[TrayLine] = []

    def hand_in(*_: object) -> Handed:
        # As the process does at its end, while a batch is still worked on.
        lines[0].release()
        found = now(services, tray)
        assert (found.state, found.tries) == (TrayState.HANDED, 0)
        raise SystemExit

    for _ in range(MOST_TRIES + 1):
        lines[:] = [TrayLine(services, hand_in=hand_in)]
        with pytest.raises(SystemExit):
            lines[0].turn()
    assert now(services, tray).state is TrayState.HANDED


def test_where_others_work_a_tray_is_taken_in_and_the_next_does_not_wait(empty: Path, tmp_path: Path) -> None:
    with opened(empty, tmp_path, MOTLAN_WORK_HERE="false") as services:
        trays = [handed(services, number) for number in (1, 2)]
        seconds = Seconds()
        line = TrayLine(services, hand_in=ingest_tray, seconds=seconds)
        assert [line.turn(), line.turn(), line.turn()] == [True, True, False]
        assert [now(services, tray).state for tray in trays] == [TrayState.WORKING] * 2
        work = services.store.records.work
        items = [services.store.records.trays.files(tray.id)[0].item for tray in trays]
        assert work.open_items([item for item in items if item]) == frozenset(items)
        # A worker elsewhere refuses the first: its tray ends, the other goes on waiting.
        first = services.store.records.item(items[0])  # type: ignore[arg-type]
        with services.writing():
            refused = replace(first, state=ItemState.QUARANTINED, error_code="input.unreadable")
            services.store.records.save_item(refused)
        seconds.now += _HOUR
        assert [line.turn(), line.turn(), line.turn()] == [True, True, False]
        assert [now(services, tray).state for tray in trays] == [TrayState.DONE, TrayState.WORKING]
        assert services.store.records.trays.files(trays[0].id)[0].state is FileState.REFUSED
        assert [now(services, tray).tries for tray in trays] == [0, 0]


def test_a_tray_whose_bytes_a_restore_lost_is_closed_in_plain_words(services: Desk) -> None:
    lost, later = handed(services, 1), handed(services, 2)
    for tray in (lost, later):
        services.store.trays.remove(tray.id)
    at = now(services, lost).changed_at
    services.store.records.record(Event(kind=EventKind.STORE_RESTORED, at=at, actor="test"))
    services.store.records.trays.change(
        later.id, {"changed_at": at + timedelta(seconds=1)}, only=(TrayState.HANDED,)
    )
    TrayLine(services).sweep()
    closed = now(services, lost)
    assert closed.state is TrayState.STOPPED
    assert closed.trouble is not None
    assert closed.trouble.code == "tray.lost"
    # The other one may lie on another machine.
    assert now(services, later).state is TrayState.HANDED
    with pytest.raises(TrayElsewhereError):
        desk.hand_in(services, closed, papers=0, pages=0)
    desk.discard(services, closed)
    assert services.store.records.trays.find(lost.id) is None
