"""What making and checking an archive package costs: seconds, bytes beyond the documents, memory.

    python -m bench.packages                         a dossier of 500 files of 300 KB
    python -m bench.packages --documents 100000 --bytes 2000

Each step runs in a process of its own, so that its peak memory is its own. Documents are made-up bytes: what
is measured is everything but reading scans. ``hash`` is SHA-256 over all documents once, for comparison.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import resource
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from dossier.ids import Sha256
from dossier.moments import VIETNAM
from preservation.building import Source, build
from preservation.checking.checker import check_package
from preservation.model import Organisation, PackagedDocument, PackageHead, PreservationEvent
from preservation.writing.zip64 import ZipWriter
from rulebook.packages import Level, PackageKind, load_profile

_AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
_SPACE = uuid.UUID(int=7)
_VALUES = {
    "mode": "02",
    "language": "01",
    "maintenance": "05",
    "confidenceLevel": "02",
    "riskRecovery": "0",
}


def content(order: int, size: int) -> bytes:
    """Made-up bytes of a document."""
    return (f"%PDF-1.7 {order}\n".encode() * (size // 10 + 1))[:size]


def documents(count: int, size: int) -> Iterator[PackagedDocument]:
    """Documents one at a time."""
    for order in range(1, count + 1):
        own = str(uuid.uuid5(_SPACE, str(order)))
        code = f"LT.H26.H26.5.12-261102-0001.{order:07d}"
        yield PackagedDocument(
            id=own,
            stem=f"H26.5.12-261102-0001.{order:07d}",
            item=own,
            sha256=Sha256(hashlib.sha256(content(order, size)).hexdigest()),
            size=size,
            created=_AT,
            values={
                **_VALUES,
                "docId": own.replace("-", "")[:25],
                "arcDocCode": code,
                "typeName": "32",
                "subject": "Giấy tờ MẪU",
                "numberOfPage": "1",
            },
            signature="passed",
            signature_at=_AT,
        )


def events(count: int) -> Iterator[PreservationEvent]:
    """Two events of every document."""
    for order in range(1, count + 1):
        for kind in ("ingestion", "migration"):
            yield PreservationEvent(
                id=str(uuid.uuid5(_SPACE, f"{kind} {order}")),
                type=kind,
                at=_AT,
                agent="agent",
                object=str(uuid.uuid5(_SPACE, str(order))),
            )


def make(place: Path, count: int, size: int) -> None:
    """One AIP as ZIP."""
    head = PackageHead(
        kind=PackageKind.AIP,
        uuid=_SPACE,
        level=Level.DOSSIER,
        values={
            **_VALUES,
            "arcFileCode": "LT.H26.H26.5.12-261102-0001",
            "title": "Hồ sơ MẪU",
            "startDate": "02/11/2026",
            "endDate": "02/11/2026",
            "totalDoc": str(count),
            "numberOfPage": str(count),
            "paperFileCode": "K1",
        },
        made_at=_AT,
        software="Một Lần",
        version="bench",
        organisation=Organisation(name="Lưu trữ MẪU"),
        retention="05",
    )
    orders = iter(range(1, count + 1))
    with place.open("wb") as target, tempfile.TemporaryFile(dir=place.parent) as directory:
        writer = ZipWriter(
            target, directory=cast("BinaryIO", directory), prefix=head.folder, at=_AT.astimezone(VIETNAM)
        )
        source = Source(
            documents=documents(count, size),
            events=events(count),
            # Asked for in the order of the documents.
            open_object=lambda _: io.BytesIO(content(next(orders), size)),
            new_spool=lambda: _spool(place.parent),
        )
        build(head, source, profile=load_profile(), writer=writer)


def _spool(folder: Path) -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder))


def check(place: Path) -> None:
    """The checker over it."""
    report = check_package(place, profile=load_profile())
    if not report.valid:
        raise SystemExit(report.findings[0].sentence)


def hashed(count: int, size: int) -> None:
    """Makes and hashes every document once."""
    for _ in documents(count, size):
        pass


def measured(work: Callable[..., None], *arguments: object) -> dict[str, float]:
    """CPU and wall seconds and the highest memory of a step, in a process of its own."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_step, args=(sender, work, arguments))
    process.start()
    found = receiver.recv()
    process.join()
    return dict(found)


def _step(
    sender: multiprocessing.connection.Connection, work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments)
    sender.send(
        {
            "wall_s": round(time.perf_counter() - wall, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "memory_before_mb": round(before / 1024, 1),
        }
    )


def main() -> None:
    """Print one JSON line for each step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--bytes", type=int, default=300_000)
    parser.add_argument("--no-check", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder:
        place = Path(folder) / f"urn_uuid_{_SPACE}.zip"
        print(json.dumps({"step": "hash", **measured(hashed, chosen.documents, chosen.bytes)}), flush=True)
        made = measured(make, place, chosen.documents, chosen.bytes)
        beyond = place.stat().st_size - chosen.documents * chosen.bytes
        print(json.dumps({"step": "make", **made, "bytes_beyond": beyond}), flush=True)
        if not chosen.no_check:
            print(json.dumps({"step": "check", **measured(check, place)}), flush=True)


if __name__ == "__main__":
    main()
