"""The store in a bucket on bad days: lost answers, servers that lie, second versions, large files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import (
    ObjectDamagedError,
    StoreBucketError,
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreLockError,
    StoreUnavailableError,
)
from dossier.ids import Sha256
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import S3Place
from storage.s3_locks import Lock, lock_of
from tests.storage.buckets import line_in
from tests.storage.s3_server import Bucket, Refusal, Version, s3_server

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)
PART = 5 * 1024 * 1024


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def place(bucket: Bucket, tmp_path: Path) -> Iterator[S3Place]:
    (tmp_path / "access").write_text("someone\n")
    (tmp_path / "secret").write_text("a secret\n")
    with s3_server(bucket) as endpoint:
        yield S3Place(
            endpoint=endpoint,
            bucket="luu-tru",
            secure=False,
            access_key=line_in(tmp_path / "access"),
            secret_key=line_in(tmp_path / "secret"),
            timeout_s=5.0,
        )


def store_in(place: S3Place, work: Path) -> S3Blobs:
    work.mkdir(exist_ok=True)
    return S3Blobs(
        place,
        keeping=Keeping(mode="COMPLIANCE", until=lambda at: at + TEN_YEARS),
        work=work,
        clock=lambda: NOW,
        pause=lambda _seconds: None,
        part_bytes=PART,
    )


@pytest.fixture
def blobs(place: S3Place, tmp_path: Path) -> S3Blobs:
    return store_in(place, tmp_path / "work")


def scan_of(tmp_path: Path, content: bytes = b"\xff\xd8\xff one page") -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(content)
    return path


def only_version(bucket: Bucket) -> Version:
    ((version,),) = bucket.versions.values()
    return version


def test_an_object_bears_its_hash_and_its_lock_and_no_name(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    ref = blobs.put(scan_of(tmp_path))
    assert list(bucket.versions) == [f"objects/{ref.sha256[:2]}/{ref.sha256[2:4]}/{ref.sha256}"]
    assert only_version(bucket).headers["x-amz-meta-sha256"] == ref.sha256
    assert blobs.lock(ref.sha256) == Lock(mode="COMPLIANCE", until=NOW + TEN_YEARS)


def test_an_answer_that_is_lost_makes_no_second_version(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    lost = iter([True])
    bucket.lost_answer = lambda method, _path: method == "PUT" and next(lost, False)
    ref = blobs.put(scan_of(tmp_path))
    assert only_version(bucket).body == scan_of(tmp_path).read_bytes()
    assert blobs.check(ref.sha256) == ref


def test_a_server_that_is_busy_is_asked_again_and_in_the_end_given_up(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    busy = iter([True, True])

    def trouble(method: str, _path: str) -> None:
        if method == "PUT" and next(busy, False):
            raise Refusal(503, "SlowDown")

    bucket.trouble = trouble
    assert blobs.put(scan_of(tmp_path)).size == 12

    def always(_method: str, _path: str) -> None:
        raise Refusal(503, "SlowDown")

    bucket.trouble = always
    with pytest.raises(StoreUnavailableError):
        blobs.put(scan_of(tmp_path, b"another"))


def test_a_server_that_keeps_no_lock_is_found_out(blobs: S3Blobs, bucket: Bucket, tmp_path: Path) -> None:
    bucket.keeps_locks = False
    with pytest.raises(StoreLockError):
        blobs.put(scan_of(tmp_path))


def test_a_flipped_byte_is_never_given_out(blobs: S3Blobs, bucket: Bucket, tmp_path: Path) -> None:
    ref = blobs.put(scan_of(tmp_path))
    version = only_version(bucket)
    version.body = bytes([version.body[0] ^ 1]) + version.body[1:]
    for read in (blobs.open, blobs.check):
        with pytest.raises(ObjectDamagedError):
            read(ref.sha256)


def test_a_version_that_somebody_laid_over_the_object_changes_nothing(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    ref = blobs.put(scan_of(tmp_path))
    (versions,) = bucket.versions.values()
    versions.append(Version("later", b"of somebody else", {}))
    with blobs.open(ref.sha256) as stream:
        assert stream.read() == scan_of(tmp_path).read_bytes()
    assert blobs.lock(ref.sha256) == Lock(mode="COMPLIANCE", until=NOW + TEN_YEARS)


def test_the_same_bytes_twice_are_sent_once(blobs: S3Blobs, bucket: Bucket, tmp_path: Path) -> None:
    assert blobs.put(scan_of(tmp_path)) == blobs.put(scan_of(tmp_path))
    assert len([one for one in bucket.requests if one.startswith("PUT")]) == 1


def test_a_large_file_goes_in_parts_and_is_locked_all_the_same(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    content = bytes(range(256)) * (4096 * 13) + b"end"
    ref = blobs.put(scan_of(tmp_path, content))
    assert ref.sha256 == hashlib.sha256(content).hexdigest()
    assert only_version(bucket).body == content
    assert blobs.lock(ref.sha256) == Lock(mode="COMPLIANCE", until=NOW + TEN_YEARS)
    assert len([one for one in bucket.requests if "partNumber" in one]) == 3


def test_an_upload_that_was_broken_off_goes_on_with_the_parts_that_are_there(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    content = bytes(range(256)) * (4096 * 13) + b"end"

    def trouble(method: str, path: str) -> None:
        if method == "PUT" and "partNumber=3" in path:
            raise Refusal(400, "BrokenOff")

    bucket.trouble = trouble
    with pytest.raises(StoreError):
        store_in(place, tmp_path / "work").put(scan_of(tmp_path, content))
    bucket.trouble = lambda _method, _path: None
    bucket.requests.clear()
    store_in(place, tmp_path / "work").put(scan_of(tmp_path, content))
    assert [one.partition("partNumber=")[2][0] for one in bucket.requests if "partNumber" in one] == ["3"]
    assert only_version(bucket).body == content
    assert bucket.uploads == {}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "AccessDenied", StoreCredentialsError),
        (403, "SignatureDoesNotMatch", StoreCredentialsError),
        (403, "RequestTimeTooSkewed", StoreClockError),
        (404, "NoSuchBucket", StoreBucketError),
        (507, "InsufficientStorage", StoreFullError),
        (500, "InternalError", StoreUnavailableError),
        (418, "Teapot", StoreError),
    ],
)
def test_each_refusal_has_an_error_of_its_own(
    status: int, code: str, kind: type[StoreError], blobs: S3Blobs, bucket: Bucket
) -> None:
    def trouble(_method: str, _path: str) -> None:
        raise Refusal(status, code)

    bucket.trouble = trouble
    with pytest.raises(StoreError) as caught:
        blobs.contains(Sha256("0" * 64))
    assert type(caught.value) is kind
    assert "someone" not in caught.value.message()


def test_a_server_that_is_gone_is_called_unavailable(place: S3Place, tmp_path: Path) -> None:
    blobs = store_in(replace(place, endpoint="127.0.0.1:9"), tmp_path / "work")
    with pytest.raises(StoreUnavailableError):
        blobs.put(scan_of(tmp_path))
    assert list((tmp_path / "work").iterdir()) == []


def test_a_server_without_tls_is_not_spoken_to_as_if_it_had(place: S3Place, tmp_path: Path) -> None:
    blobs = store_in(replace(place, secure=True), tmp_path / "work")
    with pytest.raises(StoreCertificateError):
        blobs.put(scan_of(tmp_path))


@pytest.mark.parametrize("lacking", ["versioned", "locked"])
def test_a_bucket_without_versions_or_locks_is_refused(lacking: str, blobs: S3Blobs, bucket: Bucket) -> None:
    blobs.prepare()
    setattr(bucket, lacking, False)
    with pytest.raises(StoreBucketError):
        blobs.prepare()


def test_new_keys_are_used_without_a_restart(blobs: S3Blobs, bucket: Bucket, tmp_path: Path) -> None:
    blobs.put(scan_of(tmp_path))
    (tmp_path / "access").unlink()
    with pytest.raises(StoreCredentialsError):
        blobs.contains(Sha256("0" * 64))
    (tmp_path / "access").write_text("someone-else")
    assert not blobs.contains(Sha256("0" * 64))
    assert len(bucket.versions) == 1


def test_a_lock_is_prolonged_and_never_shortened(blobs: S3Blobs, tmp_path: Path) -> None:
    ref = blobs.put(scan_of(tmp_path))
    longer = Lock(mode="COMPLIANCE", until=NOW + 2 * TEN_YEARS, hold=True)
    blobs.prolong(ref.sha256, longer)
    assert blobs.lock(ref.sha256) == longer
    blobs.prolong(ref.sha256, Lock(mode="COMPLIANCE", until=NOW))
    assert blobs.lock(ref.sha256) == longer


@pytest.mark.parametrize("until", ["", "never", "2026-13-01T00:00:00Z"])
def test_a_lock_that_cannot_be_read_is_none(until: str) -> None:
    headers = {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": until}
    assert lock_of(headers) is None


def test_fractions_of_a_second_in_the_date_of_a_lock_are_read() -> None:
    headers = {
        "x-amz-object-lock-mode": "GOVERNANCE",
        "x-amz-object-lock-retain-until-date": "2027-01-02T03:04:05.123456789Z",
    }
    assert lock_of(headers) == Lock(mode="GOVERNANCE", until=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
