"""Bad days of servers, clocks, keys, certificates, disks: a clear error, nothing lost, and it goes on."""

from __future__ import annotations

import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection, func, select

from dossier.documents import Document, DocumentState
from dossier.errors import (
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from storage.database import Database
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import S3Place
from storage.schema import documents, journal, locks_pending
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.storage.builders import Clock, batch, document, event, item, party
from tests.storage.s3_server import Bucket, Refusal, s3_server

PART = 5 * 1024 * 1024
DAY = timedelta(days=1)
SCAN = b"\xff\xd8\xff one page"


def place_at(endpoint: str) -> S3Place:
    return S3Place(
        endpoint=endpoint,
        bucket="luu-tru",
        secure=False,
        access_key=lambda: "someone",
        secret_key=lambda: "a secret",
        timeout_s=0.5,
    )


def blobs_at(place: S3Place, work: Path) -> S3Blobs:
    work.mkdir(exist_ok=True)
    return S3Blobs(
        place,
        keeping=Keeping(mode="COMPLIANCE", until=lambda at: at + DAY),
        work=work,
        clock=lambda: datetime.now(UTC),
        pause=lambda _seconds: None,
        part_bytes=PART,
    )


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def blobs(bucket: Bucket, tmp_path: Path) -> Iterator[S3Blobs]:
    with s3_server(bucket) as endpoint:
        yield blobs_at(place_at(endpoint), tmp_path / "work")


def scan_of(tmp_path: Path, content: bytes = SCAN) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(content)
    return path


# --- the object server


def test_a_server_that_takes_too_long_is_given_up_and_the_same_call_succeeds_later(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    over = threading.Event()

    def slow(_method: str, _path: str) -> None:
        over.wait(timeout=60)

    bucket.trouble = slow
    with pytest.raises(StoreUnavailableError):
        blobs.put(scan_of(tmp_path))
    assert list((tmp_path / "work").iterdir()) == []
    over.set()
    ref = blobs.put(scan_of(tmp_path))
    assert blobs.check(ref.sha256) == ref
    assert len(bucket.versions) == 1


def test_a_server_that_runs_full_in_the_middle_of_an_upload_keeps_the_parts_and_is_said_to_be_full(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    source = scan_of(tmp_path, bytes(3 * PART))

    def full(_method: str, path: str) -> None:
        if "partNumber=2" in path:
            raise Refusal(507, "InsufficientStorage")

    bucket.trouble = full
    with pytest.raises(StoreFullError):
        blobs.put(source)
    assert bucket.versions == {}
    bucket.trouble = lambda _method, _path: None
    ref = blobs.put(source)
    assert blobs.check(ref.sha256) == ref
    sent = [one.partition("partNumber=")[2][0] for one in bucket.requests if "partNumber" in one]
    assert sent == ["1", "2", "2", "3"]


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_clocks_that_differ_by_a_day_are_told_and_nothing_is_half_stored(
    ahead: timedelta, blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.ahead = ahead
    with pytest.raises(StoreClockError) as caught:
        blobs.put(scan_of(tmp_path))
    assert "NTP" in caught.value.next_step("vi")
    assert bucket.versions == {}
    bucket.ahead = timedelta()
    ref = blobs.put(scan_of(tmp_path))
    assert blobs.keep(ref.sha256, datetime.now(UTC) + 2 * DAY) is not None
    bucket.ahead = ahead
    with pytest.raises(StoreClockError):
        blobs.keep(ref.sha256, datetime.now(UTC) + 3 * DAY)


def test_wrong_keys_are_told_by_every_call_and_change_nothing(
    blobs: S3Blobs, bucket: Bucket, tmp_path: Path
) -> None:
    ref = blobs.put(scan_of(tmp_path))
    bucket.keys = {"somebody else"}
    before = list(bucket.versions)
    calls = (
        lambda: blobs.put(scan_of(tmp_path, b"another")),
        lambda: blobs.check(ref.sha256),
        lambda: blobs.keep(ref.sha256, datetime.now(UTC) + 9 * DAY),
        lambda: blobs.hold(ref.sha256, on=True),
        lambda: blobs.contains(ref.sha256),
        blobs.prepare,
    )
    for call in calls:
        with pytest.raises(StoreCredentialsError) as caught:
            call()
        assert "a secret" not in f"{caught.value}{caught.value.message()}{caught.value.cause}"
    assert list(bucket.versions) == before


# --- its certificate


class Authority:
    """An invented authority that gives the server its certificates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA MAU")])
        self.file = folder / "ca.pem"
        ca = self._signed(self.name, self.key, until=30 * DAY, extension=x509.BasicConstraints(True, None))
        self.file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))

    def give(self, *, until: timedelta, address: str = "127.0.0.1") -> ssl.SSLContext:
        """What a server needs that shows a certificate which ends so far from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "may chu MAU")])
        names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
        certificate = self._signed(name, key, until=until, extension=names)
        both = self.folder / "server.pem"
        both.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context

    def _signed(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        until: timedelta,
        extension: x509.ExtensionType,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 9 * DAY)
            .not_valid_after(now + until)
            .add_extension(extension, critical=False)
            .sign(self.key, hashes.SHA256())
        )


def test_a_certificate_that_ran_out_is_told_and_a_renewed_one_is_taken_without_a_restart(
    bucket: Bucket, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    with s3_server(bucket, tls=authority.give(until=-DAY)) as endpoint:
        place = replace(place_at(endpoint), secure=True, ca=authority.file, timeout_s=10.0)
        with pytest.raises(StoreCertificateError) as caught:
            blobs_at(place, tmp_path / "work").put(scan_of(tmp_path))
        assert "hết hạn" in caught.value.message("vi")
    for context, kind in (
        (authority.give(until=DAY, address="127.0.0.2"), StoreCertificateError),
        (authority.give(until=DAY), None),
    ):
        with s3_server(bucket, tls=context) as endpoint:
            blobs = blobs_at(replace(place, endpoint=endpoint), tmp_path / "work")
            if kind is None:
                assert blobs.put(scan_of(tmp_path)).size == len(SCAN)
                continue
            with pytest.raises(kind):
                blobs.put(scan_of(tmp_path))
            assert bucket.requests == []


# --- the database


class Office:
    """A store of the smallest size, and its papers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        create_store(folder, clock=self.clock, actor="quay-1")
        with self.open() as store:
            store.records.save_batch(batch(), [item()])

    @contextmanager
    def open(self) -> Iterator[Store]:
        with open_store(self.folder, clock=self.clock, read_only=False) as store:
            yield store

    def file(self, store: Store) -> Document:
        source = self.folder.parent / "sealed.pdf"
        source.write_bytes(SCAN)
        kept = store.steps.run("sealed-1", partial(_copy, source))
        paper = replace(
            document(),
            state=DocumentState.FILED,
            filed_at=self.clock(),
            object_sha256=kept.sha256,
            object_size=kept.size,
            parties=(party("Nguyễn Thị Mẫu", number="001185000017"),),
        )
        return store.records.save_document(paper, events=[event()])

    def counts(self) -> tuple[int, ...]:
        """Papers, journal entries, papers whose locks wait, and objects."""
        with self.open() as store:
            database = store.records.upkeep.database
            with database.reading() as connection:
                found = [_count(connection, table) for table in (documents, journal, locks_pending)]
            store.records.check_journal()
            return (*found, len(list(store.blobs)))


def _count(connection: Connection, table: object) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def query_only(database: Database) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")


def no_room(database: Database) -> None:
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.mark.parametrize(("spoil", "kind"), [(query_only, StoreReadOnlyError), (no_room, StoreFullError)])
def test_a_database_that_refuses_in_the_middle_of_a_filing_leaves_no_half_and_the_filing_is_repeated(
    spoil: Callable[[Database], None], kind: type[StoreError], tmp_path: Path
) -> None:
    office = Office(tmp_path / "data")
    before = office.counts()
    with office.open() as store:
        spoil(store.records.upkeep.database)
        # A page may still have room for a row or two.
        with suppress(kind):
            for number in range(200):
                store.records.save_step(f"fills-{number}", item().sha256)
        with pytest.raises(kind):
            office.file(store)
    papers, entries, waiting, _ = office.counts()
    assert (papers, entries, waiting) == before[:3]
    with office.open() as store:
        filed = office.file(store)
        assert store.blobs.check(filed.object_sha256 or item().sha256).size == len(SCAN)
    papers, entries, waiting, objects = office.counts()
    assert (papers, waiting, objects) == (1, 1, 1)
    assert entries > before[1]
