"""Second copies are made beside the work, without anybody asking for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.context import warn_of_backlog
from dossier.events import EventKind
from dossier.ids import Sha256
from flows.copy_loop import CopyLoop, copying_along
from flows.upkeep import late_copies, make_copies
from tests.storage.copies import object_in
from wiring.services import Services
from wiring.settings import read_settings


class Clock:
    """Shows the present until it is turned."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """A desk with a folder for second copies."""
    environment = {
        "MOTLAN_DATA": str(tmp_path / "data"),
        "MOTLAN_SECOND_PLACE": json.dumps({"kind": "folder", "path": str(tmp_path / "second")}),
        "MOTLAN_LOCK_SECONDS": "0",
        "MOTLAN_COPIES_ALARM_COUNT": "0",
    }
    with Services(read_settings(environment), clock=clock) as made:
        made.create()
        yield made


def take_in(services: Services, content: bytes) -> Sha256:
    folder = services.settings.data.parent / "scans"
    folder.mkdir(exist_ok=True)
    (folder / "trang.jpg").write_bytes(b"\xff\xd8\xff" + content)
    taken = services.store.inbox.take_in([folder])
    assert taken.batch is not None
    services.store.records.save_batch(taken.batch, taken.items)
    return taken.items[0].sha256


def alarms(services: Services) -> int:
    kinds = [entry.event.kind for entry in services.looking.records.journal()]
    return kinds.count(EventKind.COPIES_LATE)


def test_what_a_batch_puts_down_has_its_second_copy_when_the_batch_ends(
    services: Services, tmp_path: Path
) -> None:
    with copying_along(services, finish_s=60), services.writing():
        hashes = [take_in(services, content) for content in (b"one", b"two")]
    for sha256 in hashes:
        assert object_in(tmp_path / "second", sha256).is_file()
    assert late_copies(services) is None


def test_without_a_second_place_nothing_is_begun(tmp_path: Path) -> None:
    with (
        Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as alone,
        copying_along(alone, finish_s=60),
    ):
        alone.create()
        assert late_copies(alone) is None


def test_a_second_place_that_is_away_is_told_once_a_day_and_the_batch_goes_on(
    services: Services, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "second").rename(tmp_path / "unplugged")
    with services.writing():
        sha256 = take_in(services, b"one")
    with CopyLoop(services) as loop:
        for _ in range(3):
            loop.finish(within_s=60)
        assert alarms(services) == 1
        clock.ahead = timedelta(days=1)
        loop.finish(within_s=60)
        assert alarms(services) == 2
        backlog = late_copies(services)
        assert backlog is not None
        assert backlog.waiting == 1
        (tmp_path / "unplugged").rename(tmp_path / "second")
        clock.ahead = timedelta(days=2)
        loop.finish(within_s=60)
    assert object_in(tmp_path / "second", sha256).is_file()
    assert late_copies(services) is None


def test_a_run_that_is_stopped_leaves_the_rest_in_the_queue(services: Services) -> None:
    with services.writing():
        for content in (b"one", b"two", b"three"):
            take_in(services, content)
    answers = iter([True, False])
    report = make_copies(services, go_on=lambda: next(answers, False))
    assert (report.copied, report.backlog.waiting) == (1, 2)


def test_a_writing_command_ends_with_a_warning_of_late_copies(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    with services.writing():
        take_in(services, b"one")
    warn_of_backlog(services, "vi")
    assert "CÒN 1 ĐỐI TƯỢNG CHƯA CÓ BẢN SAO THỨ HAI" in capsys.readouterr().err
