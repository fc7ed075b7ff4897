"""Canaries: places that keep their promises pass; each broken promise is found by its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import StoreError, StoreUnavailableError
from dossier.events import Event, EventKind
from storage.filesystem import SystemFiles
from storage.places import Place
from storage.trials import Trial
from tests.storage.buckets import place_for_test
from tests.storage.builders import MOMENT
from tests.storage.canaries import OpenFiles, OverwritingFiles
from tests.storage.copies import bucket_at, bucket_of, folder_at, records_in_memory, sha256_of
from tests.storage.s3_server import Bucket, Refusal, s3_server

BUCKET_TRIALS = {
    "lock_kept",
    "overwrite",
    "delete",
    "delete_version",
    "delete_bypassing",
    "shorten_lock",
    "weaken_lock",
    "flipped_byte",
}


def failed(trials: object) -> set[str]:
    assert isinstance(trials, list)
    return {one.what for one in trials if isinstance(one, Trial) and one.outcome == "failed"}


def try_bucket(tmp_path: Path, bucket: Bucket) -> object:
    with place_for_test(tmp_path) as place, s3_server(bucket) as endpoint:
        return bucket_of(replace(place, endpoint=endpoint, bucket="luu-tru"), tmp_path / "work").prove()


# --- buckets


def test_a_bucket_that_keeps_its_locks_passes_every_trial(tmp_path: Path) -> None:
    with bucket_at(tmp_path) as place:
        trials = place.prove()
        assert {one.what: one.outcome for one in trials} == dict.fromkeys(BUCKET_TRIALS, "held")
        # A canary is no object of the archive.
        assert list(place.tending.walk()) == []


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (lambda bucket: setattr(bucket, "keeps_locks", False), {"lock_kept"}),
        (lambda bucket: setattr(bucket, "versioned", False), {"versions_and_locks"}),
        (lambda bucket: setattr(bucket, "locked", False), {"versions_and_locks"}),
        (lambda bucket: bucket.enforces.discard("shorten"), {"shorten_lock", "weaken_lock"}),
    ],
)
def test_a_bucket_without_real_locks_is_found(
    tmp_path: Path, spoil: Callable[[Bucket], None], broken: set[str]
) -> None:
    bucket = Bucket()
    spoil(bucket)
    assert failed(try_bucket(tmp_path, bucket)) == broken


@pytest.mark.parametrize(("ignored", "first"), [("delete", "delete_version"), ("bypass", "delete_bypassing")])
def test_a_server_that_shows_a_lock_and_deletes_all_the_same_is_found(
    tmp_path: Path, ignored: str, first: str
) -> None:
    bucket = Bucket()
    bucket.enforces.discard(ignored)
    found = failed(try_bucket(tmp_path, bucket))
    assert first in found
    assert "overwrite" not in found


def test_a_server_that_answers_deletes_with_success_and_keeps_the_version_passes(tmp_path: Path) -> None:
    """What counts is what stands there afterwards, not what was answered."""
    bucket = Bucket()

    def trouble(method: str, path: str) -> None:
        if method == "DELETE":
            raise Refusal(200, "")

    bucket.trouble = trouble
    assert failed(try_bucket(tmp_path, bucket)) == set()


def test_a_server_that_does_not_answer_proves_nothing(tmp_path: Path) -> None:
    bucket = Bucket()

    def trouble(method: str, path: str) -> None:
        raise Refusal(503, "SlowDown")

    bucket.trouble = trouble
    with pytest.raises(StoreUnavailableError):
        try_bucket(tmp_path, bucket)


# --- folders


def test_a_folder_is_write_once_as_far_as_a_folder_can_be(tmp_path: Path) -> None:
    place = folder_at(tmp_path / "objects")
    trials = {one.what: one.outcome for one in place.prove()}
    assert trials == {
        "write_protected": "held",
        "opened_for_writing": "unproven" if os.geteuid() == 0 else "held",
        "overwrite": "held",
        "flipped_byte": "held",
        "cut_short": "held",
        "removed_is_missed": "held",
        "delete": "unproven",
    }
    assert list(place.tending.walk()) == []
    assert list(place.blobs) == []
    assert place.prove() == place.prove()


@pytest.mark.parametrize(
    ("files", "broken"), [(OpenFiles(), "write_protected"), (OverwritingFiles(), "overwrite")]
)
def test_a_folder_that_does_not_protect_is_found(tmp_path: Path, files: SystemFiles, broken: str) -> None:
    assert broken in failed(folder_at(tmp_path / "objects", files=files).prove())


def test_a_folder_that_is_not_there_proves_nothing(tmp_path: Path) -> None:
    place = folder_at(tmp_path / "objects")
    (tmp_path / "objects").rename(tmp_path / "unplugged")
    with pytest.raises(StoreUnavailableError):
        place.prove()


# --- the flag


def event(kind: EventKind) -> Event:
    return Event(kind=kind, at=MOMENT, actor="quay-1")


def test_the_flag_is_set_once_and_lifted_once_and_both_are_journalled() -> None:
    records = records_in_memory()
    frozen = records.upkeep.frozen
    frozen.need_writable()
    assert frozen.freeze(place="bucket", reason="delete", event=event(EventKind.STORE_FROZEN))
    assert not frozen.freeze(place="kho", reason="other", event=event(EventKind.STORE_FROZEN))
    error = frozen.error()
    assert error is not None
    assert (error.code, error.item, error.details) == ("store.frozen", "bucket", {"reason": "delete"})
    with pytest.raises(StoreError):
        frozen.need_writable()
    assert frozen.lift(event=event(EventKind.STORE_LIFTED))
    assert not frozen.lift(event=event(EventKind.STORE_LIFTED))
    frozen.need_writable()
    assert [entry.event.kind for entry in records.journal()] == [
        EventKind.STORE_FROZEN,
        EventKind.STORE_LIFTED,
    ]


# --- a bucket as a place


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


def place_of(tmp_path: Path, endpoint: str) -> Place:
    with place_for_test(tmp_path) as place:
        return bucket_of(replace(place, endpoint=endpoint, bucket="luu-tru"), tmp_path / "work")


def test_a_bucket_lists_its_objects_in_order_from_any_hash_on(tmp_path: Path, bucket: Bucket) -> None:
    with s3_server(bucket) as endpoint:
        place = place_of(tmp_path, endpoint)
        hashes = []
        for number in range(5):
            (tmp_path / "scan").write_bytes(b"%d" % number)
            hashes.append(place.blobs.put(tmp_path / "scan").sha256)
        hashes.sort()
        assert [listed.sha256 for listed in place.tending.walk()] == hashes
        assert [listed.sha256 for listed in place.tending.walk(after=hashes[2])] == hashes[3:]
        assert {listed.size for listed in place.tending.walk()} == {1}


def test_an_orphan_under_a_lock_stays_and_goes_when_the_lock_has_run_out(
    tmp_path: Path, bucket: Bucket
) -> None:
    with s3_server(bucket) as endpoint:
        place = place_of(tmp_path, endpoint)
        (tmp_path / "scan").write_bytes(b"stray")
        stray = place.blobs.put(tmp_path / "scan").sha256
        assert not place.tending.remove(stray)
        assert place.blobs.contains(stray)
        past = (datetime.now(UTC) - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for versions in bucket.versions.values():
            for version in versions:
                version.headers["x-amz-object-lock-retain-until-date"] = past
        assert place.tending.remove(stray)
        assert not place.blobs.contains(stray)


def test_unfinished_uploads_go_once_they_are_old(tmp_path: Path, bucket: Bucket) -> None:
    key = f"objects/ab/cd/{sha256_of(b'half')}"
    bucket.uploads["one"] = (key, {}, {1: b"ha"})
    with s3_server(bucket) as endpoint:
        tending = place_of(tmp_path, endpoint).tending
        now = datetime.now(UTC)
        assert tending.leftovers(before=now - timedelta(days=1), remove=True) == 0
        assert tending.leftovers(before=now + timedelta(days=1), remove=False) == 1
        assert list(bucket.uploads) == ["one"]
        assert tending.leftovers(before=now + timedelta(days=1), remove=True) == 1
    assert bucket.uploads == {}


def test_a_damaged_version_in_a_bucket_stays_under_its_lock_beside_the_good_one(
    tmp_path: Path, bucket: Bucket
) -> None:
    with s3_server(bucket) as endpoint:
        place = place_of(tmp_path, endpoint)
        (tmp_path / "scan").write_bytes(b"scan")
        ref = place.blobs.put(tmp_path / "scan")
        ((version,),) = bucket.versions.values()
        version.body = b"scaN"
        assert not place.tending.set_aside(ref.sha256)
        place.blobs.put(tmp_path / "scan")
        assert place.blobs.check(ref.sha256) == ref
        ((damaged, good),) = bucket.versions.values()
        assert (damaged.body, good.body) == (b"scaN", b"scan")
