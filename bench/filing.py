"""CPU milliseconds of filing one document of 300 KB: ``python -m bench.filing [FILES]``.

What is measured is what the line does last with a sealed file, in this process and warm: the step that keeps
it (copied, synced, put, read back, remembered) and the record with its index entries, owners, journal entries
and queues. Object server and PostgreSQL run in processes of their own; the object server is the small one of
the tests, over real sockets without TLS. Hashing is what the store may not save: each pass over the bytes is
priced apart, with the same library, and taken off. On a machine that others share CPU time grows with their
load, which is printed; the tenth that went best says what the work itself costs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from dossier.documents import Document, DocumentState, Item
from dossier.ids import ItemId, Sha256, document_id
from storage.database import Database
from storage.places import Place
from storage.s3 import Keeping
from storage.s3_client import S3Place
from storage.s3_place import bucket_place
from storage.store import Store, open_store
from storage.store_making import create_store
from storage.store_parts import PlaceNeeds, StoreParts, database_in_folder, objects_in_folder
from tests.processes import start
from tests.storage.builders import batch, document, event, item, party
from tests.storage.pg_server import missing, pg_server
from tests.storage.s3_server import Bucket, s3_server

BYTES: Final = 300_000
WARM: Final = 10
_FILES: Final = 100
_LIMITS: Final = {"folder": 8.0, "bucket": 15.0}
# How often the bytes are hashed: copied, for the signature of a request over HTTP, read back.
_PASSES: Final = {"folder": 2, "bucket": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One size of installation.

    Attributes:
        size: place and database.
        keep: median of the step that keeps the file, milliseconds.
        record: median of the record.
        hashing: of the passes over the bytes; part of ``keep``.
        median: of both without hashing.
        best: the same of the best tenth.
        limit: what it may cost.
    """

    size: str
    keep: float
    record: float
    hashing: float
    median: float
    best: float
    limit: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size that can be had here; the exit code is 1 when one costs more than it may at best."""
    parser = argparse.ArgumentParser(prog="python -m bench.filing", description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=_FILES)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motlan-bench-")))
        endpoint = stack.enter_context(_object_server())
        databases: dict[str, Callable[[], str] | None] = {"SQLite": None}
        if missing():
            sys.stderr.write(f"PostgreSQL is left out: {missing()}\n")
        else:
            server = stack.enter_context(pg_server(_short_folder()))
            databases["PostgreSQL"] = server.new_database
        costs = []
        for name, url in databases.items():
            for place in ("folder", "bucket"):
                parts = _parts(url() if url else "", endpoint if place == "bucket" else "")
                here = folder / f"{place}-{name}"
                costs.append(_measure(here, parts, place=place, size=f"{place}, {name}", files=asked.files))
    sys.stdout.write(json.dumps([asdict(cost) for cost in costs]) + "\n" if asked.json else _table(costs))
    if any(cost.best > cost.limit for cost in costs):
        sys.exit(1)


def _measure(folder: Path, parts: StoreParts, *, place: str, size: str, files: int) -> Cost:
    create_store(folder, clock=_now, actor="quay-1", parts=parts)
    keep: list[float] = []
    record: list[float] = []
    with open_store(folder, clock=_now, read_only=False, parts=parts) as store:
        handed_in = item()
        store.records.save_batch(batch(), [handed_in], events=[event()])
        for number in range(files + WARM):
            paper = _paper(store, handed_in, number)
            source = folder.parent / "sealed.pdf"
            source.write_bytes(os.urandom(BYTES))
            begun = time.process_time()
            kept = store.steps.run(f"sealed-{paper.id}-1", _copy_of(source))
            between = time.process_time()
            store.records.save_document(
                replace(paper, object_sha256=kept.sha256, object_size=kept.size), events=[event(), event()]
            )
            keep.append(between - begun)
            record.append(time.process_time() - between)
    hashing = _PASSES[place] * _hashing()
    both = [(one + other) * 1000 for one, other in zip(keep, record, strict=True)][WARM:]
    return Cost(
        size=size,
        keep=round(statistics.median(keep[WARM:]) * 1000, 2),
        record=round(statistics.median(record[WARM:]) * 1000, 2),
        hashing=round(hashing, 2),
        median=round(statistics.median(both) - hashing, 2),
        best=round(statistics.quantiles(both, n=10)[0] - hashing, 2),
        limit=_LIMITS[place],
    )


def _short_folder() -> Path:
    """The path of a socket ends at 107 characters."""
    return Path(tempfile.gettempdir()) / f"motlan-pg-{uuid.uuid4().hex[:8]}"


def _copy_of(source: Path) -> Callable[[Path], None]:
    def produce(target: Path) -> None:
        shutil.copyfile(source, target)

    return produce


def _paper(store: Store, handed_in: Item, number: int) -> Document:
    """An invented paper with an owner, filed."""
    own = document_id(store.records.namespace, ItemId(handed_in.id), pages=[number + 1])
    owner = party("Nguyễn Thị Mẫu", number=f"0011850{number:05d}")
    return replace(
        document("paper", of="item", pages=(number + 1,)),
        id=own,
        state=DocumentState.FILED,
        filed_at=_now(),
        dossier="H26.5.12-261102-0001",
        parties=(owner,),
    )


def _hashing() -> float:
    """Milliseconds of one pass over the bytes."""
    content = os.urandom(BYTES)
    times = []
    for _ in range(50):
        begun = time.process_time()
        Sha256(hashlib.sha256(content).hexdigest())
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def _parts(url: str, endpoint: str) -> StoreParts:
    def bucket(needs: PlaceNeeds) -> Place:
        return bucket_place(
            "kho",
            S3Place(
                endpoint=endpoint,
                bucket="luu-tru",
                secure=False,
                access_key=lambda: "someone",
                secret_key=lambda: "a secret",
            ),
            keeping=Keeping(mode="COMPLIANCE", until=lambda at: at + timedelta(days=3650)),
            work=needs.layout.work,
            clock=needs.clock,
        )

    return StoreParts(
        database=(lambda _layout: Database.on_server(url)) if url else database_in_folder,
        first=bucket if endpoint else objects_in_folder,
    )


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _object_server() -> Iterator[str]:
    ours, theirs = Pipe()
    process = start(serve, theirs)
    try:
        yield str(ours.recv())
    finally:
        ours.send("end")
        process.join()


def serve(line: Connection) -> None:
    """The small object server, until somebody says so."""
    with s3_server(Bucket()) as endpoint:
        line.send(endpoint)
        line.recv()


def _table(costs: Sequence[Cost]) -> str:
    lines = [
        f"CPU ms for one document of {BYTES:,} bytes, load {os.getloadavg()[0]:.1f}",
        f"{'':<20}{'keep':>8}{'record':>8}{'hashing':>9}{'median':>9}{'best':>8}{'may cost':>10}",
    ]
    lines += [
        f"{one.size:<20}{one.keep:>8.2f}{one.record:>8.2f}{one.hashing:>9.2f}{one.median:>9.2f}{one.best:>8.2f}"
        f"{one.limit:>10.1f}"
        for one in costs
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
