"""A real S3 server (``make s3``): locks that hold, what a service user needs, a gateway that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio

from dossier.errors import StoreCredentialsError, StoreError
from dossier.ids import Sha256
from storage.bucket_plan import BucketPlan
from storage.census import Census
from storage.copies import Copier
from storage.places import Place
from storage.repair import Repair, RepairOrder
from storage.s3 import Keeping
from storage.s3_client import S3Place, connect, s3_errors
from storage.s3_locks import Mode
from storage.s3_place import bucket_place
from tests.project.test_layout import ROOT
from tests.storage.buckets import KEPT_FOR, line_in, place_for_test, real_server
from tests.storage.builders import batch, item
from tests.storage.copies import folder_at, records_in_memory

pytestmark = pytest.mark.skipif(
    real_server() is None, reason="NO REAL S3 SERVER: run 'make s3' where Ceph's radosgw is installed"
)

THREADS = 4
OBJECTS = 12
KILLS = 3
LARGE = 24 * 1024 * 1024


def server_script(*arguments: str) -> str:
    """The script that started the server, for the same server."""
    folder = Path(os.environ["MOTLAN_TEST_S3"]).parent
    done = subprocess.run(
        [str(ROOT / "tools" / "s3-server.sh"), *arguments],
        env={**os.environ, "CEPH_DEV_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def place_in(place: S3Place, work: Path, *, mode: Mode = "GOVERNANCE") -> Place:
    work.mkdir(exist_ok=True)
    return bucket_place(
        "bucket",
        place,
        keeping=Keeping(mode=mode, until=lambda at: at + KEPT_FOR),
        work=work,
        clock=lambda: datetime.now(UTC),
    )


@contextmanager
def as_service_user(tmp_path: Path) -> Iterator[tuple[S3Place, Minio]]:
    """A bucket that somebody else owns, seen with the keys of a service user; and the owner's client."""
    with place_for_test(tmp_path) as place:
        owner = connect(place)
        user = f"app-{place.bucket[-8:]}"
        lines = server_script("user", user).splitlines()
        keys = dict(line.split("=", 1) for line in lines)
        (tmp_path / "app-access").write_text(keys["S3_ACCESS_KEY"])
        (tmp_path / "app-secret").write_text(keys["S3_SECRET_KEY"])
        owner.set_bucket_policy(place.bucket, BucketPlan(bucket=place.bucket, user=user).policy())
        yield (
            replace(
                place,
                access_key=line_in(tmp_path / "app-access"),
                secret_key=line_in(tmp_path / "app-secret"),
            ),
            owner,
        )


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_the_least_a_service_user_needs_is_enough_and_every_promise_is_kept(
    tmp_path: Path, mode: Mode
) -> None:
    with as_service_user(tmp_path) as (seen, _):
        place = place_in(seen, tmp_path / "work", mode=mode)
        place.prepare()
        (tmp_path / "scan").write_bytes(b"scan")
        ref = place.blobs.put(tmp_path / "scan")
        assert place.blobs.check(ref.sha256) == ref
        assert [listed.sha256 for listed in place.tending.walk()] == [ref.sha256]
        assert place.tending.leftovers(before=datetime.now(UTC), remove=True) == 0
        trials = place.prove()
        assert {one.what: one.outcome for one in trials if one.outcome != "held"} == {}
        # Nothing names it, and still it cannot be removed: neither under its lock nor by this user.
        assert not place.tending.remove(ref.sha256)
        assert place.blobs.contains(ref.sha256)


def test_the_owner_of_a_bucket_may_bypass_governance_and_the_canary_finds_it(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as place:
        trials = place_in(place, tmp_path / "work").prove()
        assert "delete_bypassing" in {one.what for one in trials if one.outcome == "failed"}


def test_not_even_the_owner_gets_round_compliance(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as place:
        trials = place_in(place, tmp_path / "work", mode="COMPLIANCE").prove()
        assert {one.what for one in trials if one.outcome != "held"} == set()


def test_a_bucket_without_locks_is_refused(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as place:
        plain = replace(place, bucket=f"{place.bucket}-plain")
        connect(plain).make_bucket(plain.bucket)
        trials = place_in(plain, tmp_path / "work").prove()
        assert [(one.what, one.outcome) for one in trials] == [("versions_and_locks", "failed")]


def test_a_service_user_cannot_give_itself_more(tmp_path: Path) -> None:
    with as_service_user(tmp_path) as (seen, _):
        client = connect(seen)
        with pytest.raises(StoreCredentialsError), s3_errors(seen.bucket):
            client.set_bucket_policy(seen.bucket, BucketPlan(bucket=seen.bucket, user="anybody").policy())
        with pytest.raises(StoreCredentialsError), s3_errors(seen.bucket):
            client.remove_bucket(seen.bucket)


# --- the gateway is killed


def kill_gateway() -> None:
    """``kill -9`` of the gateway that this test's server script started, and of nothing else."""
    folder = Path(os.environ["MOTLAN_TEST_S3"]).parent
    pid = int((folder / "run" / "client.rgw.pid").read_text())
    assert str(folder) in Path(f"/proc/{pid}/cmdline").read_text()
    os.kill(pid, signal.SIGKILL)


def put_until_it_stands(place: Place, source: Path) -> Sha256:
    """What the line does: the same command again until it succeeds."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return place.blobs.put(source).sha256
        except StoreError:
            if time.monotonic() > deadline:
                raise


@pytest.mark.slow
def test_a_gateway_killed_in_mid_upload_loses_shows_and_leaves_nothing_by_halves(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as seen:
        second = place_in(seen, tmp_path / "work", mode="COMPLIANCE")
        first = folder_at(tmp_path / "first")
        records = records_in_memory()
        sources = []
        for number in range(OBJECTS):
            source = tmp_path / f"scan {number}"
            # Every fourth goes in parts: an upload that can stay unfinished.
            source.write_bytes(os.urandom(LARGE * 2 if number % 4 == 0 else 300_000))
            sources.append(source)
        named = []
        for number, source in enumerate(sources):
            sha256 = first.blobs.put(source).sha256
            named.append(sha256)
            one = replace(item(f"scan {number}", order=number + 1), sha256=sha256)
            records.save_batch(batch(), [one])
        rest = list(sources)
        guard = threading.Lock()

        def work() -> None:
            while True:
                with guard:
                    if not rest:
                        return
                    source = rest.pop()
                put_until_it_stands(second, source)

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            threads[0].join(timeout=0.7)
            kill_gateway()
            server_script("start")
        for thread in threads:
            thread.join()
        # One more upload that nobody ever finishes.
        client = connect(seen)
        key = f"objects/ff/ff/{'f' * 64}"
        client._create_multipart_upload(seen.bucket, key, {})
        copied = Copier(first, second, upkeep=records.upkeep, clock=lambda: datetime.now(UTC)).run(wait=True)
        assert copied.backlog.waiting == 0
        report = Repair(
            (first, second),
            records.upkeep,
            named_elsewhere=lambda _sha256: False,
            clock=lambda: datetime.now(UTC),
            actor="quay-1",
        ).run(RepairOrder(uploads_older=timedelta(seconds=-60)))
        assert (report.lost, report.undecided, report.orphans, report.stopped) == ([], 0, 0, {})
        assert report.leftovers >= 1
        assert second.tending.leftovers(before=datetime.now(UTC) + timedelta(minutes=1), remove=False) == 0
        assert [listed.sha256 for listed in second.tending.walk()] == sorted(named)
        for sha256 in named:
            second.blobs.check(sha256)
        census = Census(
            second,
            records.upkeep,
            gets_copies=True,
            named_elsewhere=lambda _sha256: False,
            clock=lambda: datetime.now(UTC),
            actor="quay-1",
        )
        assert [(page.missing, page.waiting, page.orphans) for page in census.pages()] == [(0, 0, ())]
