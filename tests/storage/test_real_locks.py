"""Locks, holds and encryption on a real S3 server (``make s3``): what it really does with what we ask."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.documents import DocumentState
from dossier.errors import StoreCredentialsError, StoreEncryptionError, StoreError, StoreLockError
from dossier.ids import Sha256
from dossier.keeping import Act, KeepingAct
from dossier.retention import RetentionRule, judge
from storage.lock_needs import PaperSteps
from storage.lock_rows import LockBacklog
from storage.locker import Locker
from storage.places import Place
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import S3Place, connect, s3_errors
from storage.s3_encryption import ServerEncryption
from storage.s3_locks import Mode
from tests.storage.buckets import KEPT_FOR, line_in, place_for_test, real_server
from tests.storage.builders import batch, document, event, item, record_id
from tests.storage.copies import folder_at, records_in_memory
from tests.storage.test_real_s3 import as_service_user, place_in

pytestmark = pytest.mark.skipif(
    real_server() is None, reason="NO REAL S3 SERVER: run 'make s3' where Ceph's radosgw is installed"
)

PART = 5 * 1024 * 1024
YEAR = timedelta(days=365)
NO_STEPS = PaperSteps(of_paper=lambda _paper, _version: [], of_item=lambda _item: [])


def blobs_in_parts(place: S3Place, work: Path, *, mode: Mode = "COMPLIANCE") -> S3Blobs:
    work.mkdir(exist_ok=True)
    return S3Blobs(
        place,
        keeping=Keeping(mode=mode, until=lambda at: at + KEPT_FOR),
        work=work,
        clock=lambda: datetime.now(UTC),
        part_bytes=PART,
    )


@pytest.mark.parametrize("size", [300_000, 3 * PART], ids=["whole", "in parts"])
@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_a_service_user_prolongs_holds_and_lifts_and_cannot_shorten(
    tmp_path: Path, mode: Mode, size: int
) -> None:
    with as_service_user(tmp_path) as (seen, _):
        blobs = blobs_in_parts(seen, tmp_path / "work", mode=mode)
        (tmp_path / "scan").write_bytes(os.urandom(size))
        sha256 = blobs.put(tmp_path / "scan").sha256
        far = datetime.now(UTC).replace(microsecond=0) + 30 * YEAR
        assert blobs.keep(sha256, far) == far
        assert blobs.keep(sha256, far - YEAR) == far
        lock = blobs.lock(sha256)
        assert lock is not None
        client, key, version = blobs.client, blobs.key(sha256), blobs.version(sha256)
        sooner = replace(lock, until=far - YEAR).retention()
        with pytest.raises(StoreCredentialsError), s3_errors(sha256):
            client.set_object_retention(seen.bucket, key, sooner, version_id=version)
        assert blobs.hold(sha256, on=True)
        with pytest.raises(StoreLockError):
            blobs.destroy(sha256)
        assert blobs.hold(sha256, on=False)
        assert blobs.locked_until(sha256) == far
        assert blobs.check(sha256).size == size


def put_twice(folder: Path, content: bytes, near: Place, far: Place) -> Sha256:
    (folder / "scan").write_bytes(content)
    near.blobs.put(folder / "scan")
    return far.blobs.put(folder / "scan").sha256


def test_papers_are_locked_for_their_terms_held_and_let_go(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as seen:
        near, far = folder_at(tmp_path / "near"), place_in(seen, tmp_path / "work", mode="COMPLIANCE")
        records = records_in_memory()
        original, sealed = (put_twice(tmp_path, content, near, far) for content in (b"original", b"sealed"))
        records.save_batch(batch(), [replace(item(), sha256=original)])
        now = datetime.now(UTC)
        paper = records.save_document(
            replace(document(), state=DocumentState.FILED, filed_at=now, object_sha256=sealed),
            events=[event()],
        )
        rule = RetentionRule(article="MẪU", permanent=True, verified=True)
        locker = Locker(
            (near, far),
            records.upkeep,
            judge=lambda _type, filed: judge(rule, filed_at=filed, today=now.date()),
            keys=NO_STEPS,
            clock=lambda: datetime.now(UTC),
        )
        assert locker.run().backlog == LockBacklog()
        for sha256 in (original, sealed):
            until = far.blobs.locked_until(sha256)
            assert until is not None
            assert until - now > 29 * YEAR
        held = KeepingAct(
            case=record_id("hold"), act=Act.HOLD_ADDED, target=paper.id, at=now, actor="quay-1", details={}
        )
        records.act(held, seen=0, events=[])
        locker.run()
        assert far.blobs.locked_until(sealed) == datetime.max.replace(tzinfo=UTC)
        records.act(replace(held, act=Act.HOLD_LIFTED), seen=1, events=[])
        report = locker.run()
        assert next(one for one in report.places if one.can_lock).lifted == 2
        assert far.blobs.locked_until(sealed) != datetime.max.replace(tzinfo=UTC)


def over_tls(place: S3Place) -> S3Place:
    server = real_server() or {}
    if "S3_TLS_ENDPOINT" not in server:
        pytest.skip("this server speaks no TLS")
    return replace(place, endpoint=server["S3_TLS_ENDPOINT"], secure=True, ca=Path(server["S3_CA"]))


@pytest.mark.parametrize("encryption", [ServerEncryption(), ServerEncryption(key_id="testkey-1")])
def test_a_bucket_encrypts_as_asked_or_is_refused_and_never_believed(
    tmp_path: Path, encryption: ServerEncryption
) -> None:
    """Ceph 16 stores in clear what SSE-S3 asks for, and has no key service unless it is told of one."""
    with place_for_test(tmp_path) as seen:
        asked = replace(over_tls(seen), encryption=encryption)
        place = place_in(asked, tmp_path / "work", mode="COMPLIANCE")
        (tmp_path / "scan").write_bytes(b"scan")
        troubles = []
        for step in (place.prepare, lambda: place.blobs.put(tmp_path / "scan")):
            try:
                step()
            except StoreError as error:
                troubles.append(type(error))
        if not troubles:
            assert "x-amz-server-side-encryption" in shown(asked)
            return
        # Refused by the server or found out by us: at both times, and never believed.
        assert len(troubles) == 2
        assert encryption.key_id or troubles == [StoreEncryptionError] * 2


def shown(place: S3Place) -> Mapping[str, str]:
    """What the server says about an object of the archive."""
    client = connect(place)
    (found,) = client.list_objects(place.bucket, prefix="objects/", recursive=True)
    return client.stat_object(place.bucket, found.object_name or "").metadata or {}


def test_keys_that_the_server_refuses_are_replaced_in_the_middle_of_an_upload(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as seen:
        wrong = tmp_path / "wrong"
        wrong.write_text("nobody")
        asked = 0

        def access() -> str:
            # The fourth request is the second part of the upload.
            nonlocal asked
            asked += 1
            return line_in(wrong)() if asked == 5 else seen.access_key()

        blobs = blobs_in_parts(replace(seen, access_key=access), tmp_path / "work")
        (tmp_path / "scan").write_bytes(os.urandom(3 * PART))
        ref = blobs.put(tmp_path / "scan")
        assert blobs.check(ref.sha256).size == 3 * PART
        assert list(connect(seen).list_objects(seen.bucket, recursive=True)) != []
