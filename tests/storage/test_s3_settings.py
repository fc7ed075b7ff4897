"""Settings of a bucket: encryption by its server, and keys that are changed while an upload runs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import StoreCredentialsError, StoreEncryptionError
from storage.bucket_plan import BucketPlan
from storage.places import Place
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import S3Place, SourcedCredentials
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
def keys() -> dict[str, str]:
    """What the secret source of the installation holds."""
    return {"access": "old", "secret": "a secret"}


@pytest.fixture
def place(bucket: Bucket, keys: dict[str, str]) -> Iterator[S3Place]:
    with s3_server(bucket) as endpoint:
        yield S3Place(
            endpoint=endpoint,
            bucket="luu-tru",
            secure=False,
            access_key=lambda: keys["access"],
            secret_key=lambda: keys["secret"],
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
    place: S3Place, bucket: Bucket, keys: dict[str, str], tmp_path: Path
) -> None:
    blobs = blobs_of(place, tmp_path / "work")
    bucket.keys = {"old"}

    def rotate(method: str, path: str) -> None:
        if method == "PUT" and "partNumber=2" in path and bucket.keys == {"old"}:
            # The source has the new keys a moment before the server refuses the old ones.
            keys["access"] = "new"
            bucket.keys = {"new"}
            raise Refusal(403, "InvalidAccessKeyId")

    bucket.trouble = rotate
    ref = blobs.put(file_of(tmp_path, LARGE))
    assert blobs.check(ref.sha256).size == len(LARGE)
    parts = [one.partition("partNumber=")[2][0] for one in bucket.requests if "partNumber" in one]
    assert parts == ["1", "2", "2", "3"]
    assert bucket.uploads == {}


def test_keys_that_changed_while_a_request_was_on_its_way_are_used_for_it_at_once(
    place: S3Place, bucket: Bucket, keys: dict[str, str], tmp_path: Path
) -> None:
    """Whatever is asked for: also a question whose refusal has no body, as a HEAD has none."""
    blobs = blobs_of(place, tmp_path / "work")
    sha256 = blobs.put(file_of(tmp_path, b"one page")).sha256
    asked: dict[str, Callable[[], object]] = {
        "HEAD": lambda: blobs.lock(sha256),
        "GET": lambda: blobs.check(sha256),
    }
    for number, (method, ask) in enumerate(asked.items()):
        new = f"new-{number}"

        def rotate(seen: str, _path: str, *, wanted: str = method, name: str = new) -> None:
            if seen == wanted and keys["access"] != name:
                keys["access"] = name
                raise Refusal(403, "InvalidAccessKeyId")

        bucket.trouble = rotate
        assert ask() is not None
        assert keys["access"] == new


def test_keys_that_are_refused_and_are_the_newest_are_tried_once(
    place: S3Place, bucket: Bucket, keys: dict[str, str], tmp_path: Path
) -> None:
    bucket.keys = {"new"}
    blobs = blobs_of(place, tmp_path / "work")
    with pytest.raises(StoreCredentialsError):
        blobs.put(file_of(tmp_path, b"one page"))
    assert len(bucket.requests) == 1
    keys["access"] = "new"
    assert blobs.put(file_of(tmp_path, b"one page")).size == 8


def test_a_key_that_differs_only_in_its_secret_is_another_key(place: S3Place, keys: dict[str, str]) -> None:
    source = SourcedCredentials(place)
    source.retrieve()
    assert not source.renewed()
    keys["secret"] = keys["access"]
    assert source.renewed()
    assert not source.renewed()
