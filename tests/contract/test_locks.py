"""Places that are asked to refuse: locks that are prolonged, legal holds that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import ObjectMissingError, StoreLockError
from dossier.ids import Sha256
from dossier.ports import LockingBlobs
from storage.files import FolderBlobs
from storage.memory import MemoryBlobs
from tests.storage.buckets import KEPT_FOR, blobs_in, place_for_test

NOTHING = Sha256("0" * 64)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@pytest.fixture(params=["folder", "memory", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LockingBlobs]:
    if request.param == "memory":
        yield MemoryBlobs()
    elif request.param == "folder":
        store = FolderBlobs(tmp_path / "objects")
        store.prepare()
        yield store
    else:
        with place_for_test(tmp_path) as place:
            yield blobs_in(place, tmp_path / "s3-work")


@pytest.fixture
def kept(blobs: LockingBlobs, tmp_path: Path) -> Sha256:
    (tmp_path / "scan").write_bytes(b"one page")
    return blobs.put(tmp_path / "scan").sha256


def soon(span: timedelta) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + span


def test_a_lock_is_as_long_as_it_was_ever_asked_to_be(blobs: LockingBlobs, kept: Sha256) -> None:
    later, sooner = soon(KEPT_FOR + timedelta(seconds=40)), soon(KEPT_FOR + timedelta(seconds=20))
    ends = [blobs.keep(kept, end) for end in (sooner, later, sooner)]
    if not blobs.can_lock:
        assert ends == [None, None, None]
        assert blobs.locked_until(kept) is None
        return
    assert ends == [sooner, later, later]
    assert blobs.locked_until(kept) == later
    with pytest.raises(StoreLockError):
        blobs.destroy(kept)
    assert blobs.check(kept).size == 8


def test_while_it_is_held_an_object_stays_and_afterwards_its_lock_counts_again(
    blobs: LockingBlobs, kept: Sha256
) -> None:
    before = blobs.locked_until(kept)
    for _ in range(2):
        assert blobs.hold(kept, on=True) is blobs.can_lock
    if blobs.can_lock:
        assert blobs.locked_until(kept) == END_OF_TIME
        with pytest.raises(StoreLockError):
            blobs.destroy(kept)
    for _ in range(2):
        assert blobs.hold(kept, on=False) is blobs.can_lock
    assert blobs.locked_until(kept) == before


def test_what_is_not_there_can_be_neither_locked_nor_held(blobs: LockingBlobs) -> None:
    with pytest.raises(ObjectMissingError):
        blobs.keep(NOTHING, soon(KEPT_FOR))
    with pytest.raises(ObjectMissingError):
        blobs.hold(NOTHING, on=True)
