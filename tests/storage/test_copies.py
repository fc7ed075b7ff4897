"""The second copy: queued with the object, made later, read when the first fails, alarmed when it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreUnavailableError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage.copies import CopiedBlobs, Copier, CopyLimits, FellOver
from storage.copy_queue import Backlog
from storage.places import Place
from storage.records import SqlRecords
from tests.storage.buckets import place_for_test
from tests.storage.builders import batch, item
from tests.storage.copies import (
    START,
    Hands,
    bucket_of,
    folder_at,
    object_in,
    records_in_memory,
    sha256_of,
    spoil,
)
from tests.storage.s3_server import Bucket, Refusal, s3_server

SCAN = b"\xff\xd8\xff one page"
SHA = sha256_of(SCAN)


class Pair:
    """Two folders, the store over them, and whoever copies."""

    def __init__(self, tmp_path: Path, second: Place | None = None) -> None:
        self.folder = tmp_path
        self.clock = Hands()
        self.records: SqlRecords = records_in_memory()
        self.first = folder_at(tmp_path / "first")
        self.second = second or folder_at(tmp_path / "second")
        self.told: list[FellOver] = []
        self.queue = self.records.upkeep.copies
        self.blobs = CopiedBlobs(
            self.first, self.second, queue=self.queue, clock=self.clock, told=self.told.append
        )
        self.copier = Copier(
            self.first,
            self.second,
            upkeep=self.records.upkeep,
            clock=self.clock,
            pause=self.clock.pause,
        )

    def put(self, content: bytes = SCAN) -> BlobRef:
        return self.blobs.put(scan_at(self.folder, content))


def scan_at(folder: Path, content: bytes = SCAN) -> Path:
    source = folder / "scan.jpg"
    source.write_bytes(content)
    return source


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_what_is_put_waits_for_its_copy_and_the_copy_is_read_back(pair: Pair) -> None:
    pair.put()
    assert pair.first.blobs.contains(SHA)
    assert not pair.second.blobs.contains(SHA)
    assert pair.queue.backlog("second") == Backlog(waiting=1, oldest=START, next_try=START)
    report = pair.copier.run()
    assert (report.copied, report.backlog) == (1, Backlog())
    assert pair.second.blobs.check(SHA) == BlobRef(SHA, len(SCAN))
    assert list(pair.records.upkeep.fixity.walk("second")) == [(SHA, "ok")]


def test_the_same_bytes_twice_wait_once(pair: Pair) -> None:
    pair.put()
    pair.put()
    assert pair.queue.backlog("second").waiting == 1


def test_a_copy_is_made_at_once_though_the_clock_of_the_machine_that_saved_was_ahead(pair: Pair) -> None:
    ahead = START + timedelta(minutes=15)
    pair.queue.add("second", [pair.first.blobs.put(scan_at(pair.folder)).sha256], at=ahead)
    assert pair.queue.backlog("second") == Backlog(waiting=1, oldest=ahead, next_try=ahead)
    assert pair.queue.due("second", at=START) == [SHA]
    assert pair.copier.run().copied == 1
    pair.queue.add("second", [SHA], at=START)
    pair.queue.postpone("second", SHA, code="store.unavailable", at=START)
    assert pair.queue.due("second", at=START) == []


def test_an_object_without_a_row_is_queued_once_a_day_when_a_record_names_it(pair: Pair) -> None:
    pair.records.save_batch(batch(), [item()])
    assert pair.copier.run().queued == 1
    pair.records.save_batch(batch(), [item("later", order=2)])
    assert pair.copier.run().queued == 0
    pair.clock.turn(days=1)
    assert pair.copier.run().queued == 1


def spoil_first(pair: Pair) -> None:
    spoil(object_in(pair.folder / "first", SHA))


def lose_first(pair: Pair) -> None:
    object_in(pair.folder / "first", SHA).unlink()


@pytest.mark.parametrize(
    ("harm", "code"), [(spoil_first, "store.object_damaged"), (lose_first, "store.object_missing")]
)
def test_reading_falls_over_to_the_second_copy_and_says_so(
    pair: Pair, harm: Callable[[Pair], None], code: str
) -> None:
    pair.put()
    pair.copier.run()
    harm(pair)
    with pair.blobs.open(SHA) as stream:
        assert stream.read() == SCAN
    with pair.blobs.path(SHA) as path:
        assert path.read_bytes() == SCAN
    assert pair.told == [FellOver(sha256=SHA, place="first", code=code)] * 2


def test_when_both_fail_the_error_is_that_of_the_first(pair: Pair) -> None:
    pair.put()
    spoil_first(pair)
    with pytest.raises(ObjectDamagedError):
        pair.blobs.open(SHA)
    assert pair.told == []


def test_a_good_first_copy_is_read_without_a_word(pair: Pair) -> None:
    pair.put()
    pair.copier.run()
    pair.blobs.open(SHA).close()
    assert pair.told == []


def test_an_object_whose_first_copy_is_bad_is_never_copied_and_is_known_to_be_bad(pair: Pair) -> None:
    pair.put()
    spoil_first(pair)
    report = pair.copier.run()
    assert (report.copied, report.blocked, report.backlog.blocked) == (0, 1, 1)
    assert not pair.second.blobs.contains(SHA)
    assert list(pair.records.upkeep.fixity.bad()) == [SHA]


def test_a_second_place_that_is_away_is_asked_later_and_later_and_nothing_is_lost(tmp_path: Path) -> None:
    bucket = Bucket()
    away = [True]

    def trouble(method: str, _path: str) -> None:
        if away[0]:
            raise Refusal(503, "SlowDown")

    bucket.trouble = trouble
    with place_for_test(tmp_path) as place, s3_server(bucket) as endpoint:
        second = bucket_of(replace(place, endpoint=endpoint, bucket="luu-tru"), tmp_path / "work")
        pair = Pair(tmp_path, second)
        for content in (b"one", b"two"):
            pair.put(content)
        pauses = []
        for _ in range(4):
            report = pair.copier.run()
            assert (report.stopped_by, report.backlog.waiting) == ("store.unavailable", 2)
            assert report.backlog.next_try is not None
            pauses.append((report.backlog.next_try - pair.clock.now).total_seconds())
            pair.clock.turn(hours=1)
        away[0] = False
        assert pair.copier.run(wait=True).copied == 2
        assert len(bucket.versions) == 2
    assert pauses[0] == 0
    assert pair.queue.backlog("bucket") == Backlog()


def test_waiting_goes_on_until_the_second_place_is_back(tmp_path: Path) -> None:
    bucket = Bucket()
    refusals = iter([True] * 6)

    def trouble(method: str, _path: str) -> None:
        if next(refusals, False):
            raise Refusal(503, "SlowDown")

    bucket.trouble = trouble
    with place_for_test(tmp_path) as place, s3_server(bucket) as endpoint:
        second = bucket_of(replace(place, endpoint=endpoint, bucket="luu-tru"), tmp_path / "work")
        pair = Pair(tmp_path, second)
        pair.put()
        report = pair.copier.run(wait=True)
    assert (report.copied, report.backlog) == (1, Backlog())
    assert pair.clock.waited == [30.0]


@pytest.mark.parametrize(
    ("backlog", "is_late"),
    [
        (Backlog(), False),
        (Backlog(waiting=2, oldest=START), False),
        (Backlog(waiting=3, oldest=START), True),
        (Backlog(blocked=3, oldest=START), True),
        (Backlog(waiting=1, oldest=START - timedelta(hours=2)), True),
    ],
)
def test_a_backlog_is_an_alarm_when_it_is_too_large_or_too_old(backlog: Backlog, *, is_late: bool) -> None:
    limits = CopyLimits(count=2, age=timedelta(hours=1))
    assert limits.are_passed(backlog, at=START) is is_late


def test_every_object_of_both_places_is_listed_once(pair: Pair) -> None:
    pair.put()
    pair.copier.run()
    other = pair.put(b"another").sha256
    (pair.folder / "only second").write_bytes(b"third")
    third = pair.second.blobs.put(pair.folder / "only second").sha256
    assert list(pair.blobs) == sorted([SHA, other, third])


def test_an_object_that_nobody_has_is_missing(pair: Pair) -> None:
    with pytest.raises(ObjectMissingError):
        pair.blobs.check(Sha256("0" * 64))


def test_a_folder_that_is_not_mounted_is_away_and_not_empty(tmp_path: Path) -> None:
    place = folder_at(tmp_path / "disk")
    place.tending.need_reachable()
    (tmp_path / "disk" / "incoming").rmdir()
    with pytest.raises(StoreUnavailableError):
        place.tending.need_reachable()
