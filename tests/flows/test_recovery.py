"""A database from an earlier moment beside a younger data folder: told, decided, gone on with."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.errors import ArgumentError, MotlanError, StoreFullError
from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.keeping_errors import JournalTruncatedError
from flows.recovery import recover, repair
from storage.database import Database
from storage.filesystem import SystemFiles
from storage.journal_recovery import recover as go_on
from storage.layout import Layout
from storage.repair import RepairOrder
from tests.wiring.test_sealing import Days, act, services_on
from wiring.sealing import prove, seal
from wiring.services import Services

REASON = "khôi phục về 08:29 sau sự cố MẪU"
LEFT, LOST = 5, 5
SWEEP = RepairOrder(orphans=True, grace=timedelta(0))


@pytest.fixture(scope="module")
def overtaken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sha256]:
    """A store whose database is that of a moment after which there were five entries, a seal and a paper."""
    folder = tmp_path_factory.mktemp("overtaken")
    data = folder / "data"
    with services_on(data, Days()) as services:
        services.create()
        act(services, 2)
        with services.writing():
            assert seal(services) is not None
    shutil.copy(data / "store.sqlite3", folder / "earlier.sqlite3")
    clock = Days()
    clock.now += timedelta(days=1)
    (folder / "paper").write_bytes(b"%PDF-1.7 of an invented paper")
    with services_on(data, clock) as services:
        act(services, LOST - 1)
        with services.writing():
            paper = services.store.blobs.put(folder / "paper")
            assert seal(services) is not None
    for companion in data.glob("store.sqlite3-*"):
        companion.unlink()
    shutil.copy(folder / "earlier.sqlite3", data / "store.sqlite3")
    for path in (data / "objects").rglob("*"):
        # Files bear the clock of the machine; here they came when the clock of the store says so.
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    return data, paper.sha256


@pytest.fixture
def data(overtaken: tuple[Path, Sha256], tmp_path: Path) -> Path:
    return Path(shutil.copytree(overtaken[0], tmp_path / "data"))


@pytest.fixture
def paper(overtaken: tuple[Path, Sha256]) -> Sha256:
    return overtaken[1]


@pytest.fixture
def services(data: Path) -> Iterator[Services]:
    clock = Days()
    clock.now += timedelta(days=2)
    with services_on(data, clock) as opened:
        yield opened


def test_a_database_from_before_is_told_and_not_written(services: Services) -> None:
    with pytest.raises(JournalTruncatedError) as caught:
        prove(services)
    assert "thiếu từ mục 6" in caught.value.message("vi")
    with pytest.raises(JournalTruncatedError):
        act(services, 1)


def test_it_goes_on_only_for_somebody_who_knows_how_much_was_lost(services: Services) -> None:
    for guess in (1, LOST + 1):
        with pytest.raises(ArgumentError, match=str(LOST)):
            recover(services, lost=guess, reason=REASON)
    with pytest.raises(ArgumentError):
        recover(services, lost=LOST, reason="số 001185000017")
    found = recover(services, lost=LOST, reason=REASON)
    assert (found.entries, found.lost, found.heads) == (LEFT, LOST, 1)
    with pytest.raises(ArgumentError):
        recover(services, lost=LOST, reason=REASON)


def test_the_loss_stands_in_the_journal_and_its_proof_beside_it(services: Services, data: Path) -> None:
    kept = services.store.records.kept_head()
    assert kept is not None
    recover(services, lost=LOST, reason=REASON)
    act(services, 2)
    with services.writing():
        assert seal(services) is not None
    proof = prove(services)
    assert (proof.sealed, proof.entries) == (2, LEFT + 1 + 2 + 1)
    (told,) = services.store.records.journal_of(EventKind.JOURNAL_RECOVERED)
    assert (told.number, told.event.details["kept"], told.event.details["head"]) == (
        LEFT + 1,
        kept.entries,
        kept.head,
    )
    aside = {path.name for path in (data / "lost-heads").iterdir()}
    assert aside == {f"{kept.entries:012d}.kept", "000000000009.json", "000000000009.p7s"}


def test_what_a_lost_record_may_have_named_is_never_swept_away_unasked(
    services: Services, paper: Sha256, tmp_path: Path
) -> None:
    recover(services, lost=LOST, reason=REASON)
    swept = repair(services, SWEEP, rescue=tmp_path / "again")
    assert swept.orphans_removed == 0
    # The paper, the sealed head and its signature.
    assert swept.orphans_spared == swept.orphans == 3
    assert (tmp_path / "again" / f"{paper}.pdf").read_bytes() == b"%PDF-1.7 of an invented paper"
    assert services.store.blobs.contains(paper)
    assert repair(services, SWEEP, lost_too=True).orphans_removed == 3
    assert not services.store.blobs.contains(paper)


class FailingFiles(SystemFiles):
    """Fails at the n-th call that changes something."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, "no space left")

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def make_folder(self, path: Path) -> None:
        self._step()
        super().make_folder(path)


@pytest.mark.parametrize("at", range(1, 8))
def test_stopped_at_any_point_the_same_call_ends_it(data: Path, at: int) -> None:
    clock = Days()
    clock.now += timedelta(days=2)

    def call(files: SystemFiles) -> int:
        with closing(Database.on_disk(data / "store.sqlite3")) as database:
            return go_on(
                database, Layout(data), lost=LOST, reason=REASON, at=clock(), actor="quay-1", files=files
            ).lost

    with pytest.raises(StoreFullError):
        call(FailingFiles(at))
    try:
        assert call(SystemFiles()) == LOST
    except ArgumentError:
        # The kept head was emptied already, which every store allows for: nothing is missing any more.
        assert at == 7
    with services_on(data, clock) as services:
        assert len(services.store.records.journal_of(EventKind.JOURNAL_RECOVERED)) == 1
        act(services, 1)
        assert prove(services).sealed == 1


def test_a_journal_that_misses_nothing_is_not_recovered(tmp_path: Path) -> None:
    with services_on(tmp_path / "whole", Days()) as services:
        services.create()
        with pytest.raises(MotlanError, match="không thiếu"):
            recover(services, lost=1, reason=REASON)
