"""Buckets for tests: on the server that ``MOTLAN_TEST_S3`` names, otherwise on the small one of ours.

``MOTLAN_TEST_S3`` is a file as ``tools/s3-server.sh env`` prints it. Each test gets a bucket of its own with
Object Lock, kept for seconds only, so that nothing has to be taken away afterwards.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.s3 import Keeping, S3Blobs
from storage.s3_client import S3Place, connect
from tests.storage.s3_server import Bucket, s3_server

KEPT_FOR = timedelta(seconds=20)


def real_server() -> dict[str, str] | None:
    """Address and keys of the real server, when there is one."""
    named = os.environ.get("MOTLAN_TEST_S3")
    if not named:
        return None
    lines = Path(named).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@contextmanager
def place_for_test(folder: Path) -> Iterator[S3Place]:
    """A bucket that nobody else uses."""
    server = real_server()
    if server is None:
        with s3_server(Bucket()) as endpoint:
            yield place_on(endpoint, folder)
        return
    access, secret = folder / "access", folder / "secret"
    access.write_text(server["S3_ACCESS_KEY"])
    secret.write_text(server["S3_SECRET_KEY"])
    place = _place(server["S3_ENDPOINT"], access, secret)
    connect(place).make_bucket(place.bucket, object_lock=True)
    yield place


def line_in(file: Path) -> Callable[[], str]:
    """A secret source: what the file holds when it is asked."""
    return lambda: file.read_text("utf-8").strip()


def place_on(endpoint: str, folder: Path) -> S3Place:
    """A bucket on the small server."""
    access, secret = folder / "access", folder / "secret"
    access.write_text("someone\n")
    secret.write_text("a secret\n")
    return _place(endpoint, access, secret)


def _place(endpoint: str, access: Path, secret: Path) -> S3Place:
    return S3Place(
        endpoint=endpoint,
        bucket=f"motlan-{uuid.uuid4().hex[:20]}",
        secure=False,
        access_key=line_in(access),
        secret_key=line_in(secret),
        # After a crash of a gateway its server waits for it to answer before it makes a bucket.
        timeout_s=60.0,
    )


def blobs_in(place: S3Place, work: Path) -> S3Blobs:
    """A store in it."""
    work.mkdir(exist_ok=True)
    return S3Blobs(
        place,
        keeping=Keeping(mode="COMPLIANCE", until=lambda at: at + KEPT_FOR),
        work=work,
        clock=lambda: datetime.now(UTC),
    )
