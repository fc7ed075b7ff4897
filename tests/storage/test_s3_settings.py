"""Settings of a bucket: encryption by its server, and keys that are changed while an upload runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import StoreCredentialsError, StoreEncryptionError
from storage.bucket_plan import BucketPlan
from storage.places import Place
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import FileCredentials, S3Place
from storage.s3_encryption import ServerEncryption
from storage.s3_place import bucket_place
from tests.storage.s3_server import Bucket, Refusal, s3_server

PART = 5 * 1024 * 1024
LARGE = os.urandom(3 * PART)
BY_SERVER, BY_KMS = ServerEncryption(), ServerEncryption(key_id="kho-2026")
KEEPING = Keeping(mode="COMPLIANCE", until=lambda at: at + timedelta(days=1))


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def place(bucket: Bucket, tmp_path: Path) -> Iterator[S3Place]:
    (tmp_path / "access").write_text("old\n")
    (tmp_path / "secret").write_text("a secret\n")
    with s3_server(bucket) as endpoint:
        yield S3Place(
            endpoint=endpoint,
            bucket="luu-tru",
            secure=False,
            access_key=tmp_path / "access",
            secret_key=tmp_path / "secret",
            timeout_s=5.0,
        )


def blobs_of(place: S3Place, work: Path) -> S3Blobs:
    work.mkdir(exist_ok=True)
    return S3Blobs(
        place,
        keeping=KEEPING,
        work=work,
        clock=lambda: datetime.now(UTC),
        pause=lambda _seconds: None,
        part_bytes=PART,
    )


def place_of(place: S3Place, work: Path) -> Place:
    work.mkdir(exist_ok=True)
    return bucket_place("xa", place, keeping=KEEPING, work=work, clock=lambda: datetime.now(UTC))


def file_of(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "scan"
    path.write_bytes(content)
    return path


# --- encryption


@pytest.mark.parametrize("encryption", [BY_SERVER, BY_KMS])
@pytest.mark.parametrize("content", [b"one page", LARGE], ids=["whole", "in parts"])
def test_every_object_is_encrypted_as_the_settings_say(
    content: bytes, encryption: ServerEncryption, place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    blobs = blobs_of(replace(place, encryption=encryption), tmp_path / "work")
    ref = blobs.put(file_of(tmp_path, content))
    ((version,),) = bucket.versions.values()
    assert version.headers["x-amz-server-side-encryption"] == encryption.algorithm
    assert version.headers.get("x-amz-server-side-encryption-aws-kms-key-id", "") == encryption.key_id
    assert blobs.check(ref.sha256) == ref


def test_a_server_that_takes_the_wish_and_stores_in_clear_is_found_out(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.encrypts = False
    blobs = blobs_of(replace(place, encryption=BY_SERVER), tmp_path / "work")
    with pytest.raises(StoreEncryptionError) as caught:
        blobs.put(file_of(tmp_path, b"one page"))
    assert "AES256" in caught.value.message("vi")


def test_another_key_than_the_one_that_was_asked_for_is_found_out() -> None:
    said = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:vn:1:key/kho-2026",
    }
    BY_KMS.need(said, item="x")
    for wanted in (ServerEncryption(key_id="kho-2027"), BY_SERVER):
        with pytest.raises(StoreEncryptionError):
            wanted.need(said, item="x")


def test_a_bucket_that_is_to_encrypt_and_does_not_is_not_fit(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    asked = place_of(replace(place, encryption=BY_KMS), tmp_path / "work")
    asked.prepare()
    assert {key.partition("/")[0] for key in bucket.versions} == {"canary"}
    bucket.encrypts = False
    with pytest.raises(StoreEncryptionError):
        asked.prepare()
    assert [(one.what, one.outcome) for one in asked.prove()] == [("encrypted", "failed")]
    # Nobody asked for it: nothing is put to find out.
    before = len(bucket.versions)
    place_of(place, tmp_path / "work").prepare()
    assert len(bucket.versions) == before


def test_the_plan_of_a_bucket_sets_its_default_encryption() -> None:
    plain = BucketPlan(bucket="luu-tru", user="motlan")
    assert "put-bucket-encryption" not in plain.script()
    asked = replace(plain, encryption=BY_KMS)
    rule = json.loads(asked.default_encryption())["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "kho-2026"}
    lines = [line.split(" s3api ")[1].split()[0] for line in asked.script().splitlines() if "s3api" in line]
    assert lines[:3] == ["create-bucket", "put-object-lock-configuration", "put-bucket-encryption"]


# --- keys


def test_an_upload_goes_on_when_the_keys_are_changed_in_the_middle_of_it(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    blobs = blobs_of(place, tmp_path / "work")
    bucket.keys = {"old"}

    def rotate(method: str, path: str) -> None:
        if method == "PUT" and "partNumber=2" in path and bucket.keys == {"old"}:
            # The file has the new keys a moment before the server refuses the old ones.
            place.access_key.write_text("new\n")
            bucket.keys = {"new"}
            raise Refusal(403, "InvalidAccessKeyId")

    bucket.trouble = rotate
    ref = blobs.put(file_of(tmp_path, LARGE))
    assert blobs.check(ref.sha256).size == len(LARGE)
    parts = [one.partition("partNumber=")[2][0] for one in bucket.requests if "partNumber" in one]
    assert parts == ["1", "2", "2", "3"]
    assert bucket.uploads == {}


def test_keys_that_changed_without_a_trace_in_the_time_of_their_file_are_read_after_a_refusal(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    blobs = blobs_of(place, tmp_path / "work")
    blobs.put(file_of(tmp_path, b"one page"))
    seen = place.access_key.stat()
    place.access_key.write_text("new\n")
    os.utime(place.access_key, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    bucket.keys = {"new"}
    blobs.put(file_of(tmp_path, b"another page"))
    assert len(bucket.versions) == 2


def test_keys_that_are_refused_and_are_the_newest_are_tried_once(
    place: S3Place, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.keys = {"new"}
    with pytest.raises(StoreCredentialsError):
        blobs_of(place, tmp_path / "work").put(file_of(tmp_path, b"one page"))
    assert len(bucket.requests) == 1
    place.access_key.write_text("new\n")
    assert blobs_of(place, tmp_path / "work").put(file_of(tmp_path, b"one page")).size == 8


def test_a_key_that_differs_only_in_its_secret_is_another_key(place: S3Place) -> None:
    keys = FileCredentials(place.access_key, place.secret_key)
    refused = keys.retrieve()
    assert not keys.renewed(refused)
    renewed = "another secret"
    place.secret_key.write_text(renewed)
    assert keys.renewed(refused)
    assert keys.retrieve().secret_key == renewed
