"""Places, rows and clocks for tests of upkeep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dossier.ids import Sha256
from dossier.ports import BlobStore
from storage.copies import CopiedBlobs, FellOver
from storage.database import Database
from storage.filesystem import FileLayer
from storage.folder_place import folder_place
from storage.heads import MemoryHead
from storage.object_keys import ObjectKeys
from storage.places import Place
from storage.records import SqlRecords
from storage.s3 import Keeping
from storage.s3_client import S3Place
from storage.s3_place import bucket_place
from storage.sealed_blobs import SealedBlobs
from tests.storage.buckets import KEPT_FOR, place_for_test
from tests.storage.builders import KEY, NAMESPACE

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


class Hands:
    """A clock that stands still until somebody waits or turns it; ``waited`` holds the pauses asked for."""

    def __init__(self) -> None:
        self.now = START
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.turn(seconds=seconds)

    def elapsed(self) -> float:
        return (self.now - START).total_seconds()


def records_in_memory() -> SqlRecords:
    return SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )


def folder_at(folder: Path, *, name: str = "", files: FileLayer | None = None) -> Place:
    place = folder_place(name or folder.name, folder, files=files)
    place.prepare()
    return place


def bucket_of(place: S3Place, work: Path, *, name: str = "bucket", kept_for: timedelta = KEPT_FOR) -> Place:
    work.mkdir(exist_ok=True)
    return bucket_place(
        name,
        place,
        keeping=Keeping(mode="COMPLIANCE", until=lambda at: at + kept_for),
        work=work,
        clock=lambda: datetime.now(UTC),
        pause=lambda _seconds: None,
    )


@contextmanager
def bucket_at(folder: Path) -> Iterator[Place]:
    with place_for_test(folder) as place:
        yield bucket_of(place, folder / "s3-work")


def twice(first: Place, second: Place, *, told: list[FellOver] | None = None) -> CopiedBlobs:
    """A store over two places with a queue of its own."""
    heard: list[FellOver] = [] if told is None else told
    queue = records_in_memory().upkeep.copies
    return CopiedBlobs(first, second, queue=queue, clock=Hands(), told=heard.append)


def sealed(
    inner: BlobStore, folder: Path, *, records: SqlRecords | None = None, encipher: bool = True
) -> SealedBlobs:
    """A store that enciphers, over another one; its keys are among these records, or some of its own."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    database = (records or records_in_memory()).upkeep.database
    return SealedBlobs(inner, ObjectKeys(database, clock=Hands()), work=work, encipher=encipher)


def sha256_of(content: bytes) -> Sha256:
    return Sha256(hashlib.sha256(content).hexdigest())


def object_in(folder: Path, sha256: Sha256) -> Path:
    return folder / sha256[:2] / sha256[2:4] / sha256


def spoil(path: Path) -> bytes:
    """Flip one bit of a kept file, behind the back of the store; gives what stands there then."""
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    path.chmod(0o444)
    return path.read_bytes()
